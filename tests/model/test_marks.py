"""Hooks of Hugging Face models whose text alone shows that they write over nothing that has been loaded."""

from __future__ import annotations

import pytest

from initls.model.effects.marks import always_asked
from initls.model.machine import classes
from initls.model.machine.machine import Run
from initls.model.machine.scope import Reading
from initls.model.state.values import ClassValue, UnitFunction
from tests.model.traces import source_of

TEXT = """import math

import torch
from torch import nn
from torch.nn.init import normal_
from transformers import PreTrainedModel, initialization as init


def scale(module):
    module.weight.data.mul_(2.0)


class Model(PreTrainedModel):
    def _init_weights(self, module):
        {line}
"""


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("init.normal_(module.weight, std=self.config.initializer_range)", True),
        ("nn.init.normal_(module.weight, std=self.config.get('range', 0.02) / math.sqrt(2))", True),
        ("init.zeros_(module.layers[-1].bias)", True),
        ("init.copy_(module.table, torch.arange(8).float())", True),
        ("super()._init_weights(module)", True),
        ("normal_(module.weight)", False),
        ("init.normal_(module.weight.data)", False),
        ("init.normal_(module.weight[0])", False),
        ("init.normal_(module.weight.T)", False),
        ("module.weight.data.normal_()", False),
        ("module.weight.data[0] = 0.0", False),
        ("module.weight *= 2", False),
        ("module.reset_parameters()", False),
        ("module.apply(lambda m: m.weight.zero_())", False),
        ("torch.relu_(module.weight)", False),
        ("scale(module)", False),
        ("init = nn.init.sparse_; init(module.weight, 0.1)", False),
        ("init = module; init.normal_(module.weight)", False),
    ],
)
def test_a_hook_that_only_asks(line: str, expected: bool) -> None:
    run = Run(Reading(source_of(TEXT.format(line=line))))
    run.enter("Model")
    names = classes.linearize(run, ClassValue("Model", "Model")).names
    hook = classes.find(run, names, "_init_weights")
    assert isinstance(hook, UnitFunction)
    assert always_asked(run, hook, names) is expected

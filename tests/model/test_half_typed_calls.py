"""Calls of all that is known of torch and Python, with too little, too much and odd things between the brackets.

That is what calls look like while they are typed: it may make no sense, but it must not end the analysis of the file.
"""

from __future__ import annotations

import pytest

from initls.knowledge import activations, broadcast, layers, skipping, storage, tensors, wrappers
from initls.knowledge.initializers import (
    CONSTANT_MAKERS,
    DATA_MAKERS,
    EMPTY_MAKERS,
    INITIALIZERS,
    PATTERN_MAKERS,
    RANDOM_MAKERS,
    TENSOR_WRITES,
)
from initls.knowledge.numbers import OF_ONE
from initls.model.effects import methods, pythons, torch_calls
from tests.model.traces import PREAMBLE
from tests.rules.cases import check

FUNCTIONS = sorted(
    {
        *activations.ACTIVATIONS,
        *(f"torch.nn.{name}" for name in layers.LAYERS if "." not in name),
        *layers.LAYERS,
        *broadcast.DDP,
        *skipping.SKIP_INIT_NAMES,
        *wrappers.WRAPPERS,
        *wrappers.UNWRAPPERS,
        *CONSTANT_MAKERS,
        *DATA_MAKERS,
        *EMPTY_MAKERS,
        *INITIALIZERS,
        *PATTERN_MAKERS,
        *RANDOM_MAKERS,
        *tensors.OPERATIONS,
        *torch_calls._special(),
        *pythons.FUNCTIONS,
        *(f"math.{name}" for name in OF_ONE),
    }
)
METHODS = sorted(
    {
        *(name.rpartition(".")[2] for name in TENSOR_WRITES),
        *(name.rpartition(".")[2] for name in storage.RELATIVES),
        *(name.rpartition(".")[2] for name in tensors.OPERATIONS),
        *(name.removeprefix("?") for name in methods._methods()),
    }
)
ARGUMENTS = (
    "", "w", "w, w", "w, 0", "0", "None", "[]", "[w], 0", "self", "self.fc, w", "3, 4", "**{}", "*[]", "*x", "input=w",
    "tensor=w, a=0", "w, dim=0", "w, -1, -1, -1", "x, option, width", "'fc'", "(3,)", "lambda y: y", "w, (0, None)",
)  # fmt: skip


def model(calls: list[str]) -> str:
    body = "".join(f"        if option == {number}:\n            y = {call}\n" for number, call in enumerate(calls))
    made = "        super().__init__()\n        self.fc = nn.Linear(3, 3)\n        w = self.fc.weight\n"
    return (
        f"{PREAMBLE}import math\nimport einops\n\n\nclass Net(nn.Module):\n"
        f"    def __init__(self, x, option=0, width=8):\n{made}{body}        nn.init.ones_(w)\n\n"
        f"    def forward(self, x, option=0, width=8):\n        w = self.fc(x)\n{body}        return w\n"
    )


def every(share: int, names: list[str]) -> list[str]:
    return names[share::SHARES]


SHARES = 8


@pytest.mark.parametrize("name", ["torch.flatten", "torch.nn.LayerNorm", "torch.nn.init.ones_", "torch.zeros", "len"])
def test_some_functions_do_not_end_the_analysis(name: str) -> None:
    look(name, [f"{name}({arguments})" for arguments in ARGUMENTS])


@pytest.mark.property
@pytest.mark.parametrize("share", range(SHARES))
def test_no_function_ends_the_analysis(share: int) -> None:
    for name in every(share, FUNCTIONS):
        look(name, [f"{name}({arguments})" for arguments in ARGUMENTS])


@pytest.mark.property
@pytest.mark.parametrize("share", range(SHARES))
@pytest.mark.parametrize("on", ["w", "self.fc", "self", "x", "nn.Linear", "torch.Tensor"])
def test_no_method_ends_the_analysis(on: str, share: int) -> None:
    for name in every(share, METHODS):
        look(f"{on}.{name}", [f"{on}.{name}({arguments})" for arguments in ARGUMENTS])


def look(name: str, calls: list[str]) -> None:
    try:
        result = check(model(calls))
    except Exception as error:
        pytest.fail(f"{name}: {type(error).__name__}: {error}")
    assert [problem for problem in result.problems if problem.kind == "internal"] == [], name

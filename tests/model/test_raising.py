"""Runs that raise on every path are still asked about, by every rule."""

from __future__ import annotations

import pytest

from initls.check import Checker
from initls.document import Document
from initls.settings import Settings

SOURCE = """\
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 8)
        self.load_state_dict(torch.load("net.pt"))
        self.apply(self._init)
        raise NotImplementedError

    def _init(self, m):
        if isinstance(m, nn.Linear):
            nn.init.xavier_uniform_(m.weight)
"""


def test_no_rule_fails_on_a_constructor_that_always_raises() -> None:
    result = Checker().check(Document.of("model.py", SOURCE), Settings(select=("ALL",)))
    assert result.problems == ()


SIZES = """\
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.token = nn.Parameter(torch.zeros(1, 1, 8))
        self.fc = nn.Linear(8, 8)
        nn.init.zeros_(self.fc.weight)

    def forward(self, x, *sizes, **options):
        token = {call}
        return self.fc(torch.cat([token, x], dim=1))
"""


@pytest.mark.parametrize(
    "call",
    [
        f"self.token.{method}({sizes})"
        for method in ("expand", "repeat", "view", "reshape", "permute", "transpose", "unsqueeze")
        for sizes in ("*sizes", "**options", "*x.shape", "", "sizes")
    ],
)
def test_sizes_that_are_not_shown_are_no_trouble(call: str) -> None:
    source = SIZES.replace("{call}", call)
    assert Checker().check(Document.of("model.py", source), Settings(select=("ALL",))).problems == ()

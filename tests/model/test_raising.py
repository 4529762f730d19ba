"""Runs that raise on every path are still asked about, by every rule."""

from __future__ import annotations

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

"""Where a run takes too many steps, nothing is claimed of what may come behind the point that it reached."""

from __future__ import annotations

import pytest

from initls.model.machine import machine
from initls.model.state.contents import Constant
from tests.model.traces import content, net

TEXT = "self.fc = nn.Linear(8, 8)\nnn.init.ones_(self.fc.weight)\n" + "self.size = width + 1\n" * 50


def test_what_is_not_reached_may_write(monkeypatch: pytest.MonkeyPatch) -> None:
    assert content(net(TEXT), "fc.weight") == Constant(1.0)
    monkeypatch.setattr(machine, "MOST_STEPS", 60)
    trace = net(TEXT)
    assert trace.incomplete is not None
    assert content(trace, "fc.weight") is None

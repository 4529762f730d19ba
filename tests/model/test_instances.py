"""`isinstance` of what is no module: of classes that are not known nothing is said, so that no branch is lost."""

from __future__ import annotations

import pytest

from initls.model.state.contents import Constant
from tests.model.traces import content, net

BEFORE = """from collections.abc import Collection, Mapping


def look_up(option, supported):
    if isinstance(supported, {kind}) and option in supported:
        return option
    raise ValueError(option)


"""


@pytest.mark.parametrize("kind", ["Collection", "Mapping", "Sized"])
@pytest.mark.parametrize("supported", ['{"a", "b"}', '["a", "b"]', '("a", "b")', '{"a": 1}'])
def test_a_run_goes_on_behind_a_test_for_an_unknown_class(kind: str, supported: str) -> None:
    lines = f'self.fc = nn.Linear(8, 8)\nlook_up("a", {supported})\nnn.init.ones_(self.fc.weight)\n'
    trace = net(lines, before=BEFORE.replace("{kind}", kind))
    assert content(trace, "fc.weight") == Constant(1.0)


def test_a_run_ends_where_the_type_is_another() -> None:
    lines = 'self.fc = nn.Linear(8, 8)\nlook_up("a", ["a"])\nnn.init.ones_(self.fc.weight)\n'
    trace = net(lines, before=BEFORE.replace("{kind}", "int"))
    assert not trace.final

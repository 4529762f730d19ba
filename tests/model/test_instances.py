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


VISIT = """self.fc = nn.Linear(8, 8)
self.norm = nn.LayerNorm(8)
{before}
for m in self.modules():
    if isinstance(m, {kind}):
        nn.init.zeros_(m.weight)
"""


@pytest.mark.parametrize(
    ("before", "kind", "zeros"),
    [
        ("", "nn.Linear", ["fc"]),
        ("", "(nn.Linear, nn.LayerNorm)", ["fc", "norm"]),
        ("", "nn.Linear | nn.LayerNorm", ["fc", "norm"]),
        ("", "KIND", ["fc"]),
        ("KIND = nn.LayerNorm", "KIND", ["norm"]),
        ("isinstance = lambda m, kind: type(m) is nn.LayerNorm", "nn.Linear", ["norm"]),
    ],
)
def test_the_types_of_a_test_are_those_that_its_names_stand_for(before: str, kind: str, zeros: list[str]) -> None:
    trace = net(VISIT.format(before=before, kind=kind), before="KIND = nn.Linear\n\n\n")
    certain = [name for name in ("fc", "norm") if content(trace, f"{name}.weight") == Constant(0.0)]
    assert certain == zeros


def test_a_test_may_ask_for_another_type_each_time() -> None:
    lines = "self.fc = nn.Linear(8, 8)\nself.norm = nn.LayerNorm(8)\nfor kind in (nn.Linear, nn.LayerNorm):\n"
    loop = "    for m in self.modules():\n        if isinstance(m, kind):\n            nn.init.zeros_(m.weight)\n"
    trace = net(lines + loop)
    assert content(trace, "fc.weight") == content(trace, "norm.weight") == Constant(0.0)

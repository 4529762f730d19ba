"""What a run says of what happens in it: whether it surely does, whether an exception is handled, what it meets."""

from __future__ import annotations

from textwrap import indent

import pytest

from initls.model.state.events import Initialized, NothingThere, Replicated, TruthAsked
from tests.model.traces import PREAMBLE, trace_of

HEAD = """class Net(nn.Module):
    def __init__(self, dim, flag, on=True):
        super().__init__()
        self.fc = nn.Linear(8, 16)
"""


def events(body: str, kind: type) -> list[object]:
    trace = trace_of(PREAMBLE + HEAD + indent(body, " " * 8) + "\n        self.fc.weight.requires_grad_(True)\n")
    return [event for event in trace.events if isinstance(event, kind)]


def initializations(body: str) -> list[Initialized]:
    return [event for event in events(body, Initialized) if isinstance(event, Initialized)]


CERTAIN = [
    ("nn.init.zeros_(self.fc.bias)", True),
    ("if flag:\n    nn.init.zeros_(self.fc.bias)", False),
    ("if on:\n    nn.init.zeros_(self.fc.bias)", True),
    ("if not on:\n    nn.init.zeros_(self.fc.bias)", False),
    ("if flag:\n    x = 1\nelse:\n    x = 2\nnn.init.zeros_(self.fc.bias)", True),
    ("if flag:\n    return\nnn.init.zeros_(self.fc.bias)", False),
    # Nobody means to come to an exception.
    ("if dim % 2:\n    raise ValueError\nnn.init.zeros_(self.fc.bias)", True),
    ("for m in self.modules():\n    if isinstance(m, nn.Linear):\n        nn.init.zeros_(m.bias)", True),
    ("while flag:\n    nn.init.zeros_(self.fc.bias)", False),
    ("for m in self.modules():\n    if m is flag:\n        break\nnn.init.zeros_(self.fc.bias)", True),
    ("try:\n    x = dim.y\nexcept AttributeError:\n    x = 1\nnn.init.zeros_(self.fc.bias)", True),
    ("try:\n    x = dim.y\nexcept AttributeError:\n    nn.init.zeros_(self.fc.bias)", False),
    ("match dim:\n    case 1:\n        nn.init.zeros_(self.fc.bias)", False),
    ("def go():\n    if flag:\n        return 1\n    return 2\ngo()\nnn.init.zeros_(self.fc.bias)", True),
]


@pytest.mark.parametrize(("body", "certain"), CERTAIN)
def test_what_no_test_leads_to_that_cannot_be_decided_is_certain(body: str, certain: bool) -> None:
    assert {event.certain for event in initializations(body)} == {certain}


@pytest.mark.parametrize(
    ("body", "caught"),
    [
        ("nn.init.zeros_(self.fc.bias)", False),
        ("try:\n    nn.init.zeros_(self.fc.bias)\nexcept ValueError:\n    pass", True),
        ("try:\n    nn.init.zeros_(self.fc.bias)\nfinally:\n    pass", False),
        ("try:\n    pass\nexcept ValueError:\n    nn.init.zeros_(self.fc.bias)", False),
        ("import contextlib\nwith contextlib.suppress(ValueError):\n    nn.init.zeros_(self.fc.bias)", True),
        ("with torch.no_grad():\n    nn.init.zeros_(self.fc.bias)", False),
    ],
)
def test_an_exception_may_be_handled(body: str, caught: bool) -> None:
    assert {event.caught for event in initializations(body)} == {caught}


@pytest.mark.parametrize(
    ("tensor", "viewed"),
    [
        ("self.fc.bias", False),
        ("self.fc.bias.data", False),
        ("self.fc.bias.detach()", False),
        ("self.fc.bias.unsqueeze(0)", True),
        ("self.fc.weight.T", True),
        ("self.fc.weight.view(-1)", True),
        ("self.fc.weight[0]", True),
    ],
)
def test_a_view_may_have_other_axes(tensor: str, viewed: bool) -> None:
    (event,) = initializations(f"nn.init.normal_({tensor})")
    assert [target.viewed for target in event.targets] == [viewed]


@pytest.mark.parametrize(
    ("before", "known"),
    [
        ("", False),
        ("x = torch.zeros(3, dim)", True),
        ("x = nn.Linear(3, dim)", True),
        ("x = nn.LayerNorm(dim)", False),  # It may be a tuple.
    ],
)
def test_a_size_that_has_served_as_a_number_is_one(before: str, known: bool) -> None:
    trace = trace_of(PREAMBLE + HEAD + indent(f"{before}\nself.own = nn.Parameter(torch.empty(dim))", " " * 8))
    own = next(info for info in trace.parameters if info.name == "own")
    assert (own.shape == (None,)) == known


def test_the_truth_of_a_tensor_is_asked_by_a_test_alone() -> None:
    assert len(events("if self.fc.bias:\n    pass", TruthAsked)) == 1
    assert len(events("if flag and not self.fc.bias:\n    pass", TruthAsked)) == 1
    assert not events("x = self.fc.bias\nif self.fc.bias is None or on:\n    pass", TruthAsked)


def test_what_is_not_there_is_noted_where_it_is_written() -> None:
    lacking = "self.a = nn.Linear(2, 3, bias=False)\n"
    (event,) = events(lacking + "nn.init.zeros_(self.a.bias)", NothingThere)
    assert isinstance(event, NothingThere)
    assert (event.name, event.method, event.asked) == ("bias", False, None)
    (event,) = events(lacking + "if hasattr(self.a, 'bias'):\n    self.a.bias.data.fill_(0)", NothingThere)
    assert isinstance(event, NothingThere)
    assert event.method
    assert event.asked is not None
    assert not events(lacking + "x = self.a.bias\nif self.a.bias is not None:\n    x.data.zero_()", NothingThere)


def test_a_list_that_repeats_a_layer_is_noted() -> None:
    (event,) = events("self.x = nn.ModuleList([nn.Linear(2, 2)] * 3)", Replicated)
    assert isinstance(event, Replicated)
    assert (event.times, event.inline) == (3, True)
    assert not events("self.x = nn.ModuleList([nn.ReLU()] * 3)", Replicated)
    assert not events("self.x = nn.ModuleList([nn.Linear(2, 2)] * 1)", Replicated)
    assert not events("self.x = nn.ModuleList([self.fc for _ in range(3)])", Replicated)
    assert not events("self.x = nn.ModuleList([nn.Linear(2, 2) for _ in range(3)])", Replicated)

"""Parts of tensors: what an index, a chunk or a view reaches, and what is left where parts are written apart."""

from __future__ import annotations

from fractions import Fraction

import pytest

from initls.model.state.contents import Constant
from initls.model.state.regions import Index, Part, Share, Slice
from initls.model.traces.trace import Trace
from tests.model.traces import net


def share(start: Fraction | int, stop: Fraction | int, axis: int = 0) -> Slice:
    return Slice(axis, Share(Fraction(start)), Share(Fraction(stop)))


def part_of(trace: Trace, name: str = "l.weight") -> object:
    """The region of the last write to a parameter."""
    number = next(number for number, known in trace.names.items() if known == name)
    return [write for parameter, write in trace.log if parameter == number][-1].region


THIRD = share(Fraction(1, 3), Fraction(2, 3))
QUARTER = share(Fraction(1, 4), Fraction(1, 2))


@pytest.mark.parametrize(
    ("tensor", "expected"),
    [
        ("self.l.weight[8:16]", THIRD),
        ("self.l.weight[8:16, :]", THIRD),
        ("self.l.weight.data[8:-8]", THIRD),
        ("self.l.weight.chunk(3)[1]", THIRD),
        ("torch.chunk(self.l.weight, 3, dim=0)[1]", THIRD),
        ("self.l.weight.split(8)[1]", THIRD),
        ("self.l.weight.split([8, 8, 8])[1]", THIRD),
        ("self.l.weight.narrow(0, 8, 8)", THIRD),
        ("self.l.weight[:, 0:4]", share(0, Fraction(1, 2), 1)),
        ("self.l.weight[:, :4]", share(0, Fraction(1, 2), 1)),
        ("self.l.weight[0]", Index(0, 0)),
        ("self.l.weight[-1]", Index(0, 23)),
        ("self.l.weight[:, 2]", Index(1, 2)),
        ("self.l.weight.select(0, 5)", Index(0, 5)),
        ("self.l.weight[:]", None),
        ("self.l.weight[0:24]", None),
        ("self.l.weight.t()", None),
        ("self.l.weight.detach()[8:16]", THIRD),
        ("self.l.weight.t()[8:16]", Part("8:16")),
        ("self.l.weight.view(3, 8, 8)[1]", Part("1")),
        ("self.l.weight[8:16][0]", Part("a third of axis 0[0]")),
        ("self.l.weight[2:4, 2:4]", Part("2:4, 2:4")),
    ],
)
def test_what_an_expression_reaches(tensor: str, expected: object) -> None:
    assert part_of(net(f"self.l = nn.Linear(8, 24)\nnn.init.zeros_({tensor})")) == expected


@pytest.mark.parametrize(
    "written",
    [
        "n = self.l.bias_hh_l0.size(0)\nself.l.bias_hh_l0.data[n // 4:n // 2].fill_(1)",
        "n = self.l.bias_hh_l0.shape[0] // 4\nself.l.bias_hh_l0.data[n:2 * n] = 1",
        "nn.init.ones_(self.l.bias_hh_l0[x:2 * x])",
        "nn.init.ones_(self.l.bias_hh_l0[x:x + x])",
        "h = self.l.hidden_size\nnn.init.ones_(self.l.bias_hh_l0[h:h * 2])",
        "self.size = x\nnn.init.ones_(self.l.bias_hh_l0[self.size:2 * self.size])",
        "i, f, g, o = self.l.bias_hh_l0.chunk(4)\nnn.init.ones_(f)",
        "nn.init.ones_(self.l.bias_hh_l0.split(x)[1])",
        "nn.init.ones_(self.l.bias_hh_l0[-3 * x:-2 * x])",
    ],
)
def test_a_gate_of_a_size_that_is_only_named(written: str) -> None:
    assert part_of(net(f"self.l = nn.LSTM(8, x)\n{written}"), "l.bias_hh_l0") == QUARTER


def test_other_sizes_are_other_shares() -> None:
    slices = part_of(net("self.l = nn.LSTM(8, x)\nnn.init.ones_(self.l.bias_hh_l0[width:2 * width])"), "l.bias_hh_l0")
    assert isinstance(slices, Slice)
    assert slices.shares is None


def test_the_attributes_of_a_configuration_are_told_apart() -> None:
    trace = net("self.l = nn.LSTM(x.inputs, x.hidden)\nnn.init.ones_(self.l.bias_hh_l0[x.inputs:2 * x.inputs])")
    found = part_of(trace, "l.bias_hh_l0")
    assert isinstance(found, Slice)
    assert found.shares is None
    trace = net("self.l = nn.LSTM(x.inputs, x.hidden)\nnn.init.ones_(self.l.bias_hh_l0[x.hidden:2 * x.hidden])")
    assert part_of(trace, "l.bias_hh_l0") == QUARTER


def ways(trace: Trace, name: str = "l.weight") -> list[int]:
    """How many writes are left in each way to come to a parameter's value."""
    number = next(number for number, known in trace.names.items() if known == name)
    return [len(way.writes) for way in trace.final[number]]


def content(trace: Trace, name: str = "l.weight") -> object:
    return trace.content(next(number for number, known in trace.names.items() if known == name))


def test_parts_that_are_the_whole() -> None:
    thirds = "self.l = nn.Linear(8, 24)\nfor part in self.l.weight.chunk(3):\n    nn.init.zeros_(part)"
    assert content(net(thirds)) == Constant(0.0)
    assert ways(net(thirds)) == [3]
    assert content(net(thirds.replace("(3)", "(3)[:2]"))) != Constant(0.0)
    named = "self.l = nn.Linear(x, 2 * x)\nnn.init.zeros_(self.l.weight[:x])\nnn.init.zeros_(self.l.weight[x:])"
    assert content(net(named)) == Constant(0.0)


def test_later_writes_cover_earlier_ones() -> None:
    both = "self.l = nn.Linear(8, 24)\nnn.init.zeros_(self.l.weight[:8])\nnn.init.ones_(self.l.weight{})"
    assert ways(net(both.format(""))) == [1]
    assert ways(net(both.format("[:8]"))) == [2]
    assert ways(net(both.format("[:12]"))) == [2]
    assert ways(net(both.format("[:4]"))) == [3]


def test_many_parts_keep_what_they_are_written_over() -> None:
    lines = "self.l = nn.Embedding(99, 8)\n" + "\n".join(f"nn.init.zeros_(self.l.weight[{i}])" for i in range(20))
    assert content(net(lines)) != Constant(0.0)

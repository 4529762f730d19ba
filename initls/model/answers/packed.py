"""Initializers that take several matrices, packed one below the other, for one."""

from __future__ import annotations

import math
from fractions import Fraction

from msgspec import Struct

from initls.facts.place import Place
from initls.knowledge import layers
from initls.knowledge.layers import Kind, Role
from initls.model.machine.machine import ParameterInfo
from initls.model.state.contents import Random
from initls.model.state.flow import Node
from initls.model.state.regions import Quantity
from initls.model.traces.program import Program
from initls.model.traces.trace import Subject, Trace

CLOSE = 0.1
"""A spread that is off by less than this share is as good as right."""


class PackedDraw(Struct, frozen=True):
    """A place that draws packed matrices as one.

    `parts` is how many matrices there are in each, `gates` tells those of a recurrent layer. `share` is the spread
    that comes out over the one that each would have by itself, where it can be told. `alone` tells that the place
    writes nothing but matrices that are packed like this, `gain` is what makes up for the parts in all of them.
    """

    place: Place
    names: tuple[str, ...]
    parts: int
    gates: bool
    scheme: str
    share: float | None
    alone: bool
    gain: float | None = None


def parts_of(info: ParameterInfo) -> int:
    """How many matrices a parameter of a layer holds, one below the other; a vector holds none."""
    layer = layers.layer(info.layer) if info.layer else None
    spec = layers.parameter(layer, info.name) if layer is not None else None
    return spec.blocks if spec is not None and spec.role is Role.WEIGHT else 1


class Packing(Struct, frozen=True):
    """How a matrix falls into parts that lie one below the other: how many there are, and what they are called.

    `ratio` is how many times as many rows as columns the whole has, where that can be told. `together` tells that the
    rows of each part lie one behind the other; else they may take turns, and only their number counts.
    """

    count: int
    part: str
    ratio: Fraction | None
    together: bool = True

    @property
    def gain(self) -> float | None:
        """What makes up in Glorot's rule for a fan out that counts the outputs of all parts."""
        if self.ratio is None:
            return None
        return math.sqrt((1 + self.ratio) / (1 + self.ratio / self.count))


def packing(trace: Trace, parameter: int) -> Packing | None:
    """The parts of a matrix, be it that its layer keeps several, or that the forward pass cuts what it makes."""
    info = trace.parameters[parameter]
    count = parts_of(info)
    if count > 1:
        row = layers.layer(info.layer or "")
        recurrent = row is not None and row.kind is Kind.RECURRENT
        square = Fraction(count) if info.name == "in_proj_weight" else None
        return Packing(count, "gate" if recurrent else "part", square or _ratio(trace, info))
    for subject in trace.subjects:
        nodes = [node for node in subject.graph.of_weight(parameter) if node.kind == "affine"]
        if nodes:
            found = {_cut(trace, subject, node, info) for node in nodes}
            return found.pop() if len(found) == 1 else None
    return None


def _cut(trace: Trace, subject: Subject, node: Node, info: ParameterInfo) -> Packing | None:
    """How the output of a layer is cut into parts of one size, before anything else is done with it."""
    counts: set[int | None] = set()
    whole, moved = True, False
    stack = [node.id]
    while stack:
        for reader in subject.consumers[stack.pop()]:
            if reader.kind == "slice" and reader.part is not None and reader.even:
                counts.add(reader.part[1])
                whole = whole and reader.whole
            elif reader.kind in ("reshape", "permute"):
                moved = True
                stack.append(reader.id)
            elif subject.consumers[reader.id] or reader.kind != "slice":
                return None
    count = counts.pop() if len(counts) == 1 else None
    if count is None or count < 2 or node.inputs_first or len(info.shape or info.sizes or ()) != 2:
        return None
    ratio, rows = _ratio(trace, info), info.length(0)
    if isinstance(rows, int) and rows % count:
        return None
    # A matrix that has so many rows for each column is meant to be cut there, whatever axis the program counts.
    return Packing(count, "part", ratio, whole or not moved) if whole or ratio == count else None


def _ratio(trace: Trace, info: ParameterInfo) -> Fraction | None:
    """How many rows a matrix has for each column, in numbers or by what the program calls them."""
    owner = trace.modules[info.owner] if info.owner is not None else None
    named = owner.quantities.get("in_features") if owner is not None else None
    rows, columns = info.length(0), named if named is not None else info.length(1)
    if isinstance(rows, int) and isinstance(columns, int):
        return Fraction(rows, columns) if columns else None
    if isinstance(rows, Quantity) and isinstance(columns, Quantity) and rows.name == columns.name and columns.factor:
        return rows.factor / columns.factor
    return None


def packed_draws(program: Program) -> tuple[PackedDraw, ...]:
    """Every place whose draw of packed matrices lasts until training starts."""
    found: list[PackedDraw] = []
    for place, entries in program.explicit_writes():
        names: dict[str, ParameterInfo] = {}
        scheme = ""
        share: float | None = None
        blocks: set[int] = set()
        gains: set[float | None] = set()
        for trace, parameter, write in entries:
            info = trace.parameters[parameter]
            parts = parts_of(info)
            blocks.add(parts)
            if parts == 1 or write.region is not None or not isinstance(write.content, Random):
                continue
            suits, off = _suits(write.content, info, parts)
            fallen = packing(trace, parameter)
            gains.add(fallen.gain if fallen is not None and _plain(write.content) else None)
            if not suits and _lasts(trace, parameter, place):
                names.setdefault(trace.names[parameter], info)
                scheme, share = write.content.scheme, off if share is None else share
        if names:
            first = next(iter(names.values()))
            row = layers.layer(first.layer) if first.layer else None
            gates = row is not None and row.kind is Kind.RECURRENT
            gain = gains.pop() if len(gains) == 1 else None
            alone = len(blocks) == 1
            found.append(PackedDraw(place, tuple(names), parts_of(first), gates, scheme, share, alone, gain))
    return tuple(found)


def _plain(content: Random) -> bool:
    """Whether a draw follows Glorot's rule, with nothing to make up for the parts."""
    return content.scheme.startswith("xavier") and dict(content.arguments).get("gain") == 1


def _suits(content: Random, info: ParameterInfo, parts: int) -> tuple[bool, float | None]:
    """Whether a draw is what each part would be given by itself, and by what share its spread is off."""
    told = dict(content.arguments)
    rows, columns = info.shape if info.shape is not None and len(info.shape) == 2 else (None, None)
    match content.scheme:
        case "xavier_uniform" | "xavier_normal":
            gain = told.get("gain")
            if rows is None or columns is None or not isinstance(gain, float | int):
                # Where the sizes do not show, a gain that is not one may well make up for the parts.
                return gain != 1, None
            share = gain * math.sqrt((columns + rows / parts) / (columns + rows))
            return abs(share - 1) < CLOSE, share
        case "kaiming_uniform" | "kaiming_normal" if told.get("mode") == "fan_out":
            return False, math.sqrt(1 / parts)
        case "orthogonal":
            square = info.name.startswith("weight_hh") or info.name == "in_proj_weight"
            tall = rows > columns if rows is not None and columns is not None else square
            return not tall, None
        case _:
            return True, None


def _lasts(trace: Trace, parameter: int, place: Place) -> bool:
    """Whether this place wrote last, whatever likely way led to the end."""
    ways = [way for way in trace.final.get(parameter, ()) if way.likely]
    return (
        bool(ways)
        and all(len(way.writes) == 1 and way.writes[0].place == place for way in ways)
        and parameter in trace.names
        and parameter not in trace.reinitialized
        and trace.incomplete is None
    )

"""Initializers that take several matrices, packed one below the other, for one."""

from __future__ import annotations

import math
from dataclasses import dataclass

from initls.facts.place import Place
from initls.knowledge import layers
from initls.knowledge.layers import Kind, Role
from initls.model.contents import Random
from initls.model.machine import ParameterInfo
from initls.model.program import Program
from initls.model.trace import Trace

CLOSE = 0.1
"""A spread that is off by less than this share is as good as right."""


@dataclass(frozen=True, slots=True)
class PackedDraw:
    """A place that draws packed matrices as one.

    `parts` is how many matrices there are in each, `gates` tells those of a recurrent layer. `share` is the spread
    that comes out over the one that each would have by itself, where it can be told. `alone` tells that the place
    writes nothing but matrices that are packed like this.
    """

    place: Place
    names: tuple[str, ...]
    parts: int
    gates: bool
    scheme: str
    share: float | None
    alone: bool


def parts_of(info: ParameterInfo) -> int:
    """How many matrices a parameter of a layer holds, one below the other; a vector holds none."""
    layer = layers.layer(info.layer) if info.layer else None
    spec = layers.parameter(layer, info.name) if layer is not None else None
    return spec.blocks if spec is not None and spec.role is Role.WEIGHT else 1


def packed_draws(program: Program) -> tuple[PackedDraw, ...]:
    """Every place whose draw of packed matrices lasts until training starts."""
    found: list[PackedDraw] = []
    for place, entries in program.explicit_writes():
        names: dict[str, ParameterInfo] = {}
        scheme = ""
        share: float | None = None
        blocks: set[int] = set()
        for trace, parameter, write in entries:
            info = trace.parameters[parameter]
            parts = parts_of(info)
            blocks.add(parts)
            if parts == 1 or write.region is not None or not isinstance(write.content, Random):
                continue
            suits, off = _suits(write.content, info, parts)
            if not suits and _lasts(trace, parameter, place):
                names.setdefault(trace.names[parameter], info)
                scheme, share = write.content.scheme, off if share is None else share
        if names:
            first = next(iter(names.values()))
            row = layers.layer(first.layer) if first.layer else None
            gates = row is not None and row.kind is Kind.RECURRENT
            found.append(PackedDraw(place, tuple(names), parts_of(first), gates, scheme, share, len(blocks) == 1))
    return tuple(found)


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

"""Copies that start training with the very same weights: they are copied after the draw, and nothing draws anew.

A copy has the writes of its original. Two parameters that end with one and the same random write hold the same numbers.
"""

from __future__ import annotations

from msgspec import Struct

from initls.facts.place import Place, inside
from initls.knowledge.parameters import Role
from initls.model.state.contents import Default, Random
from initls.model.traces.program import Program
from initls.model.traces.trace import Trace


class Twins(Struct, frozen=True):
    """Copies made at one place, by the names of one weight of each."""

    place: Place
    names: tuple[str, ...]


def twins(program: Program) -> list[Twins]:
    """The places whose copies start alike in every trace that makes any there."""
    found: dict[tuple[Place, ...], Twins] = {}
    drawn_anew: set[tuple[Place, ...]] = set()
    for trace in program.traces:
        for where, groups in _by_draw(trace).items():
            largest = max(groups.values(), key=len)
            if len(largest) > 1:
                found.setdefault(where, Twins(where[-1], tuple(largest)))
            elif len(groups) > 1:
                drawn_anew.add(where)
    return [one for where, one in found.items() if where not in drawn_anew and not where[-1].foreign]


def _by_draw(trace: Trace) -> dict[tuple[Place, ...], dict[tuple[int, ...], list[str]]]:
    """The random matrices that each place makes, by the writes that they end with."""
    found: dict[tuple[Place, ...], dict[tuple[int, ...], list[str]]] = {}
    if trace.incomplete is not None:
        return found
    for info in trace.parameters:
        ways = [way for way in trace.final.get(info.id, ()) if way.likely]
        name = trace.names.get(info.id)
        if name is None or len(ways) != 1 or info.role is not Role.WEIGHT or info.id in trace.frozen:
            continue
        if info.id in trace.reinitialized or not isinstance(ways[0].writes[-1].content, Random | Default):
            continue
        # The call that leads there tells apart what a helper copies for one and for another.
        helped = "." not in inside(info.place.unit)
        where = (*(info.path[-1:] if helped else ()), info.place)
        draw = tuple(write.order for write in ways[0].writes)
        found.setdefault(where, {}).setdefault(draw, []).append(name)
    return found

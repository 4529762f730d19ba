"""Initializations of parameters whose values a framework has taken out of reach."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from initls.facts.place import Place
from initls.model.machine.chains import fork
from initls.model.state.events import Captured, WrittenAway
from initls.model.state.state import Away
from initls.model.state.values import Path
from initls.model.traces.program import Program
from initls.model.traces.trace import Trace


class Withdrawn(Struct, frozen=True):
    """An initialization, or a visitor run, at `place` of parameters that are out of reach, and why they are.

    `functions` are those that it calls on them, and `names` the parameters. `over` tells what a visitor goes over;
    `choosing` that it is one that writes some of the parameters that it meets and passes over others.
    `taken` is where they were taken away, if in this file.
    """

    place: Place
    away: Away
    names: tuple[str, ...]
    functions: tuple[str, ...]
    taken: Place | None
    over: str | None = None
    choosing: bool = False
    direct: bool = False
    """Whether the place is that of the one call that initializes."""
    movable: Place | None = None
    """What takes them away, where that is in front of the initialization in the same function and nothing in between
    rests on it."""


def withdrawn(program: Program) -> Iterator[Withdrawn]:
    """Every such initialization, once."""
    said: set[tuple[Place, str]] = set()
    for trace in program.traces:
        groups: dict[tuple[Place, Away], list[WrittenAway]] = {}
        for event in trace.events:
            if isinstance(event, WrittenAway) and event.likely and event.away.sure:
                place = _place(trace, event)
                if place is not None:
                    groups.setdefault((place, event.away), []).append(event)
        for (place, away), events in groups.items():
            if (place, away.how) not in said and trace.incomplete is None:
                said.add((place, away.how))
                yield _summed(trace, place, away, events)


def _summed(trace: Trace, place: Place, away: Away, events: list[WrittenAway]) -> Withdrawn:
    visit = None if events[0].visitor is None else trace.visits[events[0].visitor]
    hit = dict.fromkeys(event.parameter for event in events)
    names = (trace.names.get(number) or trace.parameters[number].name for number in hit)
    chain = (*away.path, away.place)
    return Withdrawn(
        place,
        away,
        tuple(dict.fromkeys(name for name in names if name)),
        tuple(dict.fromkeys(event.function for event in events)),
        next((one for one in reversed(chain) if not one.foreign), None),
        None if visit is None else visit.over,
        visit is not None and not visit.seen <= hit.keys(),
        visit is None and all(event.place == place for event in events),
        _movable(trace, place, away, events),
    )


def _movable(trace: Trace, place: Place, away: Away, events: list[WrittenAway]) -> Place | None:
    """What could as well stand behind the initialization."""
    hit = {event.parameter for event in events}
    held = any(
        isinstance(event, Captured) and event.order < events[0].order and event.parameters & hit
        for event in trace.events
    )
    if held or any(event.unwrapped for event in events):
        return None
    chain = (*away.path, away.place)
    return next((one for one in chain if one.unit == place.unit and one.site < place.site), None)


def _place(trace: Trace, event: WrittenAway) -> Place | None:
    """Where to speak of an initialization: where the function that has the parameters taken away begins it.

    In what is built while they are taken away it is the initialization itself.
    """
    author: Path = (*event.path, event.place)
    if event.visitor is not None:
        visit = trace.visits[event.visitor]
        author = (*visit.path, visit.place)
    parting = None if event.building else fork((*event.away.path, event.away.place), author)
    if parting is not None and not parting[1].foreign:
        return parting[1]
    return next((place for place in reversed(author) if not place.foreign), None)

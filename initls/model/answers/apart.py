"""Weights that are the same in all processes, until each process draws them anew for itself."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from initls.facts.place import Place
from initls.model.machine.chains import fork
from initls.model.state.contents import Default, Random
from initls.model.state.events import Event, Seeded, Synchronized
from initls.model.traces.program import Program
from initls.model.traces.trace import Trace


class Apart(Struct, frozen=True):
    """Weights that each process draws for itself at a place, behind the wrapping that has made them the same."""

    place: Place
    wrapped: Place
    names: tuple[str, ...]


def drawn_apart(program: Program) -> Iterator[Apart]:
    """Every such place of a file."""
    if program.is_test:
        return
    found: dict[tuple[Place, Place], dict[str, None]] = {}
    for trace, wrapping in program.events(Synchronized):
        if trace.incomplete is None and wrapping.wrapped and wrapping.likely:
            for at, name in _of(trace, wrapping):
                found.setdefault(at, {})[name] = None
    for (wrapped, place), names in found.items():
        if not place.foreign:
            yield Apart(place, wrapped, tuple(names))


def _of(trace: Trace, wrapping: Synchronized) -> Iterator[tuple[tuple[Place, Place], str]]:
    """The draws behind a wrapping that remain, by the two places in the function that does both."""
    for number, write in trace.log:
        if number not in wrapping.parameters or write.order < wrapping.order or number not in trace.names:
            continue
        lasts = any(one.order == write.order for way in trace.final[number] if way.likely for one in way.writes)
        if not lasts or not isinstance(write.content, Random | Default):
            continue
        if any(_makes_alike(event, number, wrapping.order, write.order) for event in trace.events):
            continue
        parting = fork((*wrapping.path, wrapping.place), (*write.path, write.place))
        if parting is not None:
            yield parting, trace.names[number]


def _makes_alike(event: Event, number: int, wrapped: int, written: int) -> bool:
    """Whether all processes draw the same, or get the same behind the draw."""
    if isinstance(event, Seeded):
        return event.order < written
    return isinstance(event, Synchronized) and event.order > written and number in event.parameters

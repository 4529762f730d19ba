"""Initializations of which a checkpoint that is always loaded leaves nothing."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from initls.facts.place import Place
from initls.model.machine.chains import fork
from initls.model.state.contents import CHECKPOINT, Constant, Random, Structured
from initls.model.state.events import LoadedInto
from initls.model.state.state import Write
from initls.model.traces.program import Program
from initls.model.traces.trace import Trace


class Superseded(Struct, frozen=True):
    """A place whose every write the load at `load`, in the same function, replaces."""

    place: Place
    load: Place
    names: tuple[str, ...]


def superseded(program: Program) -> Iterator[Superseded]:
    """Every such place of a file that is so in all traces which run it."""
    if program.is_test:
        return
    found: dict[Place, Superseded | None] = {}
    for trace in program.traces:
        for one in _of(trace):
            if found.get(one.place, one) is not None:
                found[one.place] = one
    for place, entries in program.explicit_writes():
        # A function that also runs without the load initializes for that day.
        for trace, number, write in entries:
            if place in found and number not in _replaced(trace, write):
                found[place] = None
    yield from (one for one in found.values() if one is not None)


def _replaced(trace: Trace, write: Write) -> frozenset[int]:
    """The parameters that a load behind a write gives other values before anything has read them."""
    loads = [load for load in _loads(trace) if load.order > write.order]
    return frozenset[int]().union(*(load.unread for load in loads))


def _loads(trace: Trace) -> Iterator[LoadedInto]:
    """The loads that always happen, and that leave nothing out."""
    for event in trace.events if trace.incomplete is None else ():
        if not isinstance(event, LoadedInto) or event.source != CHECKPOINT or not event.strict:
            continue
        if event.certain and event.likely and not event.caught:
            yield event


def _of(trace: Trace) -> Iterator[Superseded]:
    for load in _loads(trace):
        chain = (*load.path, load.place)
        groups: dict[Place, list[tuple[int, Write]]] = {}
        behind: dict[Place, Place] = {}
        for number, write in trace.log:
            parting = fork((*write.path, write.place), chain)
            if not write.explicit or write.making or write.order > load.order or parting is None:
                continue
            groups.setdefault(parting[0], []).append((number, write))
            behind[parting[0]] = parting[1]
        for place, writes in groups.items():
            if not place.foreign and all(_gone(trace, load, number, write, place) for number, write in writes):
                names = dict.fromkeys(trace.names.get(number, "") for number, _ in writes)
                yield Superseded(place, behind[place], tuple(name for name in names if name))


def _gone(trace: Trace, load: LoadedInto, number: int, write: Write, place: Place) -> bool:
    """Whether a write is a plain initialization, by itself and not in a constructor, of which nothing is left."""
    info = trace.parameters[number]
    made = fork((*info.path, info.place), (*load.path, load.place))
    return (
        number in load.unread
        and isinstance(write.content, Random | Constant | Structured)
        and made is not None
        and made[0] != place
    )

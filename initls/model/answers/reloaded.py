"""Initializations that write over what a checkpoint has just loaded."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from initls.facts.place import Place
from initls.knowledge.parameters import Role
from initls.model.machine.chains import fork
from initls.model.state.contents import CHECKPOINT, Loaded
from initls.model.state.events import LoadedInto, OverLoaded
from initls.model.state.values import Path
from initls.model.traces.program import Program
from initls.model.traces.trace import Trace

MATRICES = (Role.WEIGHT, Role.TABLE)


class Reloaded(Struct, frozen=True):
    """An initialization at `place`, and the load at `load` in the same function, of whose weights it leaves nothing.

    `model` is the name of what was loaded, empty for the model as a whole; `names` are weights that are lost.
    `new` are the attributes of the model at hand that hold layers which the initialization is right for, where all else
    that it goes over has been loaded; none where no visitor is run at `place`, or layers of both kinds are mixed.
    """

    place: Place
    load: Place
    built: bool
    model: str
    names: tuple[str, ...]
    new: tuple[str, ...] = ()


def reloaded(program: Program) -> Iterator[Reloaded]:
    """Every such pair, of every trace."""
    for trace in program.traces:
        if trace.incomplete is not None:
            continue  # Where every path raises nobody knows which one was meant.
        loads = [event for event in trace.events if isinstance(event, LoadedInto)]
        for load in loads:
            yield from _of(trace, load)


def _of(trace: Trace, load: LoadedInto) -> Iterator[Reloaded]:
    chain = (*load.path, load.place)
    matrices = {number for number in load.parameters if trace.parameters[number].role in MATRICES}
    lost = [e for e in trace.events if isinstance(e, OverLoaded) and e.load == chain and e.parameter in matrices]
    lost = [event for event in lost if event.likely and _for_good(trace, event.parameter)]
    groups: dict[tuple[Place, Place], list[OverLoaded]] = {}
    for event in lost:
        parting = fork(chain, _author(trace, event))
        # An initialization in front of the load comes behind it only in the next round of a loop.
        if parting is not None and parting[1].site > parting[0].site:
            groups.setdefault(parting, []).append(event)
    for (anchor, place), events in groups.items():
        hit = {event.parameter for event in events}
        if load.source == CHECKPOINT and not (2 * len(hit) > len(matrices) and _meets_all(trace, load, events)):
            continue
        names = dict.fromkeys(trace.names.get(number, "") for number in sorted(hit))
        yield Reloaded(
            place,
            anchor,
            load.source != CHECKPOINT,
            trace.module_names.get(load.module, ""),
            tuple(name for name in names if name and "…" not in name),
            _new(trace, place, events),
        )


def _new(trace: Trace, place: Place, events: list[OverLoaded]) -> tuple[str, ...]:
    """The attributes of what a visitor goes over that hold nothing but new layers, some of which it initializes."""
    runs = {event.visitor for event in events}
    visit = trace.visits[index] if len(runs) == 1 and (index := runs.pop()) is not None else None
    if visit is None or visit.place != place or visit.names:
        return ()
    loaded: set[int] = set()
    for event in trace.events:
        if isinstance(event, LoadedInto) and event.order < visit.order:
            loaded |= event.parameters
    root = trace.module_names.get(visit.root, "")
    start = f"{root}." if root else ""
    new: dict[str, bool] = {}
    for number, write in trace.log:
        if write.visitor != visit.index:
            continue
        name = trace.names.get(number, "")
        attribute, _, rest = name.removeprefix(start).partition(".")
        if not name.startswith(start) or not rest or not attribute.isidentifier():
            return ()
        new[attribute] = new.get(attribute, True) and number not in loaded
    # An attribute of which a part was loaded is not new, though another part of it may be.
    fresh = [attribute for attribute, is_new in new.items() if is_new]
    held = {trace.names.get(number, "").removeprefix(start).partition(".")[0] for number in loaded}
    return () if held & set(fresh) else tuple(fresh)


def _author(trace: Trace, event: OverLoaded) -> Path:
    """The calls that lead to an initialization, or to the visitor run that it belongs to."""
    if event.visitor is None:
        return (*event.path, event.place)
    visit = trace.visits[event.visitor]
    return (*visit.path, visit.place)


def _for_good(trace: Trace, parameter: int) -> bool:
    """Whether nothing of a checkpoint is left in the end, on any path."""
    return not any(isinstance(write.content, Loaded) for way in trace.final.get(parameter, ()) for write in way.writes)


def _meets_all(trace: Trace, load: LoadedInto, events: list[OverLoaded]) -> bool:
    """Whether a visitor went over the whole model: to draw some layers anew on purpose is another thing."""
    for event in events:
        if event.visitor is not None:
            seen = trace.visits[event.visitor].seen
            if load.module in seen or load.parameters <= seen:
                return True
    return False

"""Layers that are made without being initialized, and that nothing fills before they are used."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from initls.facts.place import Place
from initls.knowledge import frameworks
from initls.model.answers.unwritten import unwritten
from initls.model.state.contents import Garbage
from initls.model.state.events import UsedUnfilled
from initls.model.traces.program import Program
from initls.model.traces.trace import Trace


class Unfilled(Struct, frozen=True):
    """What `by` has left without values at a place, and where that is used; None where a class leaves it so."""

    place: Place
    by: str
    names: tuple[str, ...]
    used: Place | None = None
    sure: bool = False


def unfilled(program: Program) -> Iterator[Unfilled]:
    """Every place of a file that skips an initialization which nothing makes up for."""
    if program.is_test:
        return
    seen: set[Place] = set()
    for trace, event in program.events(UsedUnfilled):
        names = tuple(trace.names[number] for number in event.parameters if number in trace.names)
        whole = trace.kind != "class" and trace.incomplete is None
        if whole and names and not event.at.foreign and event.at not in seen:
            seen.add(event.at)
            yield Unfilled(event.at, event.by, names, event.place, event.certain and event.likely)
    if not _filled_elsewhere(program):
        yield from (found for found in _left(program) if found.place not in seen)


def _left(program: Program) -> Iterator[Unfilled]:
    """What classes leave behind."""
    for left in dict.fromkeys(one.left for one in unwritten(program)):
        if left.at is None or left.at.foreign:
            continue
        for trace in program.traces:
            names = tuple(_holding(trace, left)) if trace.kind == "class" else ()
            if names:
                yield Unfilled(left.at, left.by, names)
                break


def _holding(trace: Trace, left: Garbage) -> Iterator[str]:
    for number in trace.final:
        if number in trace.names and trace.content(number) == left:
            yield trace.names[number]


def _filled_elsewhere(program: Program) -> bool:
    """Whether what is skipped may come from a checkpoint: the file loads one, or holds models that a library loads."""
    around = program.surroundings
    return around.loads or any(frameworks.TRANSFORMERS.derives(classes) for classes in around.models)

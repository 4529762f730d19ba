"""Written initializations of which nothing is left when training starts."""

from __future__ import annotations

from msgspec import Struct

from initls.facts.place import Place
from initls.knowledge.parameters import Role
from initls.model.answers.tied import twice
from initls.model.machine.chains import fork
from initls.model.state.contents import SPELLED, Constant, Structured
from initls.model.state.state import Write
from initls.model.traces.authors import author, by_base
from initls.model.traces.program import Program
from initls.model.traces.trace import Trace


class Void(Struct, frozen=True):
    """A place whose every write is lost, and the places that write over it.

    `behind` is the run of the visitor that does, where it stands in the same function: behind it the write would last.
    """

    place: Place
    names: tuple[str, ...]
    by: tuple[Place, ...]
    by_visitor: bool
    deletable: bool
    behind: Place | None = None


def void_writes(program: Program) -> tuple[Void, ...]:
    """Every place that initializes in vain, in every trace that runs it."""
    found: list[Void] = []
    tied = {pair.lost.write.place for pair in twice(program)}
    for place, entries in program.explicit_writes():
        if place in tied:
            continue  # There it is not the order that is wrong.
        written = [entry for entry in entries if not entry[2].making]
        if not written or len(written) < len(entries):
            continue
        void = _void(program, place, written)
        if void is not None:
            found.append(void)
    return tuple(found)


def _void(program: Program, place: Place, entries: list[tuple[Trace, int, Write]]) -> Void | None:
    """The verdict on one place; None where some write survives, counts for something, or is in good style."""
    traces = {id(trace): trace for trace, _, _ in entries}
    inside = {id(t) for t in traces.values() if _built_by_another(t, list(traces.values()))}
    by: dict[Place, None] = {}
    names: dict[str, None] = {}
    visitors = False
    behind: set[Place | None] = set()
    judged = 0
    for trace, parameter, write in entries:
        if id(trace) in inside:
            continue
        over = _overwriting(trace, parameter, write)
        if over is None:
            return None
        judged += 1
        by[over.place] = None
        visitors = visitors or (over.visitor is not None and write.visitor != over.visitor)
        behind.add(_behind(trace, write, over))
        names[trace.names.get(parameter, "a parameter")] = None
    if not judged:
        return None
    visited = any(write.visitor is not None for _, _, write in entries)
    last = behind.pop() if len(behind) == 1 and not visited else None
    return Void(place, tuple(names), tuple(by), by_visitor=visitors, deletable=not visited, behind=last)


def _behind(trace: Trace, write: Write, over: Write) -> Place | None:
    """What runs the visitor that writes over a write, in the function that spells the write."""
    if over.visitor is None:
        return None
    visit = trace.visits[over.visitor]
    parting = fork((*write.path, write.place), (*visit.path, visit.place))
    return parting[1] if parting is not None and parting[0] == write.place else None


def _built_by_another(trace: Trace, traces: list[Trace]) -> bool:
    """Whether another trace among these builds the class that this one is about, and so decides."""
    return trace.kind == "class" and any(
        other is not trace and any(m.id != 0 and m.own_class == trace.root for m in other.modules) for other in traces
    )


def _overwriting(trace: Trace, parameter: int, write: Write) -> Write | None:
    """The write that takes the place of `write` on every path before anything reads it, if it counts.

    In a trace that was given up later on it is as true as in any other.
    """
    if write.region is not None or parameter not in trace.names:
        return None
    if any(w.order == write.order for way in trace.final.get(parameter, ()) for w in way.writes):
        return None
    if trace.reads.get(parameter, -1) >= write.order:
        return None
    for number, over in trace.log:
        if number != parameter or over.order <= write.order or over.region is not None:
            continue
        if over.explicit and not isinstance(over.content, SPELLED):
            return None  # Values that are loaded or copied in replace an initialization that is there for other days.
        # What a visitor may write over, or a layer's own reset, may be written over by name behind that all the same.
        if over.explicit and _said_on_purpose(trace, parameter, write, over):
            return over
    return None


def _said_on_purpose(trace: Trace, parameter: int, write: Write, over: Write) -> bool:
    """Whether losing the write loses something that was meant, rather than a default for all."""
    if not isinstance(write.content, SPELLED):
        return False
    if write.place == over.place:
        return False  # One statement that runs twice: a loop, or a hook called again.
    if by_base(trace, write) != by_base(trace, over):
        return False  # A base class's initialization, seen from a subclass.
    if write.visitor is not None:
        # A visitor gives defaults; only another visitor replaces all of its work.
        if over.visitor is None or over.visitor == write.visitor:
            return False
        # A block that initializes itself does so for those who use it alone; the model around it may well repeat it.
        return trace.visits[write.visitor].path == trace.visits[over.visitor].path
    if over.visitor is None:
        # The same holds for what a block writes by name.
        return author(write) in ("", author(over), by_base(trace, write))
    special = trace.parameters[parameter].role in (Role.WEIGHT, Role.TABLE, Role.GAIN, Role.OTHER)
    if not special:
        # Zero biases are what most visitors write anyway.
        return isinstance(write.content, Constant) and write.content.value != 0 and write.content != over.content
    return isinstance(write.content, Constant | Structured) and write.content != over.content

"""Parameters that two modules share, and that are initialized under both names, one way and then another."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from initls.facts.place import Place, class_of
from initls.knowledge.spreads import deviation, may_reach
from initls.model.machine.chains import fork
from initls.model.state.contents import Constant, Random
from initls.model.state.events import Initialized, Tied
from initls.model.state.memory import once
from initls.model.state.state import Write
from initls.model.traces.authors import author, by_base
from initls.model.traces.program import Program
from initls.model.traces.trace import Trace

APART = 1.5
"""Two spreads are different from this ratio on."""


class Side(Struct, frozen=True):
    """One initialization of a shared parameter, with the name under which it was reached."""

    name: str
    write: Write
    shape: tuple[int | None, ...] | None

    @property
    def content(self) -> Random | Constant:
        """What it leaves."""
        content = self.write.content
        assert isinstance(content, Random | Constant)
        return content

    @property
    def deviation(self) -> float | None:
        """How far apart the elements are, where that is shown."""
        if isinstance(self.content, Constant):
            return 0.0
        return deviation(self.content.scheme, dict(self.content.arguments), self.shape)


class Twice(Struct, frozen=True):
    """A parameter that `tie` gives to a second module, and of whose two initializations the later one `wins`.

    `kept` is the name of the side whose parameter the tie keeps, `behind` the later initialization, or the visitor's
    run that it belongs to, where that stands in the function that ties.
    """

    tie: Place
    lost: Side
    wins: Side
    kept: str
    behind: Place | None

    @property
    def direct(self) -> bool:
        """Whether the initialization that is lost is said of this parameter alone."""
        return self.lost.write.visitor is None


@once
def twice(program: Program) -> tuple[Twice, ...]:
    """Every tie of a file whose parameter is initialized under both names, with different spreads."""
    if program.is_test:
        return ()
    found: dict[Place, tuple[bool, Twice]] = {}
    for trace, tie in program.events(Tied):
        if trace.incomplete is not None or tie.place.foreign or not tie.likely:
            continue
        for pair in _of(trace, tie):
            # The class that ties says it in its own names.
            own = trace.kind != "class" or class_of(tie.place.unit) == trace.root
            if tie.place not in found or own > found[tie.place][0]:
                found[tie.place] = (own, pair)
    return tuple(pair for _, pair in found.values())


def _of(trace: Trace, tie: Tied) -> Iterator[Twice]:
    whole = [write for number, write in trace.log if number == tie.parameter and write.region is None]
    last = whole[-1]
    ways = [way for way in trace.final.get(tie.parameter, ()) if way.likely]
    if not any(write.order == last.order for way in ways for write in way.writes) or not _counts(trace, tie, last):
        return
    others = [write for write in whole[:-1] if _counts(trace, tie, write) and write.through != last.through]
    if not others or trace.reads.get(tie.parameter, -1) >= others[-1].order or not _meant(trace, others[-1], last):
        return
    names = [_name(trace, write) for write in (others[-1], last)]
    info = trace.parameters[tie.parameter]
    owner = next((name for name, write in zip(names, (others[-1], last), strict=True) if _owner(trace, tie, write)), "")
    if not all(names) or not owner or (tie.module, tie.name) not in (others[-1].through, last.through):
        return
    lost, wins = (Side(name, write, info.shape) for name, write in zip(names, (others[-1], last), strict=True))
    if differ(lost, wins):
        yield Twice(tie.place, lost, wins, owner, _behind(trace, tie, last))


def _owner(trace: Trace, tie: Tied, write: Write) -> bool:
    info = trace.parameters[tie.parameter]
    return write.through == (info.owner, info.name)


def _counts(trace: Trace, tie: Tied, write: Write) -> bool:
    """Whether a write is an initialization that is surely made, through one of the parameter's names."""
    if not write.explicit or write.making or write.through is None:
        return False
    if not isinstance(write.content, Random | Constant):
        return False
    return any(
        event.likely and event.certain
        for event in trace.events
        if isinstance(event, Initialized)
        and event.place == write.place
        and event.path == write.path
        and abs(event.order - write.order) <= len(event.targets)
    )


def _meant(trace: Trace, lost: Write, last: Write) -> bool:
    """Whether losing the first write loses something that was meant, rather than a default for those who use a part."""
    if by_base(trace, lost) != by_base(trace, last):
        return False
    if lost.visitor is None:
        authors = ("", by_base(trace, lost), *([author(last)] if last.visitor is None else []))
        return author(lost) in authors
    if last.visitor is None:
        return False  # What is said of one layer behind a visitor is meant to have the last word.
    return trace.visits[lost.visitor].path == trace.visits[last.visitor].path


def _name(trace: Trace, write: Write) -> str:
    """The name under which a write reached its parameter."""
    assert write.through is not None
    module, name = write.through
    if module == 0 and trace.kind == "class":
        return name
    if module not in trace.module_names:
        return ""
    return f"{trace.module_names[module]}.{name}".lstrip(".")


def _behind(trace: Trace, tie: Tied, last: Write) -> Place | None:
    chain = (*last.path, last.place)
    if last.visitor is not None:
        visit = trace.visits[last.visitor]
        chain = (*visit.path, visit.place)
    parting = fork((*tie.path, tie.place), chain)
    return parting[1] if parting is not None and parting[0] == tie.place else None


def differ(one: Side, other: Side) -> bool:
    """Whether two initializations surely leave different spreads."""
    known = [side.deviation for side in (one, other)]
    first, second = known
    if first is not None and second is not None:
        return max(first, second) > APART * min(first, second)
    for side, number in ((one, second), (other, first)):
        if isinstance(side.content, Random) and side.deviation is None and number is not None:
            most = may_reach(side.content.scheme, dict(side.content.arguments))
            return most is not None and (number == 0 or number > APART * most)
    return False

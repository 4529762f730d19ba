"""Visitors none of whose tests holds for anything that they meet."""

from __future__ import annotations

from collections import defaultdict

from msgspec import Struct

from initls.facts.place import Place, name_of
from initls.knowledge import layers
from initls.knowledge.parameters import Role
from initls.model.state.state import Alternative
from initls.model.state.watch import Question
from initls.model.traces.program import Program
from initls.model.traces.trace import Trace
from initls.pattern import pattern

OF_CLASSES = frozenset({"class", "exact class", "class name"})
DIMENSIONS = pattern(r"\d")


class Unmatched(Struct, frozen=True):
    """A visitor run that meets nothing: where, what its `tests` ask for, and the weights that keep torch's default.

    There are none where all have been initialized in another way.

    `repairs` are the tests that may ask for a class which is there, each with the old class, the new one, and whether
    it asks for that type exactly.
    """

    place: Place
    tests: tuple[Place, ...]
    wanted: tuple[str, ...]
    exact: bool
    untouched: tuple[str, ...]
    repairs: tuple[tuple[Place, str, str, bool], ...]


def unmatched(program: Program) -> tuple[Unmatched, ...]:
    """Every visitor run that initializes nothing, if no run of the same visitor does."""
    answered = {
        question.place
        for trace in program.traces
        for question in trace.census.questions
        if question.visit not in trace.census.usual or any(answer is not False for _, answer in question.answers)
    }
    found: dict[Place, Unmatched] = {}
    for trace in program.traces:
        by_visit: dict[int, list[Question]] = defaultdict(list)
        for question in trace.census.questions:
            if question.visit is not None:
                by_visit[question.visit].append(question)
        for visit, questions in by_visit.items():
            one = _unmatched(trace, visit, questions, answered)
            if one is not None:
                found.setdefault(one.place, one)
    return tuple(found.values())


def _unmatched(trace: Trace, visit: int, questions: list[Question], answered: set[Place]) -> Unmatched | None:
    if trace.incomplete is not None or visit not in trace.census.usual:
        return None
    if any(question.about not in OF_CLASSES or question.place in answered for question in questions):
        return None
    meant = [question for question in questions if question.place in trace.census.initial]
    if not meant or any(place.foreign or not wanted for place, wanted in ((one.place, one.wanted) for one in meant)):
        return None
    if any(write.visitor == visit for _, write in trace.log):
        return None
    met = _met(trace, visit)
    if not met:
        return None
    kept = {trace.names[number]: owner for number, owner in met.items() if _untouched(trace.final.get(number, ()))}
    run = trace.visits[visit]
    handed = run.place in meant[0].path
    place = run.place if handed else meant[0].place
    if place.foreign:
        return None
    wanted = dict.fromkeys(_shown(question, name) for question in meant for name in question.wanted)
    return Unmatched(
        place,
        tuple(dict.fromkeys(question.place for question in meant)),
        tuple(wanted),
        all(question.about == "exact class" for question in meant),
        tuple(kept),
        _repairs(trace, meant, set(kept.values())),
    )


def _met(trace: Trace, visit: int) -> dict[int, str]:
    """The weights of layers that the visitor met, with the class of each layer."""
    over, seen = trace.visits[visit].over, trace.visits[visit].seen
    found: dict[int, str] = {}
    for info in trace.parameters:
        if info.owner is None or info.role is not Role.WEIGHT or info.id not in trace.names:
            continue
        owner = trace.modules[info.owner]
        if (owner.id if over == "modules" else info.id) in seen:
            found[info.id] = owner.own_class
    return found


def _untouched(ways: tuple[Alternative, ...]) -> bool:
    return bool(ways) and all(not write.explicit and write.making for way in ways for write in way.writes)


def _shown(question: Question, wanted: str) -> str:
    if question.about == "class name":
        return wanted
    return wanted.replace("torch.nn.", "nn.", 1) if wanted.startswith("torch.nn.") else name_of(wanted)


def _repairs(trace: Trace, questions: list[Question], kept: set[str]) -> tuple[tuple[Place, str, str, bool], ...]:
    """The tests that would hold if they asked for a class of the same family that is there."""
    found: list[tuple[Place, str, str, bool]] = []
    for question in questions:
        if question.about == "class name":
            continue
        exact = question.about == "exact class"
        for wanted in question.wanted:
            for own in sorted(kept):
                if exact and own != wanted and (layers.subclass(own, wanted) or _derives(trace, own, wanted)):
                    found.append((question.place, wanted, wanted, True))
                elif layers.layer(own) is not None and _family(own) == _family(wanted) and own != wanted:
                    found.append((question.place, wanted, own, False))
    return tuple(dict.fromkeys(found))


def _derives(trace: Trace, own: str, wanted: str) -> bool:
    return any(wanted in module.classes for module in trace.modules if module.own_class == own)


def _family(name: str) -> str:
    """The name of a class without the number of its axes: `Conv1d` and `Conv2d` are of one family."""
    return DIMENSIONS.sub("", name)

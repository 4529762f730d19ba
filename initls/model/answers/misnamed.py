"""Tests for names of parameters that no parameter has."""

from __future__ import annotations

from collections import defaultdict
from difflib import get_close_matches

from msgspec import Struct

from initls.facts.place import Place
from initls.model.state.watch import Question
from initls.model.traces.census import NUMBERED
from initls.model.traces.program import Program
from initls.model.traces.trace import Trace

ALIKE = 0.8
"""How much two names must have in common for one to be a slip for the other."""


class Misnamed(Struct, frozen=True):
    """A test at `place` that never holds: what it asks for, and the names that it was asked of.

    `endings` are the texts with the dot that would hold at the end of a name.
    """

    place: Place
    sign: str
    texts: tuple[str, ...]
    names: tuple[str, ...]
    endings: tuple[str, ...]


def misnamed(program: Program) -> tuple[Misnamed, ...]:
    """Every test for a name that fails for all parameters of all models."""
    asked: dict[Place, list[Question]] = defaultdict(list)
    doubtful: set[Place] = set()
    sampled: set[Place] = set()
    for trace in program.traces:
        for question in trace.census.questions:
            if question.about != "parameter name":
                continue
            asked[question.place].append(question)
            known = question.visit in trace.census.whole or _is_absent(trace, question)
            if (
                not known
                or question.place not in trace.census.initial
                or trace.incomplete is not None
                or any(answer is not False for _, answer in question.answers)
            ):
                doubtful.add(question.place)
            if not _is_absent(trace, question):
                sampled.add(question.place)
    found = [
        _misnamed(place, questions)
        for place, questions in asked.items()
        if place not in doubtful and not (place in sampled and any(map(NUMBERED.search, questions[0].wanted)))
    ]
    return tuple(one for one in found if one is not None)


def _is_absent(trace: Trace, question: Question) -> bool:
    """Whether no parameter can have one of the names, whatever there may be besides those that were met."""
    return question.visit is not None and all((question.visit, text) in trace.census.absent for text in question.wanted)


def _misnamed(place: Place, questions: list[Question]) -> Misnamed | None:
    first = questions[0]
    texts = first.wanted
    names = tuple(dict.fromkeys(str(name) for question in questions for name, _ in question.answers))
    if place.foreign or not names:
        return None
    endings = tuple(f".{text}" for text in texts)
    meant = tuple(name for name in names if name.endswith(endings))
    if first.sign == "==" and meant:
        return Misnamed(place, first.sign, texts, meant, endings)
    inside = tuple(name for name in names if any(text.endswith(f".{name}") for text in texts))
    if first.sign == "==" and inside:
        return Misnamed(place, first.sign, texts, inside, ())
    if not all(_is_slip(text, names) for text in texts):
        return None
    return Misnamed(place, first.sign, texts, names, ())


def _is_slip(text: str, names: tuple[str, ...]) -> bool:
    """Whether a text is written nearly like a name or the end of one, but not at all like that of another model."""
    steps = text.count(".") + 1
    ends = {".".join(name.split(".")[-steps:]) for name in names}
    return bool(get_close_matches(text, ends, 1, ALIKE))

"""Modules that a test for a piece of their class's name lets through, though they lack what they are asked for then."""

from __future__ import annotations

from initls.knowledge import layers
from initls.model.state.events import Lacked
from initls.model.state.watch import Question
from initls.model.traces.trace import Trace


def by_name(trace: Trace, event: Lacked) -> Question | None:
    """The test for a piece of a class's name that has led to a module without the attribute, if one has."""
    if event.assigned:
        return None
    leading = ("class name", event.visit, event.place.unit)
    for question in trace.census.questions:
        about = (question.about, question.visit, question.place.unit)
        if about == leading and dict(question.answers).get(event.module):
            return question
    return None


def meant(trace: Trace, question: Question, attribute: str) -> tuple[str, ...]:
    """The classes of torch that the test has let through and that have the attribute."""
    found: dict[str, None] = {}
    for number, answer in question.answers:
        if answer and isinstance(number, int):
            classes = trace.modules[number].classes
            row = next((row for name in classes if (row := layers.layer(name)) is not None), None)
            if row is not None and layers.parameter(row, attribute) is not None:
                found[row.name] = None
    return tuple(found)

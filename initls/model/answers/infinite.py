"""Parameters that start with an infinity everywhere, or with what is no number, and stay with it."""

from __future__ import annotations

import math

from msgspec import Struct

from initls.facts.place import Place
from initls.model.answers.constants import called_from
from initls.model.state.contents import Constant, Content, Random
from initls.model.state.memory import once
from initls.model.traces.program import Program
from initls.model.traces.trace import Trace

SCALES = frozenset({("normal", "std"), ("normal", "mean"), ("xavier_normal", "gain"), ("orthogonal", "gain")})
"""Schemes and arguments that make every number infinite where they are; the others raise, or pay no heed."""


class Infinite(Struct, frozen=True):
    """A parameter that holds no finite number when training starts.

    `value` is what it holds everywhere; for a draw it is that of the `argument`.
    """

    place: Place
    trace: Trace
    parameter: int
    value: float
    argument: str

    @property
    def name(self) -> str:
        """The dotted name of the parameter."""
        return self.trace.names[self.parameter]


@once
def infinite(program: Program) -> tuple[Infinite, ...]:
    """The parameters that are left without a finite number, by the place that leaves them so.

    Left out is what some larger model of the file writes over, and what any method may write that nothing calls here.
    """
    if program.is_test:
        return ()
    found: list[Infinite] = []
    for trace in program.traces:
        if trace.incomplete is not None or (trace.kind == "function" and trace.root.startswith("test")):
            continue
        for number in trace.final:
            one = _held(trace, number)
            if one is not None and not _undone(program, one):
                found.append(one)
    return tuple(found)


def _held(trace: Trace, number: int) -> Infinite | None:
    info = trace.parameters[number]
    likely = [way for way in trace.final[number] if way.likely]
    if not info.trainable or info.owner is None or number in trace.frozen or number not in trace.names or not likely:
        return None
    if number in trace.reinitialized or number in trace.fillers:
        return None
    shown = _number(trace.content(number))
    if shown is None:
        return None
    last = likely[0].writes[-1]
    place = info.place if last.making else called_from(last)
    return None if place.foreign else Infinite(place, trace, number, *shown)


def _number(content: Content | None) -> tuple[float, str] | None:
    """What keeps a parameter from being finite: its value, or an argument of its draw."""
    if isinstance(content, Constant) and content.value is not None and not math.isfinite(content.value):
        return content.value, ""
    if isinstance(content, Random):
        for name, value in content.arguments:
            if (content.scheme, name) in SCALES and isinstance(value, float) and math.isinf(value):
                return value, name
    return None


def _undone(program: Program, one: Infinite) -> bool:
    """Whether a larger model of the file leaves something else there, or trains it not, when it builds this class."""
    if one.trace.kind != "class":
        return False
    return any(
        number in trace.frozen or _number(trace.content(number)) is None
        for trace, number, _ in program.in_use(one.trace, one.place)
    )

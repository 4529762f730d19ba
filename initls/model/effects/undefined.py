"""Calculations with numbers that the program shows, and that have no result: a logarithm of zero, a division by it."""

from __future__ import annotations

from initls.facts import ir
from initls.model.machine import expressions
from initls.model.machine.machine import Run
from initls.model.state.events import Undefined
from initls.model.state.values import Known

MOST_DIGITS = 12


def in_arithmetic(run: Run, node: ir.Binary, left: Known, right: Known) -> None:
    """Note a division by a zero that the program shows."""
    if node.operator in ("/", "//", "%") and _is_number(left) and _is_number(right) and not right.value:
        try:
            expressions.ARITHMETIC[node.operator](left.value, right.value)
        except ZeroDivisionError as error:
            written = f"{shown(left.value)} {node.operator} {shown(right.value)}"
            note(run, node.site, written, error, soft=left.soft or right.soft)


def note(run: Run, site: int, written: str, error: Exception, *, soft: bool) -> None:
    """Note a calculation that raises, whatever options are asked for, while a model is built."""
    if isinstance(error, TypeError) or soft or run.doubts or run.graph is not None:
        return
    run.note(Undefined, site, written=written, error=type(error).__name__)


def shown(number: object) -> str:
    """A number as a reader would write it."""
    return f"{number:.{MOST_DIGITS}g}" if isinstance(number, float) else str(number)


def _is_number(value: Known) -> bool:
    return isinstance(value.value, int | float)

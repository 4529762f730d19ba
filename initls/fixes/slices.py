"""A slice of the first part becomes one of the second: `[:h]` is `[h:2 * h]` then."""

from __future__ import annotations

import libcst as cst

from initls.findings import Edit
from initls.fixes.names import path
from initls.fixes.source import Source
from initls.syntax.span import Span


def second_part(source: Source, node: cst.CSTNode) -> tuple[Edit, ...]:
    """The edits for the one slice from the beginning in what a place does; none where there is no such slice."""
    found = [one for one in _slices(node) if _starts(one.lower) and one.upper is not None and one.step is None]
    if len(found) != 1 or (end := found[0].upper) is None:
        return ()
    if isinstance(end, cst.Integer):
        first, last = end.value, str(2 * int(end.value, 0))
    elif path(end) is not None:
        first = source.text(end)
        last = f"2 * {first}"
    else:
        return ()
    span = source.span(end)
    start = source.span(found[0].lower).start if found[0].lower is not None else source.span(found[0].first_colon).start
    return (Edit(Span(start, span.end), f"{first}:{last}"),)


def _starts(lower: cst.BaseExpression | None) -> bool:
    return lower is None or (isinstance(lower, cst.Integer) and lower.value == "0")


def _slices(node: cst.CSTNode) -> list[cst.Slice]:
    found: list[cst.Slice] = []
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if isinstance(one, cst.Slice):
            found.append(one)
        waiting.extend(one.children)
    return found

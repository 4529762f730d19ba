"""The smallest edits, in whole lines, that lead from one text to another."""

from __future__ import annotations

from difflib import SequenceMatcher

from initls.findings import Edit
from initls.syntax.span import Point, Span
from initls.syntax.text import Text


def line_edits(old: Text, new: Text) -> tuple[Edit, ...]:
    """What to replace in `old` to get `new`, in text order; nothing when they are the same."""
    before, after = tuple(old.lines), tuple(new.lines)
    # What surrounds the changes is set aside first: matching takes time that grows with the square of the rest.
    shorter = min(len(before), len(after))
    head = 0
    while head < shorter and before[head] == after[head]:
        head += 1
    tail = 0
    while tail < shorter - head and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    changed, wanted = before[head : len(before) - tail], after[head : len(after) - tail]
    # Lines that are everywhere, as empty ones are, do not begin a match; the time would grow with their square too.
    matcher = SequenceMatcher(None, changed, wanted, autojunk=True)
    return tuple(
        Edit(Span(_start_of(old, head + start), _start_of(old, head + end)), "".join(wanted[low:high]))
        for tag, start, end, low, high in matcher.get_opcodes()
        if tag != "equal"
    )


def _start_of(text: Text, line: int) -> Point:
    """Where a line begins; behind the last one that is the end of the text."""
    return Point(line, 0) if line < len(text.lines) else text.end

"""A piece of source with the places of a finding marked in it."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from msgspec import Struct

from initls.cli.console import Paint
from initls.syntax.span import Span

_CONTEXT = 2
"""Lines around the primary place."""

_LONGEST_SPAN = 8
"""A place with more lines than this shows its beginning and its end."""

_WIDEST = 160
"""Cells of one line; of a longer one the part around the mark is shown."""

_TAB = 4


class Mark(Struct, frozen=True):
    """A place to underline, and what to say about it."""

    span: Span
    label: str = ""
    primary: bool = True


def frame(lines: Sequence[str], marks: Sequence[Mark], place: str, paint: Paint, kind: str) -> list[str]:
    """The lines of the frame, the first of which names the `place`. `kind` is the colour of the primary mark."""
    rows = _rows(lines, marks)
    width = number_width(rows)
    # A place of several lines is drawn as a bar at the left, which all lines of the frame make room for.
    barred = next((mark for mark in marks if mark.span.start.line != mark.span.end.line and mark.primary), None)
    result = [f"{' ' * width}{paint('frame', '-->')} {place}", edge(width, paint)]
    last: int | None = None
    for row in rows:
        if last is not None and row != last + 1:
            result.append(paint("frame", "..."))
        last = row
        here = [mark for mark in marks if mark is not barred and mark.span.start.line == row]
        text = Line(lines[row] if row < len(lines) else "", here[0].span.start.column if here else 0)
        bar = _bar(barred, row, paint, kind)
        result.append(numbered(row, width, bar + text.shown, paint))
        for mark in sorted(here, key=lambda mark: (not mark.primary, -mark.span.start.column)):
            colour = kind if mark.primary else "frame"
            start, end = text.cells(mark)
            under = ("^" if mark.primary else "-") * max(1, end - start)
            bar = _bar(barred, row, paint, kind, below=True)
            result.append(edge(width, paint, bar + " " * start + paint(colour, f"{under} {mark.label}".rstrip())))
        if barred is not None and row == barred.span.end.line:
            _, end = text.cells(Mark(Span(barred.span.end, barred.span.end)))
            closing = "|" + "_" * max(1, end) + "^"
            result.append(edge(width, paint, paint(kind, f"{closing} {barred.label}".rstrip())))
    result.append(edge(width, paint))
    return result


def number_width(rows: Sequence[int]) -> int:
    """How wide the line numbers of `rows` are."""
    return len(str(max(rows, default=0) + 1))


def numbered(row: int, width: int, text: str, paint: Paint) -> str:
    """One line of source with its number."""
    return f"{paint('frame', f'{row + 1:>{width}} |')} {text}".rstrip()


def edge(width: int, paint: Paint, text: str = "") -> str:
    """A line of the frame that shows no source."""
    return f"{paint('frame', ' ' * width + ' |')} {text}".rstrip()


def _rows(lines: Sequence[str], marks: Sequence[Mark]) -> list[int]:
    """The lines to show: each mark with some context, gaps of one line closed, blank lines at the outside left out."""
    wanted: set[int] = set()
    for mark in marks:
        first, last = mark.span.start.line, max(mark.span.start.line, mark.span.end.line)
        if not mark.primary:
            last = first
        inside = list(range(first, last + 1))
        if len(inside) > _LONGEST_SPAN:
            half = _LONGEST_SPAN // 2
            inside = inside[:half] + inside[-half:]
        context = _CONTEXT if mark.primary else 0
        around = [*range(first - context, first), *range(last + 1, last + 1 + context)]
        wanted.update(inside)
        wanted.update(row for row in around if 0 <= row < len(lines))
    rows = sorted(wanted | {row for row in wanted if row + 2 in wanted for row in (row + 1,)})
    marked = {mark.span.start.line for mark in marks} | {mark.span.end.line for mark in marks}
    while rows and rows[0] not in marked and not lines[rows[0]].strip():
        rows.pop(0)
    while rows and rows[-1] not in marked and not lines[rows[-1]].strip():
        rows.pop()
    return rows


def _bar(barred: Mark | None, row: int, paint: Paint, kind: str, *, below: bool = False) -> str:
    if barred is None:
        return ""
    first, last = barred.span.start.line, barred.span.end.line
    if row == first and not below:
        return paint(kind, "/") + " "
    if first <= row <= last:
        return paint(kind, "|") + " "
    return "  "


class Line:
    """One line of source as a terminal shows it: tabs as blanks, controls made visible, too long a line cut."""

    def __init__(self, text: str, focus: int = 0) -> None:
        cut = self._cut = max(0, focus - _WIDEST // 2) if len(text) > _WIDEST else 0
        piece = text[cut : cut + _WIDEST]
        shown = ["..."] if cut else []
        cell = 3 if cut else 0
        self._cells = [cell]
        for character in piece:
            drawn, width = _drawn(character, cell)
            shown.append(drawn)
            cell += width
            self._cells.append(cell)
        if cut + _WIDEST < len(text):
            shown.append("...")
        self.shown = "".join(shown)

    def cells(self, mark: Mark) -> tuple[int, int]:
        """The cells that a mark which begins on this line covers here."""
        start = self._cell(mark.span.start.column)
        if mark.span.end.line != mark.span.start.line:
            return start, self._cells[-1]
        return start, self._cell(mark.span.end.column)

    def _cell(self, column: int) -> int:
        return self._cells[min(max(0, column - self._cut), len(self._cells) - 1)]


def _drawn(character: str, cell: int) -> tuple[str, int]:
    """What stands for `character` at `cell`, and how many cells it takes."""
    if character == "\t":
        width = _TAB - cell % _TAB
        return " " * width, width
    category = unicodedata.category(character)
    if category in ("Cc", "Cf", "Cs", "Zl", "Zp"):
        # Bidirectional controls could make the frame show another program than the one that runs.
        return "\N{REPLACEMENT CHARACTER}", 1
    if category in ("Mn", "Me"):
        return character, 0
    return character, 2 if unicodedata.east_asian_width(character) in "WF" else 1

"""Places in a text.

A point is a zero-based line and a zero-based column counted in code points.
Lines end at LF, CRLF or CR and nowhere else, as in every editor; a text always has a last line, which may be empty.
Conversions to what a client counts in (UTF-8, UTF-16, UTF-32 units) happen at the wire and only there.
"""

from __future__ import annotations

from typing import NamedTuple


class Point(NamedTuple):
    """A place between two characters."""

    line: int
    column: int


class Span(NamedTuple):
    """The characters from `start` up to, not including, `end`."""

    start: Point
    end: Point

    def shifted(self, lines: int) -> Span:
        """The same span in a text that has `lines` more lines in front of it."""
        return Span(
            Point(self.start.line + lines, self.start.column),
            Point(self.end.line + lines, self.end.column),
        )

    def touches(self, other: Span) -> bool:
        """Whether the two spans share a character or a boundary."""
        return self.start <= other.end and other.start <= self.end

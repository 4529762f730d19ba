"""Statements as lines: which comments belong to one, and how it is taken out or put in without a ragged page."""

from __future__ import annotations

import libcst as cst
from msgspec import Struct

from initls.findings import Edit
from initls.fixes.source import Block, Source, Statement
from initls.syntax.span import Point, Span
from initls.syntax.text import Text, content


class Paragraph(Struct, frozen=True, eq=False):
    """A statement as the lines `top` to `last`, the comments directly above it included."""

    source: Source
    statement: Statement
    top: int
    first: int
    """The first line of the statement itself."""
    last: int
    above: int
    """How many blank lines stand above it."""
    below: int
    opens: bool
    """Whether it is the first statement of its block."""
    closes: bool
    """Whether it is the last one."""

    @staticmethod
    def of(source: Source, statement: Statement, *, comments: bool = True) -> Paragraph | None:
        """The lines of a statement; None where it shares them with another."""
        block = source.parent(statement)
        if not isinstance(block, (cst.Module, cst.IndentedBlock)):
            return None
        text = source.document.text
        first, last = source.first_line(statement), source.last_line(statement)
        top = first - (_comments(source, statement, first) if comments else 0)
        above = _blank(text, top - 1, -1)
        below = _blank(text, last + 1, 1)
        if isinstance(block, cst.Module):
            # A module is cut into units, so that the tree does not know where it begins and ends.
            opens, closes = top == above, last + below + 1 >= len(text.lines) - (not text.lines[-1])
        else:
            opens, closes = block.body[0] is statement, block.body[-1] is statement
        return Paragraph(source, statement, top, first, last, above, below, opens, closes)

    @property
    def apart(self) -> bool:
        """Whether it stands as a paragraph of its own."""
        return (self.above > 0 or self.opens) and (self.below > 0 or self.closes) and self.above + self.below > 0

    @property
    def lines(self) -> tuple[str, ...]:
        """Its lines, each with its ending."""
        return self.source.document.text.lines[self.top : self.last + 1]

    def removed(self) -> Span:
        """What to delete so that the lines are gone, and with them the blank line that only set them apart."""
        above, below = 0, 0
        if self.closes:
            above = self.above
        elif self.opens:
            below = self.below
        else:
            below = min(self.above, self.below)
        return whole_lines(self.source.document.text, self.top - above, self.last + below)


def whole_lines(text: Text, first: int, last: int) -> Span:
    """The lines `first` to `last` with their endings; at the end of a text that lacks one, the ending in front."""
    if last + 1 < len(text.lines):
        return Span(Point(first, 0), Point(last + 1, 0))
    if first > 0:
        return Span(Point(first - 1, len(text.line(first - 1))), text.end)
    return Span(Point(0, 0), text.end)


def ending(line: str) -> str:
    """The line ending of a line."""
    return line[len(content(line)) :]


def indentation(text: Text, line: int) -> str:
    """The blanks that a line begins with."""
    found = text.line(line)
    return found[: len(found) - len(found.lstrip(" \t\f"))]


def behind(text: Text, line: int, new: tuple[str, ...]) -> Edit:
    """Put lines, each with its ending, behind another."""
    written = "".join(new)
    if line + 1 < len(text.lines):
        point = Point(line + 1, 0)
        return Edit(Span(point, point), written)
    # The last line of the text has no ending: it gets one, and the new last line has none.
    bare = written[: len(written) - len(ending(new[-1]))]
    return Edit(Span(text.end, text.end), text.newline + bare)


def ahead(line: int, new: tuple[str, ...]) -> Edit:
    """Put lines, each with its ending, in front of another."""
    point = Point(line, 0)
    return Edit(Span(point, point), "".join(new))


def ended(lines: tuple[str, ...], newline: str) -> tuple[str, ...]:
    """The lines, where the last one is sure to have an ending."""
    return lines if ending(lines[-1]) else (*lines[:-1], lines[-1] + newline)


def newline_at(text: Text, line: int) -> str:
    """The ending that a new line near `line` should have."""
    return ending(text.lines[line]) or text.newline


def simple_line(source: Source, small: cst.CSTNode) -> cst.SimpleStatementLine | None:
    """The line that holds a small statement and no other; None where it shares it, or stands behind a colon."""
    line = source.parent(small)
    return line if isinstance(line, cst.SimpleStatementLine) and len(line.body) == 1 else None


def statements(block: Block) -> tuple[Statement, ...]:
    """The statements of a block."""
    return tuple(one for one in block.body if isinstance(one, (cst.SimpleStatementLine, cst.BaseCompoundStatement)))


def _comments(source: Source, statement: Statement, first: int) -> int:
    """How many comment lines stand directly above a statement, with its indentation."""
    module = source.tree.module
    leading = module.header if module.body and module.body[0] is statement else statement.leading_lines
    text = source.document.text
    margin = indentation(text, first)
    count = 0
    for empty in reversed(leading):
        line = first - count - 1
        # What stands on the first lines of a file speaks of the file.
        if empty.comment is None or line <= 0 or indentation(text, line) != margin:
            break
        count += 1
    return count


def _blank(text: Text, line: int, step: int) -> int:
    """How many blank lines there are from `line` on; the empty last line of a text is none."""
    count = 0
    while 0 <= line < len(text.lines) - (not text.lines[-1]) and not text.line(line).strip():
        count += 1
        line += step
    return count

"""Fixes of notebooks: each edit stays within one cell, and leaves alone what is no Python."""

from __future__ import annotations

from msgspec.structs import replace

from initls.document import Document
from initls.findings import Edit, Fix
from initls.notebook import Cells
from initls.syntax.span import Point, Span
from initls.syntax.text import Text


def fitted(document: Document, fix: Fix) -> Fix | None:
    """The fix with edits that each lie within one cell; None where that cannot be. In a file all are as they are."""
    if document.cells is None:
        return fix
    edits: list[Edit] = []
    for edit in fix.edits:
        fitting = _fitted(document.text, document.cells, edit)
        if fitting is None:
            return None
        edits.append(fitting)
    return replace(fix, edits=tuple(edits))


def _fitted(text: Text, cells: Cells, edit: Edit) -> Edit | None:
    start, end = edit.span.start, edit.span.end
    if edit.content[:1] in (" ", "\t") and start == end == Point(start.line, 0) and start.line in cells.starts[1:]:
        # What is to stand at the end of a block that the cell in front ends with.
        return _behind(text, start.line - 1, edit)
    cell = cells.at(start.line)
    if end == Point(cells.starts[cell + 1], 0) and start < end:
        # The last line end of a cell parts it from the next one, and stays.
        last = _end_of(text, end.line - 1)
        content = edit.content.removesuffix("\n").removesuffix("\r")
        edit = replace(edit, span=Span(start, last), content=content)
    if not cells.holds(cell, edit.span):
        return None
    touched = range(edit.span.start.line, edit.span.end.line + 1)
    if any(cells.hides(text.line(line)) for line in touched if not _spares(edit, line)):
        return None
    behind = range(edit.span.start.line, cells.starts[cell + 1])
    hidden = (cells.unmasked(text.line(line)) for line in behind if cells.hides(text.line(line)))
    # The magic of a whole cell has to stay in its first line.
    return None if any(line.lstrip().startswith("%%") for line in hidden) else edit


def _spares(edit: Edit, line: int) -> bool:
    """Whether an edit that meets a line leaves it whole: it begins in front of the line, or is all of it."""
    start, end = edit.span.start, edit.span.end
    return (start <= Point(line, 0)) and (end == Point(line, 0) or end.line > line)


def _behind(text: Text, line: int, edit: Edit) -> Edit:
    point = _end_of(text, line)
    return replace(edit, span=Span(point, point), content=text.newline + edit.content.removesuffix("\n"))


def _end_of(text: Text, line: int) -> Point:
    return Point(line, len(text.line(line)))

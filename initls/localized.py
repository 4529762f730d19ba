"""Findings and fixes of a notebook in the terms of its cells, as everybody wants them who shows them.

The analysis speaks of one text; what is shown names a cell, as the `part`, and counts lines from where that begins.
"""

from __future__ import annotations

import dataclasses

from msgspec.structs import replace

from initls.findings import Finding, Fix
from initls.notebook import Cells
from initls.syntax.span import Point, Span


def localized(finding: Finding, cells: Cells | None) -> Finding:
    """The finding with its places in cells; that of a file is as it was."""
    if cells is None:
        return finding
    part, span = _inside(cells, finding.span)
    related = []
    for one in finding.related:
        if one.filename is None:
            there, place = _inside(cells, one.span)
            one = dataclasses.replace(one, part=there, span=place)
        related.append(one)
    return replace(finding, part=part, span=span, related=tuple(related))


def localized_fix(fix: Fix, cells: Cells | None) -> Fix:
    """The fix with its edits in cells, and with what was hidden from the analysis back in its place."""
    if cells is None:
        return fix
    edits = []
    for edit in fix.edits:
        part, span = cells.inner(edit.span)
        edits.append(replace(edit, part=part, span=span, content=cells.unmasked(edit.content)))
    return replace(fix, edits=tuple(edits))


def _inside(cells: Cells, span: Span) -> tuple[int, Span]:
    """A span of one cell; one that reaches into the next ends with the cell that it begins in."""
    cell = cells.at(span.start.line)
    last = cells.starts[cell + 1] - 1
    if span.end.line > last:
        span = Span(span.start, max(span.start, Point(last, 0)))
    return cells.inner(span)

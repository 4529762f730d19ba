"""A fix is offered only when the text that it leaves can be read."""

from __future__ import annotations

from itertools import pairwise

from initls.document import Document
from initls.findings import Edit
from initls.fixes.apply import apply
from initls.syntax.guards import Unreadable
from initls.syntax.parse import parse


def sound(document: Document, edits: tuple[Edit, ...]) -> bool:
    """Whether the edits change something, do not overlap, and break no segment."""
    ordered = sorted(edits, key=lambda edit: edit.span)
    text = document.text
    if all(text.slice(edit.span) == edit.content for edit in ordered):
        return False
    if any(one.span.end > two.span.start for one, two in pairwise(ordered)):
        return False
    before = {placed.segment.key for placed in document.parts[0].outline.placed}
    after = apply(document, edits).parts[0].outline.placed
    changed = [placed.segment for placed in after if placed.segment.key not in before]
    return not any(isinstance(parse(segment), Unreadable) for segment in changed)

"""Edits put into effect."""

from __future__ import annotations

from collections.abc import Iterable

from initls.document import Document
from initls.findings import Edit, Fix


def apply(document: Document, edits: Iterable[Edit]) -> Document:
    """The document with `edits` made, all of which are in terms of the document as it is.

    They must not overlap; an insertion that occurs twice is made once.
    """
    by_part: dict[int, list[Edit]] = {}
    for edit in dict.fromkeys(edits):
        by_part.setdefault(edit.part, []).append(edit)
    for part, found in by_part.items():
        ordered = sorted(found, key=lambda edit: edit.span, reverse=True)
        document = document.edits(part, [(edit.span, edit.content) for edit in ordered])
    return document


def disjoint(fixes: Iterable[Fix]) -> tuple[Fix, ...]:
    """The fixes that can be applied together, the first in the text first.

    Two fixes that insert the same text at the same place, as an import that both need, agree there.
    """
    taken: dict[Edit, None] = {}
    chosen: list[Fix] = []
    for fix in sorted((fix for fix in fixes if fix.edits), key=_start):
        if not any(_clash(edit, other) for edit in fix.edits for other in taken):
            chosen.append(fix)
            taken.update(dict.fromkeys(fix.edits))
    return tuple(chosen)


def _start(fix: Fix) -> tuple[object, ...]:
    # An import at the head of the file says nothing about where the fix belongs: the last edit does.
    last = max(fix.edits, key=lambda edit: (edit.part, edit.span))
    return (last.part, last.span)


def _clash(one: Edit, other: Edit) -> bool:
    """Whether two edits can't both be made; two insertions at one place can't, for their order would be open."""
    if one.part != other.part:
        return False
    if one == other:
        return one.span.start != one.span.end
    return one.span.touches(other.span)

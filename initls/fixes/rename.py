"""An attribute asked for under its right name."""

from __future__ import annotations

import libcst as cst

from initls.findings import Edit
from initls.fixes.names import path
from initls.fixes.plans import Rename
from initls.fixes.source import Source


def rename(plan: Rename, source: Source, node: cst.CSTNode) -> tuple[Edit, ...]:
    """The edits that rename the attribute in the statement of the place."""
    edits: list[Edit] = []
    waiting: list[cst.CSTNode] = [node]
    while waiting:
        one = waiting.pop()
        waiting.extend(one.children)
        if isinstance(one, cst.Attribute) and one.attr.value == plan.old and path(one.value) == plan.owner:
            edits.append(Edit(source.span(one.attr), plan.new))
    return tuple(edits)

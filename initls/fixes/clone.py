"""A parameter that is made from an expanded view gets memory of its own."""

from __future__ import annotations

import libcst as cst

from initls.findings import Edit
from initls.fixes.allocation import data_of, is_parameter
from initls.fixes.imports import Imports
from initls.fixes.plans import OwnMemory
from initls.fixes.source import Source
from initls.syntax.span import Span

CHAINED = (cst.Call, cst.Name, cst.Attribute, cst.Subscript)
"""Expressions behind which a method can be called without brackets around them."""


def own_memory(plan: OwnMemory, source: Source, node: cst.CSTNode) -> tuple[Edit, ...]:
    """The edits for a plan; none where the tensor is spelled in a way that would need brackets."""
    call = node.value if isinstance(node, cst.Expr | cst.Assign | cst.AnnAssign) else node
    if not isinstance(call, cst.Call) or not is_parameter(Imports.seen_from(source, call).resolve(call.func)):
        return ()
    data = data_of(call)
    if not isinstance(data, CHAINED):
        return ()
    end = source.span(data).end
    return (Edit(Span(end, end), ".clone()"),)

"""A call is one of another function of `torch.nn.init`."""

from __future__ import annotations

import libcst as cst

from initls.findings import Edit
from initls.fixes.imports import INIT, Imports
from initls.fixes.plans import CallSuccessor
from initls.fixes.source import Source


def call_successor(plan: CallSuccessor, source: Source, node: cst.CSTNode) -> tuple[Edit, ...]:
    """The edits for a plan; none where the function goes by a name that is not torch's."""
    call = node.value if isinstance(node, cst.Expr) else node
    if not isinstance(call, cst.Call):
        return ()
    imports = Imports.seen_from(source, call)
    resolved = imports.resolve(call.func)
    if resolved is None or not resolved.startswith(f"{INIT}."):
        return ()
    if isinstance(call.func, cst.Attribute):
        return (Edit(source.span(call.func.attr), plan.function),)
    spelling = imports.spell(plan.function, call.func)
    return () if spelling is None else (*spelling.edits, Edit(source.span(call.func), spelling.name))

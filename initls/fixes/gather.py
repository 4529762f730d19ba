"""A statement is put under a context manager that brings the values of parameters back."""

from __future__ import annotations

import libcst as cst

from initls.findings import Edit
from initls.fixes.guard import under, written
from initls.fixes.imports import Imports
from initls.fixes.names import path
from initls.fixes.plans import Gather
from initls.fixes.source import Source


def gather(plan: Gather, source: Source, node: cst.CSTNode) -> tuple[Edit, ...]:
    """The edits for a plan; none where the context can't be named, or it is not shown what to gather."""
    call = node.value if isinstance(node, cst.Expr) else node
    context = Imports.seen_from(source, node).named(plan.context)
    tensor = None if plan.whole else written(call, method=plan.method)
    what = _of_model(call) if plan.whole else None if tensor is None else source.text(tensor)
    if context is None or what is None:
        return ()
    return under(source, node, f"with {context}({what}, {plan.arguments}):")


def _of_model(call: cst.CSTNode) -> str | None:
    """All parameters of the model that a call is about."""
    match call:
        case cst.Call(func=cst.Attribute(value=value, attr=cst.Name("apply" | "reset_parameters" | "init_weights"))):
            model = path(value)
        case cst.Call(args=[cst.Arg(value=value, keyword=None, star="")]):
            model = path(value)
        case _:
            return None
    return None if model is None else f"{model}.parameters()"

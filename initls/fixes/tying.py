"""Tied weights are named as transformers takes them."""

from __future__ import annotations

import libcst as cst

from initls.findings import Edit
from initls.fixes import render
from initls.fixes.plans import TakeArguments, TieBySource
from initls.fixes.source import Source
from initls.syntax.span import Span


def tie_by_source(plan: TieBySource, source: Source, node: cst.CSTNode) -> tuple[Edit, ...]:
    """The edit that puts a dict in the place of the list."""
    if not isinstance(node, cst.Assign | cst.AnnAssign) or not isinstance(node.value, cst.List | cst.Tuple):
        return ()
    quote = render.quote(source.document.text)
    pairs = [f"{quote}{tied}{quote}: {quote}{of}{quote}" for tied, of in plan.pairs]
    edits = [Edit(source.span(node.value), "{" + ", ".join(pairs) + "}")]
    if isinstance(node, cst.AnnAssign):
        edits.append(Edit(source.span(node.annotation.annotation), "dict[str, str]"))
    return tuple(edits)


def take_arguments(plan: TakeArguments, source: Source, node: cst.CSTNode) -> tuple[Edit, ...]:
    """The edit that puts the parameters behind the first one."""
    function = next((one for one in (node, *source.ancestors(node)) if isinstance(one, cst.FunctionDef)), None)
    if function is None or len(function.params.params) != 1:
        return ()
    end = source.span(function.params.params[0]).end
    return (Edit(Span(end, end), f", {plan.parameters}"),)

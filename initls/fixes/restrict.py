"""A visitor run over a whole model goes over some of its layers alone."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from initls.findings import Edit
from initls.fixes import layout
from initls.fixes.names import path
from initls.fixes.plans import Restrict
from initls.fixes.source import Source
from initls.syntax.span import Span

LOOPED = frozenset({"modules", "parameters"})
"""The methods whose loops go over a model. Those that give names would give other ones for a part of it."""


def restrict(plan: Restrict, source: Source, node: cst.CSTNode) -> Iterator[tuple[str, tuple[Edit, ...]]]:
    """The title and the edits for a plan; none where the visitor is run in a way that has no room for it."""
    edits = _applied(plan, source, node) or _looped(plan, source, node)
    if edits:
        yield plan.title, edits


def _applied(plan: Restrict, source: Source, node: cst.CSTNode) -> tuple[Edit, ...]:
    """`self.apply(f)` becomes `self.head.apply(f)`, on a line of its own for each layer."""
    statement = source.statement(node)
    match statement:
        case cst.Expr(value=cst.Call(func=cst.Attribute(value=model, attr=cst.Name("apply"))) as call):
            pass
        case _:
            return ()
    if path(model) is None or node not in (statement, call):
        return ()
    whole, owner = source.span(statement), source.span(model)
    first, *others = plan.layers
    edits = [Edit(Span(owner.end, owner.end), f".{first}")]
    if others:
        line = layout.simple_line(source, statement)
        if line is None:
            return ()
        text = source.document.text
        margin = layout.newline_at(text, whole.start.line) + layout.indentation(text, source.first_line(line))
        rest = source.between(owner.end, whole.end)
        again = "".join(f"{margin}{source.text(model)}.{name}{rest}" for name in others)
        edits.append(Edit(Span(whole.end, whole.end), again))
    return tuple(edits)


def _looped(plan: Restrict, source: Source, node: cst.CSTNode) -> tuple[Edit, ...]:
    """`for m in self.modules()` becomes `for m in self.head.modules()`, or one over those of several layers."""
    loop = next((one for one in (node, *source.ancestors(node)) if isinstance(one, cst.For)), None)
    match loop:
        case cst.For(iter=cst.Call(func=cst.Attribute(value=model, attr=cst.Name(value=method)), args=[]) as call):
            pass
        case _:
            return ()
    if method not in LOOPED or path(model) is None or node not in (loop, call):
        return ()
    owner = source.span(model)
    if len(plan.layers) == 1:
        return (Edit(Span(owner.end, owner.end), f".{plan.layers[0]}"),)
    rest = source.between(owner.end, source.span(call).end)
    parts = ", ".join(f"*{source.text(model)}.{name}{rest}" for name in plan.layers)
    return (Edit(source.span(call), f"({parts})"),)

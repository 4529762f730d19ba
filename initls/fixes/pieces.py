"""What is done to a packed tensor is done to each of its parts, in a loop over chunks."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from initls.findings import Edit
from initls.fixes import axes, guard, layout, render
from initls.fixes.imports import Imports
from initls.fixes.names import binds, path
from initls.fixes.plans import InitializeParts, Scheme
from initls.fixes.source import Source
from initls.fixes.target import written
from initls.syntax.span import Span


def initialize_parts(
    plan: InitializeParts, source: Source, node: cst.CSTNode
) -> Iterator[tuple[str, tuple[Edit, ...]]]:
    """The title and the edits for each scheme, or for the call as it is."""
    if isinstance(node, cst.Expr):
        node = node.value
    tensor, statement = written(source, node), source.statement(node)
    if tensor is None or path(tensor) is None or not isinstance(node, cst.Call):
        return
    alone = isinstance(statement, cst.Expr) and statement.value is node
    line = None if statement is None else layout.simple_line(source, statement)
    function = source.function(node)
    if not alone or line is None or (function is not None and plan.part in binds(function.body)):
        return
    vectors = axes.may_lack_one(source, node, tensor)
    if not plan.schemes:
        kept = source.span(node)
        inner = source.span(tensor)
        call = source.between(kept.start, inner.start) + plan.part + source.between(inner.end, kept.end)
        yield f"Initialize each {plan.part} by itself", _looped(plan, source, line, tensor, call, ())
    for scheme in plan.schemes:
        spelling = Imports.seen_from(source, node).spell(scheme.function)
        if spelling is not None:
            ending = render.tail(render.keywords(scheme, source.document.text))
            call = f"{spelling.name}({plan.part}{ending}"
            test = vectors and axes.needs_two(scheme.function)
            yield _title(plan, scheme), _looped(plan, source, line, tensor, call, spelling.edits, test=test)


def _title(plan: InitializeParts, scheme: Scheme) -> str:
    reason = f", {scheme.reason}" if scheme.reason else ""
    return f"Initialize with {scheme.function} (each {plan.part} by itself{reason})"


def _looped(
    plan: InitializeParts,
    source: Source,
    line: cst.SimpleStatementLine,
    tensor: cst.BaseExpression,
    call: str,
    edits: tuple[Edit, ...],
    *,
    test: bool = False,
) -> tuple[Edit, ...]:
    """The loop in the place of the statement, behind a test where the tensor may be a vector."""
    text = source.document.text
    first = source.first_line(line)
    margin = layout.indentation(text, first)
    spelled, step, newline = source.text(tensor), guard.step(source, line, margin), layout.newline_at(text, first)
    lines = [f"if {spelled}.dim() > 1:"] if test else []
    lines += [f"for {plan.part} in {spelled}.chunk({plan.parts}):", call]
    span = source.span(line)
    statement = line.body[0]
    whole = Span(span.start, source.span(statement).end)
    return (*edits, Edit(whole, newline.join(one and margin * (n > 0) + step * n + one for n, one in enumerate(lines))))

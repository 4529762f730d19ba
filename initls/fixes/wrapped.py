"""Initialization of weights that a wrapper computes: in front of the wrapping, or of what they are computed from."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from initls.findings import Edit
from initls.fixes import layout
from initls.fixes.layout import Paragraph
from initls.fixes.names import path
from initls.fixes.plans import Retarget, WrapLater
from initls.fixes.source import Source
from initls.syntax.span import Span


def wrap_later(plan: WrapLater, source: Source, node: cst.CSTNode) -> tuple[Edit, ...]:
    """The edits that take a wrapping off an assignment and put it behind another statement."""
    statement = source.statement(node)
    match node, statement:
        case cst.Call(args=[module, *_]), cst.Assign(targets=[target], value=value) if value is node:
            name = path(target.target)
        case _:
            return ()
    line = layout.simple_line(source, statement)
    found = Source.at(source.document, plan.behind)
    if module.keyword is not None or module.star or name is None or line is None or found is None:
        return ()
    there, other = found
    block = source.parent(line)
    if there.unit != source.unit or not isinstance(block, (cst.Module, cst.IndentedBlock)):
        return ()
    last = source.lifted(other, block)
    order = layout.statements(block)
    if last is None or order.index(last) <= order.index(line):
        return ()
    whole, inner = source.span(node), source.argument_span(module)
    paragraph = Paragraph.of(source, last)
    if paragraph is None:
        return ()
    text = source.document.text
    margin = layout.indentation(text, whole.start.line)
    rest = source.between(inner.end, whole.end)
    again = f"{margin}{name} = {source.between(whole.start, inner.start)}{name}{rest}"
    behind = layout.behind(text, paragraph.last, (again + layout.newline_at(text, whole.start.line),))
    if path(module.value) == name:
        # Without the wrapping nothing is left of the statement.
        own = Paragraph.of(source, line)
        return () if own is None or own.last >= paragraph.first else (Edit(own.removed(), ""), behind)
    return (Edit(Span(whole.start, inner.start), ""), Edit(Span(inner.end, whole.end), ""), behind)


def retarget(plan: Retarget, source: Source, node: cst.CSTNode) -> tuple[Edit, ...]:
    """The edits that make a write name another tensor of the same module."""
    for way in _ways(node):
        found = [one for one in _attributes(way) if one.attr.value == plan.name]
        if found:
            return (Edit(source.span(found[0].attr), plan.other),) if len(found) == 1 else ()
    return ()


def _ways(node: cst.CSTNode) -> tuple[cst.CSTNode, ...]:
    """Where a statement or call may name the tensor that it writes, the likeliest first."""
    match node:
        case cst.Expr(value=value):
            return _ways(value)
        case cst.Call(func=function, args=args):
            return (function, *(argument.value for argument in args[:1]))
        case cst.Assign(targets=[cst.AssignTarget(target=target)]) | cst.AugAssign(target=target):
            return (target,)
        case _:
            return ()


def _attributes(node: cst.CSTNode) -> Iterator[cst.Attribute]:
    """The attributes that an expression leads through, the outermost first."""
    while True:
        match node:
            case cst.Attribute(value=value):
                yield node
                node = value
            case cst.Subscript(value=value) | cst.Call(func=value):
                node = value
            case _:
                return

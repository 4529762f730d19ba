"""One argument of a call is set, whether or not it stands there already."""

from __future__ import annotations

import libcst as cst

from initls.findings import Edit
from initls.fixes import render
from initls.fixes.plans import SetArgument
from initls.fixes.source import Source
from initls.knowledge.initializers import INITIALIZERS
from initls.syntax.span import Span


def set_argument(plan: SetArgument, source: Source, node: cst.CSTNode) -> tuple[Edit, ...]:
    """The edit that gives an argument its value; none where the call hides its arguments behind stars."""
    if isinstance(node, cst.Expr):
        node = node.value
    if not isinstance(node, cst.Call) or not node.args or any(one.star for one in node.args):
        return ()
    text = source.document.text
    found = _argument(plan, node)
    if plan.value is None:
        return () if found is None else _without(source, node, found)
    written = text_of(render.literal(plan.value, text))
    if found is not None:
        return (Edit(source.span(found.value), written),)
    end = source.argument_span(node.args[-1]).end
    return (Edit(Span(end, end), f", {plan.keyword}={written}"),)


def text_of(expression: cst.BaseExpression) -> str:
    """An expression as code."""
    return cst.Module([]).code_for_node(expression)


def _argument(plan: SetArgument, node: cst.Call) -> cst.Arg | None:
    """The argument where it stands, by its name or its position."""
    for one in node.args:
        if one.keyword is not None and one.keyword.value == plan.keyword:
            return one
    row = INITIALIZERS.get(f"torch.nn.init.{plan.function}")
    names = [] if row is None else [name for name, _ in row.signature]
    position = names.index(plan.keyword) if plan.keyword in names else len(node.args)
    if position < len(node.args) and node.args[position].keyword is None:
        return node.args[position]
    return None


def _without(source: Source, node: cst.Call, argument: cst.Arg) -> tuple[Edit, ...]:
    """Take an argument out with the comma in front of it; one by position only where nothing by position follows."""
    index = node.args.index(argument)
    behind = node.args[index + 1 :]
    if not index or (argument.keyword is None and any(one.keyword is None for one in behind)):
        return ()
    start = source.argument_span(node.args[index - 1]).end
    return (Edit(Span(start, source.argument_span(argument).end), ""),)

"""The arguments of a call are set, renamed or taken out; the rest of the call stays as it is written."""

from __future__ import annotations

import libcst as cst

from initls.findings import Edit
from initls.fixes import render
from initls.fixes.imports import Imports
from initls.fixes.plans import Argument, ChangeArguments
from initls.fixes.source import Source
from initls.syntax.span import Span


def change_arguments(plan: ChangeArguments, source: Source, node: cst.CSTNode) -> tuple[Edit, ...]:
    """The edits for a plan; none where an argument is not to be seen, or is no literal and would have to change."""
    call = node.value if isinstance(node, cst.Expr) else node
    if not isinstance(call, cst.Call) or not call.args or any(one.star for one in call.args):
        return ()
    edits: list[Edit] = []
    for change in plan.arguments:
        found = _found(call, change)
        made = _passed(source, call, change) if found is None else _changed(source, call, found, change)
        if made is None:
            return ()
        edits += made
    return tuple(edits)


def _found(call: cst.Call, change: Argument) -> int | None:
    for index, one in enumerate(call.args):
        named = None if one.keyword is None else one.keyword.value
        if named == change.keyword or (named is None and index == change.position):
            return index
    return None


def _passed(source: Source, call: cst.Call, change: Argument) -> list[Edit] | None:
    """An argument that is not given yet, behind all others."""
    if not change.anyhow or change.value is None:
        return None
    end = source.argument_span(call.args[-1]).end
    return [Edit(Span(end, end), f", {change.keyword}={_written(source, change.value)}")]


def _changed(source: Source, call: cst.Call, index: int, change: Argument) -> list[Edit] | None:
    argument = call.args[index]
    span = source.argument_span(argument)
    if change.removed:
        # Without one by position, those behind it would stand in other places.
        placed = argument.keyword is None and any(one.keyword is None for one in call.args[index + 1 :])
        if index == 0 or placed:
            return None
        return [Edit(Span(source.argument_span(call.args[index - 1]).end, span.end), "")]
    text, edits = source.text(argument.value), list[Edit]()
    if change.value is not None:
        if not (change.anyhow or _is_literal(argument.value)):
            return None
        text = _replaced(source, argument.value, change.value)
    if change.gain:
        spelling = Imports.seen_from(source, call).spell("calculate_gain")
        if spelling is None:
            return None
        head = source.text(call.func.value) + "." if isinstance(call.func, cst.Attribute) else None
        text = f"{spelling.name if head is None else head + 'calculate_gain'}({text})"
        edits += spelling.edits if head is None else ()
    if change.to is not None and argument.keyword is None:
        if not _last_positional(call, index):
            return None
        text = f"{change.to}={text}"
    elif change.to is not None and argument.keyword is not None:
        edits.append(Edit(source.span(argument.keyword), change.to))
    if text != source.text(argument.value):
        edits.append(Edit(source.span(argument.value), text))
    behind = "".join(f", {key}={_written(source, value)}" for key, value in change.more)
    if behind:
        edits.append(Edit(Span(span.end, span.end), behind))
    return edits


def _last_positional(call: cst.Call, index: int) -> bool:
    """Whether what stands behind an argument has names, or gets them as well."""
    return all(one.keyword is not None or isinstance(one.value, cst.SimpleString) for one in call.args[index + 1 :])


def _is_literal(node: cst.BaseExpression) -> bool:
    if isinstance(node, cst.UnaryOperation):
        return _is_literal(node.expression)
    return isinstance(node, cst.SimpleString | cst.Integer | cst.Float | cst.Name) and (
        not isinstance(node, cst.Name) or node.value in ("None", "True", "False")
    )


def _replaced(source: Source, node: cst.BaseExpression, value: str | float) -> str:
    """A value in the place of a literal, with its quotation marks."""
    if isinstance(node, cst.SimpleString) and isinstance(value, str):
        return f"{node.quote}{value}{node.quote}"
    return _written(source, value)


def _written(source: Source, value: str | float) -> str:
    return cst.Module([]).code_for_node(render.literal(value, source.document.text))

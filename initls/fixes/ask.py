"""A test that asks for the truth of a tensor, or by `hasattr`, asks whether the tensor is there."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from initls.facts.extract import string_value
from initls.findings import Edit
from initls.fixes.plans import AskForNone
from initls.fixes.source import Source


def ask_for_none(plan: AskForNone, source: Source, node: cst.CSTNode) -> tuple[str, tuple[Edit, ...]]:
    """The title and the edits for a plan."""
    title, edits = "", list[Edit]()
    if isinstance(node, cst.If | cst.While):
        for operand in _operands(node.test):
            written = _instead(plan, source, operand)
            if written:
                title = title or f"Ask `{written}`"
                edits.append(Edit(source.span(operand), written))
    return title, tuple(edits)


def _operands(test: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    """What a test asks the truth of, a `not` in front included."""
    match test:
        case cst.BooleanOperation(left=left, right=right):
            yield from _operands(left)
            yield from _operands(right)
        case cst.UnaryOperation(operator=cst.Not(), expression=cst.BooleanOperation() as inner):
            yield from _operands(inner)
        case _:
            yield test


def _instead(plan: AskForNone, source: Source, operand: cst.BaseExpression) -> str:
    negated = isinstance(operand, cst.UnaryOperation) and isinstance(operand.operator, cst.Not)
    asked = operand.expression if isinstance(operand, cst.UnaryOperation) else operand
    there = "is None" if negated else "is not None"
    if not plan.attribute:
        return f"{plan.written} {there}" if source.text(asked) == plan.written else ""
    match asked:
        case cst.Call(func=cst.Name("hasattr"), args=[owner, cst.Arg(value=cst.SimpleString() as name)]) if (
            source.text(owner.value) == plan.written and string_value(name) == plan.attribute
        ):
            return f"getattr({plan.written}, {source.text(name)}, None) {there}"
    return ""

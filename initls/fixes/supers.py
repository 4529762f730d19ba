"""A call of the base constructor where there is none."""

from __future__ import annotations

import libcst as cst

from initls.findings import Edit
from initls.fixes import layout
from initls.fixes.layout import Paragraph
from initls.fixes.plans import InsertSuper
from initls.fixes.source import Source, Statement
from initls.pattern import pattern

_MODERN = pattern(r"\bsuper\(\)\s*\.\s*__init__\b")
_LEGACY = pattern(r"\bsuper\(\s*\w+\s*,\s*\w+\s*\)\s*\.\s*__init__\b")


def insert_super(plan: InsertSuper, source: Source, node: cst.CSTNode) -> tuple[Edit, ...]:
    """The edit that puts the call on a line of its own in front of a statement."""
    block = source.block(node)
    function = source.function(node)
    before = None if block is None else source.lifted(node, block)
    if block is None or function is None or before is None or function.body is not block:
        return ()
    body = layout.statements(block)
    if any(_calls_super(one) for one in body[: body.index(before) + 1]):
        return ()
    paragraph = Paragraph.of(source, before)
    call = _call(source, function)
    if paragraph is None or call is None:
        return ()
    text = source.document.text
    line = layout.indentation(text, paragraph.first) + call + layout.newline_at(text, paragraph.first - 1)
    return (layout.ahead(paragraph.top, (line,)),)


def _call(source: Source, function: cst.FunctionDef) -> str | None:
    """The call in the style of the file."""
    text = source.document.source
    legacy, modern = len(_LEGACY.findall(text)), len(_MODERN.findall(text))
    if legacy <= modern:
        return "super().__init__()"
    own = [*function.params.posonly_params, *function.params.params]
    name = source.classname(function)
    return f"super({name}, {own[0].name.value}).__init__()" if own and name is not None else None


def _calls_super(statement: Statement) -> bool:
    """Whether a statement is a call of the base constructor through `super`."""
    match statement:
        case cst.SimpleStatementLine(
            body=[
                cst.Expr(
                    value=cst.Call(
                        func=cst.Attribute(
                            value=cst.Call(func=cst.Name(value="super")), attr=cst.Name(value="__init__")
                        )
                    )
                )
            ]
        ):
            return True
        case _:
            return False

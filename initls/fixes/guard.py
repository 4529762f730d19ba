"""A statement is put behind a test, so that it runs only for the tensors that it is right for."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from initls.findings import Edit
from initls.fixes import layout
from initls.fixes.plans import Guard
from initls.fixes.source import Source
from initls.syntax.span import Span


def guard(plan: Guard, source: Source, node: cst.CSTNode) -> Iterator[tuple[str, tuple[Edit, ...]]]:
    """The title and the edits for a plan."""
    if "{}" not in plan.test:
        # It asks for something else than the tensor, wherever in the statement the place is.
        statement = source.statement(node)
        test, node = plan.test, node if statement is None else statement
    else:
        tensor = written(node, method=plan.method)
        if tensor is None:
            return
        test = plan.test.format(source.text(tensor))
    edits = behind(source, node, test, ())
    if edits:
        yield f"Put it behind `if {test}:`", edits


def written(node: cst.CSTNode, *, method: bool = False) -> cst.BaseExpression | None:
    """The tensor that a call or an assignment writes, without `.data` and `.detach()`."""
    match node:
        case cst.Expr(value=value):
            return written(value, method=method)
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Attribute(value=value))]):
            return bare(value)
        case cst.Call(func=cst.Attribute(value=value)) if method:
            return bare(value)
        case cst.Call(args=args) if not method:
            named = [one for one in args if one.keyword is not None and one.keyword.value == "tensor"]
            first = [one for one in args[:1] if one.keyword is None and not one.star]
            return bare((named or first)[0].value) if named or first else None
        case _:
            return None


def bare(node: cst.BaseExpression) -> cst.BaseExpression:
    """A tensor without the ways around autograd, which give the same tensor."""
    while True:
        match node:
            case cst.Attribute(value=value, attr=cst.Name("data")):
                node = value
            case cst.Call(func=cst.Attribute(value=value, attr=cst.Name("detach")), args=[]):
                node = value
            case _:
                return node


def behind(source: Source, node: cst.CSTNode, test: str, edits: tuple[Edit, ...]) -> tuple[Edit, ...]:
    """The edits, with the statement that they make put behind a test; none where there is no room for one."""
    return under(source, node, f"if {test}:", edits)


def under(source: Source, node: cst.CSTNode, header: str, edits: tuple[Edit, ...] = ()) -> tuple[Edit, ...]:
    """The same for any line that opens a block."""
    statement = source.statement(node)
    line = None if statement is None else layout.simple_line(source, statement)
    if line is None or not (statement is node or (isinstance(statement, cst.Expr) and statement.value is node)):
        return ()
    text = source.document.text
    first = source.first_line(line)
    margin = layout.indentation(text, first)
    start = source.span(line).start
    written = f"{header}{layout.newline_at(text, first)}{margin}{step(source, line, margin)}"
    at_start = [edit for edit in edits if edit.span.start == start]
    rest = [edit for edit in edits if edit.span.start != start]
    if at_start:
        return (*rest, Edit(at_start[0].span, written + at_start[0].content), *at_start[1:])
    return (*edits, Edit(Span(start, start), written))


def step(source: Source, line: cst.CSTNode, margin: str) -> str:
    """By how much the file indents."""
    block = source.parent(line)
    holder = None if block is None else source.parent(block)
    if holder is not None and not isinstance(block, cst.Module) and block is not source.root:
        outer = layout.indentation(source.document.text, source.first_line(holder))
        return margin.removeprefix(outer) or "    "
    return "    "

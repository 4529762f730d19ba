"""A parameter that is made from a constant gets an init call on a line of its own."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from initls.facts.extract import string_value
from initls.findings import Edit
from initls.fixes import layout, render
from initls.fixes.allocation import axes, data_of, emptied, is_parameter, maker_of
from initls.fixes.axes import needs_two
from initls.fixes.imports import Imports
from initls.fixes.names import path
from initls.fixes.plans import InitializeParameter, Scheme
from initls.fixes.source import Source
from initls.syntax.span import Span


def initialize_parameter(
    plan: InitializeParameter, source: Source, node: cst.CSTNode
) -> Iterator[tuple[str, tuple[Edit, ...]]]:
    """The title and the edits for each scheme that the plan proposes and that can be carried out."""
    imports = Imports.seen_from(source, node)
    statement = source.statement(node)
    if statement is None:
        return
    for scheme in plan.schemes:
        if isinstance(node, cst.Call) and _made(source, imports, statement) is None:
            edits = wrapped(source, imports, node, scheme)
        else:
            edits = initialize(source, imports, statement, scheme)
        if edits:
            yield render.title(scheme), edits


def initialize(source: Source, imports: Imports, node: cst.CSTNode, scheme: Scheme) -> tuple[Edit, ...]:
    """The allocation without its values, and the init call behind the statement that makes the parameter."""
    found = _made(source, imports, node)
    line = layout.simple_line(source, node)
    if found is None or line is None:
        return ()
    target, value = found
    spelling = imports.spell(scheme.function)
    if spelling is None or not _suits(imports, value, scheme):
        return ()
    text = source.document.text
    last = source.last_line(line)
    call = f"{spelling.name}({target}{render.tail(render.keywords(scheme, text))}"
    written = layout.indentation(text, source.first_line(line)) + call
    following = text.line(last + 1) if last + 1 < len(text.lines) else ""
    if following == written:
        return ()
    inserted = layout.behind(text, last, (written + layout.newline_at(text, last),))
    return (*spelling.edits, *emptied(source, imports, value), inserted)


def wrapped(source: Source, imports: Imports, node: cst.Call, scheme: Scheme) -> tuple[Edit, ...]:
    """Where the parameter has no name yet, as in a comprehension: the init call around its tensor."""
    data = data_of(node) if is_parameter(imports.resolve(node.func)) else node
    spelling = imports.spell(scheme.function)
    if data is None or spelling is None or maker_of(imports, data) is None or not _suits(imports, data, scheme):
        return ()
    span = source.span(data)
    ending = render.tail(render.keywords(scheme, source.document.text))
    return (
        *spelling.edits,
        Edit(Span(span.start, span.start), spelling.name + "("),
        *emptied(source, imports, data),
        Edit(Span(span.end, span.end), ending),
    )


def _suits(imports: Imports, value: cst.BaseExpression, scheme: Scheme) -> bool:
    """Whether the tensor has as many axes as the scheme asks for, or may have."""
    count = axes(imports, value)
    return count is None or count > 1 or not needs_two(scheme.function)


def _made(source: Source, imports: Imports, node: cst.CSTNode) -> tuple[str, cst.Call] | None:
    """The parameter that a statement makes, as code, and the call that makes it."""
    found = _target(source, node)
    return found if found is not None and _is_tensor(imports, found[1]) else None


def _target(source: Source, node: cst.CSTNode) -> tuple[str, cst.Call] | None:
    """What a statement assigns a call to, as code, and the call."""
    match node:
        case cst.Assign(targets=[first, *_], value=cst.Call() as value):
            target = first.target
        case cst.AnnAssign(target=target, value=cst.Call() as value):
            pass
        case cst.Expr(value=cst.Call() as call):
            return _registered(source, call)
        case _:
            return None
    if not isinstance(target, (cst.Name, cst.Attribute, cst.Subscript)):
        return None
    return source.text(target), value


def _is_tensor(imports: Imports, value: cst.Call) -> bool:
    """Whether a call is known to give a parameter or a tensor, and never None."""
    named = (path(value.func) or "").rpartition(".")[2]
    return (
        is_parameter(imports.resolve(value.func)) or named.endswith("Parameter") or maker_of(imports, value) is not None
    )


def _registered(source: Source, call: cst.Call) -> tuple[str, cst.Call] | None:
    """`self.register_parameter("w", nn.Parameter(...))` makes `self.w`."""
    match call:
        case cst.Call(
            func=cst.Attribute(value=holder, attr=cst.Name(value="register_parameter")),
            args=[cst.Arg(value=cst.SimpleString() as name), cst.Arg(value=cst.Call() as value)],
        ):
            plain = string_value(name)
            if isinstance(plain, str) and plain.isidentifier():
                return f"{source.text(holder)}.{plain}", value
    return None

"""A parameter that is made from a constant gets an init call on a line of its own."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from initls.findings import Edit
from initls.fixes import layout, render
from initls.fixes.imports import Imports
from initls.fixes.names import path
from initls.fixes.plans import InitializeParameter, Scheme
from initls.fixes.source import Source
from initls.knowledge.initializers import CONSTANT_MAKERS, TENSOR_WRITES
from initls.syntax.span import Span

PARAMETERS = frozenset(
    {"torch.nn.Parameter", "torch.nn.parameter.Parameter", "torch.nn.Buffer", "torch.autograd.Variable"}
)
"""What makes a parameter of a tensor."""

CONVERSIONS = frozenset(
    {
        "to",
        "cuda",
        "cpu",
        "type",
        "float",
        "double",
        "half",
        "bfloat16",
        "requires_grad_",
        "contiguous",
        "clone",
        "detach",
    }
)
"""Methods between the making of a tensor and the parameter that do not care what it holds."""

ALLOCATIONS: dict[str, str] = {
    "zeros": "empty",
    "ones": "empty",
    "full": "empty",
    "zeros_like": "empty_like",
    "ones_like": "empty_like",
    "full_like": "empty_like",
    "new_zeros": "new_empty",
    "new_ones": "new_empty",
    "new_full": "new_empty",
}
"""What makes a tensor of the same shape without values."""


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


def is_parameter(dotted: str | None) -> bool:
    """Whether that is what makes parameters."""
    return dotted in PARAMETERS


def makes(imports: Imports, node: cst.Call) -> bool:
    """Whether a call makes a parameter, or a tensor for one."""
    return is_parameter(imports.resolve(node.func)) or _maker(imports, node) is not None


def initialize(source: Source, imports: Imports, node: cst.CSTNode, scheme: Scheme) -> tuple[Edit, ...]:
    """The allocation without its values, and the init call behind the statement that makes the parameter."""
    found = _made(source, imports, node)
    line = layout.simple_line(source, node)
    if found is None or line is None:
        return ()
    target, value = found
    spelling = imports.spell(scheme.function)
    if spelling is None:
        return ()
    text = source.document.text
    last = source.last_line(line)
    call = f"{spelling.name}({target}{render.tail(render.keywords(scheme, text))}"
    written = layout.indentation(text, source.first_line(line)) + call
    following = text.line(last + 1) if last + 1 < len(text.lines) else ""
    if following == written:
        return ()
    inserted = layout.behind(text, last, (written + layout.newline_at(text, last),))
    return (*spelling.edits, *_allocation(source, imports, value), inserted)


def wrapped(source: Source, imports: Imports, node: cst.Call, scheme: Scheme) -> tuple[Edit, ...]:
    """Where the parameter has no name yet, as in a comprehension: the init call around its tensor."""
    data = _data(node) if is_parameter(imports.resolve(node.func)) else node
    spelling = imports.spell(scheme.function)
    if data is None or spelling is None or _maker(imports, data) is None:
        return ()
    span = source.span(data)
    ending = render.tail(render.keywords(scheme, source.document.text))
    return (
        *spelling.edits,
        Edit(Span(span.start, span.start), spelling.name + "("),
        *_allocation(source, imports, data),
        Edit(Span(span.end, span.end), ending),
    )


def _data(call: cst.Call) -> cst.BaseExpression | None:
    """The tensor that a parameter is made from."""
    found = next((arg for arg in call.args if arg.keyword is None or arg.keyword.value == "data"), None)
    return None if found is None or found.star else found.value


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
        is_parameter(imports.resolve(value.func)) or named.endswith("Parameter") or _maker(imports, value) is not None
    )


def _registered(source: Source, call: cst.Call) -> tuple[str, cst.Call] | None:
    """`self.register_parameter("w", nn.Parameter(...))` makes `self.w`."""
    match call:
        case cst.Call(
            func=cst.Attribute(value=holder, attr=cst.Name(value="register_parameter")),
            args=[cst.Arg(value=cst.SimpleString() as name), cst.Arg(value=cst.Call() as value)],
        ):
            plain = name.evaluated_value
            if isinstance(plain, str) and plain.isidentifier():
                return f"{source.text(holder)}.{plain}", value
    return None


def _allocation(source: Source, imports: Imports, value: cst.BaseExpression) -> Iterator[Edit]:
    """The edits that make the tensor without values; none where it is made in another way, which does no harm."""
    maker = _maker(imports, value)
    if maker is None:
        return
    call, writes = maker
    if writes is not None:
        yield Edit(Span(source.span(call).end, source.span(writes).end), "")
    if not isinstance(call.func, cst.Attribute):
        return
    name = call.func.attr
    if name.value not in ALLOCATIONS:
        return
    yield Edit(source.span(name), ALLOCATIONS[name.value])
    if "full" in name.value:
        yield from _without_fill(source, call)


def _maker(imports: Imports, value: cst.BaseExpression) -> tuple[cst.Call, cst.Call | None] | None:
    """The call that allocates the tensor, and the constant write that is chained to it."""
    writes: cst.Call | None = None
    node = value
    while isinstance(node, cst.Call):
        value = node
        dotted = imports.resolve(value.func)
        if is_parameter(dotted):
            data = _data(value)
            if data is None:
                return None
            node, writes = data, None
        elif dotted in CONSTANT_MAKERS:
            return value, writes
        elif isinstance(value.func, cst.Attribute) and dotted is None:
            method = value.func.attr.value
            if f"torch.Tensor.{method}" in CONSTANT_MAKERS:
                return value, writes
            if method in ("fill_", "zero_") and method in TENSOR_WRITES:
                node, writes = value.func.value, value
            elif method in CONVERSIONS and writes is None:
                node = value.func.value
            else:
                return None
        else:
            return (value, writes) if writes is not None else None
    return None


def _without_fill(source: Source, call: cst.Call) -> Iterator[Edit]:
    """Drop the fill value, which `full` takes as its second argument or by name."""
    for index, one in enumerate(call.args):
        positional = one.keyword is None and not one.star
        if (positional and index == 1) or (one.keyword is not None and one.keyword.value == "fill_value"):
            span = source.argument_span(one)
            if index > 0:
                yield Edit(Span(source.argument_span(call.args[index - 1]).end, span.end), "")
            elif len(call.args) > 1:
                yield Edit(Span(span.start, source.argument_span(call.args[1]).start), "")

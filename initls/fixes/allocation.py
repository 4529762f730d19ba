"""How a tensor is allocated: the call that makes it, the same call without values, and how many axes it shows."""

from __future__ import annotations

import re
from collections.abc import Iterator

import libcst as cst

from initls.findings import Edit
from initls.fixes.imports import Imports
from initls.fixes.names import path
from initls.fixes.source import Source
from initls.knowledge.initializers import CONSTANT_MAKERS, RANDOM_MAKERS, TENSOR_WRITES, maker
from initls.pattern import pattern
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
    "randn": "empty",
    "rand": "empty",
    "randn_like": "empty_like",
    "rand_like": "empty_like",
    "new_zeros": "new_empty",
    "new_ones": "new_empty",
    "new_full": "new_empty",
}
"""What makes a tensor of the same shape without values."""


def is_parameter(dotted: str | None) -> bool:
    """Whether that is what makes parameters."""
    return dotted in PARAMETERS


def makes(imports: Imports, node: cst.Call) -> bool:
    """Whether a call makes a parameter, or a tensor for one."""
    return is_parameter(imports.resolve(node.func)) or maker_of(imports, node) is not None


def data_of(call: cst.Call) -> cst.BaseExpression | None:
    """The tensor that a parameter is made from."""
    found = next((arg for arg in call.args if arg.keyword is None or arg.keyword.value == "data"), None)
    return None if found is None or found.star else found.value


def emptied(source: Source, imports: Imports, value: cst.BaseExpression) -> Iterator[Edit]:
    """The edits that make the tensor without values; none where it is made in another way, which does no harm."""
    maker = maker_of(imports, value)
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


def maker_of(imports: Imports, value: cst.BaseExpression) -> tuple[cst.Call, cst.Call | None] | None:
    """The call that allocates the tensor, and the constant write that is chained to it."""
    writes: cst.Call | None = None
    node = value
    while isinstance(node, cst.Call):
        value = node
        dotted = imports.resolve(value.func)
        if is_parameter(dotted):
            data = data_of(value)
            if data is None:
                return None
            node, writes = data, None
        elif dotted in CONSTANT_MAKERS or (dotted in RANDOM_MAKERS and _replaceable(value)):
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


def _replaceable(call: cst.Call) -> bool:
    """Whether a call that draws a tensor allocates one if it goes by the other name."""
    name = (path(call.func) or "").rpartition(".")[2]
    return name in ALLOCATIONS and not any(
        arg.keyword is not None and arg.keyword.value == "generator" for arg in call.args
    )


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


_SHAPES = pattern(r"shapes?$|^sizes?$|^dims$", re.IGNORECASE)
"""A lone size is a number, unless its name says that it holds them all."""

_NUMBERS = frozenset({"size", "len", "int", "max", "min", "sum", "prod", "round", "ceil", "floor"})


def axes(imports: Imports, value: cst.BaseExpression) -> int | None:
    """How many axes the tensor has that an expression makes, as far as the code shows."""
    node = value
    while isinstance(node, cst.Call):
        dotted = imports.resolve(node.func)
        if is_parameter(dotted):
            node = data_of(node) or node.func
            continue
        method = node.func.attr.value if isinstance(node.func, cst.Attribute) and dotted is None else ""
        row = maker(dotted or f"torch.Tensor.{method}")
        if row is not None:
            return None if row.size is None else _sizes(node, row.size, many=row.many)
        passes = method in CONVERSIONS or method in TENSOR_WRITES
        node = node.func.value if passes and isinstance(node.func, cst.Attribute) else node.func
    return None


def _sizes(call: cst.Call, position: int, *, many: bool) -> int | None:
    named = next((arg.value for arg in call.args if arg.keyword is not None and arg.keyword.value == "size"), None)
    given = [arg for arg in call.args if arg.keyword is None][position:]
    if any(arg.star for arg in given):
        return None
    if named is None and many and len(given) > 1:
        return len(given)
    one = named or (given[0].value if given else None)
    if isinstance(one, (cst.Tuple, cst.List)):
        starred = any(isinstance(element, cst.StarredElement) for element in one.elements)
        return None if starred else len(one.elements)
    if named is not None or not many or one is None:
        return None
    if isinstance(one, cst.Call):
        # A function may give all the sizes; these give one.
        named_one = (path(one.func) or "").rpartition(".")[2]
        return 1 if one.args and named_one in _NUMBERS else None
    spelled = (path(one) or "").rpartition(".")[2]
    return None if _SHAPES.search(spelled) else 1

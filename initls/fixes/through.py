"""Writes that land on a copy, or nowhere, made to reach the tensor that they were meant for."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from initls.findings import Edit
from initls.fixes.allocation import is_parameter
from initls.fixes.imports import Imports
from initls.fixes.names import path
from initls.fixes.plans import CopyInto, WriteThrough
from initls.fixes.source import Source
from initls.knowledge.initializers import TENSOR_WRITES
from initls.syntax.span import Span

Edits = tuple[Edit, ...]

COPYING = frozenset(
    {"clone", "repeat", "half", "bfloat16", "double", "int", "long", "short", "bool", "to", "type", "deepcopy"}
)
"""Methods without which the same expression is the tensor itself."""

FILLING = {
    "torch.zeros_like": "zeros_",
    "torch.ones_like": "ones_",
    "torch.full_like": "constant_",
    "torch.full": "constant_",
    "torch.randn_like": "normal_",
    "torch.rand_like": "uniform_",
}
"""The initializer that does to a tensor what each of these makes anew."""


def write_through(plan: WriteThrough, source: Source, node: cst.CSTNode) -> Edits:
    """The edits after which what stands at the place writes the parameter itself."""
    node = node.value if isinstance(node, cst.Expr) else node
    match plan.way:
        case "copy":
            return _uncopied(source, node)
        case "source":
            return _shared(source, node)
        case "result":
            return _in_place(source, node)
        case _:
            return _assigned(source, node)


# --------------------------------------------------------------------------- a copy


def _uncopied(source: Source, node: cst.CSTNode) -> Edits:
    written = _written(node)
    if written is None:
        return ()
    by_method = isinstance(node, cst.Call) and not _is_argument(node, written)
    for step in _chain(written):
        match step:
            case cst.Call(func=cst.Attribute(value=value, attr=cst.Name(value=name)), args=args) if name in COPYING:
                if name == "deepcopy" and len(args) == 1:
                    return _replaced(source, step, source.text(args[0].value))
                detour = "" if _detached(value) or not by_method else ".data"
                return _replaced(source, step, source.text(value) + detour)
            case cst.Call(func=cst.Name(value="deepcopy"), args=[argument]):
                return _replaced(source, step, source.text(argument.value))
            case cst.Subscript(value=value):
                return _put_back(source, node, written, step, value)
            case _:
                pass
    return ()


def _written(node: cst.CSTNode) -> cst.BaseExpression | None:
    """The tensor that a write names: the first argument of an initializer, what a method is called on, a target."""
    match node:
        case cst.Call(func=cst.Attribute(value=value, attr=cst.Name(value=method)), args=args):
            inner = args[0].value if args else None
            if method in TENSOR_WRITES and not (inner is not None and any(_copies(one) for one in _chain(inner))):
                return value
            return inner
        case cst.Call(args=[cst.Arg(value=value), *_]):
            return value
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Subscript(value=value) | cst.Attribute(value=value))]):
            return value
        case cst.AugAssign(target=target):
            return target.value if isinstance(target, cst.Subscript) else target
        case _:
            return None


def _is_argument(node: cst.Call, written: cst.BaseExpression) -> bool:
    return any(argument.value is written for argument in node.args)


def _copies(node: cst.BaseExpression) -> bool:
    match node:
        case cst.Call(func=cst.Attribute(attr=cst.Name(value=name)) | cst.Name(value=name)):
            return name in COPYING
        case _:
            return isinstance(node, cst.Subscript)


def _chain(node: cst.BaseExpression) -> Iterator[cst.BaseExpression]:
    """An expression, what it is an attribute, an item or a method's result of, and so on."""
    while True:
        yield node
        match node:
            case cst.Attribute(value=value) | cst.Subscript(value=value):
                node = value
            case cst.Call(func=cst.Attribute(value=value)):
                node = value
            case _:
                return


def _detached(node: cst.BaseExpression) -> bool:
    """Whether an expression has left autograd behind already."""
    match node:
        case cst.Attribute(attr=cst.Name(value="data")) | cst.Call(func=cst.Attribute(attr=cst.Name(value="detach"))):
            return True
        case _:
            return False


def _put_back(
    source: Source, node: cst.CSTNode, written: cst.BaseExpression, step: cst.Subscript, value: cst.BaseExpression
) -> Edits:
    """`w[mask].zero_()` becomes `w.data[mask] = w[mask].zero_()`."""
    statement = source.statement(node)
    outside = [one for one in _chain(written) if one is not step][: _depth(written, step)]
    whole = all(_detached(one) for one in outside)
    if not isinstance(statement, cst.Expr) or statement.value is not node or not whole:
        return ()
    target = source.text(value) + ("" if _detached(value) else ".data")
    index = source.text(step)[len(source.text(value)) :]
    match node:
        case cst.Call(func=cst.Attribute(attr=cst.Name(value="zero_")), args=[]):
            return _replaced(source, node, f"{target}{index} = 0")
        case cst.Call(func=cst.Attribute(attr=cst.Name(value="fill_")), args=[cst.Arg(value=filled, keyword=None)]):
            return _replaced(source, node, f"{target}{index} = {source.text(filled)}")
    if any(isinstance(one, cst.Call) for element in step.slice for one in _below(element)):
        return ()  # What is called again may give another index.
    start = source.span(node).start
    return (Edit(Span(start, start), f"{target}{index} = "),)


def _below(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    yield node
    for child in node.children:
        yield from _below(child)


def _depth(written: cst.BaseExpression, step: cst.BaseExpression) -> int:
    return next(number for number, one in enumerate(_chain(written)) if one is step)


def _replaced(source: Source, node: cst.CSTNode, text: str) -> Edits:
    return (Edit(source.span(node), text),)


def _shared(source: Source, node: cst.CSTNode) -> Edits:
    """What makes a copy that is given a name gives the tensor itself."""
    if not isinstance(source.parent(node), cst.Assign):
        return ()
    match node:
        case cst.Call(func=cst.Attribute(value=value, attr=cst.Name(value=name))) if name in COPYING - {"deepcopy"}:
            return _replaced(source, node, source.text(value) + ("" if _detached(value) else ".data"))
        case _:
            return ()


# --------------------------------------------------------------------------- a result


IN_PLACE: dict[type[cst.BaseBinaryOp], str] = {
    cst.Multiply: "mul_",
    cst.Divide: "div_",
    cst.Add: "add_",
    cst.Subtract: "sub_",
}
"""The methods that do in place what an operator does."""


def _in_place(source: Source, node: cst.CSTNode) -> Edits:
    match node:
        case cst.BinaryOperation(
            left=cst.Name() | cst.Attribute() as tensor,
            operator=operator,
            right=cst.Integer() | cst.Float() | cst.UnaryOperation(expression=cst.Integer() | cst.Float()) as number,
        ) if type(operator) in IN_PLACE:
            detour = "" if _detached(tensor) else ".data"
            call = f"{source.text(tensor)}{detour}.{IN_PLACE[type(operator)]}({source.text(number)})"
            return _replaced(source, node, call)
        case _:
            pass
    if not isinstance(node, cst.Call):
        return ()
    imports = Imports.seen_from(source, node)
    dotted = imports.resolve(node.func)
    spelling = imports.spell(FILLING[dotted]) if dotted in FILLING else None
    if spelling is not None:
        return (*spelling.edits, *_replaced(source, node.func, spelling.name))
    match node.func:
        case cst.Attribute(value=value, attr=cst.Name(value=name)) if dotted is None and f"{name}_" in TENSOR_WRITES:
            detour = "" if _detached(value) else ".data"
            span = Span(source.span(value).end, source.span(node.func).end)
            return (Edit(span, f"{detour}.{name}_"),)
        case _:
            return ()


# --------------------------------------------------------------------------- a name


def _assigned(source: Source, node: cst.CSTNode) -> Edits:
    match node:
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Name() as target)], value=value):
            pass
        case _:
            return ()
    end = source.span(target).end
    edits = [Edit(Span(end, end), ".data")]
    imports = Imports.seen_from(source, node)
    if isinstance(value, cst.Call) and is_parameter(imports.resolve(value.func)):
        if len(value.args) != 1 or path(value.func) is None:
            return ()
        edits.append(Edit(source.span(value), source.text(value.args[0].value)))
    return tuple(edits)


# --------------------------------------------------------------------------- another parameter


def copy_into(plan: CopyInto, source: Source, node: cst.CSTNode) -> Edits:
    """`m.weight = nn.Parameter(x)` becomes `m.weight.data.copy_(x)`."""
    match node:
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Attribute() as target)], value=cst.Call() as made):
            pass
        case _:
            return ()
    if not is_parameter(Imports.seen_from(source, node).resolve(made.func)) or len(made.args) != 1:
        return ()
    argument = made.args[0]
    if argument.star or (argument.keyword is not None and argument.keyword.value != "data"):
        return ()
    return _replaced(source, node, f"{source.text(target)}.data.copy_({source.text(argument.value)})")

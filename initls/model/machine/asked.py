"""What a program asks of a tensor that may not be there: `if m.bias:`, `if hasattr(m, "bias"):`, and asks nothing.

A layer without a bias has `None` in its place. `hasattr` finds that too, the truth of a tensor of several elements is
no question that torch answers, and a write to `None` raises.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from initls.facts import ir
from initls.knowledge import layers
from initls.knowledge.initializers import INITIALIZERS, TENSOR_WRITES, Initializer
from initls.model.machine import expressions, kinds, objects, statements
from initls.model.machine.machine import Asked, Run, Supposed
from initls.model.state.contents import Unmade
from initls.model.state.events import NothingThere, RefusedByType, TruthAsked, UnmadeWritten
from initls.model.state.values import (
    NONE,
    Arguments,
    Bound,
    External,
    ModuleRef,
    ParameterRef,
    Tuple,
    Unknown,
    Value,
    options,
)


def tested(run: Run, node: ir.Expression, site: int) -> Value:
    """The value of an expression whose truth is asked at a site."""
    match node:
        case ir.Logic():
            return expressions.logic(run, node, lambda operand: tested(run, operand, site))
        case ir.Unary(operator="not", operand=operand):
            return expressions.negated(run, tested(run, operand, site))
        case ir.Name() | ir.Attribute():
            value = expressions.evaluate(run, node)
            targets = tuple(option for option in options(value) if isinstance(option, ParameterRef))
            if targets and run.graph is None:
                sure = len(targets) == len(options(value))
                run.note(TruthAsked, site, targets=targets, sure=sure, written=_text(node))
            return value
        case ir.Call(function=ir.Name(id="isinstance"), arguments=(ir.Name(id=subject), _)):
            return kinds.tested(run, node, subject)
        case _:
            return expressions.evaluate(run, node)


def under(run: Run, test: ir.Expression, site: int, body: Callable[[], None]) -> None:
    """Run the body of an `if` in the knowledge of what its test has asked by `hasattr` and `isinstance`."""
    if type(test) not in ASKING:
        body()
        return
    found = tuple(Asked(run.frame.id, _text(owner), name, run.place(site)) for owner, name in _has(test))
    types = tuple(
        Supposed(run.frame.id, name, meant)
        for name, kind in _types(test)
        if isinstance(statements.peek(run, ir.Name(name)), Unknown) and (meant := _layers(run, kind))
    )
    if not found and not types:
        body()
        return
    asked, supposed = list(run.asked), list(run.supposed)
    run.asked.extend(found)
    run.supposed.extend(types)
    try:
        body()
    finally:
        run.asked[:], run.supposed[:] = asked, supposed


ASKING = frozenset({ir.Logic, ir.Call})
"""The kinds of tests that may ask by a function."""


def _types(test: ir.Expression) -> Iterator[tuple[str, ir.Expression]]:
    """The names whose types a test asks for, if it comes out true."""
    match test:
        case ir.Logic(operator="and", left=left, right=right):
            yield from _types(left)
            yield from _types(right)
        case ir.Call(function=ir.Name(id="isinstance"), arguments=(ir.Name(id=name), kind)):
            yield name, kind


def _layers(run: Run, kind: ir.Expression) -> tuple[str, ...]:
    """The layers of torch that a type or a tuple of types stands for; none where there is another one among them."""
    value = expressions.evaluate(run, kind)
    types = value.items if isinstance(value, Tuple) else (value,)
    found = tuple(one.name for one in types if isinstance(one, External) and layers.layer(one.name) is not None)
    return found if len(found) == len(types) else ()


def _by_type(run: Run, node: ir.Call, row: Initializer) -> None:
    """Note an initializer on the tensor of a layer of which only the type is known, where it takes none of its axes."""
    tensor = node.arguments[0]
    while isinstance(tensor, ir.Attribute) and tensor.name == "data":
        tensor = tensor.value
    if not isinstance(tensor, ir.Attribute) or not isinstance(tensor.value, ir.Name):
        return
    owner = tensor.value.id
    known = [one for one in run.supposed if (one.frame, one.name) == (run.frame.id, owner)]
    if not known or not isinstance(statements.peek(run, tensor.value), Unknown):
        return
    axes = {_axes(name, tensor.name) for name in known[-1].layers}
    counts = tuple(sorted(count for count in axes if count is not None))
    if None not in axes and not any(row.accepts(count) for count in counts):
        written, types = _text(tensor), tuple(name.rpartition(".")[2] for name in known[-1].layers)
        run.note(
            RefusedByType, node.site, function=row.name, written=written, name=tensor.name, types=types, axes=counts
        )


def _axes(layer: str, name: str) -> int | None:
    """How many axes a parameter of a layer has, whatever the layer's arguments are."""
    row = layers.layer(layer)
    spec = None if row is None else layers.parameter(row, name)
    shape = None if spec is None else spec.shape({})
    return None if shape is None else len(shape)


def _has(test: ir.Expression) -> Iterator[tuple[ir.Expression, str]]:
    """The attributes that a test asks for, if it comes out true."""
    match test:
        case ir.Logic(operator="and", left=left, right=right):
            yield from _has(left)
            yield from _has(right)
        case ir.Call(function=ir.Name(id="hasattr"), arguments=(owner, ir.Constant(value=str() as name))):
            yield owner, name


def written_to(run: Run, node: ir.Call, function: Value, arguments: Arguments) -> None:
    """Note a call that initializes, where what it is called on is the None in the place of a layer's tensor."""
    match node.function:
        case ir.Attribute(value=receiver, name=name) if name in TENSOR_WRITES and isinstance(function, Bound):
            if _is_none(function.receiver):
                _note(run, node.site, receiver, method=True)
            elif TENSOR_WRITES[name].kind in ("constant", "random"):
                _early(run, node, f"torch.Tensor.{name}", receiver, function.receiver)
            return
    if type(function) is External and function.name in INITIALIZERS:
        value = arguments[0] if arguments else None
        if value is not None and node.arguments and _is_none(value):
            _note(run, node.site, node.arguments[0], method=False)
        elif isinstance(value, Unknown) and node.arguments and run.supposed:
            _by_type(run, node, INITIALIZERS[function.name])
        elif value is not None and node.arguments:
            _early(run, node, function.name, node.arguments[0], value)


def is_unmade(run: Run, ref: ParameterRef) -> bool:
    """Whether a tensor has no values yet, in whatever way the program has come here."""
    ways = run.now.writes.get(ref.id, ())
    return bool(ways) and all(isinstance(way.writes[-1].content, Unmade) for way in ways)


def _early(run: Run, node: ir.Call, function: str, tensor: ir.Expression, value: Value) -> None:
    """Note an initialization of the tensor of a lazy layer that no forward has made yet."""
    found = [option for option in options(value) if isinstance(option, ParameterRef)]
    if not found or len(found) < len(options(value)) or not all(is_unmade(run, ref) for ref in found):
        return
    owners = {run.parameters[ref.id].owner for ref in found}
    # A layer that is lazy where a size is not given may be one that is not.
    if len(found) > 1 or all(owner is None or objects.is_there(run, owner) for owner in owners):
        hidden = isinstance(tensor, ir.Attribute) and tensor.name == "data"
        run.note(UnmadeWritten, node.site, parameter=found[0].id, function=function, hidden=hidden)


def _is_none(value: Value) -> bool:
    """Whether a value is None, or what an attribute of None would be."""
    while isinstance(value, Bound) and isinstance(value.method, str):
        value = value.receiver
    return value == NONE


def _note(run: Run, site: int, node: ir.Expression, *, method: bool) -> None:
    while isinstance(node, ir.Attribute):
        owner = statements.peek(run, node.value)
        if isinstance(owner, ModuleRef) and run.attributes(owner).values.get(node.name) == NONE:
            if not objects.is_there(run, owner.id):
                return  # It is one of several, or there by an option: what is there by default may have the tensor.
            text = _text(node.value)
            asked = [one for one in run.asked if (one.frame, one.owner, one.name) == (run.frame.id, text, node.name)]
            where = asked[-1].place if asked else None
            run.note(
                NothingThere,
                site,
                owner=owner.id,
                name=node.name,
                method=method,
                asked=where,
                written=text,
                visitor=run.visit,
            )
            return
        node = node.value


def _text(node: ir.Expression) -> str:
    return expressions.written(node)

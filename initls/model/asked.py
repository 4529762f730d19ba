"""What a program asks of a tensor that may not be there: `if m.bias:`, `if hasattr(m, "bias"):`, and asks nothing.

A layer without a bias has `None` in its place. `hasattr` finds that too, the truth of a tensor of several elements is
no question that torch answers, and a write to `None` raises.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from initls.facts import ir
from initls.knowledge.initializers import INITIALIZERS, TENSOR_WRITES
from initls.model import expressions, statements
from initls.model.contents import Unmade
from initls.model.events import NothingThere, TruthAsked, UnmadeWritten
from initls.model.machine import Asked, Run
from initls.model.values import NONE, Arguments, Bound, External, ModuleRef, ParameterRef, Value, options


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
        case _:
            return expressions.evaluate(run, node)


def under(run: Run, test: ir.Expression, site: int, body: Callable[[], None]) -> Callable[[], None]:
    """The body of an `if`, run in the knowledge of what its test has asked by `hasattr`."""
    found = tuple(Asked(run.frame.id, _text(owner), name, run.place(site)) for owner, name in _has(test))
    if not found:
        return body

    def go() -> None:
        run.asked.extend(found)
        try:
            body()
        finally:
            del run.asked[-len(found) :]

    return go


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
    if isinstance(function, External) and function.name in INITIALIZERS:
        value = arguments[0] if arguments else None
        if value is not None and node.arguments and _is_none(value):
            _note(run, node.site, node.arguments[0], method=False)
        elif value is not None and node.arguments:
            _early(run, node, function.name, node.arguments[0], value)


def is_unmade(run: Run, ref: ParameterRef) -> bool:
    """Whether a tensor has no values yet, in whatever way the program has come here."""
    ways = run.now.writes.get(ref.id, ())
    return bool(ways) and all(isinstance(way.writes[-1].content, Unmade) for way in ways)


def _early(run: Run, node: ir.Call, function: str, tensor: ir.Expression, value: Value) -> None:
    """Note an initialization of the tensor of a lazy layer that no forward has made yet."""
    found = [option for option in options(value) if isinstance(option, ParameterRef)]
    if found and len(found) == len(options(value)) and all(is_unmade(run, ref) for ref in found):
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

"""What is handed to `apply`: a function that takes one module, or by a slip what calling that function gives."""

from __future__ import annotations

from initls.facts import ir
from initls.model.machine import branches, classes, expressions
from initls.model.machine.machine import Run
from initls.model.state.events import Uncallable
from initls.model.state.values import NONE, Bound, FunctionValue, ModuleRef, UnitFunction, Unknown, Value

TRANSPARENT = frozenset({"staticmethod", "classmethod", "no_grad", "inference_mode", "enable_grad", "ignore", "unused"})
"""Decorators that leave the parameters of a function as they are written."""


def look(run: Run, node: ir.Call, function: Value, arguments: tuple[Value, ...]) -> None:
    """Note a call of `apply` that raises because of what it is given."""
    match node:
        case ir.Call(function=ir.Attribute(name="apply"), arguments=(given,), keywords=()):
            pass
        case _:
            return
    if run.graph is not None or run.watch.trial or run.caught or isinstance(given, ir.Star):
        return
    module = isinstance(function, Bound) and isinstance(function.receiver, ModuleRef) and function.method == "apply"
    called = given if isinstance(given, ir.Call) else None
    if called is not None and not (called.arguments or called.keywords):
        inner = _callee(run, called.function)
        if inner is not None and (module or isinstance(function, Unknown)):
            least, most = inner[1]
            if least == 1 <= most and _initializes(run, inner[0]):
                # The call in the brackets raises, whatever `apply` belongs to.
                _note(run, node, "called", called.function, alone=False)
                return
    if not module:
        return
    if arguments and arguments[0] == NONE:
        spelled = called.function if called is not None else given
        inner = None if called is None else _callee(run, called.function)
        _note(
            run,
            node,
            "nothing" if called is not None else "None",
            spelled,
            alone=inner is not None and inner[1][1] == 0,
        )
        return
    taken = None if not arguments else _arity(run, arguments[0])
    if taken is not None and not taken[0] <= 1 <= taken[1]:
        _note(run, node, "none" if taken[1] == 0 else "several", given, alone=taken[1] == 0)


def _note(run: Run, node: ir.Call, kind: str, function: ir.Expression, *, alone: bool) -> None:
    run.note(Uncallable, node.site, kind=kind, function=expressions.written(function), alone=alone)


def _callee(run: Run, node: ir.Expression) -> tuple[Value, tuple[int, int]] | None:
    """The function that a plain name or `self.name` stands for, and how many arguments it takes."""
    match node:
        case ir.Name() | ir.Attribute(value=ir.Name()):
            value = expressions.evaluate(run, node)
            taken = _arity(run, value)
            return None if taken is None else (value, taken)
        case _:
            return None


def _arity(run: Run, value: Value) -> tuple[int, int] | None:
    """The fewest and the most arguments that a function of the program takes by position; None where it is unclear."""
    bound = 0
    method: Value = value
    if isinstance(value, Bound):
        if isinstance(value.method, str):
            return None
        bound, method = 1, value.method
    if not isinstance(method, FunctionValue | UnitFunction):
        return None
    function = classes.function_of(run, method)
    if function is None:
        return None
    if isinstance(function, ir.Function) and not all(_is_transparent(one) for one in function.decorators):
        return None
    positional = [one for one in function.parameters if one.kind == "positional"]
    if any(one.kind == "keyword" and one.default is None for one in function.parameters):
        return None
    least = sum(one.default is None for one in positional) - bound
    most = 99 if any(one.kind == "varargs" for one in function.parameters) else len(positional) - bound
    return (max(least, 0), most) if most >= 0 else None


def _is_transparent(node: ir.Expression) -> bool:
    match node:
        case ir.Name(id=name) | ir.Attribute(name=name):
            return name in TRANSPARENT
        case ir.Call(function=function):
            return _is_transparent(function)
        case _:
            return False


def _initializes(run: Run, value: Value) -> bool:
    method: Value | str = value.method if isinstance(value, Bound) else value
    function = None if isinstance(method, str) else classes.function_of(run, method)
    return isinstance(function, ir.Function) and branches.initializes(function.body)

"""Visitors: functions given to `apply`, and loops over the modules or parameters of a model."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Literal

from initls.facts import ir
from initls.facts.place import name_of
from initls.model.effects import sharding
from initls.model.machine import branches, calls, iteration, leaving, objects, statements
from initls.model.machine.machine import Run, Visit
from initls.model.state.values import ListRef, ModuleRef, ParameterRef, Tuple, Value, Walk, known, options

WALKS = frozenset({"modules", "children", "named_modules", "named_children", "parameters", "named_parameters"})
"""Methods of modules that a loop can go over."""


def is_walk(node: ir.Expression) -> bool:
    """Whether an expression goes over the modules or parameters of something (`list(self.modules())` too)."""
    if isinstance(node, ir.Call):
        if isinstance(node.function, ir.Attribute) and node.function.name in WALKS:
            return True
        return any(is_walk(argument) for argument in node.arguments)
    return False


def apply(run: Run, root: ModuleRef, function: Value, site: int) -> Value:
    """`root.apply(function)`: children first, the module itself last."""
    order = [ref for _, ref, _ in _post_order(run, root)]

    def replay(run: Run, value: Value, name: str) -> None:
        outer, run.watch.visiting = run.watch.visiting, value.id if isinstance(value, ModuleRef) else None
        try:
            with sharding.visiting(run, order, value):
                calls.call(run, function, (value,), {}, site)
        finally:
            run.watch.visiting = outer

    _visit(run, site, root, "modules", names=False, seen=order, replay=replay)
    outer, run.visit = run.visit, run.visit if run.visit is not None else len(run.visits) - 1
    try:
        for ref in order:
            if run.state is None:
                break
            replay(run, ref, "")
    finally:
        run.visit = outer
    return root


def _post_order(run: Run, root: ModuleRef) -> list[tuple[str, ModuleRef, bool]]:
    return list(_children_first(run, "", root, True, set()))


def _children_first(
    run: Run, name: str, ref: ModuleRef, sure: bool, seen: set[int]
) -> Iterator[tuple[str, ModuleRef, bool]]:
    if ref.id in seen:
        return
    seen.add(ref.id)
    for inner, child, always in objects.children(run, ref):
        yield from _children_first(run, inner, child, sure and always, seen)
    yield name, ref, sure


def loop_over(run: Run, node: ir.For, iterable: Value) -> None:
    """A loop whose variable goes over modules or parameters."""
    found = iteration.items(run, iterable)
    root = _root(run, iterable, found.values)
    unit, frame, path = run.frame.unit, run.frame, run.path

    named = isinstance(node.target, ir.Sequence)
    variable = _name_variable(node, iterable)
    body = partial(_round, run, node, variable)
    run.captured.add(frame.id)

    def replay(run: Run, value: Value, name: str) -> None:
        # The run keeps this, so nothing here may keep the run: it would have to wait for the garbage collector.
        run.enter(unit, parent=frame.id, owner=frame.owner, receiver=frame.receiver)
        outer_path, run.path = run.path, path
        try:
            item = Tuple((known(name), value)) if named else value
            iteration.loop(run, (item,), certain=True, body=partial(_round, run, node, variable))
        finally:
            run.leave()
            run.path = outer_path

    if root is not None:
        leaves = [value.items[-1] if isinstance(value, Tuple) and value.items else value for value in found.values]
        over: Literal["modules", "parameters"] = (
            "parameters"
            if any(isinstance(leaf, ParameterRef) for leaf in leaves)
            or (isinstance(iterable, Walk) and iterable.method.endswith("parameters"))
            else "modules"
        )
        if not isinstance(iterable, Walk) or not iterable.method.endswith("children"):
            _visit(run, node.site, root, over, names=named, seen=leaves, replay=replay)
        elif _goes_down(run, node):
            below = [ref for _, ref, _ in _post_order(run, root) if ref != root]
            _visit(run, node.site, root, over, names=named, seen=below, replay=replay)
    outer = run.visit
    if root is not None and run.visit is None:
        run.visit = len(run.visits) - 1 if run.visits else None
    rounds = leaving.Rounds(run, found.values, replay)
    try:
        iteration.loop(run, found.values, certain=True, body=rounds.watched(body))
    finally:
        run.visit = outer


def _round(run: Run, node: ir.For, variable: str, value: Value) -> None:
    """One round of a loop over modules or parameters, on `value`."""
    outer, run.watch.visiting = run.watch.visiting, _module_of(value)
    run.watch.loops[run.frame.id] = variable
    try:
        statements.bind(run, node.target, value, node.site)
        with run.copies.round(run, node.target):
            statements.execute(run, node.body)
    finally:
        run.watch.visiting = outer


def _goes_down(run: Run, node: ir.For) -> bool:
    """Whether a loop over children is the outermost of a function that calls itself on each: it reaches all modules."""
    unit, name = run.frame.unit, name_of(run.frame.unit)
    return not any(frame.unit == unit for frame in run.stack[:-1]) and any(
        isinstance(inner, ir.Call) and inner.function in (ir.Name(name), ir.Attribute(ir.Name("self"), name))
        for statement in node.body
        for inner in branches.walk(statement)
    )


def _name_variable(node: ir.For, iterable: Value) -> str:
    """The variable that goes over the names of parameters, if one does."""
    match node.target:
        case ir.Sequence(items=(ir.Name(id=name), _)):
            return name if not isinstance(iterable, Walk) or iterable.method == "named_parameters" else ""
        case _:
            return ""


def _module_of(value: Value) -> int | None:
    """The module that a round is about."""
    if isinstance(value, Tuple) and value.items:
        value = value.items[-1]
    return value.id if isinstance(value, ModuleRef) else None


def _root(run: Run, iterable: Value, values: tuple[Value, ...]) -> ModuleRef | None:
    if isinstance(iterable, Walk):
        return iterable.root
    if isinstance(iterable, ListRef | Tuple) and values:
        first = values[0]
        if isinstance(first, Tuple) and len(first.items) == 2:
            first = first.items[1]
        if isinstance(first, ModuleRef):
            return first
    return None


def _visit(
    run: Run,
    site: int,
    root: ModuleRef,
    over: Literal["modules", "parameters"],
    *,
    names: bool,
    seen: Iterable[Value],
    replay: Callable[[Run, Value, str], None],
) -> None:
    """Note a run of a visitor, with all that it meets."""
    met = [option for value in seen for option in options(value)]
    ids = frozenset(option.id for option in met if isinstance(option, ModuleRef | ParameterRef))
    place = run.place(site)
    run.visits.append(Visit(len(run.visits), place, run.path, root.id, run.order(), over, names, ids, replay))


def rerun(run: Run, visit: Visit, value: Value, name: str) -> frozenset[int]:
    """The parameters that a visitor would write if it met `value` now; the state is left as it was.

    A visitor that stops following in between writes what it wrote until then.
    """
    return tried(run, visit.replay, value, name)


def tried(run: Run, replay: Callable[[Run, Value, str], None], value: Value, name: str) -> frozenset[int]:
    """The same for what a visitor does with one module or parameter."""
    before, log, visits = run.state, len(run.log), len(run.visits)
    if before is None:
        return frozenset()
    stack = list(run.stack)
    run.state = before.fork()
    trial, run.watch.trial = run.watch.trial, True
    try:
        run.attempt(lambda: replay(run, value, name))
    finally:
        run.watch.trial = trial
        run.state = before
        run.stack[:] = stack
    written = frozenset(number for number, write in run.log[log:] if write.explicit)
    del run.log[log:]
    del run.visits[visits:]
    return written

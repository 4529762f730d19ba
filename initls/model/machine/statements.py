"""What a statement does to the state."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from initls.facts import ir
from initls.facts.place import file_of
from initls.model.effects import containers, cuts, dataflow, sharding, skipping, writes
from initls.model.machine import asked, assignment, branches, expressions, iteration, lacking, lookup, objects, visitors
from initls.model.machine.machine import Run, Unreachable
from initls.model.state.state import State, join
from initls.model.state.values import (
    ABSENT,
    NONE,
    Absent,
    ClassValue,
    DictRef,
    Either,
    FunctionValue,
    Known,
    ListRef,
    ModuleRef,
    ParameterRef,
    Shape,
    Tensor,
    Tuple,
    Unknown,
    Value,
    Walk,
    either,
    likely,
    options,
)


def execute(run: Run, body: tuple[ir.Statement, ...]) -> None:
    """Run statements in order, as far as they can be reached."""
    for statement in body:
        if run.state is None:
            return
        run.step()
        frame = run.frame
        frame.site = getattr(statement, "site", frame.site)
        try:
            EXECUTE[type(statement)](run, statement)
        except Unreachable:
            run.state = None


# --------------------------------------------------------------------------- simple statements


def _assign(run: Run, node: ir.Assign) -> None:
    run.copies.begin(run)
    value = expressions.evaluate(run, node.value)
    if isinstance(value, ParameterRef | Tensor):
        run.copies.assign(run, node, value)
    for target in node.targets:
        bind(run, target, value, node.site)


def bind(run: Run, target: ir.Expression, value: Value, site: int = 0) -> None:
    """`target = value`."""
    match target:
        case ir.Name(id=name):
            frame = run.frame
            run.now.frames[frame.id][name] = value
        case ir.Attribute(value=owner, name=name):
            target_value = expressions.evaluate(run, owner)
            if isinstance(target_value, ModuleRef | Either):
                lacking.assigned(run, target, target_value, value, site)
            assignment.set_attribute(run, target_value, name, value, site)
        case ir.Subscript(value=owner, index=index):
            _set_item(run, expressions.evaluate(run, owner), index, value, site)
        case ir.Sequence(items=targets):
            _unpack(run, targets, value, site)
        case ir.Star(value=inner):
            bind(run, inner, value, site)
        case _:
            expressions.evaluate(run, target)


def _unpack(run: Run, targets: tuple[ir.Expression, ...], value: Value, site: int) -> None:
    starred = any(isinstance(target, ir.Star) for target in targets)
    if isinstance(value, Shape) and not starred:
        value = cuts.sizes(value, len(targets))
    if isinstance(value, Tensor | ParameterRef):
        for target, piece in zip(targets, cuts.unpacked(run, value, len(targets), site, starred=starred), strict=True):
            bind(run, target, piece, site)
        return
    if isinstance(value, Either):
        shapes = [option for option in value.options if isinstance(option, Tuple) and len(option.items) == len(targets)]
        if len(shapes) == len(value.options):
            for index, target in enumerate(targets):
                merged: Value = shapes[0].items[index]
                for shape in shapes[1:]:
                    merged = either(merged, shape.items[index])
                bind(run, target, merged, site)
            return
    found = iteration.items(run, value)
    exact = not found.open and not starred and len(found.values) == len(targets)
    for index, target in enumerate(targets):
        bind(run, target, found.values[index] if exact else Unknown("a part of something that is not known"), site)


def _set_item(run: Run, owner: Value, index: ir.Expression, value: Value, site: int) -> None:
    if isinstance(owner, ParameterRef):
        position = expressions.evaluate(run, index)
        expressions.note_none(run, owner, position, index, site)
        found = expressions.indexed(run, owner, position, expressions.written(index))
        # Whatever the index is, an assignment through it lands in the tensor itself.
        run.write(found, writes.landing(run, found, value), site)
        run.copies.spend(run, owner)
        return
    key = expressions.evaluate(run, index)
    if isinstance(owner, DictRef):
        entries = run.entries(owner)
        updated = {**dict(entries.values), key: value}
        opened = entries.open or not isinstance(key, Known)
        run.now.dicts[owner.id] = type(entries)(tuple(updated.items()), opened)
    elif isinstance(owner, ListRef):
        items = run.items(owner)
        if (
            isinstance(key, Known)
            and isinstance(key.value, int)
            and -len(items.values) <= key.value < len(items.values)
        ):
            values = list(items.values)
            values[key.value] = value
            run.now.lists[owner.id] = type(items)(tuple(values), items.open)
        else:
            values = [either(old, value) for old in items.values]
            run.now.lists[owner.id] = type(items)(tuple(values), open=True)
    elif run.graph is not None and any(isinstance(option, Tensor) for option in options(owner)):
        inputs = dataflow.nodes_in(run, run.graph, Tuple((owner, value)))
        # Some of the elements are what they were, the others those that are put there.
        node = run.graph.add("concat", inputs, place=run.place(site))
        dataflow.change(run, (owner,), Tensor(dataflow.NOT_FOLLOWED, node=node))
    elif isinstance(owner, ModuleRef):
        if isinstance(key, Known) and isinstance(key.value, str | int):
            assignment.set_attribute(run, owner, str(key.value), value, site)
        else:
            attributes = run.attributes(owner)
            run.now.objects[owner.id] = type(attributes)(attributes.values, open=True, ready=attributes.ready)


def _augment(run: Run, node: ir.Augment) -> None:
    run.copies.begin(run)
    if isinstance(node.target, ir.Subscript) and run.graph is None:
        owner = expressions.evaluate(run, node.target.value)
        if isinstance(owner, ParameterRef):
            # Python puts the result back through the index, and so it lands in the tensor itself, whatever the index.
            part = expressions.indexed(
                run, owner, expressions.evaluate(run, node.target.index), expressions.written(node.target.index)
            )
            value = expressions.evaluate(run, node.value)
            run.write(part, writes.modified(run, part, node.operator, value), node.site)
            run.copies.spend(run, owner)
            return
    target = expressions.evaluate(run, node.target)
    value = expressions.evaluate(run, node.value)
    if isinstance(target, ListRef) and node.operator == "+":
        more = iteration.items(run, value)
        before = run.items(target)
        run.now.lists[target.id] = type(before)(before.values + more.values, before.open or more.open)
        return
    if isinstance(target, ParameterRef) and run.graph is None:
        content = writes.modified(run, target, node.operator, value)
        run.write(target, content, node.site)
        run.copies.spend(run, target)
        return
    if isinstance(target, ModuleRef):
        containers.extend(run, target, iteration.items(run, value))
        return
    bind(run, node.target, expressions.binary(run, node.operator, target, value, node.site), node.site)


def _evaluate(run: Run, node: ir.Evaluate) -> None:
    run.copies.begin(run)
    run.copies.spend(run, expressions.evaluate(run, node.value))
    if run.state is not None and isinstance(node.value, ir.Call):
        _there(run, node.value)


def _there(run: Run, call: ir.Call) -> None:
    """Keep of what an attribute may hold what has the tensor that a call was made with: on anything else it raises."""
    for path in (call.function, *call.arguments[:1]):
        while isinstance(path, ir.Attribute | ir.Call):
            if isinstance(path, ir.Attribute) and path.name in ("weight", "bias"):
                _keep(run, path.value, partial(_has, run, path.name), None)
            path = path.function if isinstance(path, ir.Call) else path.value


def _has(run: Run, name: str, value: Value) -> bool:
    return value != NONE and not isinstance(value, Absent) and not lookup.lacks(run, value, name)


def _return(run: Run, node: ir.Return) -> None:
    value = NONE if node.value is None else expressions.evaluate(run, node.value)
    run.watch.jump = run.place(node.site)
    if run.state is not None:
        run.frame.returns.append((run.state, value))
        run.state = None


def _raise(run: Run, node: ir.Raise) -> None:
    run.state = None


def _assert(run: Run, node: ir.Assert) -> None:
    narrow(run, node.test, outcome=True)


def _delete(run: Run, node: ir.Delete) -> None:
    for target in node.targets:
        if isinstance(target, ir.Name):
            run.now.frames[run.frame.id].pop(target.id, None)
        elif isinstance(target, ir.Attribute):
            owner = expressions.evaluate(run, target.value)
            if isinstance(owner, ModuleRef):
                run.set_attribute(owner, target.name, ABSENT)


def _jump(run: Run, node: ir.Jump) -> None:
    run.watch.jump = run.place(node.site)
    if run.state is not None:
        (run.frame.breaks if node.kind == "break" else run.frame.continues).append(run.state)
        run.state = None


def _scope(run: Run, node: ir.Scope) -> None:
    return


# --------------------------------------------------------------------------- definitions


def _function(run: Run, node: ir.Function) -> None:
    run.captured.add(run.frame.id)
    run.copies.closed.add(run.frame.id)
    run.now.frames[run.frame.id][node.name] = FunctionValue(node, run.frame.unit, run.frame.id, run.frame.owner)


def _class(run: Run, node: ir.Class) -> None:
    run.captured.add(run.frame.id)
    run.now.frames[run.frame.id][node.name] = ClassValue(run.frame.unit, node.name, node, run.frame.id)


def _import(run: Run, node: ir.Import) -> None:
    for dotted, alias in node.names:
        name = alias or dotted.partition(".")[0]
        run.now.frames[run.frame.id][name] = lookup.import_value(run, node.names, name, file_of(run.frame.unit))


def _import_from(run: Run, node: ir.ImportFrom) -> None:
    for imported, alias in node.names:
        if imported != "*":
            name = alias or imported
            file = file_of(run.frame.unit)
            value = lookup.import_from_value(run, node.module, node.level, node.names, name, file)
            run.now.frames[run.frame.id][name] = value


# --------------------------------------------------------------------------- branches and loops


def _if(run: Run, node: ir.If) -> None:
    branches.look(run, node)

    def then() -> None:
        asked.under(run, node.test, node.site, lambda: execute(run, node.body))

    decide(run, node.test, then, lambda: execute(run, node.otherwise), None, node.site)


def decide(
    run: Run,
    test: ir.Expression,
    then: Callable[[], None],
    otherwise: Callable[[], None],
    result: Callable[[], tuple[Value, Value]] | None,
    site: int | None = None,
) -> Value:
    """Run the side of a branch that the test allows, or both; gives what `result` says of the sides that ran.

    On each side the names in the test are narrowed to what makes it come out that way.
    """
    value = expressions.evaluate(run, test) if site is None else asked.tested(run, test, site)
    verdict, soft = expressions.truth(run, value)
    if verdict is not None and not soft:
        (then if verdict else otherwise)()
        return result()[not verdict] if result else NONE

    def side(outcome: bool, body: Callable[[], None]) -> Callable[[], None]:
        def go() -> None:
            narrow(run, test, outcome)
            body()

        return go

    run.branch(
        side(True, then),
        side(False, otherwise),
        first_likely=not soft or verdict is True,
        second_likely=not soft or verdict is False,
        decided=verdict is not None,
    )
    if result is None:
        return NONE
    first, second = result()
    return either(first, second, first_likely=not soft or verdict is True, second_likely=not soft or verdict is False)


def narrow(run: Run, test: ir.Expression, outcome: bool) -> None:
    """Keep of the values that a test speaks of those with which it comes out as `outcome`."""
    match test:
        case ir.Unary(operator="not", operand=operand):
            narrow(run, operand, not outcome)
        case ir.Logic(operator=operator, left=left, right=right):
            if (operator == "and") is outcome:
                narrow(run, left, outcome)
                narrow(run, right, outcome)
        case ir.Compare(left=left, rest=((sign, right),)) if sign in ("is", "is not", "==", "!="):
            same = (sign in ("is", "==")) is outcome
            if isinstance(right, ir.Constant):
                _keep(run, left, lambda value: _may_equal(value, right, same), None if not same else right)
        case ir.Name() | ir.Attribute():
            _keep(run, test, lambda value: expressions.truth(run, value)[0] in (None, outcome) or _soft(value), None)
        case ir.Call(function=ir.Name(id="isinstance"), arguments=(subject, kind)):
            wanted = expressions.evaluate(run, kind)
            _keep(run, subject, lambda value: objects.instance_of(run, value, wanted) in (None, outcome), None)
        case ir.Call(function=ir.Name(id="hasattr"), arguments=(subject, ir.Constant(value=str() as name))):
            if isinstance(subject, ir.Name | ir.Attribute) and outcome:
                _keep(run, ir.Attribute(subject, name), lambda value: not isinstance(value, Absent), None)
        case _:
            pass


def _soft(value: Value) -> bool:
    return isinstance(value, Known) and value.soft


def _may_equal(value: Value, constant: ir.Constant, same: bool) -> bool:
    if isinstance(value, Absent):
        return False
    if isinstance(value, Known) and not value.soft:
        return (value.value == constant.value) is same
    if isinstance(value, Known | Unknown):
        return True
    return (constant.value is not None or not same) if not same else constant.value is not None


def _keep(run: Run, subject: ir.Expression, allowed: Callable[[Value], bool], settled: ir.Constant | None) -> None:
    """Narrow what a name or attribute holds to the options that are allowed."""
    if not isinstance(subject, ir.Name | ir.Attribute):
        return
    graph, run.graph = run.graph, None
    try:
        value = peek(run, subject)
        if value is None:
            return
        kept = [option for option in options(value) if allowed(option)]
        if not kept:
            return
        narrowed: list[Value] = []
        for option in kept:
            if isinstance(option, Known) and option.soft:
                # The default of an option, on a path where the option may be another value.
                narrowed.append(Known(settled.value, settled.kind) if settled else _other_than(run, option, allowed))
            else:
                narrowed.append(option)
        usual = likely(value)
        probable = [option in usual for option in kept]
        result = narrowed[0]
        for index, option in enumerate(narrowed[1:], 1):
            first = any(probable[:index]) or not any(probable)
            result = either(result, option, first_likely=first, second_likely=probable[index] or not any(probable))
        if result != value:
            _put(run, subject, result)
    finally:
        run.graph = graph


def _other_than(run: Run, option: Known, allowed: Callable[[Value], bool]) -> Value:
    hard = Known(option.value, option.kind)
    return option if allowed(hard) else Unknown("an option that is not the default")


def peek(run: Run, subject: ir.Expression) -> Value | None:
    """What a path of names holds now, without any effect."""
    if isinstance(subject, ir.Name):
        return run.now.frames[run.frame.id].get(subject.id)
    if isinstance(subject, ir.Attribute):
        owner = peek(run, subject.value)
        if isinstance(owner, ModuleRef):
            return run.attributes(owner).values.get(subject.name)
    return None


def _put(run: Run, subject: ir.Expression, value: Value) -> None:
    if isinstance(subject, ir.Name):
        run.now.frames[run.frame.id][subject.id] = value
    elif isinstance(subject, ir.Attribute):
        owner = peek(run, subject.value)
        if isinstance(owner, ModuleRef):
            run.now.objects[owner.id] = run.attributes(owner).with_value(subject.name, value)


def _for(run: Run, node: ir.For) -> None:
    iterable = expressions.evaluate(run, node.iterable)
    if isinstance(iterable, Walk) or (isinstance(iterable, Tuple | ListRef) and visitors.is_walk(node.iterable)):
        visitors.loop_over(run, node, iterable)
    else:
        found, certain = iteration.rounds(run, iterable)

        def body(value: Value) -> None:
            bind(run, node.target, value, node.site)
            execute(run, node.body)

        iteration.loop(run, found, certain, body)
    if run.state is not None:
        execute(run, node.otherwise)


def _while(run: Run, node: ir.While) -> None:
    verdict, soft = expressions.truth(run, asked.tested(run, node.test, node.site))
    if verdict is False and not soft:
        execute(run, node.otherwise)
        return
    first, again = Unknown("a round"), Unknown("a further round")

    def go(value: Value) -> None:
        if value is again:
            verdict, soft = expressions.truth(run, asked.tested(run, node.test, node.site))
            if verdict is False and not soft:
                return
            run.now.certain = run.now.certain and verdict is True and not soft
        execute(run, node.body)

    iteration.loop(run, (first, again), verdict is True and not soft, go)
    if run.state is not None:
        execute(run, node.otherwise)


def _with(run: Run, node: ir.With) -> None:
    contexts: list[tuple[Value, int]] = []
    for context, target in node.items:
        value = expressions.evaluate(run, context)
        contexts.append((value, context.site if isinstance(context, ir.Call) else node.site))
        if target is not None:
            bind(run, target, value, node.site)
    handled = any(_handles(context) for context, _ in node.items)
    run.caught += handled
    try:
        with skipping.within(run, contexts), sharding.within(run, node, [value for value, _ in contexts]):
            execute(run, node.body)
    finally:
        run.caught -= handled


def _handles(context: ir.Expression) -> bool:
    """Whether a context manager is one that takes exceptions as a part of the plan: `suppress`, `pytest.raises`."""
    if not isinstance(context, ir.Call):
        return False
    function = context.function
    named = function.id if isinstance(function, ir.Name) else getattr(function, "name", "")
    return named in ("suppress", "raises", "assertRaises", "assertRaisesRegex")


def _try(run: Run, node: ir.Try) -> None:
    before = run.now.fork()
    run.caught += bool(node.handlers)
    try:
        execute(run, node.body)
    finally:
        run.caught -= bool(node.handlers)
    if run.state is not None:
        execute(run, node.otherwise)
    outcome = run.state
    for handler in node.handlers:
        run.state = before.fork()
        run.state.likely = run.state.certain = False
        execute(run, handler)
        outcome = join(outcome, run.state)
    run.state = outcome
    if outcome is not None:
        outcome.certain = before.certain
    if run.state is not None:
        execute(run, node.final)


def _match(run: Run, node: ir.Match) -> None:
    expressions.evaluate(run, node.subject)
    before = run.now
    outcome: State | None = before.fork()
    for case in node.cases:
        run.state = before.fork()
        run.state.certain = False
        execute(run, case)
        outcome = join(outcome, run.state)
    run.state = outcome
    if outcome is not None:
        outcome.certain = before.certain


EXECUTE: dict[type, Callable[[Run, Any], None]] = {
    ir.Assign: _assign,
    ir.Augment: _augment,
    ir.Evaluate: _evaluate,
    ir.Return: _return,
    ir.If: _if,
    ir.For: _for,
    ir.While: _while,
    ir.With: _with,
    ir.Try: _try,
    ir.Match: _match,
    ir.Function: _function,
    ir.Class: _class,
    ir.Import: _import,
    ir.ImportFrom: _import_from,
    ir.Delete: _delete,
    ir.Assert: _assert,
    ir.Raise: _raise,
    ir.Jump: _jump,
    ir.Scope: _scope,
}

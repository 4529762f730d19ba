"""The roots of traces: a class constructed with the defaults of its options, a function, the statements of a module."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from initls import cancel
from initls.facts import ir
from initls.facts.place import name_of
from initls.knowledge import layers
from initls.model.effects import configured, hooks, lifecycle_calls, unguarded
from initls.model.machine import calls, classes, lacking, objects, statements
from initls.model.machine.machine import Run, TooMuch, Unreachable
from initls.model.machine.scope import Reading
from initls.model.state.contents import Unknown as UnknownContent
from initls.model.state.state import Alternative, Write, usual
from initls.model.state.values import (
    ClassValue,
    FunctionValue,
    ModuleRef,
    ParameterRef,
    UnitFunction,
    Unknown,
    Value,
    options,
)
from initls.model.traces import (
    fillers,
    hidden,
    missed,
    neighbours,
    nested,
    passes,
    recurring,
    tying,
    uncalled,
    unchained,
    unheard,
    unredone,
)
from initls.model.traces.census import counted
from initls.model.traces.trace import RootKind, Trace
from initls.pattern import pattern


def trace_class(
    reading: Reading, unit: str, check: cancel.Check = cancel.never, *, whole: bool = False
) -> Trace | None:
    """Construct an instance of a class with the defaults of its options; None where the class is no module.

    With `whole` every forward pass is followed, whether anything asks for it or not.
    """
    run = Run(reading, check, whole=whole)
    run.enter(unit)
    value = ClassValue(unit, name_of(unit))
    incomplete: str | None = None
    ref: ModuleRef | None = None
    try:
        lineage = classes.linearize(run, value)
        layer = lineage.layer
        if layer is None and lineage.unresolved and calls.looks_like_module(run, lineage):
            layer = layers.MODULE
        if layer is None:
            return None
        ref = run.new_module(lineage.names, 0, layer=layer, unresolved=lineage.unresolved, ready=lineage.veiled)
        found = classes.find(run, lineage.names, "__init__")
        if isinstance(found, UnitFunction | FunctionValue):
            call_root(run, found, ref)
        else:
            calls.construct(run, ref, lineage, (), {"**": Unknown("the arguments of the constructor")}, 0)
    except TooMuch:
        incomplete = "it takes too many steps"
    except Unreachable:
        run.state = None
    return _finish(run, unit, "class", ref, incomplete)


def is_model(reading: Reading, unit: str) -> bool:
    """Whether a class is one of modules; costs a look at its head and its bases."""
    run = Run(reading, cancel.never)
    run.enter(unit)
    lineage = classes.linearize(run, ClassValue(unit, name_of(unit)))
    return lineage.layer is not None or (lineage.unresolved and calls.looks_like_module(run, lineage))


def call_root(run: Run, value: UnitFunction | FunctionValue, receiver: Value | None) -> None:
    """Run a function as nobody in particular calls it: arguments unknown, defaults as options."""
    function = classes.function_of(run, value)
    if function is None or not isinstance(function, ir.Function):
        return
    frame = run.enter(value.unit, owner=value.owner, receiver=receiver)
    run.called.add(value.unit)
    arguments = () if receiver is None else (receiver,)
    calls.bind_parameters(run, function.parameters, arguments, {}, root=True)
    statements.execute(run, function.body)
    if run.state is not None:
        frame.returns.append((run.state, Unknown("nothing")))
    calls.join_returns(run, frame.returns)
    run.stack.pop()


def trace_function(
    reading: Reading, unit: str, check: cancel.Check = cancel.never, *, whole: bool = False
) -> Trace | None:
    """Run a function of the module level by itself."""
    run = Run(reading, check, whole=whole)
    run.enter(unit)
    incomplete = None
    try:
        call_root(run, UnitFunction(unit), None)
    except TooMuch:
        incomplete = "it takes too many steps"
    except Unreachable:
        run.state = None
    return _finish(run, unit, "function", None, incomplete)


def trace_module(reading: Reading, check: cancel.Check = cancel.never, *, whole: bool = False) -> Trace | None:
    """Run the statements of the module level in order."""
    run = Run(reading, check, whole=whole)
    run.enter("")
    incomplete = None
    frame = run.frame
    run.captured.add(frame.id)
    run.copies.closed.add(frame.id)
    try:
        for unit in reading.runs():
            facts = reading.facts(unit)
            if facts is None or run.state is None:
                continue
            frame.unit = unit
            statements.execute(run, facts.body)
    except TooMuch:
        incomplete = "it takes too many steps"
    except Unreachable:
        run.state = None
    return _finish(run, "", "module", None, incomplete)


def _count_axes(run: Run) -> None:
    """Give norms over one axis their shape: what has served as a number anywhere in the run is a number there too."""
    for info in run.parameters:
        owner = None if info.owner is None or info.shape is not None else run.modules[info.owner]
        size = None if owner is None else owner.quantities.get("normalized_shape")
        if size is not None and size.name in run.numbers and info.layer is not None:
            run.parameters[info.id] = replace(info, shape=(None,))


def _shown(path: str) -> str:
    """A dotted name as a message has it, with three dots for what the program does not show of it."""
    return _NUMBERED.sub("…", path) if "?" in path else path


_NUMBERED = pattern(r"\?\d+")
"""The name of an attribute whose own name is not known."""


def _finish(run: Run, root: str, kind: RootKind, ref: ModuleRef | None, incomplete: str | None) -> Trace | None:
    if run.state is None:
        return _early_only(run, root, kind)
    del run.stack[1:]
    run.path = ()
    if incomplete is not None:
        _doubt(run, incomplete)
    _count_axes(run)
    models = (ref,) if ref is not None else _models(run)
    names: dict[int, str] = {}
    module_names: dict[int, str] = {}
    for model in models:
        for name, parameter, _ in objects.named_parameters(run, model):
            names.setdefault(parameter.id, _shown(name))
        for name, module, _ in objects.descendants(run, model):
            module_names.setdefault(module.id, _shown(name))
    for info in run.parameters:
        if info.id not in names and info.name:
            names[info.id] = info.name
            if info.computed is not None and info.owner is not None:
                # A computed weight is no parameter, but a reader knows it by the same kind of name.
                held = run.attributes(ModuleRef(info.owner)).values.get(info.name)
                if held is None or ParameterRef(info.id) not in options(held):
                    del names[info.id]
                elif module_names.get(info.owner):
                    names[info.id] = f"{module_names[info.owner]}.{info.name}"
    run.copies.finish(run)
    wrong = configured.apply(run, ref) if ref is not None else ()
    if ref is not None:
        hidden.note_hidden(run, ref)
    final = dict(run.now.writes)
    frozen = run.now.frozen
    log, events = tuple(run.log), lacking.settled(run)
    census = counted(run)
    reads = dict(run.reads)
    called = frozenset(run.called)
    parameters, modules = tuple(run.parameters), tuple(run.modules)
    late = missed.missed_by_visitors(run, final, frozen, module_names)
    if late and kind == "class" and neighbours.initialize(run, root):
        late = ()
    visits = tuple(visit.done() for visit in run.visits)
    hook = unchained.hook_of(run, ref)
    wanted = final if hook is not None else _told(final) | {number for number, write in log if write.explicit}
    reinitialized = hooks.written_by_hooks(run, models, called, wanted)
    garbage = frozenset(number for number, ways in final.items() if fillers.is_garbage(run, number, ways))
    infinite = frozenset(number for number, ways in final.items() if fillers.is_infinite(run, number, ways))
    unfilled = fillers.fillers(run, models, called, garbage, infinite)
    around = neighbours.ask(run, frozenset(number for number in garbage if unfilled.get(number) != ""), names)
    unreached = uncalled.uncalled(run, models, final, names) if ref is None else ()
    subjects = passes.follow_models(run, models, final, frozen, garbage, whole=run.whole)
    outside = passes.used_outside(run, ref)
    nearly = unheard.unheard(run, ref, called)
    alone = unchained.unchained(run, hook, reinitialized, final, names)
    inside = nested.nested(run, ref)
    bold = unguarded.unguarded(run, ref, names)
    lost = unredone.unredone(run, ref, reinitialized, names)
    untied = tying.mistied(run, ref, names, module_names)
    started = lifecycle_calls.started(run, ref)
    again = recurring.recurring(run, ref)
    return Trace(
        root,
        kind,
        modules,
        parameters,
        names,
        module_names,
        final,
        log,
        frozen,
        reads,
        visits,
        late,
        tuple(run.early),
        tuple(run.supers),
        subjects,
        called,
        has_forward=ref is None or passes.has_forward(run, ref),
        reinitialized=reinitialized,
        fillers={**unfilled, **dict.fromkeys(around.written, "")},
        loaded=around.loaded,
        outside=outside,
        events=events,
        census=census,
        uncalled=unreached,
        recurring=again,
        unchained=alone,
        nested=inside,
        unguarded=bold,
        unredone=lost,
        misconfigured=wrong,
        mistied=untied,
        started=started,
        unheard=nearly,
        incomplete=incomplete,
    )


def _told(final: Mapping[int, tuple[Alternative, ...]]) -> set[int]:
    """The parameters of which something is known at the end, so that a rule could speak of them."""
    return {number for number, ways in final.items() if not any(map(_is_lost, usual(ways)))}


def _is_lost(way: Alternative) -> bool:
    return len(way.writes) == 1 and isinstance(way.writes[0].content, UnknownContent)


def _doubt(run: Run, reason: str) -> None:
    """Behind the point up to which a run was followed, anything may have been written."""
    for info in run.parameters:
        if info.id in run.now.writes:
            write = Write(run.order(), info.place, info.path, UnknownContent(reason), explicit=False)
            run.now.write(info.id, write, must=False)


def _early_only(run: Run, root: str, kind: RootKind) -> Trace:
    """The trace of a run that raises on every path."""
    return Trace(
        root,
        kind,
        tuple(run.modules),
        tuple(run.parameters),
        {},
        {},
        {},
        tuple(run.log),
        frozenset(),
        {},
        tuple(visit.done() for visit in run.visits),
        (),
        tuple(run.early),
        tuple(run.supers),
        (),
        frozenset(run.called),
        has_forward=False,
        events=tuple(run.events),
        incomplete="every path raises",
    )


def _models(run: Run) -> tuple[ModuleRef, ...]:
    """The modules that no other module holds, of a function or a script."""
    held: set[int] = set()
    for info in run.modules:
        ref = ModuleRef(info.id)
        held.update(child.id for _, child, _ in objects.children(run, ref))
    return tuple(
        ModuleRef(info.id)
        for info in run.modules
        if info.id not in held and objects.is_module(info) and info.id in run.now.objects
    )[:40]

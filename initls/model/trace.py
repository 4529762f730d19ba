"""The construction trace: what one abstract run of a class, a function or a script has shown, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from initls import cancel
from initls.facts import ir
from initls.facts.place import Place
from initls.knowledge import layers
from initls.knowledge.parameters import Role
from initls.model import calls, classes, dataflow, forward, lookup, objects, statements, visitors
from initls.model.contents import Constant, Content
from initls.model.flow import NOTHING_KNOWN, Following, Graph, Node, following
from initls.model.machine import EarlyAssignment, ModuleInfo, ParameterInfo, Run, SuperCall, TooMuch, Unreachable, Visit
from initls.model.scope import Reading
from initls.model.state import Alternative, Write
from initls.model.training import NO_PROSPECTS, Outlook, Prospects, prospects
from initls.model.values import (
    ClassValue,
    External,
    FunctionValue,
    ModuleRef,
    ParameterRef,
    Path,
    Tensor,
    UnitFunction,
    Unknown,
    Value,
    options,
)

RootKind = Literal["class", "function", "module"]


@dataclass(frozen=True, slots=True)
class Missed:
    """A visitor that ran before some of the layers that it would have initialized were there.

    `modules` are the missed ones by name, with the places where they are made, as the visitor's own function or the
    root sees them.
    """

    visit: int
    place: Place
    path: Path
    modules: tuple[tuple[str, Place, Path], ...]
    certain: bool


@dataclass(frozen=True)
class Subject:
    """A model whose forward pass is followed: the graph, and what training can do with it."""

    module: int
    graph: Graph
    prospects: Prospects

    @cached_property
    def consumers(self) -> dict[int, list[Node]]:
        """The readers of each node."""
        return self.graph.consumers()

    def following(self, parameter: int) -> Following:
        """What follows the layer whose weight is `parameter`."""
        nodes = list(self.graph.of_weight(parameter))
        if not nodes:
            return NOTHING_KNOWN
        found = [following(self.graph, node, self.consumers) for node in nodes]
        return found[0] if all(item == found[0] for item in found) else _merged(found)


def _merged(found: list[Following]) -> Following:
    activations = {(item.activation, item.slope) for item in found}
    activation, slope = activations.pop() if len(activations) == 1 else (None, None)
    return Following(
        activation,
        slope,
        norm=any(item.norm for item in found),
        added=any(item.added for item in found),
        multiplied=any(item.multiplied for item in found),
        sampled=any(item.sampled for item in found),
        returned=any(item.returned for item in found),
        layers=any(item.layers for item in found),
        last=all(item.last for item in found),
        known=all(item.known for item in found),
    )


@dataclass(frozen=True)
class Trace:
    """What one run has shown.

    `final` holds, for each parameter, every way in which it may have come to its value. `log` is all writes in order.
    """

    root: str
    kind: RootKind
    modules: tuple[ModuleInfo, ...]
    parameters: tuple[ParameterInfo, ...]
    names: Mapping[int, str]
    """The dotted name of each parameter below the model that holds it."""
    module_names: Mapping[int, str]
    final: Mapping[int, tuple[Alternative, ...]]
    log: tuple[tuple[int, Write], ...]
    frozen: frozenset[int]
    reads: Mapping[int, int]
    visits: tuple[Visit, ...]
    missed: tuple[Missed, ...]
    early: tuple[EarlyAssignment, ...]
    supers: tuple[SuperCall, ...]
    subjects: tuple[Subject, ...]
    called: frozenset[str]
    has_forward: bool
    reinitialized: frozenset[int] = frozenset()
    """Parameters that a hook of the file, which nothing in the trace calls, would write."""
    outside: frozenset[int] = frozenset()
    """Parameters of layers that methods other than those of the forward pass use."""
    incomplete: str | None = None

    def content(self, parameter: int) -> Content | None:
        """What a parameter holds at the end under default options, where all ways to get there agree."""
        ways = self.final.get(parameter, ())
        found = {way.content for way in ways if way.likely} or {way.content for way in ways}
        return found.pop() if len(found) == 1 else None

    def outlook(self, parameter: int) -> tuple[Subject, Outlook] | None:
        """What can be shown of a parameter's training, and the model that shows it."""
        for subject in self.subjects:
            found = subject.prospects.of.get(parameter)
            if found is not None:
                return subject, found
        return None

    def following(self, parameter: int) -> Following:
        """What follows the layer of a weight, in the first model that uses it."""
        for subject in self.subjects:
            found = subject.following(parameter)
            if found is not NOTHING_KNOWN:
                return found
        return NOTHING_KNOWN


# --------------------------------------------------------------------------- roots


def trace_class(reading: Reading, unit: str, check: cancel.Check = cancel.never) -> Trace | None:
    """Construct an instance of a class with the defaults of its options; None where the class is no module."""
    run = Run(reading, check)
    run.enter(unit)
    value = ClassValue(unit, unit.partition("#")[0])
    incomplete: str | None = None
    ref: ModuleRef | None = None
    try:
        lineage = classes.linearize(run, value)
        layer = lineage.layer
        if layer is None and lineage.unresolved and calls.looks_like_module(run, lineage):
            layer = layers.MODULE
        if layer is None:
            return None
        ref = run.new_module(lineage.names, 0, layer=layer, unresolved=lineage.unresolved, ready=lineage.unresolved)
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
    calls._returned(run, frame.returns)
    run.stack.pop()


def trace_function(reading: Reading, unit: str, check: cancel.Check = cancel.never) -> Trace | None:
    """Run a function of the module level by itself."""
    run = Run(reading, check)
    run.enter(unit)
    incomplete = None
    try:
        call_root(run, UnitFunction(unit), None)
    except TooMuch:
        incomplete = "it takes too many steps"
    except Unreachable:
        run.state = None
    return _finish(run, unit, "function", None, incomplete)


def trace_module(reading: Reading, check: cancel.Check = cancel.never) -> Trace | None:
    """Run the statements of the module level in order."""
    run = Run(reading, check)
    run.enter("")
    incomplete = None
    frame = run.frame
    run.captured.add(frame.id)
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


# --------------------------------------------------------------------------- what is left at the end


def _finish(run: Run, root: str, kind: RootKind, ref: ModuleRef | None, incomplete: str | None) -> Trace | None:
    if run.state is None:
        return _early_only(run, root, kind)
    del run.stack[1:]
    run.path = ()
    models = (ref,) if ref is not None else _models(run)
    names: dict[int, str] = {}
    module_names: dict[int, str] = {}
    for model in models:
        for name, parameter, _ in objects.named_parameters(run, model):
            names.setdefault(parameter.id, name)
        for name, module, _ in objects.descendants(run, model):
            module_names.setdefault(module.id, name)
    for info in run.parameters:
        if info.id not in names and info.name:
            names[info.id] = info.name
    final = dict(run.now.writes)
    frozen = run.now.frozen
    log = tuple(run.log)
    reads = dict(run.reads)
    called = frozenset(run.called)
    parameters, modules = tuple(run.parameters), tuple(run.modules)
    missed = _missed(run, final, frozen, module_names)
    visits = tuple(replace(visit, replay=_nothing) for visit in run.visits)
    reinitialized = _hooks(run, models, called)
    subjects: tuple[Subject, ...] = ()
    if any(_is_constant_matrix(run, number, ways) for number, ways in final.items()):
        subjects = tuple(s for s in (_subject(run, model, final, frozen) for model in models) if s is not None)
    outside = _used_outside(run, ref)
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
        missed,
        tuple(run.early),
        tuple(run.supers),
        subjects,
        called,
        has_forward=ref is None or _has_forward(run, ref),
        reinitialized=reinitialized,
        outside=outside,
        incomplete=incomplete,
    )


def _nothing(run: Run, value: Value, name: str) -> None:
    """What stands for a visitor once its run is over, so that a trace holds no run."""


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
        (),
        (),
        tuple(run.early),
        tuple(run.supers),
        (),
        frozenset(run.called),
        has_forward=False,
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


def _has_forward(run: Run, ref: ModuleRef) -> bool:
    info = run.module(ref)
    found = classes.find(run, info.classes, "forward")
    if found is not None and not isinstance(found, External):
        return True
    return info.unresolved or info.layer != layers.MODULE


def _subject(
    run: Run, ref: ModuleRef, final: Mapping[int, tuple[Alternative, ...]], frozen: frozenset[int]
) -> Subject | None:
    """Follow the forward pass of a model, in a state that is thrown away."""
    if not any(True for _ in objects.named_parameters(run, ref)):
        return None
    before = run.state
    assert before is not None
    graph = Graph()
    run.state, run.graph = before.fork(), graph
    depth = len(run.stack)
    try:
        run.attempt(lambda: _forward(run, ref, graph))
    except TooMuch:
        graph.complete = False
    finally:
        del run.stack[depth:]
        run.state, run.graph = before, None
        run.path = ()
    contents = {
        number: content
        for number, ways in final.items()
        if run.parameters[number].trainable and (content := _agreed(ways)) is not None
    }
    units = {info.id: _units(run, info) for info in run.parameters}
    found = prospects(graph, contents, units, frozen) if graph.complete else NO_PROSPECTS
    return Subject(ref.id, graph, found)


def _is_constant_matrix(run: Run, number: int, ways: tuple[Alternative, ...]) -> bool:
    """Whether the forward pass has to be read at all: only a matrix that the program leaves constant asks for it."""
    info = run.parameters[number]
    own = info.layer is None and (info.shape is None or len(info.shape) > 1)
    if not info.trainable or not (own or info.role in (Role.WEIGHT, Role.TABLE)):
        return False
    return isinstance(_agreed(ways), Constant) and any(w.explicit for way in ways for w in way.writes)


def _agreed(ways: tuple[Alternative, ...]) -> Content | None:
    found = {way.content for way in ways if way.likely} or {way.content for way in ways}
    return found.pop() if len(found) == 1 else None


def _units(run: Run, info: ParameterInfo) -> int | None:
    layer = layers.layer(info.layer) if info.layer else None
    spec = layers.parameter(layer, info.name) if layer else None
    if spec is not None and info.owner is not None:
        return spec.units(run.modules[info.owner].arguments)
    return None


def _forward(run: Run, ref: ModuleRef, graph: Graph) -> None:
    info = run.module(ref)
    found = classes.find(run, info.classes, "forward")
    function = classes.function_of(run, found) if found is not None else None
    if isinstance(found, UnitFunction | FunctionValue) and isinstance(function, ir.Function):
        arguments: list[Value] = [ref]
        for parameter in function.parameters[1:]:
            if parameter.kind == "positional" and parameter.default is None:
                arguments.append(Tensor(dataflow.NOT_FOLLOWED, node=graph.add("input")))
            else:
                break
        frame = run.enter(found.unit, owner=found.owner, receiver=ref)
        run.called.add(found.unit)
        calls.bind_parameters(run, function.parameters, tuple(arguments), {}, root=True)
        _tensor_defaults(run, function, graph, len(arguments))
        statements.execute(run, function.body)
        if run.state is not None:
            frame.returns.append((run.state, Unknown("nothing")))
        for state, value in frame.returns:
            run.state = state
            graph.outputs.extend(dataflow.nodes_in(run, graph, value))
        return
    if info.unresolved or info.layer in (None, layers.MODULE):
        graph.complete = False
        return
    signal = Tensor(dataflow.NOT_FOLLOWED, node=graph.add("input"))
    value = forward.forward(run, ref, (signal,), {}, 0)
    graph.outputs.extend(dataflow.nodes_in(run, graph, value))


def _tensor_defaults(run: Run, function: ir.Function, graph: Graph, given: int) -> None:
    """Arguments of `forward` behind the required ones may be tensors as well: unknown ones become inputs."""
    names = run.now.frames[run.frame.id]
    for parameter in function.parameters[given:]:
        value = names.get(parameter.name)
        if isinstance(value, Unknown):
            names[parameter.name] = Tensor(dataflow.NOT_FOLLOWED, node=graph.add("input"))


# --------------------------------------------------------------------------- visitors that ran too early


def _missed(
    run: Run,
    final: Mapping[int, tuple[Alternative, ...]],
    frozen: frozenset[int],
    module_names: Mapping[int, str],
) -> tuple[Missed, ...]:
    found: list[Missed] = []
    for visit in list(run.visits):
        root = ModuleRef(visit.root)
        later = [
            (name, module, sure)
            for name, module, sure in objects.descendants(run, root)
            if module.id not in visit.seen and run.module(module).order > visit.order
        ]
        modules: list[tuple[str, Place, Path]] = []
        certain = True
        try:
            for name, module, sure in later:
                if _would_be_written(run, visit, name, module, final, frozen):
                    info = run.module(module)
                    modules.append((name, info.place, info.path))
                    certain = certain and sure
        except TooMuch:
            break
        if modules:
            found.append(Missed(visit.index, visit.place, visit.path, tuple(modules), certain))
    return tuple(found)


def _would_be_written(
    run: Run,
    visit: Visit,
    name: str,
    module: ModuleRef,
    final: Mapping[int, tuple[Alternative, ...]],
    frozen: frozenset[int],
) -> bool:
    """Whether the visitor would initialize the module, and nothing else has."""
    own = [(n, ref) for n, ref, _ in objects.own_parameters(run, module)]
    untouched = {ref.id for _, ref in own if ref.id not in frozen and _untouched(final.get(ref.id, ()))}
    weights = {ref.id for _, ref in own if run.parameters[ref.id].role in (Role.WEIGHT, Role.TABLE)}
    if not untouched or (weights and not weights & untouched):
        return False
    if visit.over == "modules":
        written = visitors.rerun(run, visit, module, name)
    else:
        written = frozenset(number for n, ref in own for number in visitors.rerun(run, visit, ref, f"{name}.{n}"))
    hit = written & untouched
    if not hit:
        return False
    # A norm whose ones and zeros would be written once more has missed nothing.
    return any(not _same_constant(run, number, final) for number in hit)


def _same_constant(run: Run, number: int, final: Mapping[int, tuple[Alternative, ...]]) -> bool:
    info = run.parameters[number]
    return info.role in (Role.GAIN, Role.SHIFT) and all(
        isinstance(way.content, Constant) for way in final.get(number, ())
    )


def _untouched(ways: tuple[Alternative, ...]) -> bool:
    """Whether nothing but torch's constructor has written it."""
    return bool(ways) and all(not write.explicit and write.making for way in ways for write in way.writes)


# --------------------------------------------------------------------------- hooks that nothing calls here


HOOKS = (
    "_init_weights", "init_weights", "initialize_weights", "_initialize_weights", "weights_init", "weight_init",
    "init_weight", "_init_weight", "reset_parameters", "_reset_parameters", "init_parameters", "_init_parameters",
    "initialize", "initialize_parameters", "_init_params", "init_params", "init", "initialise_weights", "_init",
)  # fmt: skip
"""Names by which frameworks and users call what initializes a model after it is made."""


def _hooks(run: Run, models: tuple[ModuleRef, ...], called: frozenset[str]) -> frozenset[int]:
    """The parameters that a hook of the models' classes, or a visitor function of the file, would write."""
    found: set[int] = set()
    try:
        for model in models:
            for _, module, _ in objects.descendants(run, model):
                found |= _own_hooks(run, module, called)
    except TooMuch:  # What was found until here is found.
        return frozenset(found)
    return frozenset(found)


def _hook_names(run: Run, names: tuple[str, ...]) -> tuple[str, ...]:
    """The hooks that the classes of the program among `names` define."""
    known = run.hooks.get(names)
    if known is None:
        known = run.hooks[names] = tuple(name for name in HOOKS if classes.find(run, names, name) is not None)
    return known


def _own_hooks(run: Run, ref: ModuleRef, called: frozenset[str]) -> set[int]:
    found: set[int] = set()
    info = run.module(ref)
    for name in _hook_names(run, info.classes):
        hook = classes.find(run, info.classes, name)
        if not isinstance(hook, UnitFunction | FunctionValue) or hook.unit in called:
            continue
        function = classes.function_of(run, hook)
        if not isinstance(function, ir.Function):
            continue
        required = [p for p in function.parameters[1:] if p.kind == "positional" and p.default is None]
        targets: list[tuple[Value, ...]] = [()] if not required else []
        if len(required) == 1:
            targets = [(module,) for _, module, _ in objects.descendants(run, ref)]
        for arguments in targets:
            found |= _written_by(run, lookup.bind(ref, hook), arguments)
    return found


def _written_by(run: Run, function: Value, arguments: tuple[Value, ...]) -> set[int]:
    before, log, visits = run.state, len(run.log), len(run.visits)
    assert before is not None
    depth = len(run.stack)
    run.state = before.fork()
    try:
        run.attempt(lambda: run.discard(calls.call(run, function, arguments, {}, 0)))
    finally:
        run.state = before
        del run.stack[depth:]
    written = {number for number, write in run.log[log:] if write.explicit or not write.making}
    del run.log[log:]
    del run.visits[visits:]
    return written


def _used_outside(run: Run, ref: ModuleRef | None) -> frozenset[int]:
    """The parameters below attributes that methods name which neither construction nor forward calls."""
    if ref is None:
        return frozenset()
    attributes = run.attributes(ref).values
    words = tuple(f".{name}" for name in attributes)
    mentioned: set[str] = set()
    for key in run.module(ref).classes:
        if key not in run.nested and "." not in key:
            for unit in run.reading.members(key).values():
                if unit not in run.called:
                    mentioned |= run.reading.mentioned(unit, words)
    found: set[int] = set()
    for name, value in attributes.items():
        if f".{name}" in mentioned:
            for option in options(value):
                if isinstance(option, ModuleRef | ParameterRef):
                    found.update(parameter.id for parameter in objects.parameters_below(run, option))
    return frozenset(found)

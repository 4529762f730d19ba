"""The forward pass of a model that has been constructed, followed in a state that is thrown away."""

from __future__ import annotations

from collections.abc import Mapping

from initls.facts import ir
from initls.knowledge import layers
from initls.model.effects import dataflow, forward
from initls.model.machine import calls, classes, objects, statements
from initls.model.machine.machine import ParameterInfo, Run, TooMuch
from initls.model.state.flow import Graph, always
from initls.model.state.state import Alternative, agreed
from initls.model.state.values import (
    External,
    FunctionValue,
    ModuleRef,
    ParameterRef,
    Tensor,
    UnitFunction,
    Unknown,
    Value,
    options,
)
from initls.model.traces import asking
from initls.model.traces.trace import Subject
from initls.model.training.training import NO_PROSPECTS, prospects


def has_forward(run: Run, ref: ModuleRef) -> bool:
    """Whether the class has a forward pass of its own, or a base that may have one."""
    info = run.module(ref)
    found = classes.find(run, info.classes, "forward")
    if found is not None and not isinstance(found, External):
        return True
    return info.unresolved or info.layer != layers.MODULE


def follow_model(
    run: Run,
    ref: ModuleRef,
    final: Mapping[int, tuple[Alternative, ...]],
    frozen: frozenset[int],
    *,
    train: bool = True,
) -> Subject | None:
    """Follow the forward pass of a model, in a state that is thrown away."""
    if not any(True for _ in objects.named_parameters(run, ref)):
        return None
    before = run.state
    assert before is not None
    graph = Graph(likely=lambda: run.state is None or run.state.likely)
    run.state, run.graph = before.fork(), graph
    depth = len(run.stack)
    try:
        run.attempt(lambda: _follow(run, ref, graph))
    except TooMuch:
        graph.complete = False
    finally:
        del run.stack[depth:]
        run.state, run.graph = before, None
        graph.likely = always
        run.path = ()
    if not train or not graph.complete:
        return Subject(ref.id, graph, NO_PROSPECTS)
    contents = {
        number: content
        for number, ways in final.items()
        if run.parameters[number].trainable and (content := agreed(ways)) is not None
    }
    units = {info.id: _units(run, info) for info in run.parameters}
    return Subject(ref.id, graph, prospects(graph, contents, units, frozen))


def follow_models(
    run: Run,
    models: tuple[ModuleRef, ...],
    final: Mapping[int, tuple[Alternative, ...]],
    frozen: frozenset[int],
    garbage: frozenset[int] = frozenset(),
    *,
    whole: bool = False,
) -> tuple[Subject, ...]:
    """Follow the forward passes that have to be read: of all models where a matrix is left constant, else of those
    that hold a matrix whose draw is to be judged, or `garbage`. What training does is worked out for constants alone.
    With `whole` all of it is done whatever is asked for.
    """
    constants = whole or any(asking.constant_matrix(run, number, ways) for number, ways in final.items())
    drawn = frozenset() if constants else asking.drawn_matrices(run, final) | garbage
    found: list[Subject] = []
    named = not constants and (asking.may_start_at_zero(run) or asking.scales_with_depth(run))
    for model in models:
        if constants or named or any(parameter.id in drawn for _, parameter, _ in objects.named_parameters(run, model)):
            subject = follow_model(run, model, final, frozen, train=constants)
            if subject is not None:
                found.append(subject)
    return tuple(found)


def _units(run: Run, info: ParameterInfo) -> int | None:
    layer = layers.layer(info.layer) if info.layer else None
    spec = layers.parameter(layer, info.name) if layer else None
    if spec is not None and info.owner is not None:
        return spec.units(run.modules[info.owner].arguments)
    return None


def _follow(run: Run, ref: ModuleRef, graph: Graph) -> None:
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


def used_outside(run: Run, ref: ModuleRef | None) -> frozenset[int]:
    """The parameters below attributes that methods name which neither construction nor forward calls."""
    if ref is None:
        return frozenset()
    attributes = run.attributes(ref).values
    words = tuple(f".{name}" for name in attributes)
    mentioned: set[str] = set()
    for key in run.module(ref).classes:
        if key not in run.nested and not classes.is_dotted(key):
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

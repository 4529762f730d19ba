"""The traces of programs whose layers are told how to initialize themselves, and what is shown of their kernels."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import cast

from initls import cancel
from initls.facts import ir
from initls.facts.place import Place, name_of
from initls.knowledge.declared import WRITERS, InitializerRow, LayerRow, ModelRow
from initls.model.effects import dataflow, declared
from initls.model.effects.declared import Declaring, Made
from initls.model.machine import calls, classes, statements
from initls.model.machine.machine import Run, TooMuch, Unreachable
from initls.model.machine.scope import Reading
from initls.model.state.contents import Constant, Content
from initls.model.state.events import DeclaredConstant, DeclaredSpread, DeclaredTwice, Event, Lot
from initls.model.state.flow import Following, Graph, Node
from initls.model.state.values import (
    ClassValue,
    Declared,
    FunctionValue,
    Known,
    ModuleRef,
    Tensor,
    Tuple,
    UnitFunction,
    Unknown,
    Value,
)
from initls.model.traces.trace import RootKind, Subject, Trace
from initls.model.training.training import Outlook, prospects
from initls.pattern import pattern

WORDS = ("keras", "tensorflow", "flax")
_IMPORTS = pattern(rf"^[ \t]*(?:import|from)[ \t]+(?:tf_)?(?:{'|'.join(WORDS)})\b", re.MULTILINE)


def speaks(text: str) -> bool:
    """Whether a text imports one of these frameworks. That it mentions one, as many do, says nothing.

    JAX by itself has no layers, and the layers of Equinox take no initializer.
    """
    return any(word in text for word in WORDS) and _IMPORTS.search(text) is not None


DECLARES = pattern(r"initializer|_init\b|\binit\.|[\"'](?:zeros?|ones?)[\"']")
"""What a text must hold that tells a layer what to start with."""


def trace(reading: Reading, kind: str, unit: str, check: cancel.Check = cancel.never) -> Trace | None:
    """What a class, a function or the statements of a module declare; None where it is no class of layers."""
    run = Run(reading, check)
    here = Declaring()
    graph = Graph()
    run.declaring, run.graph = here, graph
    run.enter(unit)
    try:
        if kind == "class" and not _class(run, unit, graph):
            return None
        if kind == "method" and not _method(run, unit, graph):
            return None
        if kind == "function":
            _function(run, UnitFunction(unit), (), graph)
        if kind == "module":
            _module(run)
        _sequences(run, here, graph)
    except (TooMuch, Unreachable):
        return _trace(unit, kind, ())  # What comes behind may change all that has been seen.
    return _trace(unit, kind, tuple(_events(here, graph)))


def _class(run: Run, unit: str, graph: Graph) -> bool:
    lineage = classes.linearize(run, ClassValue(unit, name_of(unit)))
    base = declared.base_of(lineage.names)
    if base is None:
        return False
    ref = run.new_module(lineage.names, 0, unresolved=True)
    for wanted in base.prepare:
        found = classes.find(run, lineage.names, wanted)
        if isinstance(found, UnitFunction | FunctionValue):
            _function(run, found, (ref,), graph, keep=False)
    found = classes.find(run, lineage.names, base.forward)
    if isinstance(found, UnitFunction | FunctionValue):
        _function(run, found, (ref,), graph)
    _elsewhere(run, ref, lineage.names, base)
    return True


def _method(run: Run, unit: str, graph: Graph) -> bool:
    """Run a method of a class that is no model itself, as that of an agent or a trainer."""
    owner = unit.rpartition(".")[0]
    lineage = classes.linearize(run, ClassValue(owner, name_of(owner)))
    if declared.base_of(lineage.names) is not None or lineage.layer is not None:
        return False
    ref = run.new_module(lineage.names, 0, unresolved=True)
    _function(run, UnitFunction(unit, owner), (ref,), graph)
    here = run.declaring
    words = tuple(f".{name}(" for name in sorted(WRITERS))
    others = [other for other in run.reading.members(owner).values() if other not in run.called]
    if here is not None and any(run.reading.mentioned(other, words) for other in others):
        here.doubted.update(range(len(here.made)))
    return True


def _elsewhere(run: Run, ref: ModuleRef, names: tuple[str, ...], base: ModelRow) -> None:
    """Doubt what methods mention that nothing here calls: they may use it, or write to it."""
    here = run.declaring
    attributes = run.attributes(ref).values
    words = tuple(f".{name}" for name in attributes)
    for key in names:
        if key in run.nested or classes.is_dotted(key):
            continue
        for name, unit in run.reading.members(key).items():
            if unit in run.called or name in HARMLESS or here is None:
                continue
            for word in run.reading.mentioned(unit, words):
                declared.doubt(run, here, attributes[word[1:]])


HARMLESS = frozenset({"get_config", "compute_output_shape", "summary", "from_config"})
"""Methods that tell of layers what they were made with."""


def _function(
    run: Run, value: UnitFunction | FunctionValue, given: tuple[Value, ...], graph: Graph, *, keep: bool = True
) -> None:
    """Run a function as nobody in particular calls it; what it gives back is an output of what it builds."""
    function = classes.function_of(run, value)
    if not isinstance(function, ir.Function):
        return
    signals: list[Value] = list(given)
    if keep and given:
        for parameter in function.parameters[1:]:
            if parameter.kind != "positional" or parameter.default is not None:
                break
            signals.append(Tensor(dataflow.NOT_FOLLOWED, node=graph.add("input")))
    frame = run.enter(value.unit, owner=value.owner, receiver=given[0] if given else None)
    run.called.add(value.unit)
    calls.bind_parameters(run, function.parameters, tuple(signals), {}, root=True)
    statements.execute(run, function.body)
    if run.state is not None:
        frame.returns.append((run.state, Unknown("nothing")))
    for state, result in frame.returns if keep else ():
        run.state = state
        graph.outputs.extend(dataflow.nodes_in(run, graph, result))
    calls.join_returns(run, frame.returns)
    run.stack.pop()


def _module(run: Run) -> None:
    frame = run.frame
    run.captured.add(frame.id)
    for unit in run.reading.runs():
        facts = run.reading.facts(unit)
        if facts is not None and run.state is not None:
            frame.unit = unit
            statements.execute(run, facts.body)


def _sequences(run: Run, here: Declaring, graph: Graph) -> None:
    """Call the sequential models that nothing has called, each on an input of its own."""
    for number, made in enumerate(here.made):
        if made.items is not None and number not in here.applied:
            signal = Tensor(dataflow.NOT_FOLLOWED, node=graph.add("input"))
            result = declared.apply(run, here, Declared(number), (signal,), {}, 0)
            graph.outputs.extend(dataflow.nodes_in(run, graph, result))


def _trace(unit: str, kind: str, events: tuple[Event, ...]) -> Trace:
    return Trace(
        unit, cast(RootKind, kind), (), (), {}, {}, {}, (), frozenset(), {}, (), (), (), (), (), frozenset(),
        has_forward=False, events=events,
    )  # fmt: skip


# --------------------------------------------------------------------------- what is shown


def _events(here: Declaring, graph: Graph) -> Iterator[Event]:
    contents: dict[int, Content] = {}
    for number, made in enumerate(here.made):
        if number not in here.doubted:
            contents.update({p: here.contents[p] for p in made.parameters.values()})
    subject = Subject(-1, graph, prospects(graph, contents, here.units))
    lots: dict[int, tuple[Lot, str | None]] = {}
    for number, made in enumerate(here.made):
        kernel = made.parameters.get("kernel")
        content = None if kernel is None else here.contents[kernel]
        if kernel is None or not isinstance(made.row, LayerRow) or not isinstance(content, Constant):
            continue
        lot, activation = _lot(here, subject, number, made.row, kernel, content)
        lots[number] = lot, activation
        argument = made.row.kernel or ""
        if not content.by and made.row.kind == "affine":
            yield DeclaredConstant(
                *_happened(made), made.row.framework, made.row.name, argument, _position(made.row, argument),
                content.value, lot, activation, tuple(_beside(here, subject, kernel, made)),
            )  # fmt: skip
    yield from _without_spread(here, lots)
    yield from _twice(here)


def _happened(made: Made) -> tuple[Place, tuple[Place, ...], int, bool, bool, bool]:
    return made.place, made.path, made.order, made.likely, made.certain, False


def _position(row: LayerRow, argument: str) -> int | None:
    return row.places.index(argument) if argument in row.places else None


def _lot(
    here: Declaring, subject: Subject, number: int, row: LayerRow, kernel: int, content: Constant
) -> tuple[Lot, str | None]:
    """What becomes of a constant kernel, and the activation that follows it."""
    following = subject.following(kernel)
    if number in here.doubted:
        return "loaded", following.activation
    outlook = subject.prospects.of.get(kernel)
    alone = all(_is_first(subject.graph, node) for node in subject.graph.of_weight(kernel))
    return _judged(row, content, following, outlook, alone=alone), following.activation


def _is_first(graph: Graph, node: Node) -> bool:
    """Whether nothing that learns, and nothing that is not followed, stands in front of a layer."""
    stack = [*node.inputs]
    while stack:
        before = graph.nodes[stack.pop()]
        if before.weight is not None or before.kind in ("unknown", "recurrent"):
            return False
        stack += before.inputs
    return True


def _judged(row: LayerRow, content: Constant, following: Following, outlook: Outlook | None, *, alone: bool) -> Lot:
    if outlook is None:
        return "not shown"
    if outlook.dead and outlook.weight_is_zero:
        # Behind one that is dead nothing but zero arrives, which is not this layer's doing.
        return "dead" if outlook.blocked else "harmless"
    if outlook.symmetric:
        return "symmetric"
    if not outlook.symmetric_at_start and not outlook.dead:
        return "harmless"  # There is but one unit.
    apart = following.added or following.multiplied or following.gated or following.activation == "softmax"
    if apart or following.sampled or not following.known or row.kind == "embedding" or row.grouped:
        return "harmless"
    if following.last:
        return "harmless" if content.value == 0 or alone else "equal"
    if content.value == 0 and following.activation is None:
        return "harmless"
    return "costly"


def _beside(here: Declaring, subject: Subject, kernel: int, made: Made) -> Iterator[tuple[str, Place]]:
    """The layers and activations by which a kernel stays as it is."""
    owners = {p: one for one in here.made for role, p in one.parameters.items() if role == "kernel"}
    for number in subject.prospects.reasons.get(kernel, ()):
        node = subject.graph.nodes[number]
        owner = owners.get(node.weight) if node.weight is not None else None
        if owner is not None and owner is not made and owner.place != made.place and isinstance(owner.row, LayerRow):
            yield f"`{owner.row.name}`, which reads it, is made here", owner.place
        elif node.kind == "activation" and node.place is not None and node.place != made.place and node.activation:
            yield f"`{node.activation}` follows here", node.place


ORDER: tuple[Lot, ...] = ("dead", "symmetric", "costly", "not shown", "equal", "harmless", "loaded")


def _without_spread(here: Declaring, lots: dict[int, tuple[Lot, str | None]]) -> Iterator[Event]:
    users: dict[int, list[int]] = {}
    for (layer, _), maker in here.initializers.items():
        users.setdefault(maker, []).append(layer)
    for number, made in enumerate(here.made):
        row = made.row
        if not isinstance(row, InitializerRow) or not row.drawn or made.open or declared.spreads(row, made.arguments):
            continue
        content = declared.declared_by(row, made.arguments)
        found = sorted(
            ((*lots.get(layer, ("not shown", None)), layer) for layer in users.get(number, ())),
            key=lambda one: ORDER.index(one[0]),
        )
        if not found and not row.refuses:
            continue
        lot, activation, layer = found[0] if found else ("not shown", None, -1)
        name = here.made[layer].row.name if layer >= 0 else ""
        argument = row.spread or " and ".join(f"`{bound}`" for bound in row.bounds or ())
        value = content.value if isinstance(content, Constant) else None
        yield DeclaredSpread(
            *_happened(made), row.framework, row.name, argument, value, row.refuses, lot, name, activation
        )  # fmt: skip


def _twice(here: Declaring) -> Iterator[Event]:
    """The layers that get the numbers of an earlier one."""
    earlier: dict[object, tuple[int, int]] = {}
    for (layer, argument), maker in here.initializers.items():
        made, drawn = here.made[layer], here.made[maker]
        row, by = made.row, drawn.row
        if not isinstance(row, LayerRow) or not isinstance(by, InitializerRow) or by.framework != "keras":
            continue
        seed = drawn.arguments.get("seed")
        if (
            not by.drawn
            or drawn.open
            or made.open
            or layer in here.doubted
            or not declared.spreads(by, drawn.arguments)
        ):
            continue
        if seed is not None and not isinstance(seed, Known):
            continue  # A generator goes on from draw to draw.
        seeded = seed is not None and seed != Known(None, "NoneType")
        shape = _shape(here, layer, made, row)
        if shape is None:
            continue
        source: object = (by.name, *sorted(drawn.arguments.items(), key=lambda one: one[0])) if seeded else maker
        for key in shape:
            known = earlier.setdefault((source, row.name, argument, key), (layer, maker))
            if known[0] == layer:
                continue
            first = here.made[known[0]]
            yield DeclaredTwice(
                *_happened(made), by.name, row.name, argument, _position(row, argument), not drawn.arguments,
                first.place, here.inputs.get(layer) == here.inputs.get(known[0]), seeded,
            )  # fmt: skip
            break


def _shape(here: Declaring, layer: int, made: Made, row: LayerRow) -> tuple[object, ...] | None:
    """What tells the shapes of a layer's weights, once by the tensor that it reads and once by that tensor's width."""
    sizes = tuple(made.arguments.get(name) for name in row.sizes)
    if not all(size is None or _told(size) for size in sizes):
        return None
    node = here.inputs.get(layer)
    if node is None:
        return None
    width = here.widths.get(node)
    return (("node", node, *sizes),) if width is None else (("node", node, *sizes), ("width", width, *sizes))


def _told(size: Value) -> bool:
    if isinstance(size, Tuple):
        return all(_told(item) for item in size.items)
    return (isinstance(size, Known) and not size.soft) or (isinstance(size, Unknown) and size.quantity is not None)

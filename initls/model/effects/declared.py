"""Layers that are told how to initialize themselves: what calls of Keras and Flax make, and what these do to a signal.

A run that follows them keeps a graph from its beginning to its end, for such a program makes its layers and calls them
in one go: `x = Dense(64)(x)`. Layers, initializers and models are `Declared` values; what they were made with stands
in a `Declaring`, and the layers of a sequential model, which may grow, in the state.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct, field

from initls.facts.place import Place
from initls.knowledge import flax, keras
from initls.knowledge.declared import (
    ACTIVATION_NAMES,
    OPTIMIZERS,
    TRAINERS,
    WRITERS,
    WRITING_FUNCTIONS,
    ActivationRow,
    Framework,
    InitializerRow,
    InputRow,
    LayerRow,
    ModelRow,
    OperationRow,
    Row,
)
from initls.model.effects import dataflow
from initls.model.machine import calls, classes, lookup
from initls.model.machine.machine import DEEPEST_CALL, Run
from initls.model.state.contents import Constant, Content, Random, Structured
from initls.model.state.contents import Unknown as UnknownContent
from initls.model.state.flow import Graph
from initls.model.state.values import (
    ABSENT,
    NONE,
    Arguments,
    Bound,
    Declared,
    DictRef,
    Either,
    External,
    Keywords,
    Known,
    ListRef,
    Many,
    ModuleRef,
    Path,
    Tensor,
    Tuple,
    Unknown,
    Value,
    options,
)

MOST_MADE = 2_000
"""Layers and initializers of one run."""

DEFAULT = Random("the layer's own")
"""What a kernel starts with where nothing is declared."""

ROLES: dict[str, Content] = {"kernel": DEFAULT, "bias": Constant(0.0), "gain": Constant(1.0)}
"""The parameters of a layer that are followed, with what they start with where nothing is declared."""


class Made(Struct, frozen=True):
    """What a call has made: a layer, an initializer or a model, with the arguments by name.

    `open` tells that there are more arguments than are known. `parameters` are the numbers of what a layer learns, by
    their roles; `items` the layers of a sequential model.
    """

    row: LayerRow | InitializerRow | ModelRow
    place: Place
    path: Path
    order: int
    likely: bool
    certain: bool
    arguments: Mapping[str, Value] = {}
    open: bool = False
    parameters: Mapping[str, int] = {}
    items: ListRef | None = None


class Declaring(Struct):
    """All that a run has made of such things."""

    made: list[Made] = field(default_factory=list)
    contents: dict[int, Content] = field(default_factory=dict)
    units: dict[int, int | None] = field(default_factory=dict)
    doubted: set[int] = field(default_factory=set)
    """What may get other weights than those that were declared, before anything trains."""
    settled: set[int] = field(default_factory=set)
    """What has been trained."""
    applied: set[int] = field(default_factory=set)
    inputs: dict[int, int] = field(default_factory=dict)
    """The tensor that each layer reads first, by its node."""
    widths: dict[int, int] = field(default_factory=dict)
    """How many units a tensor has, by its node."""
    initializers: dict[tuple[int, str], int] = field(default_factory=dict)
    """The initializer that each layer was given for an argument."""

    def of(self, value: Value) -> Made | None:
        """What a value stands for."""
        return self.made[value.id] if isinstance(value, Declared) else None


def row(dotted: str) -> Row | None:
    """What Keras, Flax or JAX has under a dotted name."""
    return keras.row(dotted) or flax.row(dotted)


# --------------------------------------------------------------------------- calls


def call(run: Run, here: Declaring, name: str, arguments: Arguments, keywords: Keywords, site: int) -> Value | None:
    """Call something of these frameworks; None where the name is another's."""
    if name.endswith(".__init__"):
        return _base_constructor(run, name.removesuffix(".__init__"), arguments, keywords)
    found = row(name)
    graph = run.graph
    if graph is None:
        return None
    match found:
        case LayerRow() | InitializerRow() | ModelRow():
            if isinstance(found, InitializerRow) and found.ready:
                return Unknown("numbers that an initializer gives")
            return make(run, here, found, arguments, keywords, site)
        case ActivationRow():
            return _activate(run, here, found.name, arguments, keywords, site)
        case OperationRow():
            return _node(run, found.kind, arguments, keywords, site)
        case InputRow():
            return _input(run, here, graph, arguments, keywords)
        case None:
            if name in OPTIMIZERS and arguments:
                here.settled |= set(below(run, here, arguments[0])) - here.doubted
            elif name in WRITING_FUNCTIONS and arguments:
                doubt(run, here, arguments[0])
            if name.partition(".")[0] in FRAMEWORKS:
                return dataflow.unknown_operation(run, (*arguments, *keywords.values()), site)
            return None


FRAMEWORKS = frozenset({"keras", "tensorflow", "tf_keras", "flax", "jax", "optax", "equinox"})
"""Packages whose functions write no weights, but for those that are named here and there."""


def make(
    run: Run,
    here: Declaring,
    found: LayerRow | InitializerRow | ModelRow,
    arguments: Arguments,
    keywords: Keywords,
    site: int,
) -> Value:
    """Make a layer, an initializer or a model."""
    if len(here.made) >= MOST_MADE:
        return Unknown("more layers than are followed")
    number = len(here.made)
    bound: dict[str, Value] = {}
    items: ListRef | None = None
    if isinstance(found, ModelRow):
        items, bound = _model(run, found, arguments, keywords)
    else:
        bound = {**dict(zip(found.places, arguments, strict=False)), **keywords}
    is_open = bound.pop("**", None) is not None or any(isinstance(value, Many) for value in arguments)
    numbers: dict[str, int] = {}
    now = run.now
    here.made.append(
        Made(found, run.place(site), run.path, run.order(), now.likely, now.certain, bound, is_open, numbers, items)
    )
    if isinstance(found, LayerRow):
        _declare(run, here, number, found, bound, numbers, is_open=is_open)
    return Declared(number)


def _model(
    run: Run, found: ModelRow, arguments: Arguments, keywords: Keywords
) -> tuple[ListRef | None, dict[str, Value]]:
    if found.kind == "sequential":
        given = keywords.get("layers", arguments[0] if arguments else None)
        if found.spread:
            return run.new_list(arguments, open="**" in keywords), dict(keywords)
        if isinstance(given, ListRef):
            held = run.items(given)
            return run.new_list(held.values, open=held.open), dict(keywords)
        if isinstance(given, Tuple):
            return run.new_list(given.items), dict(keywords)
        return run.new_list((), open=given not in (None, NONE)), dict(keywords)
    _mark_outputs(run, arguments, keywords)
    return None, dict(keywords)


def _mark_outputs(run: Run, arguments: Arguments, keywords: Keywords) -> None:
    given = keywords.get("outputs", arguments[1] if len(arguments) > 1 else None)
    if given is not None and run.graph is not None:
        run.graph.outputs.extend(dataflow.nodes_in(run, run.graph, given))


def _base_constructor(run: Run, owner: str, arguments: Arguments, keywords: Keywords) -> Value | None:
    found = row(owner)
    if isinstance(found, ModelRow) and found.kind == "functional":
        _mark_outputs(run, arguments[1:], keywords)
    return NONE if found is not None else None


def _declare(
    run: Run,
    here: Declaring,
    number: int,
    found: LayerRow,
    bound: Mapping[str, Value],
    numbers: dict[str, int],
    *,
    is_open: bool,
) -> None:
    """Give a layer its parameters, with what they are told to start with."""
    yes, no = Known(True, "bool"), Known(False, "bool")
    asked = {role: bound[name] for name, role in found.switches.items() if name in bound}
    named = {"kernel": found.kernel, "bias": found.bias, "gain": found.gain}
    for role, argument in named.items():
        if argument is None:
            continue
        given = bound.get(argument)
        if asked.get(role) == no:
            continue
        parameter = len(here.contents)
        numbers[role] = parameter
        content = ROLES[role] if given is None else held(run, here, given, found.framework)
        unsure = (given is None and is_open) or asked.get(role, yes) != yes
        here.contents[parameter] = UnknownContent("it may be given elsewhere") if unsure else content
        size = bound.get(found.units) if found.units else None
        here.units[parameter] = _whole(size)
    for argument in {*found.weights, found.kernel} - {None}:
        maker = bound.get(argument or "")
        if isinstance(maker, Declared) and isinstance(here.made[maker.id].row, InitializerRow):
            here.initializers[number, argument or ""] = maker.id
    if bound.get("trainable", Known(True, "bool")) != Known(True, "bool") or "weights" in bound:
        here.doubted.add(number)


def held(run: Run, here: Declaring, value: Value, framework: Framework) -> Content:
    """What a parameter starts with that is given this initializer."""
    match value:
        case Known(value=str() as text, soft=False) if framework == "keras":
            named = keras.in_strings(text)
            if named is not None:
                return declared_by(named, {})
        case External(name=name):
            found = row(name)
            if isinstance(found, InitializerRow) and (found.ready or found.framework == "keras"):
                return declared_by(found, {})
        case Declared(id=number) if isinstance(here.made[number].row, InitializerRow):
            maker = here.made[number]
            if isinstance(maker.row, InitializerRow) and not maker.open:
                return declared_by(maker.row, maker.arguments)
        case _:
            pass
    return UnknownContent("an initializer that is not followed")


def declared_by(found: InitializerRow, arguments: Mapping[str, Value]) -> Content:
    """What an initializer gives that is made with these arguments."""
    if found.constant:
        if found.number is None or found.number not in arguments:
            return Constant(found.value)
        value = _number(arguments[found.number])
        # Of an array it gives the entries, so that what is not known need not be one number.
        return UnknownContent("a constant that is not known") if value is None else Constant(value)
    if not found.drawn:
        return Structured(found.name)
    if not spreads(found, arguments):
        centre = 0.0 if found.centre is None else _number(arguments.get(found.centre, Known(0.0, "float")))
        return UnknownContent("it raises") if found.refuses else Constant(centre, by=found.name)
    return Random(found.name)


def spreads(found: InitializerRow, arguments: Mapping[str, Value]) -> bool:
    """Whether a random initializer may draw anything with these arguments."""
    if found.bounds is not None:
        lower, upper = (_number(arguments.get(bound, NONE)) for bound in found.bounds)
        return lower is None or lower != upper
    given = None if found.spread is None else _number(arguments.get(found.spread, NONE))
    return given is None or (given > 0 if found.refuses else given != 0)


def _number(value: Value) -> float | None:
    if isinstance(value, Known) and isinstance(value.value, int | float) and not value.soft:
        return None if isinstance(value.value, bool) else float(value.value)
    return None


def _whole(value: Value | None) -> int | None:
    return value.value if isinstance(value, Known) and isinstance(value.value, int) else None


# --------------------------------------------------------------------------- signals


def _signal(node: int) -> Tensor:
    return Tensor(dataflow.NOT_FOLLOWED, node=node)


def _graph(run: Run) -> Graph:
    assert run.graph is not None
    return run.graph


def _node(run: Run, kind: str, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    graph = _graph(run)
    inputs = tuple(node for value in (*arguments, *keywords.values()) for node in dataflow.nodes_in(run, graph, value))
    return _signal(graph.add(kind, inputs, place=run.place(site)))


def _input(run: Run, here: Declaring, graph: Graph, arguments: Arguments, keywords: Keywords) -> Value:
    node = graph.add("input")
    shape = keywords.get("shape", keywords.get("input_shape", arguments[0] if arguments else NONE))
    if isinstance(shape, Tuple) and shape.items and (width := _whole(shape.items[-1])) is not None:
        here.widths[node] = width
    return _signal(node)


def _activate(
    run: Run,
    here: Declaring,
    name: str,
    arguments: Arguments,
    keywords: Keywords,
    site: int,
    place: Place | None = None,
) -> Value:
    """The activation `name` of a tensor; `relu` with further arguments may have another slope or threshold.

    `place` is that of the layer that applies it, where it is not called by itself.
    """
    graph = _graph(run)
    place = place or run.place(site)
    inputs = dataflow.nodes_in(run, graph, arguments[0] if arguments else next(iter(keywords.values()), NONE))
    if name == "softmax":
        return _signal(graph.add("softmax", inputs[:1], place=place))
    if not inputs or (name == "relu" and not RELU_ALONE.issuperset(keywords)):
        return dataflow.unknown_operation(run, (*arguments, *keywords.values()), site)
    node = graph.add("activation", inputs[:1], activation=name, place=place)
    if inputs[0] in here.widths:
        here.widths[node] = here.widths[inputs[0]]
    return _signal(node)


RELU_ALONE = frozenset({"x", "inputs", "features", "name", "max_value"})
"""The arguments that leave ReLU as it is at zero."""


def apply(run: Run, here: Declaring, ref: Declared, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    """Call a layer, or a model of layers, on a signal."""
    made = here.made[ref.id]
    if isinstance(made.row, LayerRow):
        return _layer(run, here, ref.id, made, made.row, arguments, keywords, site)
    if isinstance(made.row, ModelRow) and made.items is not None:
        here.applied.add(ref.id)
        first = arguments[0] if arguments else next(iter(keywords.values()), NONE)
        return _in_turn(run, here, made.items, first, site)
    if isinstance(made.row, InitializerRow):
        return Unknown("numbers that an initializer gives")
    return dataflow.unknown_operation(run, (*arguments, *keywords.values()), site)


PASSES = frozenset({"dropout", "pooling", "norm", "add", "multiply"})
"""Kinds of layers that leave the number of units as it is."""


def _layer(
    run: Run,
    here: Declaring,
    number: int,
    made: Made,
    found: LayerRow,
    arguments: Arguments,
    keywords: Keywords,
    site: int,
) -> Value:
    graph = _graph(run)
    first = arguments[0] if arguments else keywords.get("inputs", NONE)
    inputs = dataflow.nodes_in(run, graph, first) or (graph.add("unknown"),)
    here.inputs.setdefault(number, inputs[0])
    place, kind = made.place, found.kind
    if kind == "activation":
        return _activation_layer(run, here, made, found, inputs, site)
    weight, bias = made.parameters.get("kernel", made.parameters.get("gain")), made.parameters.get("bias")
    detail: dict[str, object] = {"place": place, "weight": weight, "bias": bias}
    if kind in ("affine", "embedding"):
        inputs = inputs[:1]
        groups = made.arguments.get(found.groups) if found.groups else None
        detail["grouped"] = found.grouped or (groups is not None and groups != Known(1, "int"))
    if kind == "dropout":
        detail["rate"] = _number(made.arguments.get("rate", NONE))
    if kind == "norm" and made.open:
        kind = "unknown"
    node = graph.add(kind, inputs, **detail)
    width = _whole(made.arguments.get(found.units)) if found.units else None
    width = here.widths.get(inputs[0]) if width is None and kind in PASSES else width
    if width is not None:
        here.widths[node] = width
    given = made.arguments.get(found.activation) if found.activation and kind == "affine" else None
    if kind == "affine" and made.open and given is None and found.activation:
        return _signal(graph.add("unknown", (node,)))
    return _signal(node) if given is None else _activated(run, here, given, node, site, place)


def _activation_layer(
    run: Run, here: Declaring, made: Made, found: LayerRow, inputs: tuple[int, ...], site: int
) -> Value:
    signal = _signal(inputs[0])
    if found.name == "Activation":
        given = made.arguments.get("activation")
        return (
            _signal(_graph(run).add("unknown", inputs))
            if given is None
            else _activated(run, here, given, inputs[0], site, made.place)
        )
    plain = RELU_ALONE.issuperset(made.arguments) and not made.open
    name = "leaky_relu" if found.activation == "relu" and not plain else found.activation or ""
    if "threshold" in made.arguments or made.open:
        return _signal(_graph(run).add("unknown", inputs))
    return _activate(run, here, name, (signal,), {}, site, made.place)


def _activated(run: Run, here: Declaring, given: Value, node: int, site: int, place: Place) -> Value:
    """What an activation makes of a tensor that is named in a string, or given as a function or a layer."""
    if given in (NONE, Known("linear", "str")):
        return _signal(node)
    if isinstance(given, Known) and not given.soft and given.value in ACTIVATION_NAMES:
        return _activate(run, here, ACTIVATION_NAMES[str(given.value)], (_signal(node),), {}, site, place)
    known = row(given.name) if isinstance(given, External) else None
    if isinstance(known, ActivationRow):
        return _activate(run, here, known.name, (_signal(node),), {}, site, place)
    if isinstance(given, Known | Unknown):
        return _signal(_graph(run).add("unknown", (node,)))
    return calls.call(run, given, (_signal(node),), {}, site)


def _in_turn(run: Run, here: Declaring, items: ListRef, signal: Value, site: int) -> Value:
    """Call layers one after another. Where some of them are not known, none is taken for another's neighbour."""
    graph = _graph(run)
    found = run.items(items)
    if found.open:
        return dataflow.unknown_operation(run, (signal,), site)
    for value in found.values:
        if isinstance(value, Tensor):
            signal = value  # The input of the model, as Keras has it at the head of the list.
            continue
        ways = [option for option in options(value) if option not in (ABSENT, NONE)]
        results = [calls.call(run, option, (signal,), {}, site) for option in ways]
        if len(ways) < len(options(value)):
            results.append(signal)
        if len(results) != 1:
            nodes = tuple(node for result in results for node in dataflow.nodes_in(run, graph, result))
            signal = _signal(graph.add("choice", nodes))
        else:
            signal = results[0]
    return signal


def method(
    run: Run, here: Declaring, receiver: Declared, name: str, arguments: Arguments, keywords: Keywords, site: int
) -> Value:
    """A method of a layer, an initializer or a model."""
    made = here.made[receiver.id]
    if made.items is not None and name in ("add", "pop"):
        held = run.items(made.items)
        if name == "pop":
            values = held.values[:-1]
        else:
            values = (*held.values, arguments[0] if arguments else keywords.get("layer", NONE))
        sure = run.now.certain or not run.now.likely
        run.now.lists[made.items.id] = type(held)(values, held.open or (not sure and name == "pop"))
        return NONE
    if name == "clone" and isinstance(made.row, InitializerRow):
        return make(run, here, made.row, (), dict(made.arguments), site)
    if name in ("call", "__call__"):
        return apply(run, here, receiver, arguments, keywords, site)
    return dataflow.unknown_operation(run, (*arguments, *keywords.values()), site)


# --------------------------------------------------------------------------- models of the program


def base_of(names: tuple[str, ...]) -> ModelRow | None:
    """The class of a framework that a class of the program derives from, by the names of its classes."""
    for name in names:
        found = row(name) if classes.is_dotted(name) else None
        if isinstance(found, ModelRow):
            return found
    return None


def instantiate(
    run: Run, lineage: classes.Lineage, arguments: Arguments, keywords: Keywords, site: int
) -> Value | None:
    """Make an object of a class of the program that derives from a model or a layer; None for other classes."""
    base = base_of(lineage.names)
    if base is None:
        return None
    if len(run.stack) > DEEPEST_CALL or len(run.modules) > MOST_MADE:
        return Unknown("construction beyond what is followed")
    ref = run.new_module(lineage.names, site, unresolved=True)
    if classes.find(run, lineage.names, "__init__") is None:
        # The fields of a dataclass; those by position are left unknown.
        for name, value in keywords.items():
            run.set_attribute(ref, name, value)
    prepare(run, ref, base, arguments, keywords, site)
    return ref


def prepare(run: Run, ref: ModuleRef, base: ModelRow, arguments: Arguments, keywords: Keywords, site: int) -> None:
    """Run the methods of an object that make its layers."""
    names = run.module(ref).classes
    for wanted in base.prepare:
        found = classes.find(run, names, wanted)
        if found is None or isinstance(found, External):
            continue
        given = (arguments, keywords) if wanted == "__init__" else ((), {})
        if wanted == "build":
            given = ((Unknown("the shape of the input"),), {})
        calls.call(run, lookup.bind(ref, found), *given, site)


def forward(run: Run, ref: ModuleRef, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    """Call an object of a class of the program."""
    names = run.module(ref).classes
    base = base_of(names)
    found = None if base is None else classes.find(run, names, base.forward)
    if found is None or isinstance(found, External) or len(run.stack) > DEEPEST_CALL:
        return dataflow.unknown_operation(run, (*arguments, *keywords.values()), site)
    return calls.call(run, lookup.bind(ref, found), arguments, keywords, site)


def base_method(
    run: Run, here: Declaring, ref: ModuleRef, name: str, arguments: Arguments, keywords: Keywords, site: int
) -> Value:
    """A method that an object has from its framework."""
    base = base_of(run.module(ref).classes)
    if base is not None and base.framework == "flax" and name.removeprefix("?") in FLAX_CALLS:
        given = forward(run, ref, arguments[1:], {}, site)
        graph = _graph(run)
        graph.outputs.extend(dataflow.nodes_in(run, graph, given))
        return Unknown("what a model gives")
    return dataflow.unknown_operation(run, (*arguments, *keywords.values()), site)


FLAX_CALLS = frozenset({"init", "apply", "init_with_output"})
"""Methods of a linen module that call it, behind a first argument of their own."""


# --------------------------------------------------------------------------- what else writes


def below(run: Run, here: Declaring, value: Value, depth: int = 6) -> Iterator[int]:
    """The numbers of all that a value holds."""
    for option in options(value):
        match option:
            case Declared(id=number):
                yield number
                items = here.made[number].items
                if items is not None and depth:
                    yield from below(run, here, items, depth - 1)
            case ListRef() if depth:
                for item in run.items(option).values:
                    yield from below(run, here, item, depth - 1)
            case Tuple(items=found) if depth:
                for item in found:
                    yield from below(run, here, item, depth - 1)
            case DictRef() if depth:
                for _, item in run.entries(option).values:
                    yield from below(run, here, item, depth - 1)
            case ModuleRef() if depth:
                for item in run.attributes(option).values.values():
                    yield from below(run, here, item, depth - 1)
            case _:
                pass


def doubt(run: Run, here: Declaring, value: Value) -> None:
    """What a value holds may get other weights than those that were declared."""
    here.doubted.update(number for number in below(run, here, value) if number not in here.settled)


def heard(run: Run, here: Declaring, function: Value, name: str) -> None:
    """A method is called by this name: one that gives weights, or one that trains."""
    if name not in WRITERS and name not in TRAINERS:
        return
    receiver = function.receiver if isinstance(function, Bound) else None
    made = here.made[receiver.id] if isinstance(receiver, Declared) else None
    whole = made is not None and isinstance(made.row, ModelRow) and made.items is None
    if isinstance(receiver, Declared | ModuleRef | Either) and not whole:
        concerned = set(below(run, here, receiver))
    else:
        concerned = set(range(len(here.made)))
    if name in TRAINERS:
        here.settled |= concerned - here.doubted
    else:
        here.doubted |= concerned - here.settled

"""Things of other libraries whose names say what they do to a signal.

Such a thing is an `External` under a name that no import can have: `?.` and its trait. To call it is to apply it.
"""

from __future__ import annotations

from initls.knowledge.elsewhere import (
    ACTIVATION_MAKERS,
    CHAINS,
    CHECKPOINTS,
    FUNCTIONS,
    LAYERS,
    PASSING,
    PREFIX,
    TABLES,
    Trait,
    named_activation,
)
from initls.knowledge.layers import layer
from initls.model.effects import dataflow, forward, records, torch_calls
from initls.model.machine import calls
from initls.model.machine.machine import Run
from initls.model.state.values import (
    NONE,
    Arguments,
    ClassValue,
    External,
    Keywords,
    Known,
    ModuleRef,
    Partial,
    Tensor,
    Tuple,
    Unknown,
    Value,
    likely,
)


def call(run: Run, name: str, arguments: Arguments, keywords: Keywords, site: int) -> Value | None:
    """Call something of another library; None where its name says nothing."""
    if name.startswith(PREFIX):
        return _apply(run, Trait(name.removeprefix(PREFIX)), arguments, keywords, site)
    *_, owner, short = ["", *name.split(".")]
    trait = LAYERS.get(short)
    if trait is not None:
        return External(PREFIX + trait.value)
    if short in ACTIVATION_MAKERS:
        return _activation(run, arguments[0] if arguments else NONE)
    if short in PASSING and arguments and isinstance(likely(arguments[0])[0], External | ClassValue | Partial):
        return likely(arguments[0])[0]
    if owner in TABLES and short in ("get", "get_interface"):
        return arguments[1] if len(arguments) > 1 else External(PREFIX + TABLES[owner].value)
    if run.graph is None:
        return None
    function = FUNCTIONS.get(short) or FUNCTIONS.get(name)
    if function is not None:
        return _apply(run, function, arguments, keywords, site)
    if short in CHECKPOINTS:
        return torch_calls.checkpoint(run, arguments, keywords, site)
    if short in CHAINS and len(arguments) > 1 and isinstance(arguments[0], ModuleRef):
        return forward.sequence(run, arguments[0], arguments[-1], site)
    return records.record(run, short, arguments, keywords)


def item(run: Run, table: External, key: Value) -> Value:
    """`table[key]`."""
    trait = TABLES.get(table.name.rpartition(".")[2])
    if trait is Trait.ACTIVATION:
        return _activation(run, key)
    return Unknown("an item of something that is not known") if trait is None else External(PREFIX + trait.value)


def _activation(run: Run, asked: Value) -> Value:
    """The activation of a name, a function or a class."""
    found = likely(asked)[0]
    if isinstance(found, Known) and isinstance(found.value, str):
        row = named_activation(found.value)
        functions = () if row is None else [name for name in row.spellings if name.rpartition(".")[2][:1].islower()]
        plain = [name for name in functions if not name.startswith("torch.Tensor.")]
        if plain:
            return External(plain[0])
    if isinstance(found, External) and layer(found.name) is not None:
        return calls.call(run, found, (), {}, 0)
    return External(PREFIX + Trait.ACTIVATION.value)


def _apply(run: Run, trait: Trait, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    """What a thing from elsewhere makes of a signal."""
    graph = run.graph
    if graph is None:
        return Tensor(dataflow.NOT_FOLLOWED)
    given = (*arguments, *keywords.values())
    signal = given[0] if given else None
    match trait:
        case Trait.ATTENTION if len(given) >= 3:
            return dataflow.attention(run, given[0], given[1], given[2], site, mask=Tuple(given[3:]))
        case Trait.BOUND_ATTENTION if len(given) >= 4:
            made = dataflow.attention(run, given[1], given[2], given[3], site, mask=Tuple(given[4:]))
            return Tuple((made, Unknown("shares of attention")))
        case Trait.SAMPLE if signal is not None:
            return dataflow.sample(run, signal, given[1:], site)
        case Trait.DROPOUT | Trait.NORM | Trait.ACTIVATION if signal is not None:
            inputs = dataflow.nodes_in(run, graph, signal)
            gain = dataflow.MANY if trait is Trait.NORM else None
            node = graph.add(trait.value, inputs, weight=gain, name="elsewhere", place=run.place(site))
            return Tensor(dataflow.NOT_FOLLOWED, node=node)
        case Trait.PERMUTE | Trait.REDUCE if signal is not None:
            inputs = dataflow.nodes_in(run, graph, signal)
            if len(inputs) == 1:  # A list of tensors becomes one tensor, in ways of its own.
                node = graph.add(trait.value, inputs, name="elsewhere", place=run.place(site))
                return Tensor(dataflow.NOT_FOLLOWED, node=node)
        case Trait.MATMUL:
            inputs = dataflow.nodes_in(run, graph, Tuple(given))
            return Tensor(dataflow.NOT_FOLLOWED, node=graph.add("matmul", inputs, place=run.place(site)))
        case _:
            pass
    return dataflow.unknown_operation(run, given, site)

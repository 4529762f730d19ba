"""What torch's own attention and transformer blocks make of their inputs, in a forward pass.

They are followed inside: three products with one packed matrix, the attention, the output projection, and the blocks
around them, so that a signal finds its way through as it does through code that is spelled out.
"""

from __future__ import annotations

from collections.abc import Callable

from initls.knowledge.activations import Activation, activation_of
from initls.knowledge.elsewhere import named_activation
from initls.knowledge.rows import Reference
from initls.model.effects import dataflow
from initls.model.machine import calls
from initls.model.machine.machine import Run
from initls.model.state.values import (
    NONE,
    Arguments,
    External,
    Keywords,
    ModuleRef,
    ParameterRef,
    Tensor,
    Tuple,
    Value,
)

INPUTS = ("query", "key", "value")


OPTIONS = frozenset({"need_weights", "average_attn_weights"})
"""What attention may be given besides that is no mask."""


def masks_of(arguments: Arguments, keywords: Keywords) -> Arguments:
    """What attention, or a block with some, is given that may tell positions apart."""
    position = len(INPUTS) + 1
    by_place = (*arguments[len(INPUTS) : position], *arguments[position + 1 :])
    return (*by_place, *(value for name, value in keywords.items() if name not in OPTIONS and name not in INPUTS))


def multihead(
    run: Run, ref: ModuleRef, arguments: Arguments, keywords: Keywords, site: int, *, masked: bool = False
) -> Value:
    """`nn.MultiheadAttention`: the output, and what share each position has in it."""
    graph = run.graph
    assert graph is not None
    given = {**dict(zip(INPUTS, arguments, strict=False)), **keywords}
    held = run.attributes(ref).values
    bias, packed = held.get("in_proj_bias", NONE), held.get("in_proj_weight", NONE)
    weights = [held.get(f"{name}_proj_weight", NONE) for name in "qkv"]
    out = held.get("out_proj")
    if not given.keys() >= set(INPUTS) or not isinstance(out, ModuleRef):
        return dataflow.unknown_operation(run, (ref, *arguments, *keywords.values()), site)
    made: list[Value] = []
    for number, name in enumerate(INPUTS):
        weight = packed if isinstance(packed, ParameterRef) else weights[number]
        if not isinstance(weight, ParameterRef):
            return dataflow.unknown_operation(run, (ref, *arguments, *keywords.values()), site)
        part = (number, len(INPUTS)) if weight is packed else None
        # The bias is one vector in any case; where the matrices are three, its parts are not told apart.
        own = bias if part is not None or bias == NONE else None
        product = dataflow.affine(run, given[name], weight, own or NONE, site, module=ref.id, part=part)
        if own is None and bias != NONE:
            product = dataflow.operation(run, "add", (product, bias), site)
        extra = held.get(f"bias_{name[0]}", NONE)
        if extra != NONE:
            nodes = dataflow.nodes_in(run, graph, Tuple((product, extra)))
            product = Tensor(dataflow.NOT_FOLLOWED, node=graph.add("concat", nodes))
        made.append(product)
    query, key, value = made
    first = run.module(ref).arguments.get("batch_first")
    rate = run.module(ref).arguments.get("dropout")
    mixed = dataflow.attention(
        run,
        query,
        key,
        value,
        site,
        mask=keywords.get("attn_mask"),
        masked=masked or any(not dataflow.is_nothing(mask) for mask in masks_of(arguments, keywords)),
        rate=float(rate) if isinstance(rate, int | float) else None,
        along=(-2 if first else -3) if isinstance(first, bool) else None,
    )
    shares = graph.add("softmax", dataflow.nodes_in(run, graph, Tuple((query, key))))
    return Tuple((calls.call_module(run, out, (mixed,), {}, site), Tensor(dataflow.NOT_FOLLOWED, node=shares)))


def block(run: Run, ref: ModuleRef, arguments: Arguments, keywords: Keywords, site: int) -> Value | None:
    """`nn.TransformerEncoderLayer` or `DecoderLayer`; None where its options are not known."""
    first = run.module(ref).arguments.get("norm_first")
    activation = _activation(run, ref)
    held = run.attributes(ref).values
    names = ("tgt", "memory") if "multihead_attn" in held else ("src",)
    given = {**dict(zip(names, arguments, strict=False)), **keywords}
    if not isinstance(first, bool) or activation is None or not given.keys() >= set(names):
        return None
    memory = given.get("memory", NONE)
    others = (*arguments[len(names) :], *(value for name, value in given.items() if name not in names))
    masked = any(not dataflow.is_nothing(value) for value in others)

    def step(name: str, signal: Value) -> Value:
        module = held.get(name)
        return calls.call_module(run, module, (signal,), {}, site) if isinstance(module, ModuleRef) else signal

    def attend(name: str, source: Callable[[Value], Value]) -> Callable[[Value], Value]:
        module = held.get(name)

        def go(signal: Value) -> Value:
            assert isinstance(module, ModuleRef)
            found = multihead(run, module, (signal, source(signal), source(signal)), {}, site, masked=masked)
            return found.items[0] if isinstance(found, Tuple) else found

        return go

    def feed(signal: Value) -> Value:
        up = step("linear1", signal)
        graph = run.graph
        assert graph is not None
        inputs = dataflow.nodes_in(run, graph, up)
        bent = graph.add("activation", inputs, activation=activation.name, place=run.place(site))
        return step("linear2", step("dropout", Tensor(dataflow.NOT_FOLLOWED, node=bent)))

    branches = [attend("self_attn", lambda signal: signal)]
    if memory != NONE:
        branches.append(attend("multihead_attn", lambda _: memory))
    branches.append(feed)
    signal = given[names[0]]
    for number, branch in enumerate(branches, 1):
        inner = step(f"norm{number}", signal) if first else signal
        added = dataflow.operation(run, "add", (signal, step(f"dropout{number}", branch(inner))), site)
        signal = added if first else step(f"norm{number}", added)
    return signal


def _activation(run: Run, ref: ModuleRef) -> Activation | None:
    """The activation between the two linear layers of a block."""
    given = run.module(ref).arguments.get("activation")
    if isinstance(given, str):
        return named_activation(given)
    return activation_of(given.name) if isinstance(given, Reference | External) else None


def stack(run: Run, ref: ModuleRef, arguments: Arguments, keywords: Keywords, site: int) -> Value | None:
    """`nn.TransformerEncoder` or `Decoder`: its blocks in a row, and the norm behind; None where they are not known."""
    held = run.attributes(ref).values
    layers = held.get("layers")
    blocks = list(run.attributes(layers).values.values()) if isinstance(layers, ModuleRef) else []
    if not blocks or not arguments or not all(isinstance(value, ModuleRef) for value in blocks):
        return None
    signal = arguments[0]
    for value in blocks:
        assert isinstance(value, ModuleRef)
        own = run.module(value).own_class.startswith("torch.")
        more, named = (arguments[1:], keywords) if own else (arguments[1:2], {})
        signal = calls.call(run, value, (signal, *more), named, site)
    norm = held.get("norm")
    return calls.call_module(run, norm, (signal,), {}, site) if isinstance(norm, ModuleRef) else signal

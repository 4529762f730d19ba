"""What torch's own layers make of their input, in a forward pass."""

from __future__ import annotations

from initls.knowledge import layers
from initls.knowledge.layers import Kind
from initls.model.effects import attention, dataflow
from initls.model.machine import calls, iteration
from initls.model.machine.machine import Run
from initls.model.state.values import (
    Absent,
    Arguments,
    External,
    Keywords,
    Known,
    ListRef,
    ModuleRef,
    ParameterRef,
    Tensor,
    Tuple,
    UnitFunction,
    Value,
    either,
    options,
)

TURNING = frozenset(
    f"torch.nn.{name}" for name in ("Unflatten", "Fold", "Unfold", "PixelShuffle", "PixelUnshuffle", "ChannelShuffle")
)
"""Layers behind which units may lie on another axis, or one unit on several."""


def forward(run: Run, ref: ModuleRef, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    """What a layer of torch makes of its input."""
    graph = run.graph
    assert graph is not None
    info = run.module(ref)
    layer = layers.layer(info.layer or "")
    signal = arguments[0] if arguments else next(iter(keywords.values()), None)
    if layer is None or signal is None:
        return dataflow.unknown_operation(run, (ref, *arguments, *keywords.values()), site)
    place = run.place(site)
    match layer.kind:
        case Kind.AFFINE | Kind.EMBEDDING:
            if layer.name == "torch.nn.Bilinear":  # Linear in the products of its two inputs.
                both = (*arguments, *keywords.values())
                signal = dataflow.matmul(run, both[0], both[1] if len(both) > 1 else both[0], site, plain=True)
            values = run.attributes(ref).values
            weight = values.get("weight")
            if isinstance(weight, ParameterRef):
                kind = "affine" if layer.kind is Kind.AFFINE else "embedding"
                groups = any(name == "groups" for name, _ in layer.signature)
                return dataflow.affine(
                    run,
                    signal,
                    weight,
                    values.get("bias"),
                    site,
                    kind=kind,
                    module=ref.id,
                    grouped=groups and info.arguments.get("groups") != 1,
                    flat=any(name == "in_features" for name, _ in layer.signature),
                )
        case Kind.CONTAINER if layer.name == "torch.nn.Sequential":
            return sequence(run, ref, signal, site)
        case Kind.NORM:
            values = run.attributes(ref).values
            gain, shift = _one(values.get("weight")), _one(values.get("bias"))
            inputs = dataflow.nodes_in(run, graph, signal)
            return Tensor(
                dataflow.NOT_FOLLOWED,
                node=graph.add("norm", inputs, module=ref.id, weight=gain, bias=shift, place=place, name=layer.name),
            )
        case Kind.ACTIVATION:
            slope = info.arguments.get("negative_slope")
            inputs = dataflow.nodes_in(run, graph, signal)
            kind = "softmax" if layer.activation in (None, "softmax", "log_softmax") else "activation"
            return Tensor(
                dataflow.NOT_FOLLOWED,
                node=graph.add(
                    kind,
                    inputs,
                    module=ref.id,
                    activation=layer.activation,
                    slope=float(slope) if isinstance(slope, int | float) else None,
                    grouped=layer.activation == "prelu" and info.arguments.get("num_parameters") != 1,
                    place=place,
                ),
            )
        case Kind.DROPOUT:
            rate = info.arguments.get("p")
            inputs = dataflow.nodes_in(run, graph, signal)
            return Tensor(
                dataflow.NOT_FOLLOWED,
                node=graph.add(
                    "dropout",
                    inputs,
                    module=ref.id,
                    rate=float(rate) if isinstance(rate, int | float) else None,
                    name=layer.name,
                ),
            )
        case Kind.POOLING | Kind.RESHAPE:
            inputs = dataflow.nodes_in(run, graph, signal)
            reshape = "permute" if layer.name in TURNING else "reshape"
            name = "pooling" if layer.kind is Kind.POOLING else reshape
            return Tensor(dataflow.NOT_FOLLOWED, node=graph.add(name, inputs, module=ref.id, place=place))
        case Kind.IDENTITY:
            return signal
        case Kind.LOSS if not run.attributes(ref).values:
            inputs = dataflow.nodes_in(run, graph, Tuple((*arguments, *keywords.values())))
            return Tensor(dataflow.NOT_FOLLOWED, node=graph.add("loss", inputs, module=ref.id, place=place))
        case Kind.ATTENTION if layer.name == "torch.nn.MultiheadAttention":
            return attention.multihead(run, ref, arguments, keywords, site)
        case Kind.TRANSFORMER:
            follow = attention.block if layer.name.endswith("Layer") else attention.stack
            made = follow(run, ref, arguments, keywords, site)
            if made is not None:
                return made
        case Kind.RECURRENT:
            inputs = dataflow.nodes_in(run, graph, Tuple(arguments))
            out = Tensor(dataflow.NOT_FOLLOWED, node=graph.add("recurrent", inputs, module=ref.id, place=place))
            if layer.name.endswith("Cell"):
                return Tuple((out, out)) if "LSTM" in layer.name else out
            return Tuple((out, Tuple((out, out)) if "LSTM" in layer.name else out))
        case _:
            pass
    return dataflow.unknown_operation(run, (ref, *arguments, *keywords.values()), site)


def _one(value: Value | None) -> int | None:
    found = [option.id for option in options(value) if isinstance(option, ParameterRef)] if value is not None else []
    return found[0] if len(found) == 1 else None


def sequence(run: Run, ref: ModuleRef, signal: Value, site: int) -> Value:
    """What a signal becomes by one module of a container after the other."""
    attributes = run.attributes(ref)
    for value in attributes.values.values():
        found = [option for option in options(value) if isinstance(option, ModuleRef)]
        if len(found) == len(options(value)):
            signal = calls.call(run, value, (signal,), {}, site)
        elif found:
            # A step that may be missing: what comes behind gets the signal with or without it.
            with_step = calls.call(run, iteration.present(value), (signal,), {}, site)
            signal = either(signal, with_step)
        elif isinstance(value, UnitFunction | Absent | Known | Tuple | ListRef | ParameterRef):
            continue  # It is no module, so that the container does not call it.
        elif isinstance(value, External):
            signal = calls.call(run, value, (signal,), {}, site)
        else:
            signal = dataflow.unknown_operation(run, (signal,), site)
    return dataflow.unknown_operation(run, (signal, ref), site) if attributes.open else signal

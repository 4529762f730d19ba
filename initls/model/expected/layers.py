"""What begins a signal, and what layers with weights of their own make of one."""

from __future__ import annotations

import math
from collections.abc import Sequence

from initls.model.expected import recurrent
from initls.model.expected.held import Held, power, sizes
from initls.model.expected.passing import Pass
from initls.model.expected.unrolled import Step
from initls.model.expected.values import Expected, Sides, Signal, Unsure
from initls.model.expected.windows import fan_of, window_of
from initls.model.state.flow import Node


def normal(variance: float, *, mean: float = 0.0, near: float = 0.0, far: float = 0.0) -> Signal:
    """A normal signal; `near` and `far` are covariances."""
    whole = mean * mean
    return Signal(mean, variance + whole, near + whole, far + whole)


def entering(work: Pass, step: Step, inputs: Sequence[Expected]) -> Expected:
    """An input: standard normal, and unlike at all positions."""
    return normal(1.0)


def read(work: Pass, step: Step, inputs: Sequence[Expected]) -> Expected:
    """A parameter that is used as it is: a class token, a table of positions."""
    number = step.node.weight
    found = work.held(number, 0.0)
    if isinstance(found, Unsure) or number is None:
        return found if isinstance(found, Unsure) else Unsure("a tensor that is not followed")
    shape = sizes(work.trace, number)
    if shape is None:
        return Unsure(f"the shape of `{work.trace.names.get(number, 'a parameter')}` is not known")
    many = [size for size in shape[:-1] if size > 1]
    # Along its other axes a parameter is drawn anew; to each sample it is the same.
    near = found.mean**2 if many else found.second
    sides = (math.prod(many),) if many else ()
    return Signal(found.mean, found.second, near, near, units=shape[-1], sides=sides, last=True)


def affine(work: Pass, step: Step, inputs: Sequence[Expected]) -> Expected:
    """Products with a matrix or a kernel, summed up."""
    node, signal = step.node, inputs[0] if inputs else None
    if not isinstance(signal, Signal) or node.weight is None:
        return Unsure("a product with something that is not followed")
    weight, bias = work.held(node.weight, 0.0), work.held(node.bias, 0.0)
    shape = sizes(work.trace, node.weight)
    scheme = power(work.trace, node.weight)
    arguments, layer = work.arguments(node), work.layer(node)
    window = None if node.flat else window_of(layer, arguments, shape, signal.sides, work.assumed)
    fan = None if shape is None else fan_of(shape, window, inputs_first=node.inputs_first, layer=layer)
    if isinstance(weight, Unsure):
        if scheme is None or fan is not None:
            return weight
        weight = Held(0.0, 0.0)
    if fan is None and scheme is None:
        return Unsure(f"the size of `{work.trace.names.get(node.weight, 'the weight')}` is not known")
    if isinstance(bias, Unsure):
        if scheme is None or fan is not None:
            return bias
        bias = Held(0.0, 0.0)
    inside = 1.0 if window is None else window.inside
    mean, variance = weight.mean, weight.variance
    total = scheme if fan is None and scheme is not None else (fan or 0.0) * variance
    assert total is not None
    count = fan or 0.0

    def product(pair: float) -> float:
        alike = mean * mean * (count * (pair - signal.mean**2) + count**2 * signal.mean**2) if mean else 0.0
        return inside * (total * pair + alike)

    centre = inside * count * mean * signal.mean
    cross = 2 * bias.mean * centre + bias.second
    last, units = node.flat, None
    if shape is not None:
        groups = arguments.get("groups", 1)
        units = shape[-1] if node.inputs_first else shape[0]
        if "Transpose" in layer:
            units = shape[1] * groups if isinstance(groups, int) else None
        if node.part is not None and node.part[1]:
            units = shape[0] // node.part[1]
    sides = _behind_flat(signal, shape, node) if window is None else window.sides
    return Signal(
        centre + bias.mean,
        product(signal.second) + cross,
        product(signal.near) + cross,
        product(signal.far) + cross,
        units=units,
        sides=sides,
        last=last,
    )


def _behind_flat(signal: Signal, shape: tuple[int, ...] | None, node: Node) -> Sides | None:
    """The positions behind a linear layer: none where it has read them as units."""
    if shape is None or signal.units is None or signal.positions is None:
        return signal.sides
    reads = shape[0] if node.inputs_first else shape[-1]
    return () if reads == signal.units * signal.positions else signal.sides


def embedding(work: Pass, step: Step, inputs: Sequence[Expected]) -> Expected:
    """Rows of a table."""
    number = step.node.weight
    found = work.held(number, 0.0)
    if isinstance(found, Unsure) or number is None:
        return found if isinstance(found, Unsure) else Unsure("a table that is not followed")
    shape, whole = sizes(work.trace, number), found.mean**2
    return Signal(found.mean, found.second, whole, whole, units=None if shape is None else shape[-1], last=True)


def repeated(work: Pass, step: Step, inputs: Sequence[Expected]) -> Expected:
    """A recurrent layer, step by step."""
    signal = inputs[0] if inputs else None
    if not isinstance(signal, Signal) or step.node.module is None:
        return signal if isinstance(signal, Unsure) else Unsure("what a recurrent layer reads is not followed")
    steps = 1 if work.layer(step.node).endswith("Cell") else work.positions(signal)
    return recurrent.behind(work.trace, step.node.module, signal, steps)

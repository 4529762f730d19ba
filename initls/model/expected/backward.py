"""The mean square of the gradient at each tensor, for a gradient of size one at each element that the model puts out.

What goes back is treated as independent of what came forward, as Poole et al. (2016), arXiv:1606.05340, and Schoenholz
et al. (2017), arXiv:1611.01232, do. The gradient that goes through the shares of an attention, rather than through what
is shared out, is of the order of one over the number of keys, and is left out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TypeAlias

from msgspec import Struct

from initls.model.expected.held import Held, power, sizes
from initls.model.expected.moments import slopes, square, steepness, together
from initls.model.expected.passing import Pass, base_of
from initls.model.expected.unrolled import Step
from initls.model.expected.values import Expected, Shares, Signal, Unsure
from initls.model.expected.windows import window_of
from initls.model.state.flow import PICKED, SCALED


class Gradient(Struct, frozen=True):
    """The mean square of a gradient, and the mean product of those of one unit at two positions."""

    second: float
    near: float = 0.0
    partial: bool = False
    """Whether something is left out of it."""

    def times(self, own: float, near: float | None = None) -> Gradient:
        """A gradient multiplied element by element with independent numbers."""
        return Gradient(self.second * own, self.near * (own if near is None else near), self.partial)


Back: TypeAlias = Gradient | Unsure

NONE = Gradient(0.0)
LEFT_OUT = Gradient(0.0, partial=True)
"""What goes back through the shares of an attention."""


def run(work: Pass) -> list[Back]:
    """The gradient at each step's tensor, once the forward pass has been worked out."""
    steps = work.steps.steps
    found: list[list[Back]] = [[] for _ in steps]
    for number in work.steps.outputs:
        found[number].append(Gradient(1.0))
    done: list[Back] = [NONE] * len(steps)
    for step in reversed(steps):
        done[step.id] = gradient = _total(found[step.id])
        for place, source in enumerate(step.inputs):
            found[source].append(gradient if isinstance(gradient, Unsure) else _through(work, step, place, gradient))
    return done


def _total(parts: Sequence[Back]) -> Back:
    unsure = next((part for part in parts if isinstance(part, Unsure)), None)
    if unsure is not None:
        return unsure
    known = [part for part in parts if isinstance(part, Gradient)]
    return Gradient(
        math.fsum(part.second for part in known),
        math.fsum(part.near for part in known),
        any(part.partial for part in known),
    )


def _through(work: Pass, step: Step, place: int, gradient: Gradient) -> Back:
    if gradient.second == 0:
        return gradient
    rule = RULES.get(step.node.kind)
    if rule is None:
        return Unsure(f"no gradient is followed through what `{step.node.name or step.node.kind}` does")
    source, here = work.found[step.inputs[place]], work.found[step.id]
    for one in (source, here):
        if isinstance(one, Unsure):
            return one
    return rule(work, step, place, gradient)


def _affine(work: Pass, step: Step, place: int, gradient: Gradient) -> Back:
    node = step.node
    weight = work.held(node.weight, 0.0)
    assert node.weight is not None
    shape = sizes(work.trace, node.weight)
    if shape is None or isinstance(weight, Unsure):
        units = power(work.trace, node.weight)
        name = work.trace.names.get(node.weight, "a weight")
        return weight if isinstance(weight, Unsure) and units is None else Unsure(f"the size of `{name}` is not known")
    arguments, layer = work.arguments(node), work.layer(node)
    source = work.found[step.inputs[place]]
    assert isinstance(source, Signal)
    window = None if node.flat else window_of(layer, arguments, shape, source.sides, work.assumed)
    if node.inputs_first:
        fan = float(shape[-1])
    elif window is None:
        fan = float(shape[0] if node.flat else math.prod((shape[0], *shape[2:])))
        if node.part is not None and node.part[1]:
            fan /= node.part[1]
    elif "ranspose" in layer:
        fan = float(shape[1] * window.size)
    else:
        groups = arguments.get("groups", 1)
        fan = shape[0] * window.overlap * window.inside / (groups if isinstance(groups, int) and groups else 1)
    return gradient.times(fan * weight.second)


def _elementwise(work: Pass, step: Step, place: int, gradient: Gradient) -> Back:
    """Through a function of each element: times the mean square of its slope."""
    source = work.found[step.inputs[place]]
    if not isinstance(source, Signal):
        return Unsure("an activation inside an attention")
    here = work.found[step.id]
    assert isinstance(here, Signal)
    base = base_of(work, source)
    deviation = base.deviation
    if deviation <= 0 or not here.values or here.base != source.base:
        return Unsure("the slope of an activation of one number is not worked out")
    own = steepness(here.values, deviation)
    central = slopes(here.values, deviation)
    if source.values != base.values:
        # A function of a function: the slope of the outer one alone.
        inner = slopes(source.values, deviation)
        central = tuple(a / b if abs(b) > TINY else 0.0 for a, b in zip(central, inner, strict=True))
        own = square(central)
    near = (base.near - base.mean**2) / base.variance
    return gradient.times(own, min(own, together(central, near)))


TINY = 1e-12
"""A slope behind which nothing is to be told."""


def _dropout(work: Pass, step: Step, place: int, gradient: Gradient) -> Back:
    rate = step.node.rate or 0.0
    return gradient.times(1 / (1 - rate), 1.0) if rate < 1 else NONE


def _norm(work: Pass, step: Step, place: int, gradient: Gradient) -> Back:
    """Through a norm: over the deviation that it has divided by. What it takes away of the gradient is left out."""
    source, here = work.found[step.inputs[place]], work.found[step.id]
    gain, shift = work.held(step.node.weight, 1.0), work.held(step.node.bias, 0.0)
    if not isinstance(source, Signal) or not isinstance(here, Signal) or isinstance(gain, Unsure):
        return Unsure("a norm inside an attention")
    assert isinstance(shift, Held)
    # Behind the norm a signal's variance is what it was in front, times the factor that the gradient is multiplied by.
    before = source.second - source.far
    after = here.second - here.far
    if before <= 0 or after < 0:
        return Unsure("a norm of something that does not vary")
    if "nstance" in work.layer(step.node):
        # It takes out of the gradient what all positions share, which behind a mean over them is nearly all of it.
        return Unsure("the gradient through a norm of each sample's units is not worked out")
    return gradient.times(after / before)


def _add(work: Pass, step: Step, place: int, gradient: Gradient) -> Back:
    return _gathered(work, step, place, gradient)


def _gathered(work: Pass, step: Step, place: int, gradient: Gradient) -> Gradient:
    """What comes back to a tensor that was the same at all positions of what it met: the sum over them."""
    source, here = work.found[step.inputs[place]], work.found[step.id]
    if not isinstance(source, Signal) or not isinstance(here, Signal):
        return gradient
    before, after = source.positions, here.positions
    if before != 1 or after is None or after <= 1:
        return gradient
    second = after * (gradient.second - gradient.near) + after * after * gradient.near
    return Gradient(second, 0.0, gradient.partial)


def _multiply(work: Pass, step: Step, place: int, gradient: Gradient) -> Back:
    if len(step.inputs) != 2:
        return Unsure("a product with something that is not followed")
    other = work.found[step.inputs[1 - place]]
    if not isinstance(other, Signal):
        return Unsure("a product with something that is not followed")
    return _gathered(work, step, place, gradient.times(other.second, other.near))


def _reshape(work: Pass, step: Step, place: int, gradient: Gradient) -> Back:
    if step.node.name == SCALED and isinstance(work.found[step.id], Signal):
        factor = 1.0 if step.node.number is None else step.node.number
        return gradient.times(factor * factor)
    return gradient


def _slice(work: Pass, step: Step, place: int, gradient: Gradient) -> Back:
    """Through a part: the rest of the whole gets nothing from it."""
    part, node = step.node.part, step.node
    source, here = work.found[step.inputs[place]], work.found[step.id]
    if part is not None and part[1]:
        # Parts that nothing reads are left out: the base of a split stands for all of them.
        return gradient.times(1 / part[1])
    if not work.steps.readers[step.id]:
        return NONE
    if isinstance(source, Signal) and isinstance(here, Signal) and node.name == PICKED:
        # What is left differs from position to position, in the forward pass as well: no mean is worth telling.
        return Unsure("the gradient comes back to one position of many")
    return Unsure("how much of a tensor is cut out of it is not followed")


def _pooling(work: Pass, step: Step, place: int, gradient: Gradient) -> Back:
    source, here = work.found[step.inputs[place]], work.found[step.id]
    if not isinstance(source, Signal) or not isinstance(here, Signal) or not source.positions or not here.positions:
        return Unsure("how many positions a pooling reads is not known")
    share = here.positions / source.positions
    if "max" in work.layer(step.node).lower():
        return gradient.times(share, share * share)
    return gradient.times(share * share) if share < 1 else Unsure("windows of a mean that overlap")


def _reduce(work: Pass, step: Step, place: int, gradient: Gradient) -> Back:
    source = work.found[step.inputs[place]]
    count = work.positions(source) if isinstance(source, Signal) else None
    if not count:
        return Unsure("how many positions a mean goes over is not known")
    share = 1.0 if step.node.name.endswith("sum") else 1 / (count * count)
    # All positions get the same.
    return Gradient(gradient.second * share, gradient.second * share, gradient.partial)


def _concat(work: Pass, step: Step, place: int, gradient: Gradient) -> Back:
    return gradient


def _matmul(work: Pass, step: Step, place: int, gradient: Gradient) -> Back:
    """Through what attention shares out; what goes through the shares is left out."""
    inputs: list[Expected] = [work.found[number] for number in step.inputs]
    shares = next((one for one in inputs if isinstance(one, Shares)), None)
    if shares is None or isinstance(inputs[place], Shares):
        return LEFT_OUT
    apart = max(0.0, gradient.second - gradient.near)
    # Each value gets what all queries make of it: their shares sum to one per value, about.
    common = gradient.near
    second, near = (common + apart * share / shares.keys for share in (shares.own, shares.other))
    return Gradient(second, near, gradient.partial)


def _recurrent(work: Pass, step: Step, place: int, gradient: Gradient) -> Back:
    return Unsure("the gradient through the steps of a recurrent layer is not worked out")


def _softmax(work: Pass, step: Step, place: int, gradient: Gradient) -> Back:
    return Unsure("the gradient through a softmax is not worked out")


def _nothing(work: Pass, step: Step, place: int, gradient: Gradient) -> Back:
    return NONE


Rule = Callable[[Pass, Step, int, Gradient], Back]

RULES: dict[str, Rule] = {
    "affine": _affine,
    "activation": _elementwise,
    "function": _elementwise,
    "dropout": _dropout,
    "norm": _norm,
    "add": _add,
    "shift": _add,
    "multiply": _multiply,
    "reshape": _reshape,
    "permute": _reshape,
    "slice": _slice,
    "choice": _add,
    "pooling": _pooling,
    "reduce": _reduce,
    "concat": _concat,
    "matmul": _matmul,
    "recurrent": _recurrent,
    "detach": _nothing,
    "softmax": _softmax,
    "embedding": _nothing,
}
"""What each kind of node hands on to its inputs."""

"""What is done to each element by itself: activations, numbers, dropout."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from initls.knowledge.responses import response
from initls.model.expected.moments import Values, average, square, tabulated, together
from initls.model.expected.passing import Pass, base_of
from initls.model.expected.unrolled import Step
from initls.model.expected.values import Expected, Scores, Shares, Signal, Unsure
from initls.model.state.flow import MINUS


def shaped(signal: Signal, base: int, values: Values) -> Signal:
    """The moments of a function, by its values on the grid, of the normal numbers that a signal is made of.

    `signal` gives the correlations: how alike these numbers are at two positions and in two samples.
    """
    variance = signal.variance
    mean = average(values)
    near, far = ((pair - signal.mean**2) / variance if variance > 0 else 1.0 for pair in (signal.near, signal.far))
    return replace(
        signal,
        mean=mean,
        second=square(values),
        near=together(values, near),
        far=together(values, far),
        terms=(),
        base=base,
        values=values,
    )


def activation(work: Pass, step: Step, inputs: Sequence[Expected]) -> Expected:
    """An activation."""
    node, signal = step.node, inputs[0] if inputs else Unsure("nothing")
    if not isinstance(signal, Signal):
        return signal if isinstance(signal, Unsure) else Unsure("an activation of the scores of attention")
    if node.activation == "glu":
        return _gated(signal)
    slope = node.slope
    if node.activation == "prelu" and node.module is not None:
        initial = work.arguments(node).get("init")
        slope = float(initial) if isinstance(initial, int | float) else None
    function = None if node.activation is None else response(node.activation, slope)
    if function is None:
        return Unsure(f"the activation {node.activation or 'that is used'} has no table here")
    return applied(work, signal, function)


def applied(work: Pass, signal: Signal, function: Callable[[float], float]) -> Signal:
    """The moments behind a function of each element."""
    made = shaped(base_of(work, signal), signal.base, tuple(map(function, signal.values)))
    return replace(made, units=signal.units, sides=signal.sides, last=signal.last)


def _gated(signal: Signal) -> Signal:
    """One half of the units, times the sigmoid of the other."""
    sigmoid = response("sigmoid")
    assert sigmoid is not None
    gate = shaped(signal, -1, tabulated(sigmoid, signal.mean, signal.deviation))
    units = None if signal.units is None else signal.units // 2
    return replace(times(signal, gate), units=units)


def function(work: Pass, step: Step, inputs: Sequence[Expected]) -> Expected:
    """Another function of each element."""
    node, signal = step.node, inputs[0] if inputs else Unsure("nothing")
    short = node.name.rpartition(".")[2].rstrip("_")
    if not isinstance(signal, Signal):
        return Unsure(f"what `{short}` does to the scores of attention is not known")
    if node.name == "**" and node.number == 2:
        return applied(work, signal, lambda x: x * x)
    return Unsure(f"what `{short or 'a function'}` does to the size is not known here")


def dropout(work: Pass, step: Step, inputs: Sequence[Expected]) -> Expected:
    """Elements dropped, and the others made larger for it."""
    signal, rate = inputs[0] if inputs else Unsure("nothing"), step.node.rate
    if isinstance(signal, Shares):
        return (
            signal
            if not rate
            else replace(signal, own=signal.own / (1 - rate))
            if rate < 1
            else Unsure("all is dropped")
        )
    if not isinstance(signal, Signal):
        return signal
    if rate is None:
        return Unsure("how much is dropped is not shown")
    if not 0 <= rate < 1:
        return Unsure("all is dropped")
    if rate == 0:
        return signal
    if "lpha" in step.node.name:
        return signal
    # Whole channels are dropped together: what two positions share then is dropped together as well.
    kept = 1 / (1 - rate)
    together_ = step.node.name.rpartition(".")[2].lower() in ("dropout1d", "dropout2d", "dropout3d")
    near = signal.near * (kept if together_ else 1.0)
    return replace(signal, second=signal.second * kept, near=near, base=-1, values=())


def shift(work: Pass, step: Step, inputs: Sequence[Expected]) -> Expected:
    """A number added."""
    signal, number = inputs[0] if inputs else Unsure("nothing"), step.node.number
    if isinstance(signal, Scores):
        return signal
    if not isinstance(signal, Signal):
        return Unsure("a number is added to the shares of attention")
    if number is None:
        return Unsure("a number is added that the program does not show")
    # In which order a difference is taken is not told, and is the same for its size.
    return moved(signal, -number if step.node.name == MINUS else number)


def moved(signal: Signal, number: float) -> Signal:
    """A signal and a number."""
    twice, whole = 2 * number * signal.mean, number * number
    return replace(
        signal,
        mean=signal.mean + number,
        second=signal.second + twice + whole,
        near=signal.near + twice + whole,
        far=signal.far + twice + whole,
        values=tuple(value + number for value in signal.values),
    )


def scaled(signal: Signal, factor: float) -> Signal:
    """A signal times a number."""
    whole = factor * factor
    return replace(
        signal,
        mean=signal.mean * factor,
        second=signal.second * whole,
        near=signal.near * whole,
        far=signal.far * whole,
        terms=tuple((atom, share * factor) for atom, share in signal.terms),
        values=tuple(value * factor for value in signal.values),
    )


def times(one: Signal, other: Signal) -> Signal:
    """A product of two independent signals."""
    longer = other if one.positions in (None, 0, 1) and other.positions is not None else one
    return Signal(
        one.mean * other.mean,
        one.second * other.second,
        one.near * (other.near if other.positions != 1 else other.second),
        one.far * other.far,
        units=one.units if one.units == other.units else max(one.units or 0, other.units or 0) or None,
        sides=longer.sides,
        last=one.last if one.last == other.last else None,
    )

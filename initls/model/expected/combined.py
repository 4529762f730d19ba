"""Signals that come together: sums, products, concatenations, branches."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from msgspec.structs import replace

from initls.model.expected.attention import mix
from initls.model.expected.elementwise import scaled, shaped, times
from initls.model.expected.moments import Values
from initls.model.expected.passing import Pass, base_of
from initls.model.expected.unrolled import Step
from initls.model.expected.values import Expected, Scores, Signal, Unsure
from initls.model.state.flow import BETWEEN, MINUS, OVER


def add(work: Pass, step: Step, inputs: Sequence[Expected]) -> Expected:
    """A sum, or a difference."""
    signals = [one for one in inputs if isinstance(one, Signal)]
    if len(signals) < len(inputs):
        # What is added to the scores of attention is a mask or a bias of positions.
        return mix(work, step, inputs) if any(isinstance(one, Scores) for one in inputs) else _in_attention(inputs)
    if step.node.name == BETWEEN:
        return Unsure("a mean of two tensors by shares that are not followed")
    made = signals[0]
    for other in signals[1:]:
        summed = _sum(work, made, scaled(other, -1.0) if step.node.name == MINUS else other)
        if isinstance(summed, Unsure):
            return summed
        made = summed
    return made


def _sum(work: Pass, one: Signal, other: Signal) -> Signal | Unsure:
    if one.base == other.base and one.values and other.values:
        values = tuple(a + b for a, b in zip(one.values, other.values, strict=True))
        return _shared(work, one, other, values)
    first, second = dict(one.terms), dict(other.terms)
    shared = first.keys() & second.keys()
    terms = tuple((atom, first.get(atom, 0.0) + second.get(atom, 0.0)) for atom in {**first, **second})
    if not shared and _related(work, one, other):
        return Unsure("two summands hang on each other in a way that is not followed")

    # Layers that are copies of one draw make nearly the same of what they read.
    copies = [
        (atom, beside)
        for atom in first
        for beside in second
        if atom != beside and (draw := work.draws.get(atom)) is not None and draw == work.draws.get(beside)
    ]

    def crossed(which: Callable[[Signal], float]) -> float:
        """The mean product of the two, of which only shared terms are more than the product of their means."""
        found = one.mean * other.mean
        for atom in shared:
            part = work.found[atom]
            if isinstance(part, Signal):
                found += first[atom] * second[atom] * (which(part) - part.mean**2)
        for atom, beside in copies:
            part, twin = work.found[atom], work.found[beside]
            if isinstance(part, Signal) and isinstance(twin, Signal):
                covered = max(0.0, which(part) - part.mean**2) * max(0.0, which(twin) - twin.mean**2)
                found += first[atom] * second[beside] * math.sqrt(covered)
        return 2 * found

    longer = other if one.positions in (None, 0, 1) and other.positions is not None else one
    return Signal(
        one.mean + other.mean,
        one.second + other.second + crossed(lambda part: part.second),
        one.near + other.near + crossed(lambda part: part.near),
        one.far + other.far + crossed(lambda part: part.far),
        units=one.units if one.units == other.units else (one.units or other.units),
        sides=longer.sides,
        last=one.last if one.last == other.last else None,
        terms=terms,
    )


def _shared(work: Pass, one: Signal, other: Signal, values: Values) -> Signal:
    """Two functions of the same numbers, joined into one."""
    base = base_of(work, one)
    return replace(shaped(base, one.base, values), units=one.units, sides=one.sides, last=one.last)


def _related(work: Pass, one: Signal, other: Signal) -> bool:
    """Whether two signals are functions of the same numbers without a layer in between on either side."""
    return bool(_roots(work, one) & _roots(work, other))


def _roots(work: Pass, signal: Signal) -> frozenset[int]:
    """The layers' outputs that a signal is made of, element by element."""
    found: set[int] = set()
    stack = [*(atom for atom, _ in signal.terms), signal.base]
    seen: set[int] = set()
    while stack:
        here = stack.pop()
        if here in seen or here < 0 or here >= len(work.found):
            continue
        seen.add(here)
        node = work.steps.steps[here].node
        if node.kind in MIXING:
            found.add(here)
            continue
        part = work.found[here]
        if isinstance(part, Signal):
            stack += [atom for atom, _ in part.terms]
            stack.append(part.base)
        if node.kind in ELEMENTWISE:
            stack += work.steps.steps[here].inputs
    return frozenset(found)


MIXING = frozenset({"affine", "embedding", "recurrent", "input", "parameter", "matmul", "concat"})
ELEMENTWISE = frozenset({"activation", "function", "add", "multiply", "norm", "dropout", "shift", "choice"})
"""Kinds of nodes that draw units anew, and those that leave each element what it was made of."""


def _in_attention(inputs: Sequence[Expected]) -> Unsure:
    unsure = next((one for one in inputs if isinstance(one, Unsure)), None)
    return unsure or Unsure("a sum with parts of an attention")


def multiply(work: Pass, step: Step, inputs: Sequence[Expected]) -> Expected:
    """A product element by element."""
    if len(inputs) == PAIR:
        for one, factor in ((inputs[0], step.inputs[1]), (inputs[1], step.inputs[0])):
            if isinstance(one, Signal) and is_mask(work, factor):
                # Stochastic depth, which is off unless somebody asks for it.
                return one
    unsure = next((one for one in inputs if isinstance(one, Unsure)), None)
    if unsure is not None:
        return unsure
    signals = [one for one in inputs if isinstance(one, Signal)]
    if len(signals) != len(inputs) or len(signals) != PAIR:
        return Unsure("a product with something that is not followed")
    if step.node.name in (OVER, BETWEEN):
        return Unsure("a quotient of two tensors")
    one, other = signals
    if one.base == other.base and one.values and other.values:
        return _shared(work, one, other, tuple(a * b for a, b in zip(one.values, other.values, strict=True)))
    if _related(work, one, other):
        return Unsure("two factors hang on each other in a way that is not followed")
    return times(one, other)


PAIR = 2


def is_mask(work: Pass, number: int) -> bool:
    """Whether a tensor is drawn anew as zeros and ones, or such a one times a number."""
    stack, seen = [number], {number}
    drawn = False
    while stack:
        here = work.steps.steps[stack.pop()]
        if here.node.kind == "test" and "bernoulli" in here.node.name:
            drawn = True
        elif here.node.kind in ("choice", "reshape", "permute") and here.inputs:
            stack += [source for source in here.inputs if source not in seen]
            seen.update(here.inputs)
        else:
            return False
    return drawn


def concat(work: Pass, step: Step, inputs: Sequence[Expected]) -> Expected:
    """Tensors side by side, or one behind the other."""
    unsure = next((one for one in inputs if isinstance(one, Unsure)), None)
    if unsure is not None:
        return unsure
    signals = [one for one in inputs if isinstance(one, Signal)]
    if len(signals) != len(inputs) or not signals:
        return Unsure("parts of an attention side by side")
    if _along_positions(step, signals):
        counts = [one.positions or 1 for one in signals]
        whole = sum(counts)
        shares = [count / whole for count in counts]
        means = math.fsum(share * one.mean for share, one in zip(shares, signals, strict=True))

        def pairs(which: Callable[[Signal], float]) -> float:
            own = math.fsum(s * s * (which(one) - one.mean**2) for s, one in zip(shares, signals, strict=True))
            return own + means * means

        return Signal(
            means,
            math.fsum(share * one.second for share, one in zip(shares, signals, strict=True)),
            pairs(lambda one: one.near),
            pairs(lambda one: one.far),
            units=signals[-1].units,
            sides=(whole,),
            last=True,
        )
    known = all(one.units for one in signals)
    if not known and not _alike(signals):
        return Unsure("how many units the parts of a concatenation have is not known")
    weights = [float(one.units or 1) for one in signals] if known else [1.0] * len(signals)
    total = math.fsum(weights)

    def mixed(which: Callable[[Signal], float]) -> float:
        return math.fsum(weight * which(one) for weight, one in zip(weights, signals, strict=True)) / total

    return Signal(
        mixed(lambda one: one.mean),
        mixed(lambda one: one.second),
        mixed(lambda one: one.near),
        mixed(lambda one: one.far),
        units=sum(one.units or 0 for one in signals) if known else None,
        sides=signals[0].sides,
        last=signals[0].last,
    )


def _along_positions(step: Step, signals: Sequence[Signal]) -> bool:
    """Whether the parts lie one behind the other, as a class token in front of the others does."""
    axes, last = step.node.axes, signals[-1].last
    if axes != (1,) or last is not True or not all(one.units == signals[-1].units for one in signals):
        return False
    return any(one.sides not in (None, ()) for one in signals)


def _alike(signals: Sequence[Signal]) -> bool:
    """Whether signals are of one size to a reader, so that it does not matter how much there is of each."""
    seconds = [one.second for one in signals]
    means = [one.mean for one in signals]
    largest_, spread = max(seconds), max(means) - min(means)
    return largest_ - min(seconds) <= 0.1 * largest_ and spread * spread <= 0.05 * largest_


def choice(work: Pass, step: Step, inputs: Sequence[Expected]) -> Expected:
    """One of several tensors, by a branch: the one under default options, or what all come to."""
    likely = [
        one
        for number, one in zip(step.inputs, inputs, strict=True)
        if work.steps.steps[number].node.likely or not step.node.likely
    ] or list(inputs)
    signals = [one for one in likely if isinstance(one, Signal)]
    if len(likely) == 1 and not isinstance(likely[0], Unsure):
        return likely[0]
    if len(signals) < len(likely):
        return next((one for one in likely if isinstance(one, Unsure)), Unsure("one of several things, by a branch"))
    if not _alike(signals):
        return Unsure("one of several tensors, by a branch that the program does not decide")
    return signals[-1]

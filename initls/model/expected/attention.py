"""What attention makes of queries, keys and values, whoever spells it out.

Scores are normal with the variance of the products that they are sums of, so that the shares of one query are
log-normal: their mean square is exp(variance) over the square of the number of keys.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from initls.model.expected.passing import Pass
from initls.model.expected.unrolled import Step
from initls.model.expected.values import Expected, Scores, Shares, Signal, Unsure
from initls.model.state.flow import SCALED, SCORES, SHARED_OUT


def matmul(work: Pass, step: Step, inputs: Sequence[Expected]) -> Expected:
    """A product of two tensors: the scores of an attention, or what its shares make of the values."""
    node = step.node
    if len(inputs) == 2 and isinstance(inputs[0], Shares) and isinstance(inputs[1], Signal):
        return _shared_out(inputs[0], inputs[1])
    if len(inputs) == 2 and isinstance(inputs[1], Shares) and isinstance(inputs[0], Signal):
        return _shared_out(inputs[1], inputs[0])
    if len(inputs) != 2 or not all(isinstance(one, Signal) for one in inputs):
        return Unsure("a product of two tensors that is not followed")
    query, key = inputs
    assert isinstance(query, Signal) and isinstance(key, Signal)
    if node.name == SHARED_OUT or not (node.name == SCORES or makes_scores(work, step)):
        return Unsure("a product of two tensors whose common axis is not followed")
    width = 1.0 if node.name == SCORES else _width(work, step, query)
    if width is None:
        return Unsure("how wide the heads of an attention are is not shown")
    keys = work.positions(key)
    if keys is None:
        return Unsure("how many positions an attention is over is not followed")
    apart = key.second - key.near
    return Scores(width * query.second * apart, width * query.near * apart, max(1, keys))


def makes_scores(work: Pass, step: Step) -> bool:
    """Whether a product, or what is scaled in front of one, ends in a softmax."""
    stack, seen = [step.id], {step.id}
    while stack:
        for reader in work.steps.readers[stack.pop()]:
            node = work.steps.steps[reader].node
            if node.kind == "softmax":
                return True
            if (
                node.kind in ("reshape", "permute", "mix", "shift", "dropout", "choice", "matmul", "add")
                and reader not in seen
            ):
                seen.add(reader)
                stack.append(reader)
    return False


def _width(work: Pass, step: Step, query: Signal) -> float | None:
    """By how much the products of queries and keys are larger than those of two elements, scaling included.

    A head's width is read off the number by which its scores are divided, the root of it.
    """
    before = [work.steps.steps[number] for number in _in_front(work, step)]
    behind = [work.steps.steps[number] for number in _behind(work, step)]
    if any(one.node.number is None for one in (*before, *behind)):
        return 1.0  # By a number that is not shown, as it is done everywhere: the root of the width.
    if before:
        inner = math.prod(one.node.number or 1.0 for one in before)
        return 1 / (inner * inner) if inner else None
    if behind:
        return 1.0
    return float(query.units) if query.units else None


def _in_front(work: Pass, step: Step) -> Iterable[int]:
    stack = list(step.inputs)
    while stack:
        one = work.steps.steps[stack.pop()]
        if one.node.name == SCALED:
            yield one.id
        if one.node.kind in ("reshape", "permute", "slice"):
            stack += one.inputs


def _behind(work: Pass, step: Step) -> Iterable[int]:
    stack = [step.id]
    while stack:
        for reader in work.steps.readers[stack.pop()]:
            one = work.steps.steps[reader]
            if one.node.name == SCALED:
                yield reader
            if one.node.kind in ("reshape", "permute", "mix", "choice"):
                stack.append(reader)


def softmax(work: Pass, step: Step, inputs: Sequence[Expected]) -> Expected:
    """The shares that scores turn into, or those of the classes of an output."""
    signal = inputs[0] if inputs else Unsure("nothing")
    if isinstance(signal, Scores):
        keys = signal.keys
        spread = min(signal.spread, 50.0)
        own = min(float(keys), math.exp(spread))
        other = min(own, math.exp(min(max(signal.shared, 0.0), 50.0)))
        if signal.masked:
            # In front of a causal mask the i-th position shares among i: 1/i on average over all of them.
            harmonic = math.log(keys) + 0.5772 if keys > 1 else 1.0
            own, other = min(float(keys), own * harmonic), min(float(keys), other)
        return Shares(own, other, keys)
    if not isinstance(signal, Signal):
        return signal if isinstance(signal, Unsure) else Unsure("a softmax of shares")
    if not signal.units:
        return Unsure("over how many elements a softmax goes is not known")
    mean, whole = 1 / signal.units, signal.units**2

    def product(pair: float) -> float:
        return min(float(signal.units or 1), math.exp(min(max(pair, 0.0), 50.0))) / whole

    if step.node.activation == "log_softmax":
        return Unsure("what `log_softmax` does to the size is not known here")
    centre = signal.mean**2
    pairs = (signal.second - centre, signal.near - centre, signal.far - centre)
    own, near, far = map(product, pairs)
    return Signal(mean, own, near, far, units=signal.units, sides=signal.sides, last=signal.last)


def _shared_out(shares: Shares, value: Signal) -> Signal:
    apart = value.second - value.near
    return Signal(
        value.mean,
        value.near + apart * shares.own / shares.keys,
        value.near + apart * shares.other / shares.keys,
        value.far,
        units=value.units,
        sides=value.sides,
        last=value.last,
    )


def mix(work: Pass, step: Step, inputs: Sequence[Expected]) -> Expected:
    """A mask or a bias over the scores; of other mixtures nothing is told."""
    scores = [one for one in inputs if isinstance(one, Scores)]
    if len(scores) == 1:
        beside = [number for number, one in zip(step.inputs, inputs, strict=True) if one is not scores[0]]
        return scores[0] if beside and all(learned(work, number) for number in beside) else masked(scores[0])
    unsure = next((one for one in inputs if isinstance(one, Unsure)), None)
    return unsure or Unsure("a mixture of tensors that is not followed")


def masked(scores: Scores) -> Scores:
    """Scores of which each position sees those in front of it alone."""
    return replace(scores, masked=True)


def learned(work: Pass, number: int) -> bool:
    """Whether a tensor is made of a parameter: a bias by position, which hides nothing."""
    stack, seen = [number], {number}
    while stack:
        here = work.steps.steps[stack.pop()]
        if here.node.kind in ("parameter", "affine", "embedding"):
            return True
        stack += [source for source in here.inputs if source not in seen]
        seen.update(here.inputs)
    return False

"""What norms make of a signal: they set its size anew, and keep of it what lies beside its mean."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from initls.model.expected.elementwise import moved, scaled
from initls.model.expected.held import Held
from initls.model.expected.passing import Pass
from initls.model.expected.unrolled import Step
from initls.model.expected.values import Expected, Signal, Unsure


def norm(work: Pass, step: Step, inputs: Sequence[Expected]) -> Expected:
    """A norm, with its gain and its shift."""
    node, signal = step.node, inputs[0] if inputs else Unsure("nothing")
    if not isinstance(signal, Signal):
        return signal if isinstance(signal, Unsure) else Unsure("a norm inside an attention")
    arguments = work.arguments(node)
    name = work.layer(node).rpartition(".")[2]
    eps = arguments.get("eps")
    least = float(eps) if isinstance(eps, int | float) else 1e-5
    centred = _centred(name.lower().replace("_", ""), signal, arguments)
    if isinstance(centred, Unsure):
        return centred
    mean, pair, same = centred
    variance = signal.second - pair + least
    if variance <= 0:
        return Unsure("a norm of something that does not vary")
    gain, shift = work.held(node.weight, 1.0), work.held(node.bias, 0.0)
    for one in (gain, shift):
        if isinstance(one, Unsure):
            return one
    assert isinstance(gain, Held) and isinstance(shift, Held)
    factor = 1 / math.sqrt(variance)
    if same and gain.variance == 0:
        # One number for all units: the same signal, larger or smaller, about another mean.
        return _shifted(moved(scaled(signal, factor * gain.mean), -mean * factor * gain.mean), shift)

    def normed(product: float) -> float:
        return gain.second * (product - pair) / variance + shift.second

    return replace(
        signal,
        mean=shift.mean + gain.mean * (signal.mean - mean) * factor,
        second=normed(signal.second),
        near=normed(signal.near),
        far=normed(signal.far),
        terms=(),
        base=-1,
        values=(),
    )


def _shifted(signal: Signal, shift: Held) -> Signal:
    if shift.variance == 0:
        return moved(signal, shift.mean) if shift.mean else signal
    twice = 2 * shift.mean * signal.mean
    return Signal(
        signal.mean + shift.mean,
        signal.second + twice + shift.second,
        signal.near + twice + shift.second,
        signal.far + twice + shift.second,
        signal.units,
        signal.sides,
        signal.last,
    )


def _centred(name: str, signal: Signal, arguments: Mapping[str, object]) -> tuple[float, float, bool] | Unsure:
    """What a norm takes away: the mean, its square as far as it has one, and whether it is the same for all units."""
    if "batchnorm" in name:
        return signal.mean, signal.far, False
    if "instancenorm" in name:
        return signal.mean, signal.near, False
    if "groupnorm" in name:
        groups = arguments.get("num_groups")
        if isinstance(groups, int) and groups == 1:
            return signal.mean, signal.mean**2, True
        if not isinstance(groups, int) or groups < 1 or not signal.units:
            return signal.mean, signal.mean**2, False
        return signal.mean, signal.mean**2 + (signal.near - signal.mean**2) * groups / signal.units, False
    if "layernorm" in name:
        return signal.mean, signal.mean**2, True
    if "rmsnorm" in name:
        return 0.0, 0.0, True
    if name == "normalize" and signal.units:
        return 0.0, signal.second - signal.second * signal.units, True
    return Unsure(f"what `{name}` does to the size is not known here")

"""How far apart an initializer draws the elements of a tensor: the standard deviation, by its arguments and the shape.

Orthogonal rows are not drawn one by one, but their elements have a deviation all the same.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from initls.knowledge.gains import fans, kaiming_std, xavier_std

WHOLE = 4.0
"""Deviations at which the bounds of a truncated normal cut off nothing that would count."""


def deviation(scheme: str, arguments: Mapping[str, object], shape: Sequence[int | None] | None) -> float | None:
    """The standard deviation of what `scheme` (`kaiming_normal`) draws; None where an argument or a size is missing.

    `arguments` are those of the function of `torch.nn.init`, or of the tensor's method, by name.
    """
    match scheme:
        case "normal":
            return _number(arguments.get("std"))
        case "uniform":
            low = _number(arguments.get("a", arguments.get("from")))
            high = _number(arguments.get("b", arguments.get("to")))
            return None if low is None or high is None else abs(high - low) / math.sqrt(12)
        case "trunc_normal":
            mean, std, low, high = (_number(arguments.get(name)) for name in ("mean", "std", "a", "b"))
            if mean is None or std is None or low is None or high is None or not std:
                return None
            return std if min(mean - low, high - mean) >= WHOLE * std else None
    sizes = _sizes(shape)
    if sizes is None:
        return None
    fan_in, fan_out = fans(sizes)
    if not fan_in or not fan_out:
        return None
    match scheme:
        case "xavier_uniform" | "xavier_normal":
            gain = _number(arguments.get("gain"))
            return None if gain is None else xavier_std(fan_in, fan_out, gain)
        case "kaiming_uniform" | "kaiming_normal":
            slope, mode, name = _number(arguments.get("a")), arguments.get("mode"), arguments.get("nonlinearity")
            if slope is None or not isinstance(mode, str) or not isinstance(name, str):
                return None
            try:
                return kaiming_std(fan_out if mode.lower() == "fan_out" else fan_in, name, slope)
            except ValueError:
                return None
        case "orthogonal":
            gain = _number(arguments.get("gain"))
            return None if gain is None else gain / math.sqrt(max(sizes[0], math.prod(sizes[1:])))
    return None


FEW = 16
"""Inputs, or outputs, that a matrix has at least whose sizes are not shown, as far as its spread goes."""


def may_reach(scheme: str, arguments: Mapping[str, object]) -> float | None:
    """The largest deviation that `scheme` may have for a matrix of unknown sizes; None where nothing bounds it."""
    return deviation(scheme, arguments, (FEW, FEW)) if scheme in BY_FANS else None


BY_FANS = frozenset({"xavier_uniform", "xavier_normal", "kaiming_uniform", "kaiming_normal", "orthogonal"})
"""The schemes whose spread shrinks with the sizes of the tensor."""


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _sizes(shape: Sequence[int | None] | None) -> tuple[int, ...] | None:
    sizes = tuple(size for size in shape or () if size is not None)
    return sizes if shape is not None and len(sizes) == len(shape) and len(sizes) > 1 else None

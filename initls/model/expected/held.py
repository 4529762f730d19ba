"""The moments of parameters, by what they hold when training starts."""

from __future__ import annotations

import math

from msgspec import Struct

from initls.knowledge import layers
from initls.knowledge.gains import calculate_gain
from initls.model.answers import account
from initls.model.expected.values import Unsure
from initls.model.state.contents import (
    Constant,
    Content,
    Default,
    Garbage,
    Loaded,
    Random,
    Repeated,
    Structured,
    Unknown,
)
from initls.model.traces.trace import Trace


class Held(Struct, frozen=True):
    """The mean and the variance of a parameter's elements."""

    mean: float
    variance: float

    @property
    def second(self) -> float:
        """The mean square."""
        return self.variance + self.mean * self.mean


def held(trace: Trace, number: int) -> Held | Unsure:
    """The moments of one parameter."""
    content = trace.content(number)
    name = trace.names.get(number) or trace.parameters[number].name or "a tensor"
    if trace.parameters[number].computed is not None and not isinstance(content, Constant | Random):
        return Unsure(f"`{name}` is computed by a wrapper")
    deviation = None if content is None else account.spread(trace, number, content)
    mean = None if content is None else mean_of(trace, number, content)
    if deviation is None or mean is None:
        return Unsure(f"`{name}` {_why(content)}")
    return Held(mean, deviation * deviation)


def mean_of(trace: Trace, number: int, content: Content) -> float | None:
    """The mean of what a parameter holds; None where the program does not show it."""
    match content:
        case Constant(value=value):
            return value
        case Default(layer=name, name=parameter):
            layer, owner = layers.layer(name), trace.parameters[number].owner
            spec = None if layer is None else layers.parameter(layer, parameter)
            if spec is None or owner is None:
                return None
            constant = spec.default.constant(trace.modules[owner].arguments)
            return constant if spec.default.kind == "constant" else 0.0
        case Random(scheme=scheme, arguments=arguments):
            given = dict(arguments)
            factor = account.plain_draw(trace, number, content)
            if factor is not None:
                return factor / 2 if scheme == "uniform" else 0.0
            if given.get("scaled"):
                return None
            if scheme in ("normal", "trunc_normal"):
                return _number(given.get("mean"))
            if scheme == "uniform":
                low, high = _number(given.get("a", given.get("from"))), _number(given.get("b", given.get("to")))
                return None if low is None or high is None else (low + high) / 2
            return 0.0
    return None


def _why(content: Content | None) -> str:
    match content:
        case None:
            return "holds one of several things, by the options"
        case Unknown(reason=reason):
            return f"is not followed: {reason}"
        case Loaded(source=source):
            return f"comes from {source}"
        case Garbage():
            return "holds whatever was in memory"
        case Structured(what=what):
            return f"holds a matrix by construction ({what})"
        case Repeated():
            return "holds copies of one draw"
        case Constant():
            return "holds a number that the program does not show"
        case _:
            return "is drawn with numbers that the program does not show"


def power(trace: Trace, number: int) -> float | None:
    """Fan in times the variance, where a scheme sets it by the fan in, so that it holds whatever the sizes are."""
    content = trace.content(number)
    match content:
        case Default(layer=name, name="weight"):
            layer = layers.layer(name)
            if layer is not None and layer.kind is layers.Kind.AFFINE and "Transpose" not in name:
                return 1 / 3  # Uniform within 1/sqrt(fan in).
        case Random(scheme="kaiming_uniform" | "kaiming_normal", arguments=arguments):
            given = dict(arguments)
            slope, mode, function = _number(given.get("a")), given.get("mode"), given.get("nonlinearity")
            if slope is not None and mode == "fan_in" and isinstance(function, str):
                try:
                    return calculate_gain(function, slope) ** 2
                except ValueError:
                    return None
    return None


def sizes(trace: Trace, number: int) -> tuple[int, ...] | None:
    """The shape of a parameter, where the program shows it."""
    shape = trace.parameters[number].shape
    if shape is None or None in shape:
        return None
    return tuple(size for size in shape if size is not None)


def _number(value: object) -> float | None:
    found = float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
    return found if found is not None and math.isfinite(found) else None

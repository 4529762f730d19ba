"""What each activation makes of one number, so that its moments can be integrated.

`initls.knowledge.activations` says how they are spelled. The formulas are those of the documentation of `torch.nn`,
with torch's defaults for their options; a test holds each to the installed torch. Functions that mix elements
(softmax, GLU) have no row.
"""

from __future__ import annotations

import math
from collections.abc import Callable

Response = Callable[[float], float]

SELU_SCALE, SELU_ALPHA = 1.0507009873554805, 1.6732632423543772
"""The constants of Klambauer et al. (2017), arXiv:1706.02515."""


def _sigmoid(x: float) -> float:
    if x >= 0:
        return 1 / (1 + math.exp(-x))
    small = math.exp(x)
    return small / (1 + small)


def _softplus(x: float) -> float:
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))


def leaky(slope: float) -> Response:
    """A ReLU with a slope on the negative side."""
    return lambda x: x if x > 0 else slope * x


def _elu(x: float) -> float:
    return x if x > 0 else math.expm1(x)


RESPONSES: dict[str, Response] = {
    "relu": lambda x: max(x, 0.0),
    "relu6": lambda x: min(max(x, 0.0), 6.0),
    "leaky_relu": leaky(0.01),
    "prelu": leaky(0.25),
    # In training each element draws its slope from U(1/8, 1/3); this is the mean, which is what it is in evaluation.
    "rrelu": leaky((1 / 8 + 1 / 3) / 2),
    "elu": _elu,
    "celu": _elu,
    "selu": lambda x: SELU_SCALE * (x if x > 0 else SELU_ALPHA * math.expm1(x)),
    "gelu": lambda x: x * 0.5 * (1 + math.erf(x / math.sqrt(2))),
    "silu": lambda x: x * _sigmoid(x),
    "mish": lambda x: x * math.tanh(_softplus(x)),
    "hardswish": lambda x: x * min(max(x + 3, 0.0), 6.0) / 6,
    "hardsigmoid": lambda x: min(max(x + 3, 0.0), 6.0) / 6,
    "hardtanh": lambda x: min(max(x, -1.0), 1.0),
    "hardshrink": lambda x: x if abs(x) > 0.5 else 0.0,
    "softshrink": lambda x: math.copysign(max(abs(x) - 0.5, 0.0), x),
    "tanhshrink": lambda x: x - math.tanh(x),
    "threshold": lambda x: max(x, 0.0),
    "softplus": _softplus,
    "softsign": lambda x: x / (1 + abs(x)),
    "tanh": math.tanh,
    "sigmoid": _sigmoid,
    "logsigmoid": lambda x: -_softplus(-x),
    "sin": math.sin,
    "cos": math.cos,
    "exp": lambda x: math.exp(min(x, 300.0)),
    "erf": math.erf,
    "square": lambda x: x * x,
    "abs": abs,
}
"""Each activation that works on elements, by its name in `initls.knowledge.activations`."""


def response(name: str, slope: float | None = None) -> Response | None:
    """What an activation does to a number; `slope` is that of its negative side where the program gives one."""
    if slope is not None and name in ("leaky_relu", "prelu"):
        return leaky(slope)
    return RESPONSES.get(name)

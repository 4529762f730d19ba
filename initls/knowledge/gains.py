"""The arithmetic of He and Glorot, as `torch.nn.init` does it.

He, Zhang, Ren & Sun (2015), "Delving Deep into Rectifiers", arXiv:1502.01852.
Glorot & Bengio (2010), "Understanding the difficulty of training deep feedforward neural networks", AISTATS.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from initls.knowledge.signature import REQUIRED, Signature

LINEAR_NAMES = frozenset(
    {"linear", "conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d"}
)
"""Names of layers that torch accepts in the place of a nonlinearity; their gain is 1."""

NONLINEARITIES = LINEAR_NAMES | {"sigmoid", "tanh", "relu", "leaky_relu", "selu"}
"""Everything that `calculate_gain` and the Kaiming functions accept; case counts."""


MODES = frozenset({"fan_in", "fan_out"})
"""What the Kaiming functions take as `mode`, in any case."""

SIGNATURE: Signature = (("nonlinearity", REQUIRED), ("param", None))
"""The arguments of `calculate_gain`."""


def fans(shape: Sequence[int]) -> tuple[int, int]:
    """Fan in and fan out as torch counts them: axis 1 and axis 0, each times the axes behind them.

    This is right for `nn.Linear` and plain convolutions. For a transposed convolution the two are swapped, for a
    grouped one fan out is too large by the number of groups, and for packed weights it counts every block.
    Source: `torch.nn.init._calculate_fan_in_and_fan_out`.
    """
    if len(shape) < 2:
        raise ValueError("a tensor of fewer than two axes has no fans")
    field = math.prod(shape[2:])
    return shape[1] * field, shape[0] * field


def calculate_gain(nonlinearity: str, param: float | None = None) -> float:
    """The gain that torch recommends, a `ValueError` for a name that it does not know.

    `param` is the negative slope of `leaky_relu`, 0.01 unless given. Source: the documentation of `torch.nn.init`.
    """
    if nonlinearity in LINEAR_NAMES or nonlinearity == "sigmoid":
        return 1.0
    if nonlinearity == "tanh":
        return 5 / 3
    if nonlinearity == "relu":
        return math.sqrt(2)
    if nonlinearity == "leaky_relu":
        slope = 0.01 if param is None else param
        return math.sqrt(2 / (1 + slope**2))
    if nonlinearity == "selu":
        return 3 / 4
    raise ValueError(f"torch knows no gain for {nonlinearity!r}")


def known_gain(nonlinearity: object, param: object) -> float | None:
    """The same for arguments of any kind; None where torch raises."""
    slope = isinstance(param, int | float) and not isinstance(param, bool)
    if not isinstance(nonlinearity, str) or not (param is None or slope or nonlinearity != "leaky_relu"):
        return None
    try:
        return calculate_gain(nonlinearity, float(param) if isinstance(param, int | float) else None)
    except (ValueError, OverflowError):
        return None


def xavier_std(fan_in: int, fan_out: int, gain: float = 1.0) -> float:
    """The deviation of `xavier_normal_`: gain * sqrt(2 / (fan in + fan out)).

    Source: Glorot & Bengio (2010), equation 12; the gain is torch's addition.
    """
    return gain * math.sqrt(2 / (fan_in + fan_out))


def xavier_bound(fan_in: int, fan_out: int, gain: float = 1.0) -> float:
    """The bound of `xavier_uniform_`: gain * sqrt(6 / (fan in + fan out)).

    Source: Glorot & Bengio (2010), equation 16; the gain is torch's addition.
    """
    return math.sqrt(3) * xavier_std(fan_in, fan_out, gain)


def kaiming_std(fan: int, nonlinearity: str = "leaky_relu", a: float = 0.0) -> float:
    """The deviation of `kaiming_normal_`: gain / sqrt(fan).

    Source: He et al. (2015), equations 10 (fan in), 14 (fan out) and 15 (with the slope `a` of a leaky ReLU).
    """
    return calculate_gain(nonlinearity, a) / math.sqrt(fan)


def kaiming_bound(fan: int, nonlinearity: str = "leaky_relu", a: float = 0.0) -> float:
    """The bound of `kaiming_uniform_`: gain * sqrt(3 / fan). Source: the documentation of `torch.nn.init`."""
    return math.sqrt(3) * kaiming_std(fan, nonlinearity, a)

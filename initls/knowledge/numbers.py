"""Numbers that have names, and functions of one number.

Python's own functions raise where there is no result; those of numpy and torch give an infinity or no number at all
(NaN), as IEEE 754 has it. Tests hold the rows to the libraries that are installed.
"""

from __future__ import annotations

import math
from collections.abc import Callable

NAN, INFINITY = math.nan, math.inf

NAMED: dict[str, float] = {
    **{f"{home}.{name}": getattr(math, name) for home in ("math", "numpy") for name in ("pi", "e", "inf", "nan")},
    "math.tau": math.tau,
    **{f"numpy.{name}": INFINITY for name in ("Inf", "Infinity", "infty", "PINF")},
    "numpy.NINF": -INFINITY,
    **{f"numpy.{name}": NAN for name in ("NaN", "NAN")},
    "torch.pi": math.pi,
    "torch.e": math.e,
    "torch.inf": INFINITY,
    "torch.nan": NAN,
}
"""Numbers by the dotted name under which an import brings them in."""


def _log(of: Callable[[float], float]) -> Callable[[float], float]:
    def go(number: float) -> float:
        return of(number) if number > 0 else -INFINITY if number == 0 else NAN

    return go


def _log1p(number: float) -> float:
    return math.log1p(number) if number > -1 else -INFINITY if number == -1 else NAN


def _exp(number: float) -> float:
    try:
        return math.exp(number)
    except OverflowError:
        return INFINITY


def _sqrt(number: float) -> float:
    return math.sqrt(number) if number >= 0 else NAN


def divide(one: float, other: float) -> float:
    """The quotient as IEEE 754 has it; both zeros have a sign."""
    if other != 0:
        return one / other
    if one == 0 or math.isnan(one):
        return NAN
    return math.copysign(INFINITY, one) * math.copysign(1.0, other)


def _logit(number: float) -> float:
    return _log(math.log)(divide(number, 1 - number))


OF_ONE: dict[str, Callable[[float], float]] = {
    "log": _log(math.log),
    "log2": _log(math.log2),
    "log10": _log(math.log10),
    "log1p": _log1p,
    "exp": _exp,
    "sqrt": _sqrt,
    "rsqrt": lambda number: divide(1.0, _sqrt(number)),
    "reciprocal": lambda number: divide(1.0, number),
    "logit": _logit,
    "abs": abs,
    "neg": lambda number: -number,
    "negative": lambda number: -number,
}
"""Functions of each element by itself, as numpy and torch compute them."""

OF_NUMPY = ("log", "log2", "log10", "log1p", "exp", "sqrt", "reciprocal", "abs", "negative")
"""Those among them that numpy has under these names."""

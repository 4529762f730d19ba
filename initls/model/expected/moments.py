"""Integrals over the normal distribution: what a function of a normal number is on average, alone and beside others.

A function is its values on a fixed grid of standard normal numbers. The step is fine enough for kinks (the error is
below a thousandth), and for smooth functions the rule of trapezes is exact to the last digits.

The product of a function's values at two numbers with the correlation r has the mean sum(a_k^2 r^k), where a_k are the
function's coefficients in Hermite polynomials (Mehler's formula; used for wide networks by Poole et al. 2016,
arXiv:1606.05340).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache

STEP = 0.1
REACH = 8.0

GRID: tuple[float, ...] = tuple(-REACH + STEP * index for index in range(round(2 * REACH / STEP) + 1))
"""Standard normal numbers, far enough out on both sides."""

WEIGHTS: tuple[float, ...] = tuple(STEP * math.exp(-x * x / 2) / math.sqrt(2 * math.pi) for x in GRID)
"""How much each of them counts."""

DEGREE = 16
"""The degree up to which a function is taken apart; what is left counts as if it were all of the next degree."""

Values = tuple[float, ...]
"""The values of a function on the grid."""


@lru_cache(maxsize=1)
def _polynomials() -> tuple[Values, ...]:
    """The Hermite polynomials up to `DEGREE` on the grid, each weighted so that a sum is its coefficient."""
    before, now = [0.0] * len(GRID), [1.0] * len(GRID)
    found: list[Values] = []
    for degree in range(DEGREE + 1):
        found.append(tuple(value * weight for value, weight in zip(now, WEIGHTS, strict=True)))
        # Normalized: sqrt(k + 1) h(k + 1) = x h(k) - sqrt(k) h(k - 1).
        root, last = math.sqrt(degree + 1), math.sqrt(degree)
        following = [(x * a - last * b) / root for x, a, b in zip(GRID, now, before, strict=True)]
        before, now = now, following
    return tuple(found)


def average(values: Values) -> float:
    """The mean of a function."""
    return math.fsum(map(float.__mul__, values, WEIGHTS))


def square(values: Values) -> float:
    """The mean of its square."""
    return math.fsum(value * value * weight for value, weight in zip(values, WEIGHTS, strict=True))


@lru_cache(maxsize=4096)
def spectrum(values: Values) -> tuple[float, ...]:
    """The squared coefficients of a function, and what is left of its square behind the last."""
    found = [math.fsum(map(float.__mul__, values, polynomial)) ** 2 for polynomial in _polynomials()]
    return (*found, max(0.0, square(values) - math.fsum(found)))


def together(values: Values, correlation: float) -> float:
    """The mean product of a function's values at two numbers of this correlation."""
    r = min(1.0, max(-1.0, correlation))
    return math.fsum(part * r**degree for degree, part in enumerate(spectrum(values)))


@lru_cache(maxsize=4096)
def slopes(values: Values, deviation: float) -> Values:
    """The derivative of a function whose argument is `deviation` times the grid."""
    inner = [(after - before) / (2 * STEP * deviation) for before, after in zip(values, values[2:], strict=False)]
    return (inner[0], *inner, inner[-1])


def steepness(values: Values, deviation: float) -> float:
    """The mean square of the derivative, taken between the points of the grid, so that no kink is smoothed out."""
    inner = zip(values, values[1:], GRID, strict=False)
    density = STEP / math.sqrt(2 * math.pi)
    return math.fsum(
        ((after - before) / (STEP * deviation)) ** 2 * density * math.exp(-((x + STEP / 2) ** 2) / 2)
        for before, after, x in inner
    )


@lru_cache(maxsize=4096)
def tabulated(function: Callable[[float], float], mean: float, deviation: float) -> Values:
    """A function of a normal number with this mean and deviation, on the grid."""
    return tuple(function(mean + deviation * x) for x in GRID)


@lru_cache(maxsize=256)
def largest(count: int) -> tuple[float, float]:
    """The mean and the variance of the largest of so many independent standard normal numbers."""
    if count <= 1:
        return 0.0, 1.0
    density = [
        count * weight * (0.5 * (1 + math.erf(x / math.sqrt(2)))) ** (count - 1)
        for x, weight in zip(GRID, WEIGHTS, strict=True)
    ]
    mean = math.fsum(x * share for x, share in zip(GRID, density, strict=True))
    return mean, max(0.0, math.fsum(x * x * share for x, share in zip(GRID, density, strict=True)) - mean * mean)

"""Named numbers and functions of one number against the libraries that are installed."""

from __future__ import annotations

import math
from typing import Any

import pytest

torch: Any = pytest.importorskip("torch")
numpy: Any = pytest.importorskip("numpy")

from initls.knowledge.numbers import NAMED, OF_NUMPY, OF_ONE, divide  # noqa: E402

HOMES: dict[str, Any] = {"math": math, "torch": torch, "numpy": numpy}

SAMPLES = (-math.inf, -2.0, -1.0, -0.5, -0.0, 0.0, 0.25, 0.5, 1.0, 3.0, 1000.0, math.inf, math.nan)
OLD = frozenset(f"numpy.{name}" for name in ("Inf", "Infinity", "infty", "PINF", "NINF", "NaN", "NAN"))
"""Names that numpy 2 no longer has."""


def same(one: float, other: float) -> bool:
    return (math.isnan(one) and math.isnan(other)) or one == pytest.approx(other)


@pytest.mark.parametrize("name", sorted(NAMED))
def test_named(name: str) -> None:
    home, _, short = name.rpartition(".")
    if hasattr(HOMES[home], short):
        assert same(NAMED[name], float(getattr(HOMES[home], short)))
    else:
        assert name in OLD


@pytest.mark.parametrize("name", sorted(OF_ONE))
def test_as_torch_computes_it(name: str) -> None:
    for number in SAMPLES:
        computed = float(getattr(torch, name)(torch.tensor(number, dtype=torch.float64)))
        assert same(OF_ONE[name](number), computed), number


@pytest.mark.parametrize("name", OF_NUMPY)
def test_as_numpy_computes_it(name: str) -> None:
    with numpy.errstate(all="ignore"):
        for number in SAMPLES:
            assert same(OF_ONE[name](number), float(getattr(numpy, name)(number))), number


@pytest.mark.parametrize("one", SAMPLES)
@pytest.mark.parametrize("other", SAMPLES)
def test_division(one: float, other: float) -> None:
    computed = float(torch.tensor(one, dtype=torch.float64) / torch.tensor(other, dtype=torch.float64))
    assert same(divide(one, other), computed)

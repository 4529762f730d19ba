"""The deviation that is told of a draw is the one that torch draws with."""

from __future__ import annotations

import inspect
import math

import pytest

from initls.knowledge.initializers import INITIALIZERS
from initls.knowledge.spreads import deviation

DRAWS: list[tuple[str, dict[str, float | str]]] = [
    ("normal", {"mean": 0.0, "std": 0.3}),
    ("uniform", {"a": -0.5, "b": 1.0}),
    ("trunc_normal", {"mean": 0.0, "std": 0.02, "a": -2.0, "b": 2.0}),
    ("xavier_uniform", {"gain": 1.0}),
    ("xavier_normal", {"gain": 2.0}),
    ("kaiming_uniform", {"a": 0, "mode": "fan_in", "nonlinearity": "leaky_relu"}),
    ("kaiming_normal", {"a": 0.2, "mode": "fan_out", "nonlinearity": "relu"}),
    ("orthogonal", {"gain": 1.5}),
]
SHAPES = [(300, 200), (100, 40, 3, 3)]


@pytest.mark.torch
@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize(("scheme", "arguments"), DRAWS, ids=lambda value: value if isinstance(value, str) else "")
def test_torch_draws_with_it(scheme: str, arguments: dict[str, float | str], shape: tuple[int, ...]) -> None:
    import torch

    torch.manual_seed(0)
    function = getattr(torch.nn.init, f"{scheme}_")
    assert set(arguments) <= set(inspect.signature(function).parameters)
    drawn = function(torch.empty(shape), **arguments)
    told = deviation(scheme, arguments, shape)
    assert told is not None
    assert float(drawn.std()) == pytest.approx(told, rel=0.03)


@pytest.mark.parametrize(("scheme", "arguments"), DRAWS, ids=lambda value: value if isinstance(value, str) else "")
def test_what_is_not_shown_has_no_deviation(scheme: str, arguments: dict[str, float | str]) -> None:
    fixed = scheme in ("normal", "uniform", "trunc_normal")
    assert (deviation(scheme, arguments, (None, 8)) is not None) == fixed
    assert (deviation(scheme, arguments, None) is not None) == fixed
    known: dict[str, float | str | None] = {
        name: None if name in ("std", "a", "gain") else value for name, value in arguments.items()
    }
    assert deviation(scheme, known, (8, 8)) is None


def test_a_cut_that_counts_is_left_alone() -> None:
    assert deviation("trunc_normal", {"mean": 0.0, "std": 1.0, "a": -2.0, "b": 2.0}, (8, 8)) is None


def test_a_method_spells_its_bounds_otherwise() -> None:
    assert deviation("uniform", {"from": 0.0, "to": 1.0}, None) == pytest.approx(1 / math.sqrt(12))
    assert deviation("dirac", {}, (8, 8)) is None
    assert f"torch.nn.init.{DRAWS[0][0]}_" in INITIALIZERS

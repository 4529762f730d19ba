"""The formulas against the torch that is installed."""

from __future__ import annotations

import math
from typing import Any

import pytest

from initls.knowledge.gains import (
    NONLINEARITIES,
    calculate_gain,
    fans,
    kaiming_bound,
    kaiming_std,
    xavier_bound,
    xavier_std,
)

torch: Any = pytest.importorskip("torch", reason="the tables are held against an installed torch")
init: Any = torch.nn.init

SHAPES = ((300, 200), (64, 32, 5), (48, 32, 3, 3), (16, 8, 3, 5, 3))
REJECTED = ("gelu", "silu", "swish", "elu", "mish", "celu", "softplus", "prelu", "relu6", "hardtanh", "ReLU", "none")


@pytest.mark.parametrize("name", sorted(NONLINEARITIES))
def test_gain(name: str) -> None:
    assert calculate_gain(name) == pytest.approx(init.calculate_gain(name))


@pytest.mark.parametrize("slope", [0, 0.01, 0.2, 0.25, 1, math.sqrt(5)])
def test_gain_with_a_slope(slope: float) -> None:
    assert calculate_gain("leaky_relu", slope) == pytest.approx(init.calculate_gain("leaky_relu", slope))
    assert calculate_gain("relu", slope) == pytest.approx(init.calculate_gain("relu", slope))


@pytest.mark.parametrize("name", REJECTED)
def test_names_that_both_reject(name: str) -> None:
    assert name not in NONLINEARITIES
    with pytest.raises(ValueError, match="gain"):
        calculate_gain(name)
    with pytest.raises(ValueError, match="Unsupported"):
        init.calculate_gain(name)


@pytest.mark.parametrize("shape", SHAPES)
def test_fans(shape: tuple[int, ...]) -> None:
    assert fans(shape) == init._calculate_fan_in_and_fan_out(torch.empty(shape))


def test_one_axis_has_no_fans() -> None:
    with pytest.raises(ValueError, match="fans"):
        fans((3,))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("gain", [1.0, 5 / 3])
def test_xavier(shape: tuple[int, ...], gain: float) -> None:
    torch.manual_seed(0)
    normal = init.xavier_normal_(torch.empty(shape), gain=gain)
    uniform = init.xavier_uniform_(torch.empty(shape), gain=gain)
    assert normal.std().item() == pytest.approx(xavier_std(*fans(shape), gain), rel=0.04)
    assert uniform.std().item() == pytest.approx(xavier_std(*fans(shape), gain), rel=0.04)
    assert uniform.abs().max().item() == pytest.approx(xavier_bound(*fans(shape), gain), rel=0.01)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("mode", ["fan_in", "fan_out"])
@pytest.mark.parametrize(
    ("nonlinearity", "a"), [("relu", 0.0), ("leaky_relu", 0.25), ("leaky_relu", math.sqrt(5)), ("linear", 0.0)]
)
def test_kaiming(shape: tuple[int, ...], mode: str, nonlinearity: str, a: float) -> None:
    fan = fans(shape)[mode == "fan_out"]
    torch.manual_seed(0)
    normal = init.kaiming_normal_(torch.empty(shape), a=a, mode=mode, nonlinearity=nonlinearity)
    uniform = init.kaiming_uniform_(torch.empty(shape), a=a, mode=mode, nonlinearity=nonlinearity)
    assert normal.std().item() == pytest.approx(kaiming_std(fan, nonlinearity, a), rel=0.04)
    assert uniform.abs().max().item() == pytest.approx(kaiming_bound(fan, nonlinearity, a), rel=0.01)


def test_defaults_are_those_of_torch() -> None:
    torch.manual_seed(0)
    assert init.kaiming_normal_(torch.empty(400, 300)).std().item() == pytest.approx(kaiming_std(300), rel=0.02)

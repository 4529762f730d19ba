"""The schemes that fixes offer keep the size of a signal on a real torch, for every activation where any can.

The deviation of what leaves each of ten layers of width 512 stays within half and twice that of the input, or
`initls.knowledge.schemes.UNSTEADY` says why nothing keeps it there.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from initls.knowledge.activations import ACTIVATIONS
from initls.knowledge.schemes import ADVICE, UNSTEADY, Distribution, Recommendation, recommend
from initls.model.answers.packed import Packing
from tests.proofs.world import nn, torch

WIDTH, DEPTH, SEEDS = 512, 10, 3
DISTRIBUTIONS: tuple[Distribution, ...] = ("normal", "uniform")
STEADY = sorted(set(ADVICE) - set(UNSTEADY) - {"unknown"})


def function(name: str) -> Callable[[Any], Any]:
    """The activation as a module or function of torch, "none" as the identity."""
    if name == "none":
        return lambda signal: signal
    made = {"threshold": lambda: nn.Threshold(0, 0), "softmax": lambda: nn.Softmax(-1)}
    for spelling in ACTIVATIONS[name].spellings:
        short = spelling.rpartition(".")[2]
        if name in made:
            return made[name]()
        if spelling.startswith("torch.nn.") and hasattr(nn, short):
            return getattr(nn, short)().eval()
    return getattr(torch, name)


def drift(name: str, scheme: Recommendation, seed: int) -> list[float]:
    """The deviation of the signal behind each layer, in units of that of the input."""
    torch.manual_seed(seed)
    signal, apply = torch.randn(128, WIDTH), function(name)
    start = float(signal.std())
    found: list[float] = []
    with torch.no_grad():
        for _ in range(DEPTH):
            weight = torch.empty(2 * WIDTH if name == "glu" else WIDTH, WIDTH)
            getattr(nn.init, scheme.function)(weight, **dict(scheme.keywords))
            signal = apply(signal @ weight.T)
            found.append(float(signal.std()) / start)
    return found


@pytest.mark.parametrize("distribution", DISTRIBUTIONS)
@pytest.mark.parametrize("name", STEADY)
def test_the_first_advice_keeps_the_signal(name: str, distribution: Distribution) -> None:
    for seed in range(SEEDS):
        scheme = recommend(name, layer="torch.nn.Linear", distribution=distribution)[0]
        assert all(0.5 < ratio < 2 for ratio in drift(name, scheme, seed)), scheme


@pytest.mark.parametrize(("count", "rows", "columns"), [(3, 1536, 512), (4, 1024, 256), (4, 1024, 64), (2, 1536, 384)])
@pytest.mark.parametrize("function", ["xavier_normal_", "xavier_uniform_"])
def test_a_gain_makes_up_for_several_matrices_in_one(count: int, rows: int, columns: int, function: str) -> None:
    """Drawn at once with it, each part has the spread that it would have by itself."""
    draw = getattr(nn.init, function)
    gain = Packing(count, "part", Fraction(rows, columns)).gain
    at_once = draw(torch.empty(rows, columns), gain=gain)
    by_itself = draw(torch.empty(rows // count, columns))
    assert all(float(part.std()) == pytest.approx(float(by_itself.std()), rel=0.02) for part in at_once.chunk(count))


@pytest.mark.parametrize("distribution", DISTRIBUTIONS)
@pytest.mark.parametrize(("kernel", "stride"), [(4, 2), (2, 2), (6, 3)])
def test_the_stride_of_a_transposed_convolution_counts(kernel: int, stride: int, distribution: Distribution) -> None:
    """Three of them keep the signal with the first advice, and lose it to a power of the stride by the next."""
    name, channels = "torch.nn.ConvTranspose2d", 64
    inputs = channels * (kernel // stride) ** 2
    exact, counted, *_ = recommend("relu", layer=name, distribution=distribution, inputs=inputs)
    assert 0.7 < _through_three(exact, channels, kernel, stride) < 1.4
    assert _through_three(counted, channels, kernel, stride) < 1.4 / stride**3


def _through_three(scheme: Recommendation, channels: int, kernel: int, stride: int) -> float:
    torch.manual_seed(0)
    signal = torch.randn(4, channels, 5, 5)
    start = float(signal.square().mean().sqrt())
    with torch.no_grad():
        for _ in range(3):
            layer = nn.ConvTranspose2d(channels, channels, kernel, stride=stride, bias=False)
            getattr(nn.init, scheme.function)(layer.weight, **dict(scheme.keywords))
            signal, edge = torch.relu(layer(signal)), kernel - stride
            # What lies at the edge is a sum over less.
            inside = slice(edge, min(edge + 6, signal.shape[-1] - edge))
            signal = signal[..., inside, inside]
    return float(signal.square().mean().sqrt()) / start


@pytest.mark.parametrize("name", sorted(UNSTEADY))
def test_nothing_keeps_the_signal_where_it_is_said_to_be_unsteady(name: str) -> None:
    if name in ("softmin", "gumbel_softmax", "log_softmax"):
        return  # As softmax, or at the end of a net.
    for gain in (0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0):
        left = drift(name, Recommendation("normal_", (("std", gain / WIDTH**0.5),)), 0)
        assert not all(0.5 < ratio < 2 for ratio in left), gain


def test_the_nearest_gain_of_torch_loses_the_signal_of_a_smooth_rectifier() -> None:
    """Why a gain of its own comes first: ReLU's is too small for SiLU in a deep net without norms."""
    own, nearest, *_ = recommend("silu", layer="torch.nn.Linear")
    assert drift("silu", nearest, 0)[-1] < 0.25
    assert drift("silu", own, 0)[-1] > 0.8

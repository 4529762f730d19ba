"""The advice: it can be followed, and following it keeps a signal alive."""

from __future__ import annotations

import itertools
from typing import Any, Literal

import pytest

from initls.knowledge.activations import ACTIVATIONS
from initls.knowledge.initializers import INITIALIZERS
from initls.knowledge.schemes import ADVICE, Recommendation, recommend, title

LAYERS = (
    "torch.nn.Linear",
    "torch.nn.Conv2d",
    "torch.nn.ConvTranspose2d",
    "torch.nn.Bilinear",
    "torch.nn.Embedding",
    "torch.nn.LSTM",
    "torch.nn.Parameter",
)
NAMES = (*ACTIVATIONS, "none", "unknown", None, "something new")
Distribution = Literal["normal", "uniform"]
DISTRIBUTIONS: tuple[Distribution, ...] = ("normal", "uniform")


def first(activation: str | None, layer: str = "torch.nn.Linear", **more: Any) -> Recommendation:
    return recommend(activation, layer=layer, **more)[0]


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("name", NAMES)
def test_every_place_gets_two_to_four_calls_that_torch_takes(layer: str, name: str | None) -> None:
    for norm, distribution, grouped, inputs_first in itertools.product(
        (False, True), DISTRIBUTIONS, (False, True), (False, True)
    ):
        found = recommend(
            name,
            layer=layer,
            norm_follows=norm,
            distribution=distribution,
            grouped=grouped,
            inputs_first=inputs_first,
        )
        assert 2 <= len(found) <= 4
        assert len({(entry.function, entry.keywords) for entry in found}) == len(found)
        for entry in found:
            signature = dict(INITIALIZERS[f"torch.nn.init.{entry.function}"].signature)
            assert {key for key, _ in entry.keywords} <= set(signature)
            assert entry.reason
            opposite = "uniform" if distribution == "normal" else "normal"
            assert not entry.function.endswith(f"n_{opposite}_")


def test_every_activation_has_advice() -> None:
    without = {"cos", "exp", "square", "abs"}
    assert set(ADVICE) - {"none", "unknown"} == set(ACTIVATIONS) - without


def test_rectifiers_get_he() -> None:
    assert first("relu") == ("kaiming_normal_", (("nonlinearity", "relu"),), "ReLU follows")
    assert first("relu", distribution="uniform").function == "kaiming_uniform_"
    assert first("relu6").keywords == (("nonlinearity", "relu"),)
    assert first("leaky_relu", slope=0.2).keywords == (("a", 0.2), ("nonlinearity", "leaky_relu"))
    assert first("leaky_relu").keywords == (("a", 0.01), ("nonlinearity", "leaky_relu"))
    assert first("prelu").keywords == (("a", 0.25), ("nonlinearity", "leaky_relu"))


def test_the_mode_suits_the_layer() -> None:
    outward = (("mode", "fan_out"), ("nonlinearity", "relu"))
    assert first("relu", "torch.nn.Conv2d", norm_follows=True).keywords == outward
    assert first("relu", "torch.nn.Conv2d").keywords == (("nonlinearity", "relu"),)
    assert first("relu", "torch.nn.Conv2d", norm_follows=True, grouped=True).keywords == (("nonlinearity", "relu"),)
    assert first("relu", norm_follows=True).keywords == (("nonlinearity", "relu"),)
    assert first("relu", "torch.nn.ConvTranspose2d").keywords == outward
    assert first("relu", "torch.nn.Parameter", inputs_first=True).keywords == outward


def test_saturating_activations_get_glorot() -> None:
    assert first("tanh") == ("xavier_normal_", (("gain", 1.6667),), "Tanh follows, whose gain is 1.6667")
    assert first("sigmoid")[:2] == ("xavier_normal_", ())
    assert first("none")[:2] == ("xavier_normal_", ())
    assert first("selu")[:2] == ("kaiming_normal_", (("nonlinearity", "linear"),))


def test_smooth_rectifiers_get_a_gain_of_their_own() -> None:
    for name, gain in (("gelu", 1.5), ("silu", 1.57), ("mish", 1.45), ("hardswish", 1.57)):
        found = recommend(name, layer="torch.nn.Linear")
        assert found[0][:2] == ("xavier_normal_", (("gain", gain),))
        assert found[1].keywords == (("nonlinearity", "relu"),)
        assert "nearest" in found[1].reason
    assert recommend("gelu", layer="torch.nn.Linear")[2][:2] == ("trunc_normal_", (("std", 0.02),))


def test_an_unknown_activation_is_not_guessed() -> None:
    for name in (None, "unknown"):
        found = recommend(name, layer="torch.nn.Linear")
        assert found[0][:2] == ("xavier_normal_", ())
        assert "not known" in found[0].reason
        assert found[1].function == "kaiming_normal_"


def test_tables_and_recurrent_weights() -> None:
    assert first("relu", "torch.nn.Embedding")[:2] == ("normal_", (("std", 0.02),))
    assert "padding" in first("relu", "torch.nn.Embedding", padded=True).reason
    assert "padding" not in first("relu", "torch.nn.Embedding").reason
    assert first(None, "torch.nn.LSTM", parameter="weight_hh_l0").function == "orthogonal_"
    assert first(None, "torch.nn.LSTM", parameter="weight_ih_l0").function == "xavier_normal_"


def test_titles_are_the_modules_names() -> None:
    assert title("leaky_relu") == "LeakyReLU"
    assert title("sin") == "sin"
    assert title("something new") == "something new"


# --------------------------------------------------------------------------- on real tensors


def apply(torch: Any, entry: Recommendation, tensor: Any) -> Any:
    return getattr(torch.nn.init, entry.function)(tensor, **dict(entry.keywords))


@pytest.mark.torch
@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("name", NAMES)
def test_the_calls_run(layer: str, name: str | None) -> None:
    import torch

    shape = (8, 6, 3, 3) if "Conv" in layer else (8, 6, 5) if "Bilinear" in layer else (8, 6)
    torch.manual_seed(0)
    for distribution in DISTRIBUTIONS:
        for entry in recommend(name, layer=layer, distribution=distribution, norm_follows=True):
            assert apply(torch, entry, torch.zeros(shape)).unique().numel() > 8


@pytest.mark.torch
def test_inputs_first_counts_the_true_inputs() -> None:
    """A weight stored as (in, out) keeps the size of the signal only when fan_out is asked for."""
    import torch

    torch.manual_seed(0)
    signal = torch.randn(256, 1024).relu()
    entry = first("relu", "torch.nn.Parameter", inputs_first=True)
    weight = apply(torch, entry, torch.empty(1024, 64))
    assert (signal @ weight).std().item() == pytest.approx(1.0, rel=0.1)


@pytest.mark.torch
def test_transposed_convolutions_count_the_true_inputs() -> None:
    import torch

    torch.manual_seed(0)
    layer = torch.nn.ConvTranspose2d(128, 16, 3, padding=1, bias=False)
    apply(torch, first("relu", "torch.nn.ConvTranspose2d"), layer.weight)
    signal = torch.randn(2, 128, 16, 16).relu()
    with torch.no_grad():
        inner = layer(signal)[:, :, 2:-2, 2:-2]
    assert inner.pow(2).mean().sqrt().item() == pytest.approx(1.0, rel=0.15)

"""What a context that skips initialization leaves of torch's own layers: as little as the tables say."""

from __future__ import annotations

import pytest

from initls.knowledge.skipping import CONTEXTS
from tests.proofs.messages.ini212 import exposed
from tests.proofs.stand_in import Skipping, nothing_drawn
from tests.proofs.world import nn, torch

CONTEXT = {"init_module": Skipping, "no_init_weights": nothing_drawn}

LAYERS = (
    (lambda: nn.Linear(4, 4), ("weight", "bias")),
    (lambda: nn.Conv2d(4, 4, 3), ("weight", "bias")),
    (lambda: nn.ConvTranspose1d(4, 4, 3), ("weight", "bias")),
    (lambda: nn.Bilinear(4, 4, 4), ("weight", "bias")),
    (lambda: nn.Embedding(5, 4), ("weight",)),
    (lambda: nn.LSTM(4, 4), ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0")),
    (lambda: nn.MultiheadAttention(4, 2), ("out_proj.weight",)),
)
"""Layers, with the parameters whose defaults are samples (`SAMPLES`) and are skipped in every context."""

ARGUMENTS = {"constant_": (1.0,), "sparse_": (0.1,)}
SHAPES = {"dirac_": (6, 6, 3)}


@pytest.mark.parametrize("name", CONTEXTS)
def test_layers_are_left_as_the_memory_was(name: str) -> None:
    for make, parameters in LAYERS:
        with exposed(), CONTEXT[name]():
            layer = make()
        for parameter in parameters:
            assert bool(layer.get_parameter(parameter).isnan().all()), f"{parameter} of {layer}"


@pytest.mark.parametrize("name", CONTEXTS)
@pytest.mark.parametrize("function", [one for one in dir(nn.init) if one.endswith("_") and not one.startswith("_")])
def test_functions_do_nothing_where_the_table_says_so(name: str, function: str) -> None:
    with exposed(), CONTEXT[name]():
        tensor = torch.empty(*SHAPES.get(function, (6, 6)))
        getattr(nn.init, function)(tensor, *ARGUMENTS.get(function, ()))
    assert bool(tensor.isnan().all()) is CONTEXTS[name].reaches(f"torch.nn.init.{function}")

"""The table of activations against the torch that is installed."""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable
from typing import Any

import pytest

from initls.knowledge.activations import ACTIVATIONS, Activation, activation_of
from initls.knowledge.layers import LAYERS
from initls.knowledge.responses import RESPONSES, response

torch: Any = pytest.importorskip("torch", reason="the tables are held against an installed torch")
F: Any = torch.nn.functional

MODULE_ARGUMENTS: dict[str, tuple[object, ...]] = {"torch.nn.Threshold": (0.0, 0.0), "torch.nn.Softmax": (-1,)}
FUNCTION_ARGUMENTS: dict[str, tuple[object, ...]] = {
    "prelu": (torch.tensor([0.25], dtype=torch.float64),),
    "threshold": (0.0, 0.0),
    "softmax": (-1,),
    "log_softmax": (-1,),
    "softmin": (-1,),
    "rrelu": (1 / 8, 1 / 3, False),
}


def resolve(dotted: str) -> Any:
    found: Any = importlib.import_module("torch")
    for name in dotted.split(".")[1:]:
        found = getattr(found, name)
    return found


def function(row: Activation, spelling: str) -> Callable[[Any], Any]:
    """The function behind one spelling, with the arguments that it cannot do without."""
    found = resolve(spelling)
    if isinstance(found, type):
        module: Callable[[Any], Any] = found(*MODULE_ARGUMENTS.get(spelling, ())).double().eval()
        return module
    extra = FUNCTION_ARGUMENTS.get(row.name, ())
    name = spelling.rpartition(".")[2]
    if name.endswith("_"):
        return lambda values: found(values.clone(), *extra)
    return lambda values: found(values, *extra)


EVERY = [(row, spelling) for row in ACTIVATIONS.values() for spelling in row.spellings]
ELEMENTWISE = [(row, spelling) for row, spelling in EVERY if row.elementwise]


def pair_id(value: object) -> str:
    return value if isinstance(value, str) else ""


@pytest.mark.parametrize(("row", "spelling"), EVERY, ids=pair_id)
def test_every_spelling_exists_and_leads_to_its_row(row: Activation, spelling: str) -> None:
    assert callable(resolve(spelling))
    assert activation_of(spelling) is row


@pytest.mark.parametrize(("row", "spelling"), ELEMENTWISE, ids=pair_id)
def test_at_zero(row: Activation, spelling: str) -> None:
    zero = torch.zeros(3, dtype=torch.float64, requires_grad=True)
    result = function(row, spelling)(zero)
    result.sum().backward()
    assert bool((result == 0).all()) == row.zero_at_zero
    assert bool((zero.grad == 0).all()) == row.dead_at_zero


@pytest.mark.parametrize(("row", "spelling"), ELEMENTWISE, ids=pair_id)
def test_gain(row: Activation, spelling: str) -> None:
    """1/sqrt(E[f(z)^2]), by summing over a fine grid."""
    z = torch.linspace(-12, 12, 240_001, dtype=torch.float64)
    weight = torch.exp(-(z**2) / 2)
    measured = 1 / math.sqrt((weight / weight.sum() * function(row, spelling)(z) ** 2).sum().item())
    assert row.gain is not None
    assert measured == pytest.approx(row.gain, abs=2e-4)


@pytest.mark.parametrize("row", ACTIVATIONS.values(), ids=lambda row: row.name)
def test_elementwise(row: Activation) -> None:
    """Changing one element of the input changes at most that element of the result, or the function mixes."""
    torch.manual_seed(0)
    before = torch.randn(1, 6, 4, 4, dtype=torch.float64)
    after = before.clone()
    after[0, 0] += 0.5
    apply = function(row, row.spellings[0])
    if row.name == "gumbel_softmax":
        return
    first, second = apply(before), apply(after)
    alone = first.shape == second.shape == before.shape and torch.equal(first[0, 1:], second[0, 1:])
    moved = torch.zeros_like(before)
    moved[0, 0, 0, 0] = 1
    lone = apply(before + moved)
    assert row.elementwise == (alone and lone.shape == before.shape and bool(((lone != first) <= (moved != 0)).all()))


@pytest.mark.parametrize("row", ACTIVATIONS.values(), ids=lambda row: row.name)
def test_nonlinearity_names(row: Activation) -> None:
    if row.torch_nonlinearity is not None:
        torch.nn.init.calculate_gain(row.torch_nonlinearity)
    else:
        with pytest.raises(ValueError, match="Unsupported"):
            torch.nn.init.calculate_gain(row.name)


@pytest.mark.parametrize(
    "row", [row for row in ACTIVATIONS.values() if row.slope is not None], ids=lambda row: row.name
)
def test_slope(row: Activation) -> None:
    values = torch.tensor([-2.0, -1.0], dtype=torch.float64)
    for spelling in row.spellings:
        result = function(row, spelling)(values)
        assert (result[1] - result[0]).item() == pytest.approx(row.slope), spelling
    if row.slope_argument is not None:
        signature = dict(LAYERS[row.spellings[0]].signature)
        assert signature[row.slope_argument] == row.slope


def test_no_activation_of_torch_is_missing() -> None:
    """What `functional` and `nn` offer as activations is in the table, in-place forms included."""
    modules = {name for name, row in LAYERS.items() if row.activation is not None}
    assert modules <= {spelling for _, spelling in EVERY}
    short = {row.name for row in ACTIVATIONS.values()}
    for name in dir(F):
        if name.rstrip("_") in short and callable(getattr(F, name)):
            assert activation_of(f"torch.nn.functional.{name}") is not None, name
    for home, prefix in ((torch, "torch."), (torch.Tensor, "torch.Tensor.")):
        for name in dir(home):
            if name.rstrip("_") in short and not name.startswith("_") and callable(getattr(home, name)):
                assert activation_of(prefix + name) is not None, prefix + name


def test_other_names() -> None:
    assert activation_of("torch.nn.modules.activation.ReLU") is ACTIVATIONS["relu"]
    assert activation_of("torch.nn.Linear") is None
    assert activation_of("relu") is None


@pytest.mark.parametrize("name", sorted(RESPONSES))
def test_responses_are_those_of_torch(name: str) -> None:
    row = ACTIVATIONS[name]
    values = torch.linspace(-7.5, 7.5, 301, dtype=torch.float64)
    spelling = next(spelling for spelling in row.spellings if spelling.rpartition(".")[2][:1].islower())
    real = function(row, spelling)(values)
    ours = torch.tensor([RESPONSES[name](float(value)) for value in values], dtype=torch.float64)
    assert torch.allclose(real, ours, rtol=1e-9, atol=1e-9)


def test_every_elementwise_activation_has_a_response() -> None:
    assert {row.name for row in ACTIVATIONS.values() if row.elementwise} == set(RESPONSES)
    assert response("leaky_relu", 0.2) is not None and response("softmax") is None

"""What wrapping does to a parameter, measured on the torch that is installed."""

from __future__ import annotations

import importlib
import inspect
import warnings
from collections.abc import Iterator
from typing import Any

import pytest

from initls.knowledge.signature import REQUIRED
from initls.knowledge.wrappers import ALIASES, UNWRAPPERS, WRAPPERS, Survival, Wrapper, wrapper

torch: Any = pytest.importorskip("torch", reason="the tables are held against an installed torch")

ARGUMENTS: dict[str, object] = {"amount": 0.25, "dim": 0, "n": 2, "mask": torch.eye(6)}


def resolve(dotted: str) -> Any:
    home, _, name = dotted.rpartition(".")
    try:
        return getattr(importlib.import_module(home), name)
    except ModuleNotFoundError:
        return getattr(resolve(home), name)


class Doubled(torch.nn.Module):  # type: ignore[misc]
    """The simplest parametrization."""

    def forward(self, original: Any) -> Any:
        return original * 2


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        yield


def wrap(row: Wrapper, module: Any) -> Any:
    needed = [
        {"module": module, row.argument: "weight", "parametrization": Doubled(), **ARGUMENTS}[name]
        for name, default in row.signature
        if default is REQUIRED
    ]
    return resolve(row.name)(*needed)


def linear() -> Any:
    torch.manual_seed(0)
    return torch.nn.Linear(6, 6)


EVERY = pytest.mark.parametrize("row", WRAPPERS.values(), ids=lambda row: row.name)


@EVERY
def test_signature(row: Wrapper) -> None:
    found = inspect.signature(resolve(row.name)).parameters.values()
    plain = [e for e in found if e.kind is not e.VAR_KEYWORD]
    assert row.signature == tuple((e.name, REQUIRED if e.default is e.empty else e.default) for e in plain)
    assert row.argument in dict(row.signature)


@EVERY
def test_the_originals_take_the_place_of_the_parameter(row: Wrapper) -> None:
    module = linear()
    assert wrap(row, module) is module
    names = {name for name, _ in module.named_parameters()}
    assert names == {"bias", *(original.format(name="weight") for original in row.originals)}
    assert row.direction in row.originals
    buffers = {name for name, _ in module.named_buffers() if not name.startswith("parametrizations.")}
    assert buffers == {buffer.format(name="weight") for buffer in row.buffers}


@EVERY
def test_a_write_to_the_old_name(row: Wrapper) -> None:
    """Whether it survives to the first forward, and to the one behind it."""
    module = wrap(row, linear())
    given = torch.ones(1, 6)
    with torch.no_grad():
        module.weight.fill_(0.5)
        first = module(given).clone()
        fresh = wrap(row, linear())
        untouched = fresh(given)
        survived = not torch.allclose(first, untouched, atol=1e-6)
        assert survived == (row.survival is Survival.UNTIL_FORWARD)
        module = wrap(row, linear())
        before = module(given).clone()
        module.weight.fill_(0.5)
        if row.survival is Survival.LOST:
            assert torch.allclose(module(given), before, atol=1e-6)
        else:
            original = module.get_parameter(row.direction.format(name="weight"))
            assert not torch.allclose(original, torch.full((6, 6), 0.5)), "the parameter is what it was"


@EVERY
def test_a_write_to_the_direction_takes_effect(row: Wrapper) -> None:
    module, other = wrap(row, linear()), wrap(row, linear())
    given = torch.ones(1, 6)
    with torch.no_grad():
        torch.manual_seed(7)
        module.get_parameter(row.direction.format(name="weight")).normal_()
        assert not torch.allclose(module(given), other(given), atol=1e-4)


@EVERY
def test_assignment(row: Wrapper) -> None:
    """Parametrizations that can be inverted take a tensor that is assigned; nothing else does."""
    module = wrap(row, linear())
    value = torch.linalg.qr(torch.randn(6, 6))[0]
    parameter = torch.nn.Parameter(value) if not row.assignable else value
    given = torch.ones(1, 6)
    with torch.no_grad():
        try:
            module.weight = parameter
            result = module(given)
        except (RuntimeError, NotImplementedError, KeyError, TypeError):
            assert not row.assignable
            return
        taken = torch.allclose(result, given @ value.T + module.bias, atol=1e-3)
    assert taken == row.assignable


@EVERY
def test_writing_before_wrapping_lasts(row: Wrapper) -> None:
    """The order that the fixes bring about: initialize first, then wrap."""
    first, second = linear(), linear()
    with torch.no_grad():
        torch.nn.init.orthogonal_(first.weight)
        given = torch.ones(1, 6)
        assert not torch.allclose(wrap(row, first)(given), wrap(row, second)(given), atol=1e-4)


def test_unwrapping_makes_a_plain_parameter() -> None:
    pairs = {
        "torch.nn.utils.remove_weight_norm": ("torch.nn.utils.weight_norm", ()),
        "torch.nn.utils.remove_spectral_norm": ("torch.nn.utils.spectral_norm", ()),
        "torch.nn.utils.parametrize.remove_parametrizations": (
            "torch.nn.utils.parametrizations.weight_norm",
            ("weight",),
        ),
        "torch.nn.utils.prune.remove": ("torch.nn.utils.prune.identity", ("weight",)),
    }
    assert set(pairs) == UNWRAPPERS
    for remove, (name, arguments) in pairs.items():
        module = wrap(WRAPPERS[name], linear())
        resolve(remove)(module, *arguments)
        assert sorted(found for found, _ in module.named_parameters()) == ["bias", "weight"]


def test_other_names() -> None:
    assert wrapper("torch.nn.utils.weight_norm.weight_norm") is WRAPPERS["torch.nn.utils.weight_norm"]
    assert wrapper("torch.nn.utils.weight_norm") is WRAPPERS["torch.nn.utils.weight_norm"]
    assert wrapper("torch.nn.Linear") is None
    for alias, name in ALIASES.items():
        home, _, last = alias.rpartition(".")
        assert getattr(importlib.import_module(home), last) is getattr(torch.nn.utils, name.rpartition(".")[2])


def test_every_pruning_of_one_tensor_has_a_row() -> None:
    prune = importlib.import_module("torch.nn.utils.prune")
    found = {
        name
        for name, function in inspect.getmembers(prune, inspect.isfunction)
        if list(inspect.signature(function).parameters)[:2] == ["module", "name"] and name != "remove"
    }
    assert {f"torch.nn.utils.prune.{name}" for name in found} <= set(WRAPPERS)
    assert len(found) == 6

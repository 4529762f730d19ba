"""The tables of Keras and Flax, held to the installed libraries."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import fields
from typing import Any

import tests.keras.world  # noqa: F401  Keras is to run on JAX.

import flax.linen as nn  # isort: skip
import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest
from flax import nnx

from initls.knowledge import flax as flax_tables
from initls.knowledge import keras as keras_tables
from initls.knowledge.activations import ACTIVATIONS
from initls.knowledge.declared import (
    ACTIVATION_NAMES,
    SCHEMES,
    ActivationRow,
    InitializerRow,
    InputRow,
    LayerRow,
    ModelRow,
    OperationRow,
)

SHAPE = (6, 5)
LAYERS = [*keras_tables.LAYERS.values()]
LINEN, NNX = [*flax_tables.LINEN.values()], [*flax_tables.NNX.values()]


def arguments(made: Any) -> dict[str, inspect.Parameter]:
    return {name: one for name, one in inspect.signature(made).parameters.items() if name not in ("self", "kwargs")}


def named(row: LayerRow) -> Iterator[str]:
    """The arguments that a row speaks of."""
    yield from (name for name in (row.kernel, row.bias, row.gain, row.units, row.groups) if name)
    yield from (*row.weights, *row.sizes, *row.switches)
    if row.kind == "affine" and row.activation:
        yield row.activation


@pytest.mark.parametrize("row", LAYERS, ids=lambda row: row.name)
def test_layers_of_keras(row: LayerRow) -> None:
    taken = arguments(getattr(keras.layers, row.name).__init__)
    assert tuple(taken)[: len(row.places)] == row.places
    assert set(named(row)) <= taken.keys()
    _start_as_told(row, taken, lambda default: np.array(keras.initializers.get(default)(SHAPE)))


@pytest.mark.parametrize("row", LINEN, ids=lambda row: row.name)
def test_layers_of_linen(row: LayerRow) -> None:
    made = getattr(nn, row.name)
    assert tuple(one.name for one in fields(made))[: len(row.places)] == row.places
    taken = arguments(made)
    assert set(named(row)) <= taken.keys()
    _start_as_told(row, taken, lambda default: np.array(default(jax.random.key(0), SHAPE, "float32")))


@pytest.mark.parametrize("row", NNX, ids=lambda row: row.name)
def test_layers_of_nnx(row: LayerRow) -> None:
    taken = arguments(getattr(nnx, row.name).__init__)
    assert tuple(taken)[: len(row.places)] == row.places
    assert set(named(row)) <= taken.keys()
    _start_as_told(row, taken, lambda default: np.array(default(jax.random.key(0), SHAPE, "float32")))


def _start_as_told(row: LayerRow, taken: dict[str, Any], draw: Callable[[Any], np.ndarray]) -> None:
    """Biases start at zero, gains at one, and kernels at numbers that differ, where nothing is declared."""
    if row.bias:
        assert np.all(draw(taken[row.bias].default) == 0)
    if row.gain:
        assert np.all(draw(taken[row.gain].default) == 1)
    for name in row.weights:
        if taken[name].default is not inspect.Parameter.empty:
            assert np.ptp(draw(taken[name].default)) > 0


@pytest.mark.parametrize("row", [row for row in LAYERS if row.kind == "pooling"], ids=lambda row: row.name)
def test_pooling_keeps_equal_units_equal(row: LayerRow) -> None:
    axes = int(row.name[-2])
    x = np.random.default_rng(0).normal(size=(2, *[6] * axes, 1)) * np.ones(4)
    made = getattr(keras.layers, row.name)
    layer = made(pool_size=2) if "pool_size" in arguments(made.__init__) else made()
    y = np.array(layer(x))
    assert y.shape[-1] == 4
    assert np.allclose(y, y[..., :1], rtol=0, atol=1e-12)
    assert np.all(np.array(layer(np.zeros_like(x))) == 0)


# --------------------------------------------------------------------------- initializers


def _keras(row: InitializerRow, **given: Any) -> np.ndarray:
    return np.array(getattr(keras.initializers, row.name)(**given)(SHAPE))


KERAS_INITIALIZERS = [*keras_tables.INITIALIZERS.values()]


@pytest.mark.parametrize("row", KERAS_INITIALIZERS, ids=lambda row: row.name)
def test_initializers_of_keras(row: InitializerRow) -> None:
    made = getattr(keras.initializers, row.name)
    taken = tuple(inspect.signature(made).parameters) if row.name not in ("Zeros", "Ones") else ()
    assert taken[: len(row.places)] == row.places
    if row.constant:
        assert np.all(_keras(row) == row.value)
        if row.number:
            assert np.all(_keras(row, **{row.number: 0.25}) == 0.25)
    elif row.drawn:
        assert np.ptp(_keras(row)) > 0
    if row.spread and row.refuses:
        for scale in (0.0, -1.0):
            with pytest.raises(ValueError, match="positive"):
                made(**{row.spread: scale})
    elif row.spread:
        centre = {row.centre: 0.5} if row.centre else {}
        assert np.all(_keras(row, **{row.spread: 0.0}, **centre) == (0.5 if centre else 0))
    if row.bounds:
        assert np.all(_keras(row, **dict.fromkeys(row.bounds, 0.5)) == 0.5)


@pytest.mark.parametrize("row", [row for row in KERAS_INITIALIZERS if row.drawn], ids=lambda row: row.name)
@pytest.mark.parametrize("seed", [None, 1])
def test_an_initializer_of_keras_draws_the_same_each_time(row: InitializerRow, seed: int | None) -> None:
    made = getattr(keras.initializers, row.name)
    one = made(seed=seed)
    assert np.array_equal(one(SHAPE), one(SHAPE))
    assert np.array_equal(one(SHAPE), made(seed=seed)(SHAPE)) == (seed is not None)
    assert np.array_equal(one(SHAPE), one.clone()(SHAPE)) == (seed is not None)
    going_on = made(seed=keras.random.SeedGenerator(1))
    assert not np.array_equal(going_on(SHAPE), going_on(SHAPE))


def test_a_constant_cannot_be_named_without_its_number() -> None:
    with pytest.raises(KeyError):
        keras.initializers.get("constant")
    assert keras_tables.in_strings("constant") is None


@pytest.mark.parametrize("text", [text for text in keras_tables.STRINGS if keras_tables.in_strings(text)])
def test_strings_of_keras(text: str) -> None:
    found = keras.initializers.get(text)
    assert isinstance(found, getattr(keras.initializers, keras_tables.STRINGS[text]))
    assert found is not keras.initializers.get(text)


@pytest.mark.parametrize("row", flax_tables.INITIALIZERS.values(), ids=lambda row: row.name)
def test_initializers_of_jax(row: InitializerRow) -> None:
    made = getattr(nn.initializers, row.name)
    key, shape = jax.random.key(0), (3, 3, 4, 4) if row.name == "delta_orthogonal" else SHAPE
    if not row.ready:
        assert tuple(inspect.signature(made).parameters)[: len(row.places)] == row.places
    more = {"mode": "fan_in", "distribution": "normal"} if "mode" in row.places else {}
    usual = {row.spread: 1.0} if row.spread else {row.number: 0.25} if row.number else {}
    start = made if row.ready else made(**usual, **more)
    drawn = np.array(start(key, shape, jnp.float32))
    if row.constant:
        assert np.all(drawn == (0.25 if row.number else row.value))
    else:
        assert np.ptp(drawn) > 0
        assert not np.array_equal(drawn, start(jax.random.key(1), shape, jnp.float32))
    if row.spread:
        assert np.all(np.array(made(**{row.spread: 0.0}, **more)(key, shape, jnp.float32)) == 0)


def test_what_fixes_offer_is_there_in_both() -> None:
    for name in (name for schemes in SCHEMES.values() for name, _ in schemes):
        assert isinstance(keras.initializers.get(name), getattr(keras.initializers, keras_tables.spelled(name)))
        assert np.ptp(getattr(nn.initializers, name)()(jax.random.key(0), SHAPE, jnp.float32)) > 0


# --------------------------------------------------------------------------- functions and names


FUNCTIONS = [
    (f"{home.__name__}.{name}", getattr(home, name), ACTIVATION_NAMES[name])
    for home in (keras.activations, keras.ops, jax.nn, nn, nnx)
    for name in ACTIVATION_NAMES
    if hasattr(home, name) and ACTIVATION_NAMES[name] != "softmax"
]


@pytest.mark.parametrize(("dotted", "function", "name"), FUNCTIONS, ids=[one[0] for one in FUNCTIONS])
def test_activations_at_zero(dotted: str, function: Callable[[Any], Any], name: str) -> None:
    row = ACTIVATIONS[name]
    assert row.elementwise
    zero = jnp.zeros((1,))
    assert (float(function(zero)[0]) == 0) == row.zero_at_zero
    assert (float(jax.grad(lambda x: function(x)[0])(zero)[0]) == 0) == row.dead_at_zero


NAMES = {
    "keras.layers.Dense": LayerRow,
    "tensorflow.keras.layers.Dense": LayerRow,
    "keras.src.layers.core.dense.Dense": LayerRow,
    "tf_keras.layers.Conv2D": LayerRow,
    "keras.Sequential": ModelRow,
    "keras.models.Model": ModelRow,
    "keras.layers.Layer": ModelRow,
    "keras.Input": InputRow,
    "keras.layers.Input": InputRow,
    "keras.initializers.Zeros": InitializerRow,
    "keras.initializers.he_normal": InitializerRow,
    "tensorflow.zeros_initializer": InitializerRow,
    "tensorflow.nn.relu": ActivationRow,
    "keras.ops.relu": ActivationRow,
    "keras.layers.concatenate": OperationRow,
    "flax.linen.Dense": LayerRow,
    "flax.nnx.Linear": LayerRow,
    "flax.linen.Module": ModelRow,
    "jax.nn.initializers.zeros": InitializerRow,
    "flax.nnx.initializers.constant": InitializerRow,
    "jax.numpy.tanh": ActivationRow,
}


@pytest.mark.parametrize("dotted", NAMES)
def test_names(dotted: str) -> None:
    assert type(keras_tables.row(dotted) or flax_tables.row(dotted)) is NAMES[dotted]


@pytest.mark.parametrize("dotted", ["torch.nn.Linear", "keras.layers.Nothing", "numpy.tanh", "keraslike.layers.Dense"])
def test_names_of_others(dotted: str) -> None:
    assert keras_tables.row(dotted) is None
    assert flax_tables.row(dotted) is None

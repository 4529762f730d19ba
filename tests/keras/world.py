"""Examples of Keras and Flax on the real libraries: the layers that they make, by line, and a short training.

Keras runs on JAX here, in double precision, so that units which are equal stay so to the last digits.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

os.environ["KERAS_BACKEND"] = "jax"

import flax.linen as nn
import jax
import jax.numpy as jnp
import keras
import numpy as np
from flax import nnx

from tests.rules.cases import Case

jax.config.update("jax_enable_x64", True)
keras.config.set_floatx("float64")

EXAMPLE = "<example>"
STEPS = 12
CLEAR = 1e-7
"""Numbers that differ by more than this are not equal."""


@dataclass
class World:
    """An example that has been run, and its model that has been built."""

    model: Any
    kernels: Callable[[], dict[int, np.ndarray]]
    """The kernels of the layers that were made, by their numbers in the order of making."""
    lines: dict[int, int]
    """The line on which each layer was made."""
    train: Callable[[], None]
    makers: dict[int, int] = field(default_factory=dict)
    """The line on which the initializer of each layer was made, where that is an object of Keras."""

    def at(self, line: int) -> list[int]:
        """The layers that a line makes, or whose initializer it makes."""
        found = [number for number, where in self.lines.items() if where == line]
        return found or [number for number, where in self.makers.items() if where == line]


def spread(kernel: np.ndarray) -> float:
    """How far the units of a kernel are apart, which lie on its last axis."""
    units = kernel.reshape(-1, kernel.shape[-1])
    return float(np.abs(units - units[:, :1]).max())


def _line() -> int:
    """The line of the example that runs."""
    frame = sys._getframe()
    while frame is not None and frame.f_code.co_filename != EXAMPLE:
        frame = frame.f_back
    return 0 if frame is None else frame.f_lineno


@contextmanager
def _watched(owner: type, name: str, seen: Callable[[Any], None]) -> Iterator[None]:
    """While this lasts, whatever calls a method is seen with its object."""
    own = name in owner.__dict__
    kept = getattr(owner, name)

    def watching(self: Any, *arguments: Any, **keywords: Any) -> Any:
        seen(self)
        return kept(self, *arguments, **keywords)

    setattr(owner, name, watching)
    try:
        yield
    finally:
        if own:
            setattr(owner, name, kept)
        else:
            delattr(owner, name)


def run(case: Case, source: str | None = None) -> World:
    """Run an example, or a text that was made of it, and build its model."""
    text = case.source if source is None else source
    code = compile(text, EXAMPLE, "exec", dont_inherit=True)
    shape = tuple(int(size) for size in case.directive("reads", "4, 8").split(","))
    x = np.random.default_rng(0).normal(size=shape)
    names: dict[str, Any] = {"__name__": "example"}
    if "flax" in text:
        return _in_flax(code, names, x)
    keras.utils.set_random_seed(0)
    return _in_keras(code, names, x)


# --------------------------------------------------------------------------- Keras


def _in_keras(code: Any, names: dict[str, Any], x: np.ndarray) -> World:
    made: list[tuple[int, Any]] = []
    makers: dict[int, int] = {}

    def initializer(one: Any) -> None:
        makers.setdefault(id(one), _line())
        kept.append(one)

    kept: list[Any] = []
    classes = {getattr(keras.initializers, name) for name in dir(keras.initializers) if name[:1].isupper()}
    drawn = [one for one in classes if isinstance(one, type) and "__init__" in one.__dict__]
    with _watched(keras.layers.Layer, "__init__", lambda layer: made.append((_line(), layer))):
        watching = [_watched(one, "__init__", initializer) for one in drawn]
        for one in watching:
            one.__enter__()
        try:
            exec(code, names)
        finally:
            for one in reversed(watching):
                one.__exit__(None, None, None)
    model = names["model"]
    outputs = model(x)
    layers = [(line, layer) for line, layer in made if hasattr(layer, "kernel")]

    def train() -> None:
        given = outputs if isinstance(outputs, list) else [outputs]
        rng = np.random.default_rng(1)
        targets = [rng.normal(size=one.shape) for one in given]
        model.compile(keras.optimizers.Adam(0.01), "mse", run_eagerly=True)
        model.fit(x, targets if isinstance(outputs, list) else targets[0], epochs=STEPS, verbose=0)

    return World(
        model,
        lambda: {number: keras.ops.convert_to_numpy(layer.kernel) for number, (_, layer) in enumerate(layers)},
        {number: line for number, (line, _) in enumerate(layers)},
        train,
        {
            number: makers[id(layer.kernel_initializer)]
            for number, (_, layer) in enumerate(layers)
            if id(layer.kernel_initializer) in makers
        },
    )


# --------------------------------------------------------------------------- Flax


def _descend(loss: Callable[[Any], Any], state: Any) -> Any:
    """Adam, by hand: a few steps from `state` down the gradient of `loss`."""
    zero = jax.tree.map(jnp.zeros_like, state)
    first, second = zero, zero
    gradient = jax.jit(jax.grad(loss))
    for step in range(1, STEPS + 1):
        g = gradient(state)
        first = jax.tree.map(lambda m, d: 0.9 * m + 0.1 * d, first, g)
        second = jax.tree.map(lambda v, d: 0.999 * v + 0.001 * d * d, second, g)
        rate = 0.01 * (1 - 0.999**step) ** 0.5 / (1 - 0.9**step)
        state = jax.tree.map(lambda p, m, v, r=rate: p - r * m / (jnp.sqrt(v) + 1e-8), state, first, second)
    return state


def _in_flax(code: Any, names: dict[str, Any], x: np.ndarray) -> World:
    made: list[tuple[int, Any]] = []
    linen, plain = (nn.Dense, nn.Conv), (nnx.Linear, nnx.Conv)
    watching = [_watched(one, "__post_init__", lambda layer: made.append((_line(), layer))) for one in linen]
    watching += [_watched(one, "__init__", lambda layer: made.append((_line(), layer))) for one in plain]
    for one in watching:
        one.__enter__()
    try:
        exec(code, names)
        model = names["model"]
        if isinstance(model, nnx.Module):
            return _in_nnx(model, x, made)
        variables = model.init(jax.random.key(0), x)
    finally:
        for one in reversed(watching):
            one.__exit__(None, None, None)
    paths = list(dict.fromkeys((line, layer.path) for line, layer in made if layer.scope is not None and layer.path))
    held = {"params": jax.tree.map(lambda leaf: leaf.astype("float64"), variables)}

    def kernels() -> dict[int, np.ndarray]:
        found = {}
        for number, (_, path) in enumerate(paths):
            here = held["params"]["params"]
            for step in path:
                here = here[step]
            found[number] = np.array(here["kernel"])
        return found

    def train() -> None:
        y = np.random.default_rng(1).normal(size=model.apply(held["params"], x).shape)
        held["params"] = _descend(lambda p: jnp.mean((model.apply(p, x) - y) ** 2), held["params"])

    return World(model, kernels, {number: line for number, (line, _) in enumerate(paths)}, train)


def _in_nnx(model: Any, x: np.ndarray, made: list[tuple[int, Any]]) -> World:
    def train() -> None:
        graph, state = nnx.split(model)
        y = np.random.default_rng(1).normal(size=model(x).shape)
        nnx.update(model, _descend(lambda s: jnp.mean((nnx.merge(graph, s)(x) - y) ** 2), state))

    return World(
        model,
        lambda: {number: np.array(layer.kernel[...]) for number, (_, layer) in enumerate(made)},
        {number: line for number, (line, _) in enumerate(made)},
        train,
    )

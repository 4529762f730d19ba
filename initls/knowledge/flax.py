"""Flax, linen and nnx, with the initializers and activations that it takes from JAX.

An initializer of JAX is a function of a key, so that one given to several layers draws anew for each.

Equinox is not here: its layers take no initializer. What their weights start with is replaced afterwards, by
`equinox.tree_at` on the tree of a model, and which of its leaves a function picks is not told by names.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from initls.knowledge.declared import (
    ACTIVATION_NAMES,
    ActivationRow,
    InitializerRow,
    LayerRow,
    ModelRow,
    OperationRow,
    Row,
)

_NO_BIAS = {"use_bias": "bias"}
_NORMED = {"use_scale": "gain", "use_bias": "bias"}


def _affine(name: str, places: tuple[str, ...], units: str, *sizes: str, groups: str | None = None) -> LayerRow:
    return LayerRow(
        name,
        "affine",
        places,
        kernel="kernel_init",
        bias="bias_init",
        weights=("kernel_init",),
        units=units,
        sizes=(units, *sizes),
        groups=groups,
        switches=_NO_BIAS,
        framework="flax",
    )


def _linen() -> Iterable[LayerRow]:
    groups = "feature_group_count"
    yield _affine("Dense", ("features", "use_bias"), "features")
    yield _affine("Conv", ("features", "kernel_size"), "features", "kernel_size", groups=groups)
    yield _affine("ConvTranspose", ("features", "kernel_size"), "features", "kernel_size")
    yield LayerRow("DenseGeneral", "unknown", ("features", "axis"), weights=("kernel_init",))
    yield _embedding(("num_embeddings", "features"))
    yield from _common(())


def _nnx() -> Iterable[LayerRow]:
    groups, sizes = "feature_group_count", ("in_features", "out_features")
    yield _affine("Linear", sizes, "out_features", "in_features")
    yield _affine("Conv", (*sizes, "kernel_size"), "out_features", "in_features", "kernel_size", groups=groups)
    yield _affine("ConvTranspose", (*sizes, "kernel_size"), "out_features", "in_features", "kernel_size")
    yield LayerRow("LinearGeneral", "unknown", sizes, weights=("kernel_init",))
    yield _embedding(("num_embeddings", "features"))
    yield from _common(("num_features",))


def _embedding(places: tuple[str, ...]) -> LayerRow:
    return LayerRow(
        "Embed", "embedding", places, kernel="embedding_init", weights=("embedding_init",), units="features"
    )


def _common(places: tuple[str, ...]) -> Iterable[LayerRow]:
    yield LayerRow("Dropout", "dropout", ("rate",))
    for name in ("BatchNorm", "LayerNorm"):
        yield LayerRow(name, "norm", places, bias="bias_init", gain="scale_init", switches=_NORMED)


def _of_flax(rows: Iterable[LayerRow]) -> dict[str, LayerRow]:
    return {row.name: replace(row, framework="flax") for row in rows}


LINEN: dict[str, LayerRow] = _of_flax(_linen())
NNX: dict[str, LayerRow] = _of_flax(_nnx())

INITIALIZERS: dict[str, InitializerRow] = {
    row.name: replace(row, framework="flax")
    for row in (
        InitializerRow("zeros", constant=True, ready=True),
        InitializerRow("ones", constant=True, value=1.0, ready=True),
        InitializerRow("zeros_init", constant=True),
        InitializerRow("ones_init", constant=True, value=1.0),
        InitializerRow("constant", ("value",), constant=True, number="value"),
        InitializerRow("normal", ("stddev",), spread="stddev", drawn=True),
        InitializerRow("truncated_normal", ("stddev",), spread="stddev", drawn=True),
        InitializerRow("uniform", ("scale",), spread="scale", drawn=True),
        InitializerRow("variance_scaling", ("scale", "mode", "distribution"), spread="scale", drawn=True),
        InitializerRow("orthogonal", ("scale",), spread="scale", drawn=True),
        InitializerRow("delta_orthogonal", ("scale",), spread="scale", drawn=True),
        *(
            InitializerRow(f"{who}_{how}", drawn=True)
            for who in ("he", "kaiming", "glorot", "xavier", "lecun")
            for how in ("normal", "uniform")
        ),
    )
}
"""What is below `jax.nn.initializers`, and below `initializers` of either half of Flax."""

MODELS: dict[str, ModelRow] = {
    "flax.linen.Module": ModelRow("Module", "base", ("setup",), "__call__", "flax"),
    "flax.nnx.Module": ModelRow("Module", "base", ("__init__",), "__call__", "flax"),
    "flax.linen.Sequential": ModelRow("Sequential", "sequential", ("setup",), "__call__", "flax"),
    "flax.nnx.Sequential": ModelRow("Sequential", "sequential", ("__init__",), "__call__", "flax", spread=True),
}

OPERATIONS: dict[str, str] = {
    "flax.linen.max_pool": "pooling",
    "flax.linen.avg_pool": "pooling",
    "flax.nnx.max_pool": "pooling",
    "flax.nnx.avg_pool": "pooling",
    "jax.numpy.concatenate": "concat",
    "jax.numpy.add": "add",
    "jax.numpy.multiply": "multiply",
}

_FUNCTIONS = ("jax.nn", "flax.linen", "flax.nnx", "jax.numpy", "flax.linen.activation", "jax.numpy.linalg")
_INITIALIZERS = ("jax.nn.initializers", "flax.linen.initializers", "flax.nnx.initializers")


def row(dotted: str) -> Row | None:
    """What Flax or JAX has under a dotted name."""
    if dotted in MODELS:
        return MODELS[dotted]
    if dotted in OPERATIONS:
        return OperationRow(dotted, OPERATIONS[dotted])
    where, _, name = dotted.rpartition(".")
    if where in _INITIALIZERS:
        return INITIALIZERS.get(name)
    if where == "flax.linen" and name in LINEN:
        return LINEN[name]
    if where == "flax.nnx" and name in NNX:
        return NNX[name]
    if where in _FUNCTIONS and name in ACTIVATION_NAMES:
        return ActivationRow(ACTIVATION_NAMES[name])
    return None

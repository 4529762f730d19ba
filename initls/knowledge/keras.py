"""Keras: its layers, initializers, activations and models, by the names under which it and TensorFlow offer them."""

from __future__ import annotations

from collections.abc import Iterable

from initls.knowledge.declared import (
    ACTIVATION_NAMES,
    ActivationRow,
    InitializerRow,
    InputRow,
    LayerRow,
    ModelRow,
    OperationRow,
    Row,
)

_NO_BIAS = {"use_bias": "bias"}
_CONV = (
    "filters", "kernel_size", "strides", "padding", "data_format", "dilation_rate", "groups", "activation", "use_bias",
    "kernel_initializer", "bias_initializer",
)  # fmt: skip
_TRANSPOSED = (*_CONV[:4], "output_padding", *_CONV[4:6], *_CONV[7:])
_DEPTHWISE = (
    "kernel_size", "strides", "padding", "depth_multiplier", "data_format", "dilation_rate", "activation", "use_bias",
    "depthwise_initializer", "bias_initializer",
)  # fmt: skip
_SEPARABLE = (
    "filters", "kernel_size", "strides", "padding", "data_format", "dilation_rate", "depth_multiplier", "activation",
    "use_bias", "depthwise_initializer", "pointwise_initializer", "bias_initializer",
)  # fmt: skip
_KERNEL = ("kernel_initializer",)
_NORMED = {"scale": "gain", "center": "bias"}


def _affine(name: str, places: tuple[str, ...], units: str, *sizes: str, groups: str | None = None) -> LayerRow:
    return LayerRow(
        name,
        "affine",
        places,
        kernel="kernel_initializer",
        bias="bias_initializer",
        weights=_KERNEL,
        units=units,
        sizes=(units, *sizes),
        groups=groups,
        switches=_NO_BIAS,
        activation="activation",
    )


def _layers() -> Iterable[LayerRow]:
    places: tuple[str, ...]
    dense = ("units", "activation", "use_bias", "kernel_initializer", "bias_initializer")
    yield _affine("Dense", dense, "units")
    for axes in ("1D", "2D", "3D"):
        for convolution in (f"Conv{axes}", f"Convolution{axes}"):
            yield _affine(convolution, _CONV, "filters", "kernel_size", "groups", groups="groups")
        for transposed in (f"Conv{axes}Transpose", f"Convolution{axes}Transpose"):
            places = _TRANSPOSED if axes != "3D" else (*_CONV[:5], "output_padding", *_CONV[5:6], *_CONV[7:])
            yield _affine(transposed, places, "filters", "kernel_size")
        for shape in ("MaxPooling", "MaxPool", "AveragePooling", "AvgPool", "GlobalMaxPooling", "GlobalMaxPool",
                      "GlobalAveragePooling", "GlobalAvgPool", "UpSampling", "Cropping", "ZeroPadding"):  # fmt: skip
            yield LayerRow(f"{shape}{axes}", "pooling")
        yield LayerRow(f"SpatialDropout{axes}", "dropout", ("rate",))
        if axes != "3D":
            yield LayerRow(
                f"DepthwiseConv{axes}",
                "affine",
                _DEPTHWISE,
                kernel="depthwise_initializer",
                bias="bias_initializer",
                weights=("depthwise_initializer",),
                sizes=("kernel_size", "depth_multiplier"),
                grouped=True,
                switches=_NO_BIAS,
                activation="activation",
            )
            for separable in (f"SeparableConv{axes}", f"SeparableConvolution{axes}"):
                yield LayerRow(
                    separable,
                    "unknown",
                    _SEPARABLE,
                    weights=("depthwise_initializer", "pointwise_initializer"),
                    sizes=("filters", "kernel_size", "depth_multiplier"),
                )
    yield LayerRow(
        "Embedding",
        "embedding",
        ("input_dim", "output_dim", "embeddings_initializer"),
        kernel="embeddings_initializer",
        weights=("embeddings_initializer",),
        units="output_dim",
        sizes=("input_dim", "output_dim"),
    )
    recurrent = ("units", "activation", "recurrent_activation", "use_bias", "kernel_initializer")
    for name, places in (
        ("LSTM", (*recurrent, "recurrent_initializer")),
        ("GRU", (*recurrent, "recurrent_initializer")),
        ("SimpleRNN", ("units", "activation", "use_bias", "kernel_initializer", "recurrent_initializer")),
    ):
        yield LayerRow(
            name,
            "recurrent",
            places,
            weights=("kernel_initializer", "recurrent_initializer"),
            units="units",
            sizes=("units",),
        )
    yield LayerRow(
        "EinsumDense",
        "unknown",
        ("equation", "output_shape", "activation", "bias_axes", "kernel_initializer", "bias_initializer"),
        weights=_KERNEL,
        sizes=("equation", "output_shape"),
    )
    yield LayerRow("MultiHeadAttention", "unknown", ("num_heads", "key_dim", "value_dim"), weights=_KERNEL)
    for name, places in (
        ("BatchNormalization", ("axis", "momentum", "epsilon", "center", "scale")),
        ("LayerNormalization", ("axis", "epsilon", "center", "scale")),
    ):
        yield LayerRow(name, "norm", places, bias="beta_initializer", gain="gamma_initializer", switches=_NORMED)
    yield LayerRow("Dropout", "dropout", ("rate",))
    yield LayerRow("Flatten", "reshape")
    yield LayerRow("Permute", "permute")
    for name in ("Reshape", "RepeatVector"):
        yield LayerRow(name, "permute")
    for name in ("Add", "Subtract", "Average"):
        yield LayerRow(name, "add")
    yield LayerRow("Multiply", "multiply")
    yield LayerRow("Concatenate", "concat")
    yield LayerRow("Activation", "activation", ("activation",))
    for name, activation in (("ReLU", "relu"), ("ELU", "elu"), ("LeakyReLU", "leaky_relu"), ("Softmax", "softmax")):
        yield LayerRow(name, "activation", activation=activation)
    yield LayerRow("Identity", "reshape")


LAYERS: dict[str, LayerRow] = {row.name: row for row in _layers()}
"""The layers of `keras.layers`. What is not here may do anything with a signal."""

_SCALED = ("scale", "mode", "distribution", "seed")
INITIALIZERS: dict[str, InitializerRow] = {
    row.name: row
    for row in (
        InitializerRow("Zeros", constant=True),
        InitializerRow("Ones", constant=True, value=1.0),
        InitializerRow("Constant", ("value",), constant=True, number="value"),
        InitializerRow("RandomNormal", ("mean", "stddev", "seed"), spread="stddev", centre="mean", drawn=True),
        InitializerRow("TruncatedNormal", ("mean", "stddev", "seed"), spread="stddev", centre="mean", drawn=True),
        InitializerRow(
            "RandomUniform", ("minval", "maxval", "seed"), bounds=("minval", "maxval"), centre="minval", drawn=True
        ),
        InitializerRow("VarianceScaling", _SCALED, spread="scale", refuses=True, drawn=True),
        InitializerRow("Orthogonal", ("gain", "seed"), spread="gain", drawn=True),
        *(InitializerRow(name, ("seed",), drawn=True) for name in (
            "GlorotUniform", "GlorotNormal", "HeUniform", "HeNormal", "LecunUniform", "LecunNormal",
        )),
        InitializerRow("Identity", ("gain",)),
    )
}  # fmt: skip
"""The classes of `keras.initializers`."""

STRINGS: dict[str, str] = {
    "zeros": "Zeros",
    "zero": "Zeros",
    "ones": "Ones",
    "one": "Ones",
    "constant": "Constant",
    "random_normal": "RandomNormal",
    "normal": "RandomNormal",
    "truncated_normal": "TruncatedNormal",
    "random_uniform": "RandomUniform",
    "uniform": "RandomUniform",
    "variance_scaling": "VarianceScaling",
    "orthogonal": "Orthogonal",
    "glorot_uniform": "GlorotUniform",
    "glorot_normal": "GlorotNormal",
    "he_uniform": "HeUniform",
    "he_normal": "HeNormal",
    "lecun_uniform": "LecunUniform",
    "lecun_normal": "LecunNormal",
    "identity": "Identity",
    **{name: name for name in INITIALIZERS},
}
"""What an initializer may be called in a string, or in lower case below `keras.initializers`."""

MODELS: dict[str, ModelRow] = {
    "Sequential": ModelRow("Sequential", "sequential"),
    "Model": ModelRow("Model", "functional"),
    "Functional": ModelRow("Functional", "functional"),
    "Layer": ModelRow("Layer", "base"),
}

OPERATIONS = {"add": "add", "subtract": "add", "multiply": "multiply", "concatenate": "concat", "average": "add"}
"""Functions below `keras.layers` and `keras.ops` that join tensors."""

_HOMES = ("tensorflow.keras.", "keras.src.", "keras.api.", "tf_keras.")
_LAST = {"tensorflow.zeros_initializer": "Zeros", "tensorflow.ones_initializer": "Ones",
         "tensorflow.constant_initializer": "Constant", "tensorflow.random_normal_initializer": "RandomNormal",
         "tensorflow.random_uniform_initializer": "RandomUniform"}  # fmt: skip


def row(dotted: str) -> Row | None:
    """What Keras has under a dotted name."""
    if dotted in _LAST:
        return INITIALIZERS[_LAST[dotted]]
    for home in _HOMES:
        if dotted.startswith(home):
            dotted = "keras." + dotted[len(home) :]
            break
    if dotted.startswith("tensorflow.initializers."):
        dotted = "keras" + dotted[len("tensorflow") :]
    where, _, name = dotted.rpartition(".")
    if where in ("tensorflow.nn", "tensorflow.math", "tensorflow"):
        return ActivationRow(ACTIVATION_NAMES[name]) if name in ACTIVATION_NAMES else None
    parts = where.split(".")
    if parts[0] != "keras":
        return None
    if len(parts) == 1 or parts[1] in ("models", "engine"):
        return InputRow(name) if name == "Input" else MODELS.get(name)
    match parts[1]:
        case "layers":
            if name in ("Input", "InputLayer"):
                return InputRow(name)
            if name in OPERATIONS:
                return OperationRow(name, OPERATIONS[name])
            return LAYERS.get(name) or (MODELS[name] if name == "Layer" else None)
        case "initializers":
            return INITIALIZERS.get(STRINGS.get(name, ""))
        case "activations" | "ops":
            if name in OPERATIONS:
                return OperationRow(name, OPERATIONS[name])
            return ActivationRow(ACTIVATION_NAMES[name]) if name in ACTIVATION_NAMES else None
        case _:
            return None


def spelled(name: str) -> str:
    """The class of an initializer that goes by `name` in strings."""
    return STRINGS.get(name, name)


def in_strings(text: str) -> InitializerRow | None:
    """The initializer that a string names; none that has to be told a number."""
    found = INITIALIZERS.get(STRINGS.get(text, ""))
    return None if found is None or found.number is not None else found


def in_a_string(name: str) -> str:
    """What the class of an initializer is called in a string, as people write it."""
    return next((short for short, found in STRINGS.items() if found == name), name)

"""What a framework offers whose layers are told how to initialize themselves when they are made, as table rows.

Keras and Flax are such frameworks: `Dense(64, kernel_initializer="zeros")` declares what the kernel is to start with.
Their tables are in `keras` and `flax`; tests hold each row to the installed library.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct, field

Framework = Literal["keras", "flax"]

Family = Literal["relu", "selu", "other"]
"""What follows a layer, as far as the choice of an initializer hangs on it."""


class LayerRow(Struct, frozen=True):
    """A class of layers.

    `kind` is the kind of node that it makes in a graph (`initls.model.state.flow.Node`), `places` are the arguments
    that it takes by position. `kernel` is the argument that initializes its matrix, `bias` that for what is added and
    `gain` that for what is multiplied, each where it has one; `weights` are those for all of its matrices. `units` is
    the argument that tells how many units it has, `sizes` are those on which its shape hangs besides the width of the
    input.
    """

    name: str
    kind: str
    places: tuple[str, ...] = ()
    kernel: str | None = None
    bias: str | None = None
    gain: str | None = None
    weights: tuple[str, ...] = ()
    units: str | None = None
    sizes: tuple[str, ...] = ()
    grouped: bool = False
    """Whether each unit reads inputs of its own."""
    groups: str | None = None
    """The argument that may make it so."""
    switches: Mapping[str, str] = field(default_factory=dict)
    """The arguments of one kind that leave a parameter out: `use_bias` for the bias."""
    activation: str | None = None
    """For a layer that is an activation, which; for others the argument that names one."""
    framework: Framework = "keras"


class InitializerRow(Struct, frozen=True):
    """An initializer: a class, a function that makes one, or a function that is one.

    A constant one has a `value`, or an argument `number` that gives it, with `value` as its default. A random one may
    have an argument `spread` without which it draws nothing, or two `bounds`; what is left then is its argument
    `centre`, or zero.
    """

    name: str
    places: tuple[str, ...] = ()
    constant: bool = False
    value: float = 0.0
    number: str | None = None
    spread: str | None = None
    bounds: tuple[str, str] | None = None
    centre: str | None = None
    refuses: bool = False
    """Whether it raises where the spread is not positive."""
    drawn: bool = False
    """Whether it draws numbers."""
    ready: bool = False
    """Whether the name is an initializer as it stands, and gives none when it is called."""
    framework: Framework = "keras"


class ActivationRow(Struct, frozen=True):
    """A function of each element: the name that `initls.knowledge.activations` has for it, or `softmax`."""

    name: str


class OperationRow(Struct, frozen=True):
    """A function that makes a node of one `kind` of the tensors that it is given."""

    name: str
    kind: str


class ModelRow(Struct, frozen=True):
    """A class that is built of layers: `sequential` calls one after another, `functional` knows inputs and outputs.

    Classes of the program that derive from it are followed by their methods: `prepare` are those that make the layers,
    `forward` is the one that calls them.
    """

    name: str
    kind: Literal["sequential", "functional", "base"]
    prepare: tuple[str, ...] = ("__init__", "build")
    forward: str = "call"
    framework: Framework = "keras"
    spread: bool = False
    """Whether a sequential one takes its layers one by one."""


class InputRow(Struct, frozen=True):
    """What makes the tensor that a model starts with; its width is the last number of the argument `shape`."""

    name: str


Row = LayerRow | InitializerRow | ActivationRow | OperationRow | ModelRow | InputRow

ACTIVATION_NAMES: dict[str, str] = {
    **{name: name for name in ("relu", "relu6", "leaky_relu", "elu", "selu", "gelu", "mish", "celu", "silu", "tanh")},
    **{name: name for name in ("sigmoid", "softplus", "softsign", "softmax")},
    "swish": "silu",
    "hard_silu": "hardswish",
    "hard_swish": "hardswish",
    "hard_sigmoid": "hardsigmoid",
    "soft_sign": "softsign",
    "exponential": "exp",
    "exp": "exp",
    "log_sigmoid": "logsigmoid",
}
"""The activations of these frameworks, by what `initls.knowledge.activations` calls them. They have torch's values and
derivatives at zero; a test shows it."""

RELU_LIKE = frozenset({"relu", "relu6", "leaky_relu", "prelu", "elu", "celu", "gelu", "silu", "mish", "hardswish"})
"""Activations that let about half of a signal through, so that He's rule is theirs."""

SCHEMES: dict[Family, tuple[tuple[str, str], ...]] = {
    "relu": (("he_normal", "keeps the size of a signal through ReLU"), ("he_uniform", "the same, drawn evenly")),
    "selu": (("lecun_normal", "what SELU is made for"),),
    "other": (
        ("glorot_uniform", "keeps the size of signals and gradients"),
        ("glorot_normal", "the same, drawn from a normal distribution"),
    ),
}
"""What a fix offers in the place of a constant, the best first, with the reason."""


def family(activation: str | None) -> Family:
    """The family of an activation; None where none follows."""
    if activation == "selu":
        return "selu"
    return "relu" if activation in RELU_LIKE else "other"


WRITERS = frozenset({
    "load_weights", "set_weights", "load_own_variables", "load_variables", "assign", "assign_add", "from_bytes",
    "from_state_dict", "load_state_dict", "load_pretrained", "restore", "restore_checkpoint", "load_params",
})  # fmt: skip
"""Methods by which weights get other values than those that were declared."""

WRITING_FUNCTIONS = frozenset({"flax.nnx.update"})
"""Functions that give their first argument other weights."""

TRAINERS = frozenset({"fit", "fit_generator", "train_on_batch", "train_step", "apply_gradients"})
"""Methods that train: what is loaded behind them changes nothing of how training started."""

OPTIMIZERS = frozenset({"flax.nnx.Optimizer", "flax.nnx.ModelAndOptimizer"})
"""What takes a model as its first argument to train it with the weights that it has."""

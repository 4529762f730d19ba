"""The activations of torch: what they do to the size of a signal, what they do at zero, and how they are spelled.

The gain is 1/sqrt(E[f(z)^2]) for z standard normal: drawing weights with std gain/sqrt(fan in) keeps the size of what
goes into one layer after another. Behind zero weights and a zero bias an activation sees exactly zero; where its
derivative there is zero, in torch's convention at kinks, nothing before it ever gets a gradient.
"""

from __future__ import annotations

from msgspec import Struct

F = "torch.nn.functional"


class Activation(Struct, frozen=True):
    """One function, by all of its names."""

    name: str
    gain: float | None
    """The measured gain, or `None` where the function mixes elements and so has none."""
    torch_nonlinearity: str | None
    """The name by which `calculate_gain` and the Kaiming functions know it, where they do."""
    zero_at_zero: bool
    dead_at_zero: bool
    elementwise: bool
    """Whether each element of the result hangs on one element of the input."""
    spellings: tuple[str, ...]
    slope: float | None = None
    """The slope on the negative side that the function has unless it is told otherwise, where it has one."""
    slope_argument: str | None = None
    """The argument of the module, by name, that gives the slope."""


def _spell(name: str, places: str, *modules: str) -> tuple[str, ...]:
    """The dotted names: modules, and for each letter one place that offers the function, with `_` its in-place form.

    `F` is `torch.nn.functional`, `t` is `torch`, `m` a method of tensors, `s` is `torch.special`.
    """
    homes = {"F": F, "t": "torch", "m": "torch.Tensor", "s": "torch.special"}
    functions = (f"{homes[place[0]]}.{name}{place[1:]}" for place in places.split())
    return (*(f"torch.nn.{module}" for module in modules), *functions)


def _row(
    name: str,
    gain: float | None,
    places: str,
    *modules: str,
    nonlinearity: str | None = None,
    zero: bool = True,
    dead: bool = False,
    elementwise: bool = True,
    also: tuple[str, ...] = (),
    slope: float | None = None,
    slope_argument: str | None = None,
) -> Activation:
    spellings = (*_spell(name, places, *modules), *also)
    return Activation(name, gain, nonlinearity, zero, dead, elementwise, spellings, slope, slope_argument)


_EVERYWHERE = "F t t_ m m_"
_METHOD = "t t_ m m_"

ACTIVATIONS: dict[str, Activation] = {
    row.name: row
    for row in (
        _row("relu", 1.4142, "F F_ t t_ m m_", "ReLU", nonlinearity="relu", dead=True, slope=0.0),
        _row("relu6", 1.4142, "F", "ReLU6", dead=True, slope=0.0),
        _row(
            "leaky_relu",
            1.4141,
            "F F_",
            "LeakyReLU",
            nonlinearity="leaky_relu",
            slope=0.01,
            slope_argument="negative_slope",
        ),
        _row("prelu", 1.3720, "F t m", "PReLU", slope=0.25, slope_argument="init"),
        _row("rrelu", 1.3785, "F F_ t t_", "RReLU", slope=(1 / 8 + 1 / 3) / 2),
        _row("elu", 1.2452, "F F_", "ELU"),
        _row("celu", 1.2452, "F F_ t t_", "CELU"),
        _row("selu", 1.0000, "F F_ t t_", "SELU", nonlinearity="selu"),
        _row("gelu", 1.5335, "F", "GELU"),
        _row("silu", 1.6765, "F", "SiLU"),
        _row("mish", 1.4868, "F", "Mish"),
        _row("hardswish", 1.7367, "F", "Hardswish"),
        _row("hardsigmoid", 1.8978, "F", "Hardsigmoid", zero=False),
        _row("hardtanh", 1.3920, "F F_", "Hardtanh"),
        _row("hardshrink", 1.0158, "F t m", "Hardshrink", dead=True),
        _row("softshrink", 1.5444, "F", "Softshrink", dead=True),
        _row("tanhshrink", 2.3384, "F", "Tanhshrink", dead=True),
        _row("threshold", 1.4142, "F F_ t t_", "Threshold", dead=True),
        _row("softplus", 1.0419, "F", "Softplus", zero=False),
        _row("softsign", 2.3375, "F", "Softsign"),
        _row("tanh", 1.5925, _EVERYWHERE, "Tanh", nonlinearity="tanh"),
        _row(
            "sigmoid", 1.8462, _EVERYWHERE, "Sigmoid", nonlinearity="sigmoid", zero=False, also=("torch.special.expit",)
        ),
        _row("logsigmoid", 1.0419, "F", "LogSigmoid", zero=False),
        _row("softmax", None, "F t m s", "Softmax", "Softmax2d", zero=False, elementwise=False),
        _row("log_softmax", None, "F t m s", "LogSoftmax", zero=False, elementwise=False),
        _row("softmin", None, "F", "Softmin", zero=False, elementwise=False),
        _row("gumbel_softmax", None, "F", zero=False, elementwise=False),
        _row("glu", None, "F", "GLU", elementwise=False),
        _row("sin", 1.5209, _METHOD),
        _row("cos", 1.3273, _METHOD, zero=False, dead=True),
        _row("exp", 0.3679, _METHOD, zero=False),
        _row("erf", 1.4672, _METHOD + " s"),
        _row("square", 0.5774, _METHOD, dead=True),
        _row("abs", 1.0000, _METHOD, dead=True, also=("torch.absolute", "torch.Tensor.absolute")),
    )
}
"""Every activation by name. `threshold` stands for its common form, zero up to a threshold of zero."""

_BY_SPELLING: dict[str, Activation] = {spelling: row for row in ACTIVATIONS.values() for spelling in row.spellings}


def activation_of(dotted: str) -> Activation | None:
    """The activation that a module class, a function or a tensor method applies."""
    found = _BY_SPELLING.get(dotted)
    if found is None and dotted.startswith("torch.nn.modules.activation."):
        found = _BY_SPELLING.get(f"torch.nn.{dotted.rpartition('.')[2]}")
    return found

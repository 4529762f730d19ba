"""Which initializer suits which place: the advice that the fixes give, with its reasons.

What decides is the activation that follows. Where torch has a gain for it, He's rule (rectifiers) or Glorot's (all
others) is taken as it is. For the smooth relatives of ReLU torch has none: Glorot's rule with a measured gain keeps
their signal, and ReLU's own gain, the nearest that torch knows, is offered as well, for nets with norms.

The first advice for an activation keeps the deviation of the signal within half and twice that of the input over ten
layers of one width, except where `UNSTEADY` says why nothing can.
"""

from __future__ import annotations

import math
from typing import Literal, NamedTuple, TypeAlias

from initls.knowledge.activations import ACTIVATIONS, Activation
from initls.knowledge.gains import NONLINEARITIES
from initls.knowledge.layers import Kind
from initls.knowledge.layers import layer as find_layer

Distribution: TypeAlias = Literal["normal", "uniform"]
Keywords: TypeAlias = tuple[tuple[str, str | float], ...]


class Recommendation(NamedTuple):
    """One call of `torch.nn.init` without its tensor, and why it suits."""

    function: str
    keywords: Keywords = ()
    reason: str = ""


Form: TypeAlias = Literal["kaiming", "leaky", "own", "xavier", "gain", "lecun", "small"]
"""One way to draw: He's rule for ReLU, with a slope or with the gain that torch has for the activation, Glorot's rule
plain or with a gain, LeCun's, or little.
"""

ADVICE: dict[str, tuple[Form, ...]] = {
    "relu": ("kaiming", "xavier"),
    "relu6": ("kaiming", "xavier"),
    "threshold": ("kaiming", "xavier"),
    "leaky_relu": ("leaky", "kaiming", "xavier"),
    "prelu": ("leaky", "kaiming", "xavier"),
    "rrelu": ("leaky", "kaiming", "xavier"),
    "gelu": ("gain", "kaiming", "small"),
    "silu": ("gain", "kaiming", "small"),
    "mish": ("gain", "kaiming"),
    "hardswish": ("gain", "kaiming"),
    "elu": ("gain", "lecun", "kaiming"),
    "celu": ("gain", "lecun", "kaiming"),
    "selu": ("lecun", "xavier"),
    "tanh": ("gain", "xavier"),
    "hardtanh": ("gain", "xavier"),
    "softsign": ("gain", "xavier"),
    "tanhshrink": ("gain", "xavier"),
    "softshrink": ("gain", "xavier"),
    "hardshrink": ("gain", "xavier"),
    "sin": ("gain", "xavier"),
    "erf": ("gain", "xavier"),
    "sigmoid": ("xavier", "lecun"),
    "hardsigmoid": ("xavier", "lecun"),
    "logsigmoid": ("gain", "xavier"),
    "softplus": ("gain", "xavier"),
    "glu": ("gain", "xavier"),
    "softmax": ("xavier", "small"),
    "log_softmax": ("xavier", "small"),
    "softmin": ("xavier", "small"),
    "gumbel_softmax": ("xavier", "small"),
    "none": ("xavier", "lecun"),
    "unknown": ("xavier", "kaiming"),
}
"""For each activation, and for none and an unknown one, what to offer, best first."""

_OTHERWISE: tuple[Form, ...] = ("xavier", "lecun")

GAINS: dict[str, float] = {
    "tanh": 1.6667,
    "gelu": 1.5,
    "silu": 1.57,
    "mish": 1.45,
    "hardswish": 1.57,
    "softplus": 1.25,
    "logsigmoid": 1.25,
    "glu": 2.1,
}
"""Gains that differ from the one measured for a standard normal input.

5/3 for tanh is torch's own. A smooth rectifier passes on more of a large signal than of a small one: with the measured
gain the first layer already leaves the balance, and the signal grows from layer to layer; these gains hold it longest.
That of softplus makes up for what its mean takes from the deviation, that of glu for a fan out of both halves.
"""

UNSTEADY: dict[str, str] = {
    "sigmoid": "its values lie between 0 and 1, so that their deviation is small whatever goes in",
    "hardsigmoid": "its values lie between 0 and 1, so that their deviation is small whatever goes in",
    "softsign": "it saturates so slowly that a gain which keeps what goes in makes less than half of it",
    "tanhshrink": "it passes on next to nothing of a small signal and all of a large one, so that no gain holds either",
    "softshrink": "it passes on nothing of a small signal and all of a large one, so that no gain holds either",
    "softmax": "its values are shares of one",
    "log_softmax": "it is made for the end of a net",
    "softmin": "its values are shares of one",
    "gumbel_softmax": "its values are shares of one",
}
"""Activations through which no gain keeps the deviation of a signal over many layers, and why."""

_NEAR_RELU = frozenset({"gelu", "silu", "mish", "hardswish"})


def title(activation: str) -> str:
    """The activation as its module spells it: `leaky_relu` is "LeakyReLU"."""
    row = ACTIVATIONS.get(activation)
    if row is None:
        return activation
    last = row.spellings[0].rpartition(".")[2]
    return last if last[:1].isupper() else activation


def recommend(
    activation: str | None,
    *,
    layer: str,
    norm_follows: bool = False,
    slope: float | None = None,
    distribution: Distribution = "normal",
    parameter: str = "weight",
    grouped: bool = False,
    inputs_first: bool = False,
    padded: bool = False,
    transformer: bool = False,
    inputs: float | None = None,
) -> tuple[Recommendation, ...]:
    """Two to four ways to initialize a weight, the preferred one first.

    `activation` is a name of `initls.knowledge.activations`, "none" where nothing follows, "unknown" or `None` where
    that is not known. `layer` is the dotted name of the layer, or anything else for a parameter of the user's own;
    `inputs_first` says that it is stored as (in, out). `parameter` tells a recurrent layer's two weights apart.
    `transformer` says that it stands in one. `inputs` are those of a transposed convolution, where its stride has each
    output sum over less than torch counts.
    """
    row = find_layer(layer)
    if row is not None and row.kind is Kind.EMBEDDING:
        return _embedding(distribution, padded)
    if row is not None and row.kind is Kind.RECURRENT:
        return _recurrent(distribution, recurrent="_hh" in parameter)
    transposed = row is not None and "ConvTranspose" in row.name
    convolution = row is not None and row.rank is not None
    swapped = transposed or inputs_first
    outward = convolution and norm_follows and not grouped
    mode: Keywords = (("mode", "fan_out"),) if swapped or outward else ()
    name = activation or "unknown"
    forms = ADVICE.get(name, _OTHERWISE)
    if grouped and convolution:
        forms = _by_inputs(name, forms)
    if transformer and "small" not in forms:
        forms = (*forms, "small")
    place = _Place(name, ACTIVATIONS.get(name), slope, distribution, mode, norm_follows, transposed, inputs_first)
    drawn = tuple(place.draw(form) for form in forms)
    # A norm behind it takes out what torch counts too much.
    return drawn if inputs is None or norm_follows else (place.exact(inputs), *drawn[:3])


def _by_inputs(name: str, forms: tuple[Form, ...]) -> tuple[Form, ...]:
    """Forms that count inputs alone: the outputs that torch counts of a grouped convolution are those of all groups."""
    gain: Form = "own" if name in NONLINEARITIES else "kaiming" if name in _NEAR_RELU else "lecun"
    instead: dict[Form, Form] = {"gain": gain, "xavier": "lecun"}
    found = tuple(dict.fromkeys(instead.get(form, form) for form in forms))
    return found if len(found) > 1 else (*found, "xavier")


_STEEPEST = 100.0
"""The steepest slope that is taken for one."""


class _Place(NamedTuple):
    """What is known about the place of one weight."""

    name: str
    activation: Activation | None
    slope: float | None
    distribution: Distribution
    mode: Keywords
    norm_follows: bool
    transposed: bool
    inputs_first: bool

    @property
    def follows(self) -> str:
        """What follows, for the reader."""
        if self.name == "unknown":
            return "the activation that follows is not known"
        if self.name == "none":
            return "no activation follows"
        behind = " behind the norm" if self.norm_follows else ""
        return f"{title(self.name)} follows{behind}"

    @property
    def fan(self) -> str:
        """Why the mode is what it is, for the reader."""
        if self.transposed:
            return ", fan_out counts the inputs of a transposed convolution"
        if self.inputs_first:
            return ", fan_out counts the inputs of a weight stored as (in, out)"
        return ""

    def exact(self, inputs: float) -> Recommendation:
        """A draw for a number of inputs that no mode of torch counts."""
        measured = self.activation.gain if self.activation is not None else None
        gain = GAINS.get(self.name, measured or 1.0)
        if self.name == "leaky_relu" and self.slope is not None and abs(self.slope) < 1:
            gain = math.sqrt(2 / (1 + self.slope**2))
        reason = f"{self.follows}, each output is a sum over {inputs:g} numbers, the stride taken into account"
        if self.distribution == "uniform":
            bound = float(f"{gain * math.sqrt(3 / inputs):.4g}")
            return Recommendation("uniform_", (("a", -bound), ("b", bound)), reason)
        return Recommendation("normal_", (("std", float(f"{gain / math.sqrt(inputs):.4g}")),), reason)

    def draw(self, form: Form) -> Recommendation:
        """The call for one form."""
        kaiming, xavier = (f"kaiming_{self.distribution}_", f"xavier_{self.distribution}_")
        if form == "kaiming":
            near = ""
            if self.name in _NEAR_RELU:
                near = ", and ReLU is the nearest that He's rule has a gain for"
            elif self.name == "unknown":
                return Recommendation(kaiming, (*self.mode, ("nonlinearity", "relu")), f"if ReLU follows{self.fan}")
            elif self.name in ("leaky_relu", "prelu", "rrelu"):
                near = ", with a slope small enough to pass for ReLU's"
            return Recommendation(kaiming, (*self.mode, ("nonlinearity", "relu")), f"{self.follows}{near}{self.fan}")
        if form == "leaky":
            default = self.activation.slope if self.activation is not None else None
            slope = next(
                (found for found in (self.slope, default) if found is not None and abs(found) < _STEEPEST), 0.01
            )
            keywords: Keywords = (("a", round(slope, 4)), *self.mode, ("nonlinearity", "leaky_relu"))
            return Recommendation(kaiming, keywords, f"{self.follows} with slope {round(slope, 4):g}{self.fan}")
        if form == "own":
            keywords = (*self.mode, ("nonlinearity", self.name))
            return Recommendation(kaiming, keywords, f"{self.follows}{self.fan}")
        if form == "lecun":
            keywords = (*self.mode, ("nonlinearity", "linear"))
            return Recommendation(kaiming, keywords, f"{self.follows}, LeCun's variance of 1/fan in{self.fan}")
        if form == "gain":
            measured = self.activation.gain if self.activation is not None else None
            gain = GAINS.get(self.name, round(measured or 1.0, 2))
            return Recommendation(xavier, (("gain", gain),), f"{self.follows}, whose gain is {gain:g}")
        if form == "small":
            reason = f"{self.follows}, the custom in transformers"
            if self.name in ("softmax", "log_softmax", "softmin", "gumbel_softmax"):
                return Recommendation("normal_", (("std", 0.01),), f"{self.follows}, near-equal logits to begin with")
            return Recommendation("trunc_normal_", (("std", 0.02),), reason)
        return Recommendation(xavier, (), self.follows)


def _embedding(distribution: Distribution, padded: bool) -> tuple[Recommendation, ...]:
    """Tables are looked up, so that no fan counts; the padding row has to be zero again after any of these."""
    note = "; the padding row has to be set to zero again" if padded else ""
    return (
        Recommendation("normal_", (("std", 0.02),), f"an embedding{note}"),
        Recommendation("trunc_normal_", (("std", 0.02),), f"an embedding, without outliers{note}"),
        Recommendation(f"xavier_{distribution}_", (), f"an embedding, scaled to its size{note}"),
    )


def _recurrent(distribution: Distribution, *, recurrent: bool) -> tuple[Recommendation, ...]:
    """Orthogonal where the state is fed back, so that it neither grows nor fades; Glorot's rule for the input."""
    orthogonal = Recommendation("orthogonal_", (), "a recurrent weight, keeps the length of the state")
    xavier = Recommendation(f"xavier_{distribution}_", (), "a recurrent layer, whose gates are sigmoid and tanh")
    return (orthogonal, xavier) if recurrent else (xavier, orthogonal)

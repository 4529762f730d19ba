"""Small networks by the thousand: any mixture of layers, constants and ways for a signal to go."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import strategies as st

ACTIVATIONS = (
    "torch.relu", "F.relu6", "torch.tanh", "F.gelu", "torch.sigmoid", "F.elu", "F.leaky_relu", "F.silu", "F.softplus",
    "F.hardtanh", "F.softsign", "F.mish", "F.softshrink", "torch.sin", "torch.abs", "F.hardswish", "torch.cos",
)  # fmt: skip
ACTIVATION_MODULES = (
    "nn.ReLU()", "nn.RReLU()", "nn.PReLU()", "nn.Threshold(0.1, 2.0)", "nn.Hardtanh(0.2, 1.0)", "nn.CELU()",
    "nn.SELU()",
)  # fmt: skip
DROPOUTS = ("nn.Dropout(0.3)", "nn.Dropout(0.0)", "nn.AlphaDropout(0.3)")


@dataclass(frozen=True)
class Mood:
    """How parameters are written: what each kind is drawn from."""

    weights: tuple[str, ...]
    biases: tuple[str, ...]
    gains: tuple[str, ...]
    shifts: tuple[str, ...]


MIXED = Mood(
    ("zeros", "zeros", "constant", "constant", "default", "random"),
    ("zeros", "constant", "default", "none", "random"),
    ("default", "default", "zeros", "constant", "random"),
    ("default", "default", "constant", "random"),
)
DULL = Mood(
    ("zeros", "constant", "constant"),
    ("zeros", "constant", "none"),
    ("default", "constant"),
    ("default", "constant"),
)
"""Constants everywhere: whatever parts the units of such a network is something that the analysis must know."""

WIDTHS = (3, 4)


@dataclass
class Network:
    """A network while it is made up: its constructor, its forward pass, and the width of each tensor so far."""

    constructor: list[str] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)
    widths: list[int] = field(default_factory=list)
    layers: list[tuple[str, int, int]] = field(default_factory=list)
    mood: Mood = MIXED

    def tensor(self, expression: str, width: int) -> None:
        """Give a new tensor of the forward pass its name."""
        self.steps.append(f"h{len(self.widths)} = {expression}")
        self.widths.append(width)

    def write(self, name: str, how: str, value: float) -> None:
        """Initialize a parameter."""
        match how:
            case "zeros":
                self.constructor.append(f"nn.init.zeros_(self.{name})")
            case "constant":
                self.constructor.append(f"nn.init.constant_(self.{name}, {value})")
            case "random":
                self.constructor.append(f"nn.init.normal_(self.{name}, std=0.5)")

    def source(self, returned: str) -> str:
        """The text of the program."""
        body = "\n".join(f"        {line}" for line in ["super().__init__()", *self.constructor])
        passed = "\n".join(f"        {line}" for line in [*self.steps, f"return {returned}"])
        return (
            "import torch\nimport torch.nn.functional as F\nfrom torch import nn\n\n\n"
            f"class Net(nn.Module):\n    def __init__(self):\n{body}\n\n    def forward(self, h0):\n{passed}\n"
        )


@st.composite
def programs(draw: st.DrawFn) -> str:
    """The text of one network that reads eight features."""
    made = Network(widths=[8], mood=draw(st.sampled_from((MIXED, DULL))))
    for number in range(draw(st.integers(2, 9))):
        STEPS[draw(st.sampled_from(sorted(STEPS)))](draw, made, number)
    if draw(st.booleans()):
        _linear(draw, made, 99)
    last = len(made.widths) - 1
    other = draw(st.integers(0, last))
    returned = [f"h{last}", f"h{last}", f"h{last}", f"(h{last}, h{other})", f"h{last}.mean(1)"]
    return made.source(draw(st.sampled_from(returned)))


def _last(made: Network) -> int:
    return len(made.widths) - 1


def _linear(draw: st.DrawFn, made: Network, number: int) -> None:
    inputs, outputs = made.widths[-1], draw(st.sampled_from(WIDTHS))
    name, bias = f"fc{number}", draw(st.sampled_from(made.mood.biases))
    made.constructor.append(f"self.{name} = nn.Linear({inputs}, {outputs}{', bias=False' if bias == 'none' else ''})")
    made.write(f"{name}.weight", draw(st.sampled_from(made.mood.weights)), 0.3)
    made.write(f"{name}.bias", bias, 0.2)
    if draw(st.integers(0, 19)) == 0:
        made.constructor.append(f"self.{name}.requires_grad_(False)")
    made.layers.append((name, inputs, outputs))
    made.tensor(f"self.{name}(h{_last(made)})", outputs)


def _again(draw: st.DrawFn, made: Network, number: int) -> None:
    fitting = [(name, outputs) for name, inputs, outputs in made.layers if inputs == made.widths[-1]]
    if fitting:
        name, outputs = draw(st.sampled_from(fitting))
        made.tensor(f"self.{name}(h{_last(made)})", outputs)


def _own(draw: st.DrawFn, made: Network, number: int) -> None:
    inputs, outputs = made.widths[-1], draw(st.sampled_from(WIDTHS))
    makers = ("torch.zeros", "torch.ones") if made.mood is DULL else ("torch.zeros", "torch.ones", "0.3 * torch.randn")
    maker = draw(st.sampled_from(makers))
    flat = draw(st.booleans())
    shape = f"{outputs}, {inputs}" if flat else f"{inputs}, {outputs}"
    made.constructor.append(f"self.w{number} = nn.Parameter({maker}({shape}))")
    here = f"h{_last(made)}"
    made.tensor(f"F.linear({here}, self.w{number})" if flat else f"{here} @ self.w{number}", outputs)


def _activation(draw: st.DrawFn, made: Network, number: int) -> None:
    if draw(st.booleans()):
        made.tensor(f"{draw(st.sampled_from(ACTIVATIONS))}(h{_last(made)})", made.widths[-1])
    else:
        made.constructor.append(f"self.act{number} = {draw(st.sampled_from(ACTIVATION_MODULES))}")
        made.tensor(f"self.act{number}(h{_last(made)})", made.widths[-1])


def _dropout(draw: st.DrawFn, made: Network, number: int) -> None:
    made.constructor.append(f"self.drop{number} = {draw(st.sampled_from(DROPOUTS))}")
    made.tensor(f"self.drop{number}(h{_last(made)})", made.widths[-1])


def _norm(draw: st.DrawFn, made: Network, number: int) -> None:
    width = made.widths[-1]
    kinds = (f"nn.LayerNorm({width})", f"nn.BatchNorm1d({width})", f"nn.GroupNorm(1, {width})")
    made.constructor.append(f"self.norm{number} = {draw(st.sampled_from(kinds))}")
    made.write(f"norm{number}.weight", draw(st.sampled_from(made.mood.gains)), 0.5)
    made.write(f"norm{number}.bias", draw(st.sampled_from(made.mood.shifts)), 0.1)
    made.tensor(f"self.norm{number}(h{_last(made)})", width)


def _combine(draw: st.DrawFn, made: Network, number: int) -> None:
    width = made.widths[-1]
    others = [i for i, w in enumerate(made.widths) if w == width]
    sign = draw(st.sampled_from(("+", "+", "+", "*", "-")))
    made.tensor(f"h{draw(st.sampled_from(others))} {sign} h{_last(made)}", width)


def _concatenate(draw: st.DrawFn, made: Network, number: int) -> None:
    other = draw(st.integers(0, _last(made)))
    made.tensor(f"torch.cat([h{_last(made)}, h{other}], dim=1)", made.widths[-1] + made.widths[other])


def _slice(draw: st.DrawFn, made: Network, number: int) -> None:
    width = made.widths[-1]
    if width > 2:
        made.tensor(f"h{_last(made)}[:, : {width - 1}]", width - 1)


def _rare(draw: st.DrawFn, made: Network, number: int) -> None:
    here, width = f"h{_last(made)}", made.widths[-1]
    expression = draw(
        st.sampled_from((f"{here}.detach()", f"{here} * 2.0", f"{here} + 1.0", f"{here}.flatten(1)", f"1.0 - {here}",
                         f"torch.softmax({here}, dim=1)", f"{here}.clone()", f"{here} / 3", f"-{here}",
                         f"{here} + torch.randn_like({here})", f"{here}.view(-1, {width})"))
    )  # fmt: skip
    made.tensor(expression, width)


STEPS = {
    "linear": _linear, "linear again": _linear, "and again": _linear, "activation": _activation, "dropout": _dropout,
    "norm": _norm, "combine": _combine, "same layer": _again, "own": _own, "rare": _rare, "slice": _slice,
    "concatenate": _concatenate, "second activation": _activation,
}  # fmt: skip
"""What may come next; layers and activations come more often."""


# --------------------------------------------------------------------------- images


@st.composite
def image_programs(draw: st.DrawFn) -> str:
    """The text of one network that reads images of three channels and four by four pixels."""
    made = Network(widths=[3], mood=draw(st.sampled_from((MIXED, DULL))))
    for number in range(draw(st.integers(2, 7))):
        IMAGE_STEPS[draw(st.sampled_from(sorted(IMAGE_STEPS)))](draw, made, number)
    here, channels = f"h{_last(made)}", made.widths[-1]
    match draw(st.integers(0, 3)):
        case 0:
            made.tensor(f"{here}.mean((2, 3))", channels)
            _linear(draw, made, 98)
        case 1:
            made.tensor(f"{here}.flatten(1)", channels * 16)
            _linear(draw, made, 98)
        case 2:
            made.tensor(f"F.adaptive_avg_pool2d({here}, 2).view({here}.size(0), -1)", channels * 4)
            _linear(draw, made, 98)
            _activation(draw, made, 97)
            _linear(draw, made, 99)
    return made.source(f"h{_last(made)}")


def _convolution(draw: st.DrawFn, made: Network, number: int) -> None:
    inputs, outputs = made.widths[-1], draw(st.sampled_from(WIDTHS))
    name, bias, flag = f"conv{number}", draw(st.sampled_from(made.mood.biases)), ""
    if bias == "none":
        flag = ", bias=False"
    if draw(st.booleans()):
        made.constructor.append(f"self.{name} = nn.Conv2d({inputs}, {outputs}, 3, padding=1{flag})")
    else:
        made.constructor.append(f"self.{name} = nn.ConvTranspose2d({inputs}, {outputs}, 1{flag})")
    made.write(f"{name}.weight", draw(st.sampled_from(made.mood.weights)), 0.2)
    made.write(f"{name}.bias", bias, 0.2)
    made.tensor(f"self.{name}(h{_last(made)})", outputs)


def _depthwise(draw: st.DrawFn, made: Network, number: int) -> None:
    width, name = made.widths[-1], f"depth{number}"
    made.constructor.append(f"self.{name} = nn.Conv2d({width}, {width}, 3, padding=1, groups={width})")
    made.write(f"{name}.weight", draw(st.sampled_from(made.mood.weights)), 0.2)
    made.write(f"{name}.bias", draw(st.sampled_from(("zeros", "constant"))), 0.2)
    made.tensor(f"self.{name}(h{_last(made)})", width)


def _image_norm(draw: st.DrawFn, made: Network, number: int) -> None:
    width, name = made.widths[-1], f"norm{number}"
    kinds = (f"nn.BatchNorm2d({width})", f"nn.GroupNorm(1, {width})", f"nn.GroupNorm({width}, {width})")
    made.constructor.append(f"self.{name} = {draw(st.sampled_from(kinds))}")
    made.write(f"{name}.weight", draw(st.sampled_from(made.mood.gains)), 0.5)
    made.write(f"{name}.bias", draw(st.sampled_from(made.mood.shifts)), 0.1)
    made.tensor(f"self.{name}(h{_last(made)})", width)


def _image_rare(draw: st.DrawFn, made: Network, number: int) -> None:
    here, width = f"h{_last(made)}", made.widths[-1]
    expressions = (
        f"F.max_pool2d({here}, 3, stride=1, padding=1)", f"F.avg_pool2d({here}, 3, 1, 1)", f"F.dropout2d({here}, 0.5)",
        f"{here}.permute(0, 1, 3, 2)", f"{here}.flip(1)", f"{here} * {here}.mean((2, 3), keepdim=True)",
        f"{here}.view(-1, {width}, 4, 4)", f"torch.sigmoid({here}) * {here}", f"F.normalize({here}, dim=1)",
    )  # fmt: skip
    made.tensor(draw(st.sampled_from(expressions)), width)


IMAGE_STEPS = {
    "convolution": _convolution, "another": _convolution, "and another": _convolution, "depthwise": _depthwise,
    "activation": _activation, "norm": _image_norm, "combine": _combine, "rare": _image_rare, "slice": _slice,
    "concatenate": _concatenate,
}  # fmt: skip


# --------------------------------------------------------------------------- sequences


@st.composite
def token_programs(draw: st.DrawFn) -> str:
    """The text of one network that reads sequences of four tokens of eight features."""
    made = Network(widths=[8], mood=draw(st.sampled_from((MIXED, DULL))))
    for number in range(draw(st.integers(2, 7))):
        TOKEN_STEPS[draw(st.sampled_from(sorted(TOKEN_STEPS)))](draw, made, number)
    here = f"h{_last(made)}"
    returned = [here, f"{here}.mean(1)", f"{here}[:, 0]", f"{here}.flatten(1)"]
    return made.source(draw(st.sampled_from(returned)))


def _attention(draw: st.DrawFn, made: Network, number: int) -> None:
    here, width = f"h{_last(made)}", made.widths[-1]
    for part in "qkv":
        made.constructor.append(f"self.{part}{number} = nn.Linear({width}, {width}, bias=False)")
        made.write(f"{part}{number}.weight", draw(st.sampled_from(made.mood.weights)), 0.2)
    query, key, value = (f"self.{part}{number}({here})" for part in "qkv")
    scores = f"torch.softmax({query} @ {key}.transpose(1, 2), dim=-1)"
    made.tensor(f"{scores} @ {value}", width)


def _packed(draw: st.DrawFn, made: Network, number: int) -> None:
    """Queries, keys and values from one layer, in several spellings, or torch's own attention."""
    here, width = f"h{_last(made)}", made.widths[-1]
    how, name = draw(st.sampled_from(("torch", "chunk", "reshape"))), f"qkv{number}"
    if how == "torch":
        made.constructor.append(f"self.{name} = nn.MultiheadAttention({width}, 1, batch_first=True)")
        made.write(f"{name}.in_proj_weight", draw(st.sampled_from(made.mood.weights)), 0.2)
        made.write(f"{name}.in_proj_bias", draw(st.sampled_from(("default", "default", "constant"))), 0.2)
        made.write(f"{name}.out_proj.weight", draw(st.sampled_from(made.mood.weights)), 0.2)
        made.tensor(f"self.{name}({here}, {here}, {here})[0]", width)
        return
    bias = draw(st.sampled_from(made.mood.biases))
    made.constructor.append(f"self.{name} = nn.Linear({width}, {3 * width}{', bias=False' if bias == 'none' else ''})")
    made.write(f"{name}.weight", draw(st.sampled_from(made.mood.weights)), 0.2)
    made.write(f"{name}.bias", bias, 0.2)
    if how == "chunk":
        made.steps.append(f"q, k, v = self.{name}({here}).chunk(3, dim=-1)")
    else:
        made.steps.append(f"B, N, C = {here}.shape")
        made.steps.append(f"q, k, v = self.{name}({here}).reshape(B, N, 3, C).permute(2, 0, 1, 3).unbind(0)")
    made.tensor("F.scaled_dot_product_attention(q, k, v)", width)


def _modulated(draw: st.DrawFn, made: Network, number: int) -> None:
    """Shift, scale and gate from one layer."""
    here, width, name = f"h{_last(made)}", made.widths[-1], f"mod{number}"
    made.constructor.append(f"self.{name} = nn.Linear({width}, {3 * width})")
    made.write(f"{name}.weight", draw(st.sampled_from(made.mood.weights)), 0.2)
    made.write(f"{name}.bias", draw(st.sampled_from(("zeros", "constant", "default"))), 0.2)
    made.steps.append(f"shift, scale, gate = self.{name}({here}).chunk(3, dim=-1)")
    inner = f"{draw(st.sampled_from(ACTIVATIONS))}({here} * (1 + scale) + shift)"
    made.tensor(
        draw(st.sampled_from((f"{here} + gate * {inner}", f"gate * {inner}", f"torch.relu(gate) * {inner}"))), width
    )


def _block(draw: st.DrawFn, made: Network, number: int) -> None:
    """A transformer block of torch's."""
    width, name = made.widths[-1], f"block{number}"
    first = draw(st.booleans())
    made.constructor.append(
        f"self.{name} = nn.TransformerEncoderLayer({width}, 1, 4, dropout=0.0, batch_first=True, norm_first={first})"
    )
    for inner in ("self_attn.in_proj_weight", "self_attn.out_proj.weight", "linear1.weight", "linear2.weight"):
        made.write(f"{name}.{inner}", draw(st.sampled_from(made.mood.weights)), 0.2)
    made.write(f"{name}.linear1.bias", draw(st.sampled_from(("zeros", "constant", "default"))), 0.2)
    made.tensor(f"self.{name}(h{_last(made)})", width)


def _mixing(draw: st.DrawFn, made: Network, number: int) -> None:
    """A layer over the tokens instead of the features."""
    name = f"mix{number}"
    made.constructor.append(f"self.{name} = nn.Linear(4, 4)")
    made.write(f"{name}.weight", draw(st.sampled_from(made.mood.weights)), 0.2)
    made.write(f"{name}.bias", draw(st.sampled_from(("zeros", "constant", "default"))), 0.2)
    made.tensor(f"self.{name}(h{_last(made)}.transpose(1, 2)).transpose(1, 2)", made.widths[-1])


def _token_norm(draw: st.DrawFn, made: Network, number: int) -> None:
    width = made.widths[-1]
    made.constructor.append(f"self.norm{number} = nn.LayerNorm({width})")
    made.write(f"norm{number}.weight", draw(st.sampled_from(made.mood.gains)), 0.5)
    made.tensor(f"self.norm{number}(h{_last(made)})", width)


def _token_rare(draw: st.DrawFn, made: Network, number: int) -> None:
    here, width = f"h{_last(made)}", made.widths[-1]
    expressions = (
        f"{here}.roll(1, dims=2)", f"{here}.cumsum(1)", f"{here} + torch.arange(4.0).view(1, 4, 1)",
        f"{here} + torch.arange({width}.0)", f"{here}.sort(dim=2).values",
        f"{here} / {here}.norm(dim=-1, keepdim=True)",
        f"torch.where({here} > 0, {here}, -{here})", f"{here}.max(dim=1, keepdim=True)[0] + {here}",
        f"torch.maximum({here}, {here} * 0.5)", f"{here} * ({here} > 0).float()", f"({here}.abs() + 1).log().exp()",
        f"{here} * torch.sqrt({here}.abs() + 1).mean(-1, keepdim=True)", f"1 / ({here}.abs() + 2)", f"{here} ** 2",
        f"F.layer_norm({here}, ({width},))", f"torch.einsum('btc,bsc->bts', {here}, {here}) @ {here}",
        f"{here}.clamp(-1, 1)", f"{here}.pow(2)", f"{here}.masked_fill({here} > 0, 0.0)", f"{here}.exp()",
    )  # fmt: skip
    made.tensor(draw(st.sampled_from(expressions)), width)


TOKEN_STEPS = {
    "linear": _linear, "another": _linear, "attention": _attention, "mixing": _mixing, "norm": _token_norm,
    "activation": _activation, "combine": _combine, "rare": _token_rare, "and another": _linear,
    "packed": _packed, "modulated": _modulated, "block": _block,
}  # fmt: skip

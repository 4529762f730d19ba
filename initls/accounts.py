"""What the parameters of a model hold when training starts, in words and with places in the text: a report's contents.

The model of the program gives the accounts; here they are placed and put into words, once for the hover, the lens, the
hints and the report.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import cache
from sys import intern

from msgspec import Struct

from initls.facts.place import Place
from initls.knowledge import layers
from initls.model.answers import account
from initls.model.answers.account import Account
from initls.model.state.contents import (
    Constant,
    Content,
    Default,
    Garbage,
    Loaded,
    Random,
    Repeated,
    Structured,
    Unknown,
)
from initls.model.traces.trace import Trace
from initls.syntax.span import Span

SpanOf = Callable[[Place], "Span | None"]


class Parameter(Struct, frozen=True, gc=False):
    """One parameter of a model, for a reader."""

    name: str
    layer: str
    """The class of its layer as a reader knows it; empty for a parameter of the program's own."""
    shape: tuple[int | None, ...] | None
    by: str
    """Who wrote it last: "torch's default", "`_init_weights`", "a checkpoint"."""
    holds: str
    """What that leaves in it: "U(±0.125)", "0 everywhere"."""
    deviation: float | None
    """The standard deviation of its elements; None where it cannot be told."""
    advice: str
    """What would suit it best, as a call: `kaiming_normal_(nonlinearity="relu")`; empty where that is not known."""
    wanted: float | None
    """The standard deviation that this gives."""
    matrix: bool
    constant: bool
    """Whether it is a matrix that holds one number everywhere."""
    made: Span | None
    written: Span | None
    """Where it is made and where it is last written, if in this file."""


class Model(Struct, frozen=True):
    """One class of modules, and its parameters in the order in which they are made."""

    name: str
    span: Span
    """Its name in the text."""
    parameters: tuple[Parameter, ...]
    incomplete: str | None = None
    """Why the list may not be whole."""

    @property
    def summary(self) -> str:
        """The parameters in a line: how many there are, and by whom they are initialized."""
        count = len(self.parameters)
        if not count:
            return "no parameters"
        hands = Counter(parameter.by for parameter in self.parameters)
        parts = [f"{number} {by(hand)}" for hand, number in hands.most_common()]
        constant = sum(parameter.constant for parameter in self.parameters)
        parts += [f"{constant} constant {'matrix' if constant == 1 else 'matrices'}"] if constant else []
        return f"{count} parameter{'s' if count > 1 else ''}: {', '.join(parts)}"


def by(hand: str) -> str:
    """By whom, as a summary counts them."""
    return hand if hand in (TORCH, UNKNOWN, NOBODY) else f"by {hand}"


TORCH, CHECKPOINT = "torch's default", "a checkpoint"
NOBODY, UNKNOWN, MADE = "written by nobody", "not followed", "the statement that makes it"

_HANDS = {
    account.TORCH: TORCH,
    account.CHECKPOINT: CHECKPOINT,
    account.NOBODY: NOBODY,
    account.UNKNOWN: UNKNOWN,
    account.MADE: MADE,
}


def told(name: str, span: Span, trace: Trace, span_of: SpanOf) -> Model:
    """A model's accounts for a reader."""
    # The layers of a model are made at few places.
    spans = cache(span_of)
    parameters = tuple(parameter_told(trace, one, spans) for one in account.accounts(trace))
    return Model(name, span, parameters, trace.incomplete)


def parameter_told(trace: Trace, one: Account, span_of: SpanOf) -> Parameter:
    """One account for a reader; of the words, which are the same for many, there is one copy."""
    written = one.write.place if one.write is not None and one.write.explicit else None
    return Parameter(
        one.name,
        intern(one.layer.rpartition(".")[2]),
        one.shape,
        intern(_HANDS.get(one.hand, f"`{one.hand}`")),
        intern(held(trace, one)),
        one.deviation,
        "" if one.advice is None else intern(call(one.advice.function, one.advice.keywords)),
        one.wanted,
        one.matrix,
        one.matrix and isinstance(one.content, Constant),
        None if one.made.foreign else span_of(one.made),
        None if written is None or written.foreign else span_of(written),
    )


def held(trace: Trace, one: Account) -> str:
    """What a parameter holds, in a few words."""
    owner = trace.parameters[one.parameter].owner
    return content_told(one.content, {} if owner is None else trace.modules[owner].arguments)


def content_told(content: Content | None, arguments: layers.Args) -> str:
    """What a write leaves, in a few words; `arguments` are those of the layer's constructor."""
    match content:
        case None:
            return "one of several, by the options"
        case Constant(value=None):
            return "one number everywhere"
        case Constant(value=value):
            return f"{value:g} everywhere"
        case Default(layer=name, name=parameter):
            return _default_told(name, parameter, arguments)
        case Random(scheme=scheme, arguments=given):
            return _random_told(scheme, dict(given))
        case Repeated():
            return "copies of one draw"
        case Structured(what=what):
            return f"a matrix by construction ({what})"
        case Garbage():
            return "whatever was in memory"
        case Loaded(source=source):
            return f"from {source}"
        case Unknown(reason=reason):
            return f"not followed: {reason}"


def _default_told(name: str, parameter: str, arguments: layers.Args) -> str:
    layer = layers.layer(name)
    spec = None if layer is None else layers.parameter(layer, parameter)
    if spec is None:
        return "torch's default"
    default = spec.default
    constant, bound, std = default.constant(arguments), default.bound(arguments), default.std(arguments)
    if default.kind == "constant":
        return "one number everywhere" if constant is None else f"{constant:g} everywhere"
    if default.kind.endswith("uniform"):
        return "uniform" if bound is None else f"U(-{bound:.4g}, {bound:.4g})"
    return "normal" if std is None else f"N(0, {std:.4g}²)"


def _random_told(scheme: str, given: dict[str, float | str | bool | None]) -> str:
    if given.get("scaled"):
        return f"{scheme}, scaled"
    shown = [f"{name}={_value(value)}" for name, value in given.items() if name in SHOWN.get(scheme, ())]
    return f"{scheme}({', '.join(shown)})" if shown else scheme


SHOWN: dict[str, tuple[str, ...]] = {
    "normal": ("mean", "std"),
    "uniform": ("a", "b", "from", "to"),
    "trunc_normal": ("mean", "std", "a", "b"),
    "xavier_uniform": ("gain",),
    "xavier_normal": ("gain",),
    "kaiming_uniform": ("a", "mode", "nonlinearity"),
    "kaiming_normal": ("a", "mode", "nonlinearity"),
    "orthogonal": ("gain",),
}
"""The arguments of a draw that say how it spreads."""


def call(function: str, keywords: tuple[tuple[str, str | float], ...]) -> str:
    """A call of an initializer, without its tensor."""
    return f"{function}({', '.join(f'{name}={_value(value)}' for name, value in keywords)})"


def _value(value: object) -> str:
    if isinstance(value, bool) or value is None:
        return "?" if value is None else str(value)
    return f'"{value}"' if isinstance(value, str) else f"{value:.4g}" if isinstance(value, int | float) else "?"


def sentence(parameter: Parameter, *, markdown: bool = False) -> str:
    """A parameter in a line: what it holds, who put it there, and what would suit it where that is another thing."""
    quote = "`" if markdown else ""
    shape = "" if parameter.shape is None else f" ({', '.join('?' if n is None else str(n) for n in parameter.shape)})"
    said = f"{quote}{parameter.name}{quote}{shape}: {parameter.holds}"
    if parameter.deviation and "std=" not in parameter.holds:
        said += f", std {parameter.deviation:.3g}"
    if parameter.by not in (UNKNOWN, NOBODY):
        by = parameter.by if markdown else parameter.by.replace("`", "")
        said += f" ({by})" if parameter.by == TORCH else f" (by {by})"
    if parameter.wanted is None or parameter.deviation is None or _close(parameter.deviation, parameter.wanted):
        return said
    return f"{said}; {quote}{parameter.advice}{quote} would give it std {parameter.wanted:.3g}"


def _close(one: float, other: float) -> bool:
    """Whether two deviations are the same to a reader."""
    return abs(one - other) <= 0.01 * max(abs(one), abs(other))

"""Who wrote each parameter of a model last, what that leaves in it, and what would suit it: the trace, summed up."""

from __future__ import annotations

import math
from collections.abc import Iterator

from msgspec import Struct

from initls.facts.place import Place, name_of
from initls.knowledge import layers
from initls.knowledge.initializers import INITIALIZERS
from initls.knowledge.layers import REQUIRED, Role
from initls.knowledge.schemes import Distribution, Recommendation, recommend
from initls.knowledge.spreads import deviation
from initls.model.state.contents import Constant, Content, Default, Garbage, Loaded, Random, Structured, Unknown
from initls.model.state.flow import NOTHING_KNOWN
from initls.model.state.state import Write
from initls.model.traces.trace import Trace

Hand = str
"""Whose writing a parameter is: `torch`, `made` (by the statement that makes it), the name of a function, `checkpoint`,
`nobody` or `unknown`."""

TORCH, MADE, CHECKPOINT, NOBODY, UNKNOWN = "torch", "made", "checkpoint", "nobody", "unknown"


class Account(Struct, frozen=True):
    """One parameter when training starts.

    `content` is None where the ways to get there do not agree. `deviation` is the standard deviation of its elements,
    `wanted` that of what would suit it best, which is `advice`; None where they cannot be told.
    """

    parameter: int
    name: str
    layer: str
    """The dotted name of torch's layer; empty for a parameter of the program's own."""
    shape: tuple[int | None, ...] | None
    made: Place
    hand: Hand
    write: Write | None
    """The last write, where all ways agree on one."""
    content: Content | None
    deviation: float | None
    advice: Recommendation | None
    wanted: float | None
    frozen: bool
    matrix: bool
    """Whether it is a matrix or a kernel, which is what has units and a spread that matters."""


def accounts(trace: Trace, distribution: Distribution = "normal") -> Iterator[Account]:
    """One account for each parameter that the model of a trace holds, in the order in which they are made."""
    for number, name in sorted(trace.names.items()):
        info = trace.parameters[number]
        if not info.trainable or info.computed is not None or number not in trace.final:
            continue
        likely = [way for way in trace.final[number] if way.likely] or list(trace.final[number])
        writes = {way.writes[-1] for way in likely if way.writes}
        write = writes.pop() if len(writes) == 1 else None
        content = trace.content(number)
        matrix = info.role in (Role.WEIGHT, Role.TABLE) or (
            info.role is Role.OTHER and len(info.shape or ()) > 1 and any(_uses(trace, number))
        )
        advice = _advice(trace, number, distribution) if matrix else None
        yield Account(
            number,
            name,
            info.layer or "",
            info.shape,
            info.place,
            _hand(content, write, making=bool(write and write.making)),
            write,
            content,
            None if content is None else spread(trace, number, content),
            advice,
            None if advice is None else _spread_of(advice, info.shape),
            number in trace.frozen,
            matrix,
        )


def _hand(content: Content | None, write: Write | None, *, making: bool) -> Hand:
    match content:
        case Default():
            return TORCH
        case Garbage():
            return NOBODY
        case Loaded():
            return CHECKPOINT
        case None | Unknown():
            return UNKNOWN if write is None or not write.explicit else name_of(write.place.unit) or MADE
    if write is None:
        return UNKNOWN
    if not write.explicit:
        return TORCH
    return MADE if making else name_of(write.place.unit)


def spread(trace: Trace, number: int, content: Content) -> float | None:
    """The standard deviation of what a parameter holds; None where the program does not show it."""
    info = trace.parameters[number]
    match content:
        case Constant():
            return 0.0
        case Default(layer=name, name=parameter):
            layer = layers.layer(name)
            spec = None if layer is None else layers.parameter(layer, parameter)
            owner = None if info.owner is None else trace.modules[info.owner]
            return None if spec is None or owner is None else spec.default.std(owner.arguments)
        case Random(scheme=scheme, arguments=arguments):
            given = dict(arguments)
            factor = plain_draw(trace, number, content)
            if factor is not None:
                return abs(factor) * STANDARD[scheme]
            return None if given.get("scaled") else deviation(scheme, given, info.shape)
        case Structured() | _:
            return None


STANDARD = {"normal": 1.0, "uniform": 1 / math.sqrt(12)}
"""The deviations of what `torch.randn` and `torch.rand` draw."""


def plain_draw(trace: Trace, number: int, content: Random) -> float | None:
    """By what a plain `torch.randn` or `torch.rand` is multiplied that a parameter is made of; None for other draws."""
    ways = [way for way in trace.final.get(number, ()) if way.likely]
    made = bool(ways) and all(len(way.writes) == 1 and way.writes[0].making for way in ways)
    if not made or content.scheme not in STANDARD:
        return None
    given = dict(content.arguments)
    if not given:
        return 1.0
    factor = given.get("by")
    return float(factor) if isinstance(factor, int | float) and given.keys() == {"scaled", "by"} else None


def _uses(trace: Trace, number: int) -> Iterator[bool]:
    used = (node for subject in trace.subjects for node in subject.graph.of_weight(number))
    # That it is read at all does not make it a matrix: a table of positions is only added.
    return (True for node in used if node.kind != "parameter")


def _advice(trace: Trace, number: int, distribution: Distribution) -> Recommendation | None:
    """What the fixes would offer first; None where nothing is known of what follows."""
    following = trace.following(number)
    if following is NOTHING_KNOWN:
        return None
    activation = following.activation or ("none" if following.known else None)
    info = trace.parameters[number]
    owner = None if info.owner is None else trace.modules[info.owner]
    nodes = [node for subject in trace.subjects for node in subject.graph.of_weight(number)]
    return recommend(
        activation,
        layer=info.layer or "",
        norm_follows=following.norm,
        slope=following.slope,
        distribution=distribution,
        parameter=info.name,
        grouped=owner is not None and owner.arguments.get("groups", 1) != 1,
        inputs_first=any(node.inputs_first for node in nodes),
    )[0]


def _spread_of(advice: Recommendation, shape: tuple[int | None, ...] | None) -> float | None:
    row = INITIALIZERS[f"torch.nn.init.{advice.function}"]
    defaults = {name: value for name, value in row.signature if value is not REQUIRED}
    return deviation(advice.function.removesuffix("_"), {**defaults, **dict(advice.keywords)}, shape)

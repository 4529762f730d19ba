"""What the rules about schemes have in common: the initializers that suit a draw better, and how messages name it."""

from __future__ import annotations

import math

from initls.fixes.plans import InitializeParameter, Plan, ReplaceWrite, Scheme
from initls.knowledge.activations import ACTIVATIONS
from initls.knowledge.schemes import Distribution, recommend
from initls.model.answers.draws import Draw, DrawnAt
from initls.model.answers.signal import Way
from initls.model.state.flow import Node
from initls.rules.wording import listed

RECTIFIERS = frozenset(
    {"relu", "relu6", "threshold", "leaky_relu", "prelu", "rrelu", "gelu", "silu", "mish", "hardswish"}
)
"""Activations that take about half of the variance."""


def needed(met: Way) -> float:
    """The gain that keeps a signal through what follows a layer."""
    row = ACTIVATIONS.get(met.activation or "")
    if row is None or row.name not in RECTIFIERS:
        return 1.0
    slope = met.slope if row.name == "leaky_relu" else None
    return math.sqrt(2 / (1 + slope**2)) if slope is not None and abs(slope) < 1 else row.gain or 1.0


def percent(factor: float) -> str:
    """A small share as a message says it."""
    return f"{100 * factor:.0f}" if factor >= 0.01 else f"{100 * factor:.1g}"


def schemes(draw: Draw, node: Node, met: Way) -> tuple[Scheme, ...]:
    """Two to four initializers for a matrix, the best first, of the kind of distribution that it is drawn from."""
    activation = met.activation
    if activation is None:
        activation = "unknown" if met.joined and not met.next else "none"
    uniform = draw.drawn.scheme.endswith("uniform")
    distribution: Distribution = "uniform" if uniform else "normal"
    return tuple(
        Scheme(r.function, r.keywords, r.reason)
        for r in recommend(
            activation,
            layer=draw.info.layer or "",
            norm_follows=met.norm,
            slope=met.slope,
            distribution=distribution,
            parameter=draw.info.name,
            grouped=draw.groups != 1,
            inputs_first=node.inputs_first,
        )
    )


def lasting(draw: Draw, node: Node, met: Way) -> tuple[Scheme, ...]:
    """Those initializers that keep a signal through a row of layers: not a fixed spread, nor gain 1 before a ReLU."""
    found = [scheme for scheme in schemes(draw, node, met) if scheme.function != "trunc_normal_"]
    if met.activation in RECTIFIERS:
        found = [scheme for scheme in found if scheme.keywords]
    return tuple(found)


def redraw(at: DrawnAt, offered: tuple[Scheme, ...]) -> tuple[Plan, ...]:
    """The plan that draws by another scheme what a place draws."""
    if not offered or at.draws[0].write.place.foreign:
        return ()
    if at.making:
        return (InitializeParameter(at.place, offered),)
    return (ReplaceWrite(at.place, offered),)


def others(names: list[str]) -> str:
    """A sentence on the other weights of the same place that the message is true of as well."""
    rest = list(dict.fromkeys(names))[1:]
    return f" The same goes for {listed(rest, 3)}." if rest else ""

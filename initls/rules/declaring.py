"""What the rules about Keras and Flax share: the worst of several lots, the initializers to offer, and wording."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from initls.facts.place import Place
from initls.fixes.plans import Declare, Plan
from initls.knowledge.declared import SCHEMES, Framework, family
from initls.model.state.events import DeclaredConstant, DeclaredSpread, Lot
from initls.model.traces.declarations import ORDER
from initls.settings import Settings


def worst(lots: Iterable[Lot]) -> Lot:
    """What becomes of a weight in one trace or another; where it is loaded in any, nothing is claimed."""
    found = set(lots)
    return "loaded" if "loaded" in found else min(found, key=ORDER.index)


def repair(
    place: Place, event: DeclaredConstant | DeclaredSpread, settings: Settings, argument: str | None, at: int | None
) -> tuple[Plan, ...]:
    """The initializers for a layer, by what follows it."""
    if event.place != place:
        return ()  # The layer is made in another file.
    framework: Framework = "flax" if event.framework == "flax" else "keras"
    schemes: Sequence[tuple[str, str]] = SCHEMES[family(event.activation)]
    if settings.distribution == "uniform":
        schemes = sorted(schemes, key=lambda scheme: not scheme[0].endswith("uniform"))
    return (Declare(place, framework, argument, at, tuple(schemes)),)


def number(value: float | None) -> str:
    """A constant as a message says it."""
    return "one constant" if value is None else f"{value:g}"

"""Hooks of Hugging Face models that take the place of their base's and leave layers alone that the base would write."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from msgspec import Struct

from initls.facts import ir
from initls.facts.place import Place
from initls.knowledge import frameworks
from initls.model.machine import classes
from initls.model.machine.machine import Run
from initls.model.state.state import Alternative
from initls.model.state.values import External, ModuleRef, UnitFunction, Value


class Unchained(Struct, frozen=True):
    """An `_init_weights`, defined at `place`, that does not call its base's.

    `left` are the parameters of torch's layers that it leaves as they were made; `argument` is what it calls the module
    that it is given. `general` tells that the base is known to initialize all kinds of layers, as it does since
    transformers has an init module of its own.
    """

    place: Place
    left: tuple[str, ...]
    argument: str
    general: bool


Hook: TypeAlias = tuple[Place, ir.Function, Value]
"""Where a hook stands that does not call its base's, what it is, and that of its base."""


def unchained(
    run: Run,
    hook: Hook | None,
    reinitialized: frozenset[int],
    final: Mapping[int, tuple[Alternative, ...]],
    names: Mapping[int, str],
) -> Unchained | None:
    """What a hook of a model leaves as it was made, if its base's would do something there."""
    if hook is None:
        return None
    place, function, base = hook
    left = tuple(
        names[number]
        for number, ways in final.items()
        if number in names
        and number not in reinitialized
        and run.parameters[number].layer in frameworks.INITIALIZED_BY_BASE
        and not any(write.explicit for way in ways for write in way.writes)
    )
    general = run.guarded or not isinstance(base, External)
    return Unchained(place, left, function.parameters[1].name, general) if left else None


def hook_of(run: Run, ref: ModuleRef | None) -> Hook | None:
    """The hook of a model, if it keeps its base's from running."""
    if ref is None or run.state is None or not frameworks.TRANSFORMERS.derives(run.module(ref).classes):
        return None
    lineage = run.module(ref).classes
    found = classes.find(run, lineage, "_init_weights")
    if not isinstance(found, UnitFunction) or found.owner is None:
        return None
    function = classes.function_of(run, found)
    place = Place(found.unit, function.site if function is not None else 0)
    if not isinstance(function, ir.Function) or place.foreign or len(function.parameters) < 2:
        return None
    if run.reading.mentioned(found.unit, ("super(", "._init_weights(")):
        return None
    base = classes.find(run, lineage, "_init_weights", after=found.owner)
    return None if base is None else (place, function, base)

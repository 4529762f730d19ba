"""Hooks under names that the framework of their class does not call."""

from __future__ import annotations

from msgspec import Struct

from initls.facts.place import Place, inside
from initls.knowledge import frameworks
from initls.model.effects import hooks
from initls.model.machine import classes
from initls.model.machine.machine import Run, TooMuch
from initls.model.state.values import ModuleRef, UnitFunction


class Unheard(Struct, frozen=True):
    """A method that initializes, under a name that the framework of its class does not call."""

    framework: str
    name: str
    meant: str
    place: Place
    """The definition."""


def unheard(run: Run, ref: ModuleRef | None, called: frozenset[str]) -> tuple[Unheard, ...]:
    """The hooks of a class that has been built whose names are nearly right; nothing else of the class names them."""
    if ref is None or run.state is None:
        return ()
    info = run.module(ref)
    found: list[Unheard] = []
    for framework in frameworks.FRAMEWORKS:
        if not framework.derives(info.classes):
            continue
        members = run.reading.members(info.own_class)
        for name, meant in framework.slips:
            unit = members.get(name)
            if unit is None or unit in called or meant in members or "." in inside(info.own_class):
                continue
            if any(run.reading.mentioned(other, (f".{name}",)) for other in members.values() if other != unit):
                continue
            try:
                written = hooks.written_by(run, ref, called, (name,))
            except TooMuch:
                continue
            function = classes.function_of(run, UnitFunction(unit))
            if written and function is not None:
                found.append(Unheard(framework.name, name, meant, Place(unit, function.site)))
    return tuple(found)

"""Whose a write is: the class whose constructor leads to it, and the one whose method spells it."""

from __future__ import annotations

from initls.facts.place import class_of
from initls.model.state.state import Write
from initls.model.traces.trace import Trace


def by_base(trace: Trace, write: Write) -> str:
    """The class of the outermost constructor that leads to a write."""
    unit = (*write.path, write.place)[0].unit
    return class_of(unit) if trace.kind == "class" else ""


def author(write: Write) -> str:
    """The class whose method spells a write; empty for a function or a script."""
    owner = class_of(write.place.unit)
    return "" if owner == write.place.unit else owner

"""Which release of transformers a program is for, as far as it can be told."""

from __future__ import annotations

from initls.knowledge import frameworks
from initls.model.machine import lookup
from initls.model.machine.machine import Run
from initls.model.state.values import External


def is_five(run: Run) -> bool | None:
    """Whether the program runs with release 5 or a later one: it is installed, or what came with it is in use.

    False where an earlier one is installed, None where nothing tells.
    """
    if run.guarded or run.reading.find("", frameworks.INITIALIZATION) is not None or _imports(run):
        return True
    return False if run.reading.find("", "transformers") is not None else None


USUAL_NAMES = ("init", "initialization")
"""What programs call the module of initializers."""


def _imports(run: Run) -> bool:
    """Whether the file itself imports what came with release 5."""
    found = [lookup.name_in(run, "", name) for name in USUAL_NAMES]
    return any(isinstance(value, External) and frameworks.is_initialization(value.name) for value in found)

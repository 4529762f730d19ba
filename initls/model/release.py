"""Which release of transformers a program is for, as far as it can be told."""

from __future__ import annotations

from initls.knowledge import frameworks
from initls.model.machine import Run


def is_five(run: Run) -> bool | None:
    """Whether the program runs with release 5 or a later one: it is installed, or what came with it is in use.

    False where an earlier one is installed, None where nothing tells.
    """
    if run.guarded or run.reading.find("", frameworks.INITIALIZATION) is not None:
        return True
    return False if run.reading.find("", "transformers") is not None else None

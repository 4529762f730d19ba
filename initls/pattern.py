"""Regular expressions that are compiled when they are first used.

There are more than a hundred of them, and one run needs about half; to compile them all would take a tenth of the time
that loading the analysis takes.
"""

from __future__ import annotations

import re
from typing import cast


class _Pattern:
    """Stands for a compiled expression, and has whatever that has."""

    def __init__(self, expression: str, flags: int) -> None:
        self._asked = expression, flags

    def __getattr__(self, name: str) -> object:
        # Only what is not there yet comes by here; from then on a method is as near as that of the expression itself.
        found: object = getattr(re.compile(*self._asked), name)
        setattr(self, name, found)
        return found


def pattern(expression: str, flags: int = 0) -> re.Pattern[str]:
    """What `re.compile` gives. A mistake in the expression is raised where it is first used."""
    return cast("re.Pattern[str]", _Pattern(expression, flags))

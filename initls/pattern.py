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


class _Rare:
    """The same for what fits no text without some plain word, which is looked for first."""

    def __init__(self, word: str, fits: _Pattern) -> None:
        self._word, self._fits = word, fits

    def __getattr__(self, name: str) -> object:
        if name not in ("search", "match", "fullmatch"):
            return getattr(self._fits, name)
        word, fits = self._word, self._fits

        def ask(text: str, *where: int) -> object:
            return getattr(fits, name)(text, *where) if word in text else None

        setattr(self, name, ask)
        return ask


def pattern(expression: str, flags: int = 0) -> re.Pattern[str]:
    """What `re.compile` gives. A mistake in the expression is raised where it is first used."""
    return cast("re.Pattern[str]", _Pattern(expression, flags))


def rare(word: str, expression: str, flags: int = 0) -> re.Pattern[str]:
    """The same for an expression that fits only what has `word` in it, and is asked of much that has not.

    To look for a word takes a fraction of the time that most expressions take, and nothing is compiled for it.
    """
    return cast("re.Pattern[str]", _Rare(word, _Pattern(expression, flags)))

"""The codes of the rules, by the names of their modules alone: to know them nothing has to be imported."""

from __future__ import annotations

import os

from initls import rules
from initls.pattern import pattern

QUIET = frozenset(
    {
        "INI108", "INI207", "INI214", "INI216", "INI217", "INI224", "INI304", "INI306",
        "INI307", "INI309", "INI317", "INI324", "INI326", "INI413", "INI414"
    }
)  # fmt: skip
"""The rules that are off where nothing is said, and speak when a longer part of their code is named."""

_NAMED_AFTER_A_CODE = pattern(r"(ini\d{3})\.py\Z")


def codes() -> list[str]:
    """The codes of all rules about models, in order."""
    # `pkgutil` would tell as well, and takes longer to load than all rules together take to be listed.
    named = (_NAMED_AFTER_A_CODE.match(name) for folder in rules.__path__ for name in os.listdir(folder))
    return sorted(found.group(1).upper() for found in named if found is not None)

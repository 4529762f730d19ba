"""The codes of the rules, by the names of their modules alone: to know them nothing has to be imported."""

from __future__ import annotations

import os

from initls import rules
from initls.pattern import pattern

_NAMED_AFTER_A_CODE = pattern(r"(ini\d{3})\.py\Z")


def codes() -> list[str]:
    """The codes of all rules about models, in order."""
    # `pkgutil` would tell as well, and takes longer to load than all rules together take to be listed.
    named = (_NAMED_AFTER_A_CODE.match(name) for folder in rules.__path__ for name in os.listdir(folder))
    return sorted(found.group(1).upper() for found in named if found is not None)

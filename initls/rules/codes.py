"""The codes of the rules, by the names of their modules alone: to know them nothing has to be imported."""

from __future__ import annotations

import pkgutil
import re

from initls import rules

_NAMED_AFTER_A_CODE = re.compile(r"ini\d{3}\Z")


def codes() -> list[str]:
    """The codes of all rules about models, in order."""
    names = sorted(info.name for info in pkgutil.iter_modules(rules.__path__))
    return [name.upper() for name in names if _NAMED_AFTER_A_CODE.match(name)]

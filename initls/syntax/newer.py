"""Whether a text may hold syntax that the running Python is too old for."""

from __future__ import annotations

import re
import sys

from initls.pattern import pattern

SINCE: tuple[tuple[tuple[int, int], str], ...] = (
    ((3, 11), r"\bexcept\s*\*"),
    ((3, 11), r"\[[^\]]*\*\s*\w"),
    ((3, 12), r"^[ \t]*type\s+\w"),
    ((3, 12), r"\b(?:def|class)\s+\w+\s*\["),
    ((3, 12), r"\b(?:[fF][rR]?|[rR][fF])([\"'])(?:(?!\1).)*\{[^}\n]*(?:\1|\\)"),
    ((3, 14), r"\b[tT][rR]?[\"']|\b[rR][tT][\"']"),
    ((3, 14), r"\bexcept\b[^:(\n]+,"),
)
"""What a text looks like that may need a Python of that age: groups of exceptions, stars in an index, `type`, type
parameters, quotes and backslashes within f-strings, t-strings, several exceptions without brackets.
"""

_TOO_NEW = [look for version, look in SINCE if version > sys.version_info[:2]]
_NEWER = pattern("|".join(_TOO_NEW) or r"(?!)", re.MULTILINE)


def may_be_newer(text: str) -> bool:
    """Whether anything in `text` looks as if only a newer Python could read it."""
    return _NEWER.search(text) is not None

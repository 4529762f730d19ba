"""The bare code of a text, for gates that look for words in it: what comments and strings say is said to people."""

from __future__ import annotations

from initls.pattern import pattern
from initls.syntax.scan import tokens


def bare(text: str) -> str:
    """`text` without comments and without what its strings hold; f-strings, which may hold code, stay as they are."""
    kept: list[str] = []
    at = 0
    for kind, start, end in tokens(text):
        if kind == "comment":
            kept.append(text[at:start])
            at = end
        elif kind == "string" and not _FORMATTED.fullmatch(text, max(start - 2, 0), start):
            kept += [text[at:start], '""']
            at = end
    kept.append(text[at:])
    return "".join(kept)


_FORMATTED = pattern(r"(?s).?[fFtT]|[fFtT][rR]")
"""The last two characters in front of a string that may hold code."""

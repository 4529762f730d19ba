"""The code of a text: what is left of it when nothing is said to people any more.

Comments, blank lines and strings that stand alone as statements change nothing of what a program does, and are typed
letter by letter. Two texts with the same code are both whole or both broken, and have the same facts.
"""

from __future__ import annotations

from initls.pattern import pattern
from initls.syntax.scan import tokens

MOST = 100_000
"""The characters of a text that is looked at."""

_SURROGATE = pattern("[\ud800-\udfff]")
_LINE_ENDS = pattern(r"(?:[ \t\f]*(?:\r\n|\r|\n))+")
_HEAD = pattern(r"[ \t]*[rRuU]?")
_TAIL = pattern(r"[ \t]*(?:#|[\r\n]|$)")


def code(text: str) -> str | None:
    """The code of `text`; None where it takes more than a glance to tell."""
    if len(text) > MOST or "\0" in text or (not text.isascii() and _SURROGATE.search(text)):
        # Comments can make a text unreadable as well.
        return None
    kept: list[str] = []
    between: list[str] = []
    at = depth = 0
    for kind, start, end in tokens(text):
        if kind == "open":
            depth += end - start
        elif kind == "close":
            depth -= end - start
        elif kind == "join":
            return None
        elif kind == "comment":
            between.append(text[at:start])
            at = end
        elif depth == 0 and _is_statement(text, start, end):
            between.append(text[at:start] + '""')
            at = end
        else:
            between.append(text[at:start])
            kept += [_plain(between), text[start:end]]
            between = []
            at = end
    kept.append(_plain([*between, text[at:]]))
    # A backslash may join lines, or just fail to.
    return None if any("\\" in piece for piece in kept[::2]) else "".join(kept)


def _plain(pieces: list[str]) -> str:
    """Code without strings: spaces at the ends of lines and blank lines count for nothing."""
    return _LINE_ENDS.sub("\n", "".join(pieces))


def _is_statement(text: str, start: int, end: int) -> bool:
    """Whether the string from `start` to `end` is closed, and all that there is in its lines."""
    quote = text[start : start + 3] if text.startswith(('"""', "'''"), start) else text[start]
    if end - start < 2 * len(quote) or not text.endswith(quote, start, end) or "\\" in text[start:end]:
        return False
    line = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1
    return _HEAD.fullmatch(text, line, start) is not None and _TAIL.match(text, end) is not None

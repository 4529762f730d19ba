"""How often words stand in a text: counted once, and kept up to date by what an edit takes away and brings.

Some questions about a model hang on all of its file: whether anything names a function, or reads an attribute. To
search a long file for the answer at every keystroke would take longer than all the rest.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence, Set
from functools import lru_cache
from itertools import chain
from typing import TypeAlias

from initls.pattern import pattern

FEW = 40
"""Words that are remembered of any file; of a long one as many as it has segments.

When there are more, most of them are of states that are gone, of this file or of one that imports it, and all are
counted anew as they are asked for.
"""

TOKEN = pattern(r"\w+")

HANDED_ON = pattern(
    r"(?m)^[ \t]*(?:(?:from[ \t]+[\w.]+[ \t]+)?import\b[^\r\n(]*(?:\([^)]*\))?"
    r"|__all__[ \t]*\+?=[ \t]*[\[(][^\])]*[\])])"
)
"""Imports, and the list of the names that a file hands on."""

Counter: TypeAlias = Callable[[str], int]


def _spoken(word: str) -> Counter:
    pattern = re.compile(rf"\b{re.escape(word)}\b")
    return lambda text: len(pattern.findall(text)) if word in text else 0


def _used(word: str) -> Counter:
    # What begins or ends with a sign, such as `.apply(`, may have anything there.
    start, end = (r"(?<!\w)" if word[0] not in ".(" else "", r"(?!\w)" if word[-1] not in ".(" else "")
    pattern = re.compile(f"{start}{re.escape(word)}{end}")
    return lambda text: int(word in text and pattern.search(HANDED_ON.sub("", text)) is not None)


def _read(word: str) -> Counter:
    name = re.escape(word)
    pattern = re.compile(rf"\.\s*{name}\b(?!\s*(?::[^=\n]+)?=(?!=))|([\"']){name}\1")
    return lambda text: int(word in text and pattern.search(text) is not None)


SPOKEN, USED, READ = "spoken", "used", "read"

SENSES: dict[str, Callable[[str], Counter]] = {SPOKEN: _spoken, USED: _used, READ: _read}
"""What counts in one segment's text. SPOKEN: the word, comments and strings included, as often as it is there. USED:
whether it is there but where it is imported or handed on. READ: whether an attribute of that name may be read, other
than by assigning it, or stands in a string."""

Asked: TypeAlias = tuple[str, str]
"""A sense and a word."""


@lru_cache(64)
def _counter(asked: Asked) -> Counter:
    sense, word = asked
    return SENSES[sense](word)


def token_of(word: str) -> str:
    """A word of letters that is in every text in which `word` is, and not as a part of a longer one."""
    return max(TOKEN.findall(word), key=len, default="")


class Mentions:
    """What has been asked about the words of one state of a text that is cut into segments."""

    def __init__(self, segments: int) -> None:
        """Start with nothing asked about a text of so many segments."""
        self._most = max(FEW, segments)
        self._counts: dict[Asked, int] = {}
        self._by_token: dict[str, tuple[Asked, ...]] = {}
        """All that was asked, by the token that tells whether an edit can matter."""

    def __len__(self) -> int:
        return len(self._counts)

    def count(self, sense: str, word: str, texts: Iterable[str]) -> int:
        """How many of a word there are in `texts`, which are those of all segments."""
        asked = sense, word
        known = self._counts.get(asked)
        if known is None:
            if len(self._counts) >= self._most:
                self._counts, self._by_token = {}, {}
            known = self._counts[asked] = sum(map(_counter(asked), texts))
            token = token_of(word)
            self._by_token[token] = (*self._by_token.get(token, ()), asked)
        return known

    def followed(self, gone: Sequence[str], come: Sequence[str], tokens: Set[str], segments: int) -> Mentions:
        """The same for the text of so many segments in which `gone` have become `come`, with the `tokens` of these."""
        after = Mentions(segments)
        after._counts, after._by_token = dict(self._counts), dict(self._by_token)
        for asked in chain.from_iterable([self._by_token.get(token, ()) for token in ("", *tokens)]):
            count = _counter(asked)
            after._counts[asked] += sum(map(count, come)) - sum(map(count, gone))
        return after

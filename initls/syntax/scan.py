"""A cheap lexer: it knows strings, brackets, comments and line continuations, and nothing else of Python.

That is enough to say whether a run of lines ends in the middle of something, which comments are comments, and which
lines make one statement. It reads any text, takes time in proportion to it and never raises.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from msgspec import Struct

from initls.bounded import digest, remembered
from initls.pattern import pattern


class State(NamedTuple):
    """Where the lexer stands between two lines."""

    depth: int = 0
    """How many brackets are open; which kind, does not matter."""
    quote: str = ""
    """The delimiter of the string that is open, if any; one of a single quote needs a backslash to be open here."""
    continued: bool = False
    """Whether the last line ends in a backslash."""
    bad: bool = False
    """Whether something has been seen that no sound text has: a bracket that closes nothing, a string cut off."""

    @property
    def closed(self) -> bool:
        """Whether a new statement can begin here."""
        return not (self.depth or self.quote or self.continued)

    @property
    def clean(self) -> bool:
        """Whether a new statement can begin here and all that came before looks sound."""
        return self == CLEAN


CLEAN = State()

# One token of interest. Every alternative begins with one character of the leading set, which lets the regex engine
# skip everything else quickly. Runs of brackets, brackets with nothing of interest between them and whole strings are
# taken at once. No group repeats more than 64 times, as the engine keeps a record of each time: what is longer is
# recognized by its first characters and read on by `_string_end`.
_ESCAPE = r"\\(?:\r\n|[\s\S])"
_TOKEN = pattern(
    rf"""[\#"'()\[\]{{}}\\](?:
        (?<=\#)[^\r\n]*
      | (?<=\()[^()\[\]{{}}"'\#\\]*\)
      | (?<=\[)[^()\[\]{{}}"'\#\\]*\]
      | (?<=[(\[{{])[(\[{{]*
      | (?<=[)\]}}])[)\]}}]*
      | (?<=")(?: ""[^"\\]*(?:(?:{_ESCAPE}|"(?!""))[^"\\]*){{0,64}}\"""
                | (?!"")[^"\\\r\n]*(?:{_ESCAPE}[^"\\\r\n]*){{0,64}}"
                | "" )
      | (?<=')(?: ''[^'\\]*(?:(?:{_ESCAPE}|'(?!''))[^'\\]*){{0,64}}'''
                | (?!'')[^'\\\r\n]*(?:{_ESCAPE}[^'\\\r\n]*){{0,64}}'
                | '' )
      | (?<=\\)(?:\r\n|\r|\n)
      | (?<=["'\\])
    )""",
    re.VERBOSE,
)
_NEWLINE = pattern(r"\r\n|\r|\n")
_INSIDE = {
    '"""': pattern(rf'[^"\\]*(?:(?:{_ESCAPE}|"(?!""))[^"\\]*){{0,1024}}'),
    "'''": pattern(rf"[^'\\]*(?:(?:{_ESCAPE}|'(?!''))[^'\\]*){{0,1024}}"),
    '"': pattern(rf'[^"\\\r\n]*(?:{_ESCAPE}[^"\\\r\n]*){{0,1024}}'),
    "'": pattern(rf"[^'\\\r\n]*(?:{_ESCAPE}[^'\\\r\n]*){{0,1024}}"),
}


def string_end(text: str, start: int, quote: str) -> int:
    """Where the string with delimiter `quote` ends whose inside begins at `start`; else at the end of the line."""
    return _string_end(text, start, quote)[0]


def _opens_only(text: str, start: int, end: int) -> bool:
    """Whether the quotes that the token pattern took are but the beginning of a string."""
    size = end - start
    return size == 1 or (size == 3 and text[start] == text[start + 1] == text[start + 2])


def _string_end(text: str, start: int, quote: str) -> tuple[int, bool, bool]:
    """Where the string with delimiter `quote` ends whose inside begins at `start`; is it still open; is it cut off."""
    inside, at, size = _INSIDE[quote], start, len(text)
    while True:
        body = inside.match(text, at)
        assert body is not None, "the pattern matches the empty string"
        if text.startswith(quote, body.end()):
            return body.end() + len(quote), False, False
        if body.end() == at:
            break
        at = body.end()
    if len(quote) == 3:
        return size, True, False
    if at == size and at > start + 1 and text[at - 1] in "\r\n":
        return size, True, False
    return at, False, True


class Token(NamedTuple):
    """A piece of text of one kind.

    A `comment`, a `string` or what there is of it, an `open` or `close` run of brackets, or a `join`, which is a
    backslash with the newline behind it.
    """

    kind: str
    start: int
    end: int


def advance(text: str, state: State = CLEAN) -> State:
    """The state behind `text`, whole lines, when it begins in `state`."""
    if not text:
        return state
    depth, quote, _, bad = state
    at = 0
    if quote:
        at, still, cut = _string_end(text, 0, quote)
        if still:
            return State(depth, quote, False, bad)
        bad = bad or cut
    continued = False
    while True:
        resume = -1
        for token in _TOKEN.finditer(text, at):
            first, size = text[token.start()], token.end() - token.start()
            if first == "#":
                continue
            if first in "([{":
                if text[token.end() - 1] in "([{":
                    depth += size
            elif first in ")]}":
                depth -= size
                if depth < 0:
                    depth, bad = 0, True
            elif first == "\\":
                if size == 1:
                    bad = True
                elif token.end() == len(text):
                    continued = True
            elif size in (1, 3) and _opens_only(text, *token.span()):
                quote = text[token.start() : token.end()]
                resume, still, cut = _string_end(text, token.end(), quote)
                if still:
                    return State(depth, quote, False, bad)
                bad = bad or cut
                break
        if resume < 0:
            return State(depth, "", continued, bad)
        at = resume


def tokens(text: str, state: State = CLEAN) -> list[Token]:
    """The comments, strings, brackets and joined lines of `text` in order, when it begins in `state`."""
    found: list[Token] = []
    at = 0
    if state.quote:
        at, _, _ = _string_end(text, 0, state.quote)
        found.append(Token("string", 0, at))
    while True:
        resume = -1
        for token in _TOKEN.finditer(text, at):
            start, end = token.span()
            first, size = text[start], end - start
            if first == "#":
                found.append(Token("comment", start, end))
            elif first in "([{" and text[end - 1] in ")]":
                found.append(Token("open", start, start + 1))
                found.append(Token("close", end - 1, end))
            elif first in "([{":
                found.append(Token("open", start, end))
            elif first in ")]}":
                found.append(Token("close", start, end))
            elif first == "\\":
                if size > 1:
                    found.append(Token("join", start, end))
            elif size in (1, 3) and _opens_only(text, start, end):
                resume, _, _ = _string_end(text, end, text[start:end])
                found.append(Token("string", start, resume))
                break
            else:
                found.append(Token("string", start, end))
        if resume < 0:
            return found
        at = resume


class Comment(Struct, frozen=True):
    """A comment: the column of its `#` and its text from there to the end of the line."""

    column: int
    text: str


class Layout(Struct, frozen=True):
    """What the lines of a text are made of; lines count from 0."""

    comments: dict[int, Comment]
    """The comments by line."""
    statements: tuple[tuple[int, int], ...]
    """First and last line of each logical line, in order: a simple statement, or the header of a compound one.

    Blank lines and lines with nothing but a comment are in none of them.
    """
    open_lines: frozenset[int]
    """The lines whose end is inside a bracket, a string or a joined line, so that nothing can be put behind them."""
    inside_strings: frozenset[int]
    """Those of the open lines whose end is inside a string or right behind a backslash: no comment can stand there."""

    def statement_at(self, line: int) -> tuple[int, int] | None:
        """The logical line that `line` is part of."""
        return next((lines for lines in self.statements if lines[0] <= line <= lines[1]), None)


MOST_LAID_OUT = 60_000
"""The characters of the texts whose layout is remembered: it takes many times the memory of a text."""


@remembered(MOST_LAID_OUT, key=digest, weight=len)
def layout(text: str) -> Layout:
    """The comments and logical lines of `text`; remembered, as segments come again and again."""
    comments: dict[int, Comment] = {}
    statements: list[tuple[int, int]] = []
    inside: set[int] = set()
    bracketed: set[int] = set()
    ends = [newline.end() for newline in _NEWLINE.finditer(text)]
    ends.append(len(text) + 1)
    line, start, depth = 0, 0, 0

    def pass_to(offset: int, marks: set[int] | None) -> None:
        """Go on to the line of `offset`; the lines passed end in what `marks` collects."""
        nonlocal line, start
        while ends[line] <= offset:
            if marks is not None:
                marks.add(line)
            line += 1
            start = ends[line - 1]

    for kind, begin, end in tokens(text):
        pass_to(begin, bracketed if depth else None)
        if kind == "comment":
            comments[line] = Comment(begin - start, text[begin:end])
        elif kind == "open":
            depth += end - begin
        elif kind == "close":
            depth = max(0, depth - (end - begin))
        else:
            pass_to(min(end, len(text)), inside)
    pass_to(len(text), bracketed if depth else None)
    open_lines = frozenset(inside | bracketed)
    first = 0
    for number in range(len(ends)):
        if number in open_lines and number + 1 < len(ends):
            continue
        begin = ends[first - 1] if first else 0
        head = text[begin : ends[first]].lstrip(" \t\f\ufeff")
        if head.strip() and not head.startswith("#"):
            statements.append((first, number))
        first = number + 1
    return Layout(comments, tuple(statements), open_lines, frozenset(inside))


def comments(text: str) -> dict[int, Comment]:
    """The comments of `text` by line; a `#` inside a string is none."""
    return layout(text).comments

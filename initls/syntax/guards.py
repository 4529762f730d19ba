"""What is looked at before a segment is given to any parser, and how it is put before one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from initls.pattern import pattern
from initls.syntax.depth import LIMIT, USUAL, too_deep
from initls.syntax.scan import CLEAN, advance, layout
from initls.syntax.segments import Kind, Segment
from initls.syntax.text import split

MAX_SIZE = 512 * 1024
"""The characters of a segment that are read at most; a parser cannot be interrupted."""

PREFIX_LINES: Mapping[Kind, int] = {kind: int(kind.indented) for kind in Kind}
"""How many lines stand in front of a segment's own where it is parsed; columns are those of the text."""

_LONE_CR = pattern(r"\r(?!\n)")
_SURROGATE = pattern("[\ud800-\udfff]")
_F_STRING = pattern(r"(?i)[ft]r?[\"']")
_NEWLINE = pattern(r"\r\n|\r|\n")


class Unreadable(Struct, frozen=True):
    """Why a segment has no tree.

    `invalid-syntax`: no parser takes it, as a rule because it is half typed. `unreadable`: it was not given to any.
    The line counts from 0 within the segment.
    """

    kind: Literal["invalid-syntax", "unreadable"]
    reason: str
    line: int


class Admitted(Struct, frozen=True):
    """The text of a segment as a module that a parser may see, with `PREFIX_LINES` lines in front."""

    source: str
    deep: int | None
    """The line of the segment on which it is nested deeper than people nest, if it is."""


def admit(segment: Segment) -> Admitted | Unreadable:
    """A segment as parsers get it, or why they do not."""
    text = segment.text
    deep = None if len(text) > MAX_SIZE else too_deep(text, USUAL)
    if (refusal := refuse(text, deep=deep is not None)) is not None:
        return refusal
    if (open_end := unclosed(text)) is not None:
        return open_end
    source = _LONE_CR.sub("\n", text.removeprefix("\ufeff"))
    if segment.kind.indented:
        source = "if 1:\n" + source
    elif segment.kind is Kind.CLASS_HEAD and _lacks_body(source):
        source += "    pass\n" if source.endswith("\n") else "\n    pass\n"
    return Admitted(source, deep)


def refuse(text: str, *, deep: bool = True) -> Unreadable | None:
    """Why `text` is not to be given to a parser; it has to be measured only if it is `deep`er than usual."""
    if len(text) > MAX_SIZE:
        return Unreadable(
            "unreadable", f"longer than {MAX_SIZE // 1024} kB without a definition or a paragraph in it", 0
        )
    if "\0" in text:
        return Unreadable("unreadable", "contains a NUL character", line_of(text, text.index("\0")))
    if not text.isascii() and (surrogate := _SURROGATE.search(text)):
        # Bytes that could not be decoded have become surrogates of this one range.
        undecoded = "\udc80" <= surrogate.group() <= "\udcff"
        reason = "contains bytes that are not text" if undecoded else "contains half a character"
        return Unreadable("unreadable", reason, line_of(text, surrogate.start()))
    line = too_deep(text) if deep else None
    if line is not None:
        return Unreadable("unreadable", f"nested more than {LIMIT} levels deep", line)
    return None


def unclosed(text: str) -> Unreadable | None:
    """What is wrong with a text that ends inside a bracket or a string, as it does most of the time while one types.

    No parser takes it, and to know that takes a fraction of the time that one needs to find out.
    """
    state = advance(text)
    if not (state.depth or state.quote) or _F_STRING.search(text):
        # In an f-string there may be strings of the same quotes, which the lexer takes for its end.
        return None
    string = f"unterminated {'triple-quoted ' if len(state.quote) == 3 else ''}string literal"
    return Unreadable("invalid-syntax", string if state.quote else "a bracket is never closed", breaks(text))


def mistake(segment: Segment, reason: str, line: int) -> Unreadable:
    """What a parser has against a segment, on a line of what it was given, counted from 1."""
    last = line_of(segment.text, len(segment.text.rstrip()))
    return Unreadable("invalid-syntax", reason, min(max(line - 1 - PREFIX_LINES[segment.kind], 0), last))


def line_of(text: str, offset: int) -> int:
    """The line, from 0, that an offset is on."""
    return len(_NEWLINE.findall(text, 0, offset))


def breaks(text: str) -> int:
    """The line on which a string is cut off, or on which begins what is never closed."""
    state, sound = CLEAN, 0
    for number, line in enumerate(split(text)):
        if state.closed:
            sound = number
        state = advance(line, state)
        if state.bad:
            return number
    return 0 if state.closed else sound


def _lacks_body(source: str) -> bool:
    """Whether a class head ends with its header, as it does when the first statement of the class is a method."""
    plan = layout(source)
    if not plan.statements:
        return False
    first, last = plan.statements[-1]
    lines = source.replace("\r\n", "\n").split("\n")
    comment = plan.comments.get(last)
    end = lines[last] if comment is None else lines[last][: comment.column]
    header = re.match(r"[ \t\f]*class\b", lines[first]) is not None
    return header and end.rstrip().endswith(":")

"""From a segment to its libcst tree, or to the reason why there is none."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import libcst

from initls.bounded import remembered
from initls.syntax.depth import LIMIT, USUAL, too_deep
from initls.syntax.scan import CLEAN, advance, layout
from initls.syntax.segments import Kind, Segment, key_of, size_of
from initls.syntax.text import split
from initls.syntax.trial import Trial

MAX_SIZE = 512 * 1024
"""The characters of a segment that are read at most; the parser cannot be interrupted."""

MOST_PARSED = 40_000
"""The characters of the segments whose trees are remembered; a tree takes some hundred times the memory of its text."""

TRIAL = Trial()
"""Tries out what is nested deeper than usual."""

PREFIX_LINES: Mapping[Kind, int] = {kind: int(kind.indented) for kind in Kind}
"""How many lines the tree of a segment has in front of the segment's own; columns are those of the text."""

_LONE_CR = re.compile(r"\r(?!\n)")
_SURROGATE = re.compile("[\ud800-\udfff]")
_F_STRING = re.compile(r"(?i)[ft]r?[\"']")
_NEWLINE = re.compile(r"\r\n|\r|\n")
_PLACE = re.compile(r"error at (\d+):\d+: expected (.*)", re.DOTALL)
_EXPECTED = {"INDENT": "an indented block", "NEWLINE": "the end of the line"}


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a segment has no tree.

    `invalid-syntax`: libcst does not take it, as a rule because it is half typed. `unreadable`: it was not given to
    libcst at all. The line counts from 0 within the segment.
    """

    kind: Literal["invalid-syntax", "unreadable"]
    reason: str
    line: int


@remembered(MOST_PARSED, key=key_of, weight=size_of)
def parse(segment: Segment) -> libcst.Module | Unreadable:
    """The tree of a segment, which has `PREFIX_LINES` lines in front of the segment's own.

    The last few are remembered: who reads a segment that is being typed in often wants its positions next.
    Must run on a thread that has a stack of `ANALYSIS_STACK` bytes.
    """
    text = segment.text
    deep = None if len(text) > MAX_SIZE else too_deep(text, USUAL)
    if (refusal := _refuse(text, deep=deep is not None)) is not None:
        return refusal
    if (unclosed := _unclosed(text)) is not None:
        return unclosed
    source = _LONE_CR.sub("\n", text.removeprefix("\ufeff"))
    if segment.kind.indented:
        source = "if 1:\n" + source
    elif segment.kind is Kind.CLASS_HEAD and _lacks_body(source):
        source += "    pass\n" if source.endswith("\n") else "\n    pass\n"
    if deep is not None and not TRIAL.survives(source):
        return Unreadable("unreadable", "the parser dies of it", deep)
    try:
        return libcst.parse_module(source)
    except libcst.ParserSyntaxError as error:
        return _broken(segment, error)
    except RecursionError:
        return Unreadable("unreadable", "nested too deeply", 0)
    except Exception as error:  # The parser is foreign code, and there is no list of what it raises.
        return Unreadable("unreadable", f"the parser failed: {error}", 0)


def statements(tree: libcst.Module, kind: Kind) -> Sequence[libcst.SimpleStatementLine | libcst.BaseCompoundStatement]:
    """The statements of a segment of that kind, out of its tree."""
    if not kind.indented:
        return tree.body
    block = tree.body[0]
    assert isinstance(block, libcst.If)
    return [
        statement
        for statement in block.body.body
        if isinstance(statement, (libcst.SimpleStatementLine, libcst.BaseCompoundStatement))
    ]


def _refuse(text: str, *, deep: bool = True) -> Unreadable | None:
    """Why `text` is not to be given to libcst; it has to be measured only if it is `deep`er than usual."""
    if len(text) > MAX_SIZE:
        return Unreadable(
            "unreadable", f"longer than {MAX_SIZE // 1024} kB without a definition or a paragraph in it", 0
        )
    if "\0" in text:
        return Unreadable("unreadable", "contains a NUL character", _line(text, text.index("\0")))
    if not text.isascii() and (surrogate := _SURROGATE.search(text)):
        # Bytes that could not be decoded have become surrogates of this one range.
        undecoded = "\udc80" <= surrogate.group() <= "\udcff"
        reason = "contains bytes that are not text" if undecoded else "contains half a character"
        return Unreadable("unreadable", reason, _line(text, surrogate.start()))
    line = too_deep(text) if deep else None
    if line is not None:
        return Unreadable("unreadable", f"nested more than {LIMIT} levels deep", line)
    return None


def _unclosed(text: str) -> Unreadable | None:
    """What is wrong with a text that ends inside a bracket or a string, as it does most of the time while one types.

    No parser takes it, and to know that takes a fraction of the time that one needs to find out.
    """
    state = advance(text)
    if not (state.depth or state.quote) or _F_STRING.search(text):
        # In an f-string there may be strings of the same quotes, which the lexer takes for its end.
        return None
    string = f"unterminated {'triple-quoted ' if len(state.quote) == 3 else ''}string literal"
    return Unreadable("invalid-syntax", string if state.quote else "a bracket is never closed", _breaks(text))


def _line(text: str, offset: int) -> int:
    return len(_NEWLINE.findall(text, 0, offset))


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


def _broken(segment: Segment, error: libcst.ParserSyntaxError) -> Unreadable:
    """What the parser says, and where; its exceptions have the place in their text alone."""
    text = segment.text
    place = _PLACE.search(error.message)
    if place is None:
        # The tokenizer names no place.
        return Unreadable("invalid-syntax", error.message.rpartition("error: ")[2], _breaks(text))
    expected = place.group(2)
    reason = f"expected {_EXPECTED.get(expected, expected)}" if " " not in expected else "invalid syntax"
    line = int(place.group(1)) - 1 - PREFIX_LINES[segment.kind]
    return Unreadable("invalid-syntax", reason, min(max(line, 0), _line(text, len(text.rstrip()))))


def _breaks(text: str) -> int:
    """The line on which a string is cut off, or on which begins what is never closed."""
    state, sound = CLEAN, 0
    for number, line in enumerate(split(text)):
        if state.closed:
            sound = number
        state = advance(line, state)
        if state.bad:
            return number
    return 0 if state.closed else sound

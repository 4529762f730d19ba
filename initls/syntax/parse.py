"""From a segment to its libcst tree, or to the reason why there is none."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import libcst

from initls.syntax.depth import LIMIT, too_deep
from initls.syntax.scan import layout
from initls.syntax.segments import Kind, Segment

MAX_SIZE = 512 * 1024
"""The characters of a segment that are read at most; the parser cannot be interrupted."""

PREFIX_LINES: Mapping[Kind, int] = {kind: int(kind.indented) for kind in Kind}
"""How many lines the tree of a segment has in front of the segment's own; columns are those of the text."""

_LONE_CR = re.compile(r"\r(?!\n)")
_SURROGATE = re.compile("[\ud800-\udfff]")
_ESCAPED = re.compile("[\udc80-\udcff]")
_NEWLINE = re.compile(r"\r\n|\r|\n")
_POSITION = re.compile(r" @ \d+:\d+\.?")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a segment has no tree.

    `invalid-syntax`: libcst does not take it, as a rule because it is half typed. `unreadable`: it was not given to
    libcst at all. The line counts from 0 within the segment.
    """

    kind: Literal["invalid-syntax", "unreadable"]
    reason: str
    line: int


def parse(segment: Segment) -> libcst.Module | Unreadable:
    """The tree of a segment, which has `PREFIX_LINES` lines in front of the segment's own.

    Must run on a thread that has a stack of `ANALYSIS_STACK` bytes.
    """
    text = segment.text
    if (refusal := _refuse(text)) is not None:
        return refusal
    source = _LONE_CR.sub("\n", text.removeprefix("\ufeff"))
    if segment.kind.indented:
        source = "if 1:\n" + source
    elif segment.kind is Kind.CLASS_HEAD and _lacks_body(source):
        source += "    pass\n" if source.endswith("\n") else "\n    pass\n"
    try:
        return libcst.parse_module(source)
    except libcst.ParserSyntaxError as error:
        last = len(_NEWLINE.findall(text.rstrip()))
        line = error.raw_line - 1 - PREFIX_LINES[segment.kind]
        return Unreadable("invalid-syntax", _sentence(error), min(max(line, 0), last))
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


def _refuse(text: str) -> Unreadable | None:
    """Why `text` is not to be given to libcst."""
    if len(text) > MAX_SIZE:
        return Unreadable(
            "unreadable", f"longer than {MAX_SIZE // 1024} kB without a definition or a paragraph in it", 0
        )
    if "\0" in text:
        return Unreadable("unreadable", "contains a NUL character", _line(text, text.index("\0")))
    if not text.isascii() and (surrogate := _SURROGATE.search(text)):
        reason = (
            "contains bytes that are not text" if _ESCAPED.match(surrogate.group()) else "contains half a character"
        )
        return Unreadable("unreadable", reason, _line(text, surrogate.start()))
    deep = too_deep(text)
    if deep is not None:
        return Unreadable("unreadable", f"nested more than {LIMIT} levels deep", deep)
    return None


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


def _sentence(error: libcst.ParserSyntaxError) -> str:
    """What the parser says, without the position that it says it at."""
    message = _POSITION.sub("", error.message.removeprefix("parser error: ")).strip()
    return message or "invalid syntax"

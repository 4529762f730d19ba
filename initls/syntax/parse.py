"""From a segment to its libcst tree, or to the reason why there is none."""

from __future__ import annotations

import re
from collections.abc import Sequence

import libcst

from initls.bounded import remembered
from initls.pattern import pattern
from initls.syntax.guards import Unreadable, admit, breaks, mistake
from initls.syntax.segments import Kind, Segment, key_of, size_of
from initls.syntax.trial import Trial

MOST_PARSED = 10_000
"""The characters of the segments whose trees are remembered; a tree takes some hundred times the memory of its text."""

TRIAL = Trial()
"""Tries out what is nested deeper than usual."""

_PLACE = pattern(r"error at (\d+):\d+: expected (.*)", re.DOTALL)
_EXPECTED = {"INDENT": "an indented block", "NEWLINE": "the end of the line"}


@remembered(MOST_PARSED, key=key_of, weight=size_of)
def parse(segment: Segment) -> libcst.Module | Unreadable:
    """The tree of a segment, which has `PREFIX_LINES` lines in front of the segment's own.

    The last few are remembered: who points at something in a segment often wants to change it next.
    Must run on a `deep_thread`.
    """
    admitted = admit(segment)
    if isinstance(admitted, Unreadable):
        return admitted
    if admitted.deep is not None and not TRIAL.survives(admitted.source):
        return Unreadable("unreadable", "the parser dies of it", admitted.deep)
    try:
        return libcst.parse_module(admitted.source)
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


def _broken(segment: Segment, error: libcst.ParserSyntaxError) -> Unreadable:
    """What the parser says, and where; its exceptions have the place in their text alone."""
    place = _PLACE.search(error.message)
    if place is None:
        # The tokenizer names no place.
        return Unreadable("invalid-syntax", error.message.rpartition("error: ")[2], breaks(segment.text))
    expected = place.group(2)
    reason = f"expected {_EXPECTED.get(expected, expected)}" if " " not in expected else "invalid syntax"
    return mistake(segment, reason, int(place.group(1)))

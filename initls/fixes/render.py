"""New expressions, built as nodes and written in the style of the file."""

from __future__ import annotations

import re
from collections.abc import Sequence

import libcst as cst

from initls.bounded import remembered
from initls.fixes.plans import Formula, Scheme
from initls.pattern import pattern
from initls.syntax.text import Text, key_of

_STRINGS = pattern(
    r"'''.*?'''|\"\"\".*?\"\"\"|#[^\r\n]*|'(?:\\.|[^'\\\r\n])*'|\"(?:\\.|[^\"\\\r\n])*\"",
    re.DOTALL,
)
_NO_SPACE = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
_EMPTY = cst.Module([])


@remembered(16, key=key_of)
def quote(text: Text) -> str:
    """The quotation mark that the file uses most for plain strings."""
    counts = {"'": 0, '"': 0}
    for found in _STRINGS.finditer(text.source):
        piece = found.group()
        if piece[0] in counts and not piece.startswith(('"""', "'''")):
            counts[piece[0]] += 1
    return "'" if counts["'"] > counts['"'] else '"'


def literal(value: str | float | Formula, text: Text) -> cst.BaseExpression:
    """A value as the file would write it; numbers to five digits."""
    if isinstance(value, Formula):
        return cst.parse_expression(value.code)
    if isinstance(value, str):
        mark = quote(text)
        return cst.SimpleString(f"{mark}{value}{mark}")
    short = value if isinstance(value, int) else float(f"{value:.5g}")
    return cst.parse_expression(repr(short))


def keywords(scheme: Scheme, text: Text) -> tuple[str, ...]:
    """The arguments of a scheme's call behind the tensor."""
    return tuple(
        _EMPTY.code_for_node(cst.Arg(literal(value, text), cst.Name(name), _NO_SPACE, cst.MaybeSentinel.DEFAULT))
        for name, value in scheme.keywords
    )


def tail(arguments: Sequence[str]) -> str:
    """What stands behind the tensor in a new call, the closing parenthesis included."""
    return "".join(f", {argument}" for argument in arguments) + ")"


def title(scheme: Scheme) -> str:
    """What a menu shows for a scheme."""
    return f"Initialize with {scheme.function}" + (f" ({scheme.reason})" if scheme.reason else "")

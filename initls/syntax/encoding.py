"""Columns as a client counts them.

This is the only place that knows of anything but code points. A client may count the bytes of UTF-8, the 16-bit units
of UTF-16 or the code points themselves (UTF-32); which, is agreed upon once when it connects.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from initls.pattern import pattern
from initls.syntax.text import content

Encoding: TypeAlias = Literal["utf-8", "utf-16", "utf-32"]

_ASTRAL = pattern("[\U00010000-\U0010ffff]")


def to_units(line: str, column: int, encoding: Encoding) -> int:
    """The units in front of the code-point `column` of `line`; a column behind the line's content is at its end."""
    text = content(line)
    column = max(0, min(column, len(text)))
    if encoding == "utf-32" or text.isascii():
        return column
    before = text[:column]
    if encoding == "utf-8":
        return len(before.encode("utf-8", "surrogatepass"))
    return column + len(_ASTRAL.findall(before))


def from_units(line: str, units: int, encoding: Encoding) -> int:
    """The code-point column that has `units` in front of it.

    Units behind the line's content are at its end; units that end inside a character stand in front of that character.
    """
    text = content(line)
    units = max(0, units)
    if encoding == "utf-32" or text.isascii():
        return min(units, len(text))
    if encoding == "utf-8":
        data = text.encode("utf-8", "surrogatepass")
        units = min(units, len(data))
        while units < len(data) and data[units] & 0xC0 == 0x80:
            units -= 1
        return len(data[:units].decode("utf-8", "surrogatepass"))
    pairs = 0
    for astral in _ASTRAL.finditer(text):
        at = astral.start() + pairs
        if at >= units:
            break
        if at + 1 == units:
            return astral.start()
        pairs += 1
    return min(units - pairs, len(text))

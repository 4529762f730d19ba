"""A text as its lines, changed by building a new one that shares what did not change."""

from __future__ import annotations

import codecs
import re
from functools import cached_property

from msgspec import Struct

from initls.bounded import digest
from initls.pattern import pattern
from initls.syntax.blocks import Blocks
from initls.syntax.span import Point, Span

_ENDING = pattern(r"(\r\n|\r|\n)")
_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_BLANK = re.compile(rb"^[ \t\f]*(?:#|$)")
_BOMS_OF_OTHERS = ((codecs.BOM_UTF32_LE, "UTF-32"), (codecs.BOM_UTF16_LE, "UTF-16"), (codecs.BOM_UTF16_BE, "UTF-16"))


def split(source: str) -> list[str]:
    """The lines of `source`, each with its ending; the last has none and may be empty.

    `str.splitlines` will not do: it also splits at form feeds and at line separators, where no editor does.
    """
    if "\r" not in source:
        lines = [line + "\n" for line in source.split("\n")]
        lines[-1] = lines[-1][:-1]
        return lines
    pieces = _ENDING.split(source)
    lines = [content + ending for content, ending in zip(pieces[::2], pieces[1::2], strict=False)]
    lines.append(pieces[-1])
    return lines


def content(line: str) -> str:
    """The line without its ending."""
    if line.endswith("\n"):
        return line[:-2] if line.endswith("\r\n") else line[:-1]
    return line[:-1] if line.endswith("\r") else line


class Text(Struct, frozen=True, dict=True):
    """The lines of a text, each with its own ending.

    There is always a last line, which has no ending and may be empty.
    Points outside the text are taken for the nearest point inside it; there is none within a CRLF.
    """

    lines: Blocks[str]

    @staticmethod
    def of(source: str) -> Text:
        """The text that reads `source`."""
        text = Text(Blocks.of(split(source), len))
        text.__dict__["source"] = source
        return text

    @cached_property
    def source(self) -> str:
        """The whole text as one string."""
        return "".join(self.lines)

    @cached_property
    def newline(self) -> str:
        """The line ending that the text uses most, LF where it uses none."""
        counts = {"\n": 0, "\r\n": 0, "\r": 0}
        for line in self.lines[:-1]:
            counts["\r\n" if line.endswith("\r\n") else line[-1]] += 1
        return max(counts, key=lambda ending: counts[ending])

    @property
    def end(self) -> Point:
        """The point behind the last character."""
        return Point(len(self.lines) - 1, len(self.lines[-1]))

    def line(self, number: int) -> str:
        """The content of a line, without its ending."""
        return content(self.lines[number])

    def clamp(self, point: Point) -> Point:
        """The nearest point that exists: on a line of the text, and not behind the content of that line."""
        line, column = point
        if line < 0:
            return Point(0, 0)
        if line >= len(self.lines):
            return self.end
        return Point(line, min(max(column, 0), len(content(self.lines[line]))))

    def slice(self, span: Span) -> str:
        """The characters of `span`."""
        start, end = self._ordered(span)
        if start.line == end.line:
            return self.lines[start.line][start.column : end.column]
        first = self.lines[start.line][start.column :]
        last = self.lines[end.line][: end.column]
        return "".join((first, *self.lines[start.line + 1 : end.line], last))

    def replace(self, span: Span, new: str) -> Text:
        """The text with the characters of `span` replaced; all untouched lines are shared with this text."""
        start, end = self._ordered(span)
        first, last = start.line, end.line
        middle = self.lines[first][: start.column] + new + self.lines[last][end.column :]
        if first > 0 and middle.startswith("\n") and self.lines[first - 1].endswith("\r"):
            # A line feed that comes to stand behind a carriage return makes one ending with it.
            first -= 1
            middle = self.lines[first] + middle
        lines = split(middle)
        if last + 1 < len(self.lines):
            # The last touched line kept its ending, so what `split` saw behind that ending is the next line.
            lines.pop()
        return Text(self.lines.spliced(first, last + 1, lines))

    def offset(self, point: Point) -> int:
        """How many characters of `source` stand in front of `point`."""
        point = self.clamp(point)
        return self.lines.position(point.line) + point.column

    def point(self, offset: int) -> Point:
        """The point with `offset` characters of `source` in front of it."""
        number = self.lines.at(offset)
        return self.clamp(Point(number, offset - self.lines.position(number)))

    def _ordered(self, span: Span) -> tuple[Point, Point]:
        start, end = self.clamp(span.start), self.clamp(span.end)
        return (start, end) if start <= end else (end, start)


def key_of(text: Text) -> bytes:
    """What a text goes by where something is remembered of it."""
    return digest(text.source)


class Undecodable(Struct, frozen=True):
    """Bytes that are not the text of a Python file, and why."""

    reason: str


def decode(data: bytes) -> str | Undecodable:
    """The text that `data` holds, by its byte order mark or coding cookie; without either it is UTF-8.

    Bytes that the encoding does not know become lone surrogates, as in Python's own file names.
    So one bad byte costs the segment that it stands in, not the file, and `encode` gives it back as it was.
    The byte order mark is no part of the text.
    """
    encoding = _declared(data)
    if isinstance(encoding, Undecodable):
        return encoding
    bare = data.removeprefix(codecs.BOM_UTF8)
    try:
        source = bare.decode(encoding, "surrogateescape")
        if encoding != "utf-8" and source.encode(encoding, "surrogateescape") != bare:
            return Undecodable(f"cannot be written back in its declared encoding {encoding}")
    except (LookupError, UnicodeError, ValueError):
        return Undecodable(f"declares the encoding {encoding}, which does not fit its bytes")
    return source


def encode(source: str, like: bytes) -> bytes:
    """The bytes of `source` in the encoding of the file `like`, with a byte order mark if that has one.

    Raises `UnicodeError` where the encoding has no bytes for a character.
    """
    encoding = _declared(like)
    if isinstance(encoding, Undecodable):
        raise UnicodeError(encoding.reason)
    mark = codecs.BOM_UTF8 if like.startswith(codecs.BOM_UTF8) else b""
    return mark + source.encode(encoding, "surrogateescape")


def _declared(data: bytes) -> str | Undecodable:
    """The name of the encoding that the first two lines ask for."""
    for mark, name in _BOMS_OF_OTHERS:
        if data.startswith(mark):
            return Undecodable(f"is {name}, which Python does not read")
    if data.startswith(codecs.BOM_UTF8):
        return "utf-8"
    for line in re.split(rb"\r\n|\r|\n", data[:4096], maxsplit=2)[:2]:
        if cookie := _COOKIE.match(line):
            name = cookie.group(1).decode("ascii", "replace")
            try:
                return codecs.lookup(name).name
            except (LookupError, ValueError):
                return Undecodable(f"declares the unknown encoding {name}")
        if not _BLANK.match(line):
            break
    return "utf-8"

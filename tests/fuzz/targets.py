"""What is fuzzed: functions that take any bytes, do something with the text of a document, and know what must come out.

The bytes are a tape. From its front come the decisions (which edit, where, in which encoding), and pieces of text are
either the characters of the tape itself, so that a fuzzer that flips bytes flips characters, or one of the lines and
pieces at which a cut by layout can go wrong.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from typing import get_args

from initls.deep import STACK
from initls.document import Document
from initls.server.convert import point_in, span_in
from initls.syntax.encoding import Encoding, to_units
from initls.syntax.outline import outline
from initls.syntax.parse import parse
from initls.syntax.scan import advance, layout
from initls.syntax.span import Point, Span
from initls.syntax.text import Text, Undecodable, decode, encode
from tests.syntax.snippets import LINES, PIECES

ENCODINGS: tuple[Encoding, ...] = get_args(Encoding)
SNIPPETS = (*LINES, *PIECES)
ENDS = ("\n", "\r\n", "\r", "")
UNITS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}


class Tape:
    """Reads bytes from front to back; behind the end there are zeros."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def left(self) -> int:
        return len(self._data) - self._at

    def byte(self) -> int:
        if not self.left:
            return 0
        self._at += 1
        return self._data[self._at - 1]

    def below(self, count: int) -> int:
        """A number from 0 up to, not including, `count`."""
        number = self.byte()
        return (number if count <= 256 else number << 8 | self.byte()) % count

    def text(self, most: int) -> str:
        """Some lines and pieces, at most `most`."""
        return "".join(self._piece() for _ in range(self.below(most + 1)))

    def _piece(self) -> str:
        kind = self.byte()
        if kind < 2 * len(SNIPPETS):
            return SNIPPETS[kind // 2] + (ENDS[self.byte() % len(ENDS)] if kind % 2 else "")
        size = kind % 16
        raw = bytes(self.byte() for _ in range(min(size, self.left)))
        # Any bytes are characters, half ones among them; the first letters of UTF-8's longer forms make astral ones.
        return raw.decode("utf-8", "surrogateescape")


# --------------------------------------------------------------------------- the text and its positions


def lines_of(text: str) -> list[str]:
    """The lines of `text` without their ends, found without the code that is tested."""
    return re.split(r"\r\n|\r|\n", text)


def units(text: str, encoding: Encoding) -> int:
    codec, size = UNITS[encoding]
    # Each character by itself: two halves that stand side by side are two characters here.
    return sum(len(character.encode(codec, "surrogatepass")) // size for character in text)


def offset_of(text: str, line: int, column: int) -> int:
    """How many characters stand in front of a column of a line."""
    ends = [found.end() for found in re.finditer(r"\r\n|\r|\n", text)]
    return (ends[line - 1] if line else 0) + column


def buffer(data: bytes) -> None:
    """A text that is edited as editors do is the string that is edited as strings are, in every encoding."""
    tape = Tape(data)
    encoding = ENCODINGS[tape.below(3)]
    model = tape.text(12)
    text = Text.of(model)
    for _ in range(6):
        if not tape.left:
            break
        lines = lines_of(model)
        first = tape.below(len(lines))
        last = min(first + tape.below(4), len(lines) - 1)
        ends = sorted((line, tape.below(len(lines[line]) + 1)) for line in (first, last))
        wire = [(line, units(lines[line][:column], encoding)) for line, column in ends]
        for (line, column), sent in zip(ends, wire, strict=True):
            assert to_units(text.lines[line], column, encoding) == sent[1]
            assert point_in(text, sent, encoding) == Point(line, column)
            assert text.offset(Point(line, column)) == offset_of(model, line, column)
        beyond = (ends[1][0], wire[1][1] + tape.below(5))
        inside = point_in(text, beyond, encoding)
        assert inside.line == beyond[0] and ends[1][1] <= inside.column <= len(lines[inside.line])
        assert units(lines[inside.line][: inside.column], encoding) <= beyond[1]

        new = tape.text(3)
        low, high = (offset_of(model, line, column) for line, column in ends)
        span = span_in(text, (wire[0], wire[1]), encoding)
        assert text.slice(span) == model[low:high]
        edited = text.replace(span, new)
        model = model[:low] + new + model[high:]
        assert edited.source == model
        assert edited.lines == Text.of(model).lines
        assert [edited.line(number) for number in range(len(edited.lines))] == lines_of(model)
        place = edited.point(tape.below(len(model) + 1))
        assert edited.clamp(place) == place
        text = edited


def bytes_of_files(data: bytes) -> None:
    """A file that is read and written again is the same file, whatever it holds and declares."""
    source = decode(data)
    if isinstance(source, Undecodable):
        assert source.reason
        return
    assert encode(source, data) == data
    # A repair adds plain characters, which every encoding of a Python file has.
    encode(source + "\npass\n", data)


# --------------------------------------------------------------------------- the cut


def cut(data: bytes) -> None:
    """The segments of an edited text are those of a fresh look at it, and hold every line once."""
    tape = Tape(data)
    document = Document.of("x.py", tape.text(24))
    for _ in range(8):
        if not tape.left:
            break
        lines = document.text.lines
        first = tape.below(len(lines))
        last = min(first + tape.below(6), len(lines) - 1)
        start = Point(first, tape.below(len(document.text.line(first)) + 1))
        end = Point(last, tape.below(len(document.text.line(last)) + 1))
        document = document.edit(0, Span(*sorted((start, end))), tape.text(4))
        made, fresh = document.parts[0].outline, outline(document.text)
        assert made == fresh
        assert (made.joined, made.dirty) == (fresh.joined, fresh.dirty)
        sizes = [[chunk.lines for chunk in cut.chunks] for cut in (made, fresh)]
        assert sizes[0] == sizes[1]
        assert {name: count for name, count in made.names.items() if count} == dict(fresh.names)
        pieces = [segment.text for _, _, segment in made.placed]
        assert "".join(pieces) == document.source
        assert made.line(len(made.placed)) == len(document.text.lines)
        assert len(made.index) == len(made.placed)


def read(data: bytes) -> None:
    """Every segment of any text is read, or refused with a reason and a line that it has."""
    tape = Tape(data)
    text = Text.of(tape.text(24))
    plan = layout(text.source)
    for first, last in plan.statements:
        assert 0 <= first <= last < len(text.lines)
    for line, comment in plan.comments.items():
        assert text.line(line)[comment.column :] == comment.text
    state = advance("")
    for line in text.lines:
        state = advance(line, state)
    assert state == advance(text.source)
    for _, _, segment in outline(text).placed:
        found = parse(segment)
        if hasattr(found, "reason"):
            assert found.reason
            assert 0 <= found.line < len(lines_of(segment.text))


TARGETS: dict[str, Callable[[bytes], None]] = {
    "buffer": buffer,
    "files": bytes_of_files,
    "cut": cut,
    "read": read,
}


def on_deep_stack(work: Callable[[], None]) -> None:
    """Do `work` on a thread with the stack that the analysis has; what it raises is raised here."""
    raised: list[BaseException] = []

    def body() -> None:
        try:
            work()
        except BaseException as error:  # Carried over to the thread that waits.
            raised.append(error)

    before = threading.stack_size(STACK)
    thread = threading.Thread(target=body)
    thread.start()
    threading.stack_size(before)
    thread.join()
    if raised:
        raise raised[0]

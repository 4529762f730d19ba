"""Documents: what one analysis is about, as one frozen value.

A document carries its text and the outline of that, and the only history there is: the last good segment of each unit
that cannot be read now. A notebook is one text as well, that of its cells one after the other, and knows where each
cell stands in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from initls.notebook import Cells, join
from initls.syntax.outline import Outline, outline, recut
from initls.syntax.segments import Segment
from initls.syntax.span import Span
from initls.syntax.text import Text


class Part(Struct, frozen=True):
    """A file, or a cell of a notebook."""

    filename: str
    text: Text
    outline: Outline

    @staticmethod
    def of(filename: str, source: str) -> Part:
        """The part of that name that reads `source`."""
        text = Text.of(source)
        return Part(filename, text, outline(text))

    def edit(self, span: Span, new: str, text: Text | None = None) -> Part:
        """The part with the characters of `span` replaced; costs what the edit touches.

        `text` is that of the part afterwards, where somebody has worked it out already.
        """
        old = self.text
        start, end = sorted((old.clamp(span.start), old.clamp(span.end)))
        text = text or old.replace(Span(start, end), new)
        # A line feed at the start of a line may have joined the carriage return in front of it.
        first = max(start.line - 1, 0)
        return Part(self.filename, text, recut(self.outline, old, text, first, end.line))


class Carried(Struct, frozen=True):
    """The last good state of a unit that is broken now."""

    segment: Segment
    line: int = 0
    """The line on which the segment began when it was good; for the order of units, not for positions."""


class Document(Struct, frozen=True, eq=False):
    """The parts of a document, and what is carried over from sounder states of it. Compared by identity."""

    parts: tuple[Part, ...]
    carried: Mapping[tuple[int, str], Carried] = field(default_factory=dict)
    """By part and unit. The stage that reads segments decides what is broken, and sets this with `carry`."""
    cells: Cells | None = None
    """Where the cells of a notebook stand; None for a file."""

    @staticmethod
    def of(filename: str, source: str) -> Document:
        """The document of one file that reads `source`, without history."""
        return Document((Part.of(filename, source),))

    @staticmethod
    def of_cells(filename: str, sources: Sequence[str]) -> Document:
        """The document of a notebook with these code cells, without history."""
        source, cells = join(sources)
        return Document((Part.of(filename, source),), cells=cells)

    @property
    def text(self) -> Text:
        """The text of the first part, the only one of a file."""
        return self.parts[0].text

    @property
    def source(self) -> str:
        """The text of the first part as a string."""
        return self.parts[0].text.source

    @property
    def filename(self) -> str:
        """The name of the first part."""
        return self.parts[0].filename

    def edit(self, part: int, span: Span, new: str) -> Document:
        """The document with the characters of `span` in one part replaced."""
        return self.edits(part, [(span, new)])

    def edits(self, part: int, edits: Sequence[tuple[Span, str]], text: Text | None = None) -> Document:
        """The document with several edits made one after the other, each in terms of what the one before left.

        `text` is what the last of them leads to, where that is known.
        """
        changed, cells = self.parts[part], self.cells
        for number, (span, new) in enumerate(edits, start=1):
            changed = changed.edit(span, new, text if number == len(edits) else None)
            cells = None if cells is None else cells.edited(span, new)
        return replace(self, parts=(*self.parts[:part], changed, *self.parts[part + 1 :]), cells=cells)

    def divided(self, cells: Cells | None) -> Document:
        """The same text with its cells at other places, as moving or parting cells leaves it."""
        return replace(self, cells=cells)

    def carry(self, carried: Mapping[tuple[int, str], Carried]) -> Document:
        """The document with `carried` for its history."""
        return replace(self, carried=carried)


def moved(old_text: str, new_text: str, span: Span) -> Span | None:
    """Where `span` of `old_text` is in `new_text`, of which only one stretch has changed.

    What the two have in common at the front stays where it is, what they have in common at the end keeps its distance
    from the end. A span that meets what lies between has gone, even where it only touches it.
    """
    if old_text == new_text:
        return span
    old, new = Text.of(old_text), Text.of(new_text)
    front = shared(old_text, new_text)
    back = shared(old_text[front:][::-1], new_text[front:][::-1])
    start, end = old.offset(span.start), old.offset(span.end)
    if end < front:
        return span
    if start > len(old_text) - back:
        shift = len(new_text) - len(old_text)
        return Span(new.point(start + shift), new.point(end + shift))
    return None


def shared(first: str, second: str) -> int:
    """How many characters the two have in common at the front."""
    low, high = 0, min(len(first), len(second))
    while low < high:
        middle = (low + high + 1) // 2
        if first[low:middle] == second[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low

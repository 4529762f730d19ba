"""From a document to its program: what the text speaks of, the facts of its segments, and the traces of its roots."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import reduce
from operator import or_

from msgspec import Struct

from initls import cancel, suppress
from initls.document import Carried, Document
from initls.facts import ir
from initls.facts.store import FactStore
from initls.library import Library, Shelf
from initls.model.machine.scope import ALONE, Files
from initls.model.traces import declarations
from initls.model.traces.program import Program
from initls.model.traces.source import FileSource
from initls.model.traces.tracer import Tracer
from initls.pattern import rare
from initls.positions import NOWHERE, Elsewhere
from initls.syntax.guards import Unreadable
from initls.syntax.outline import Outline, differing
from initls.syntax.segments import Placed

MARK = rare("torch", r"\btorch\b")
"""What a text must hold to be about PyTorch at all: every way to its names leads through an import of it."""

ABOUT_TORCH, ABOUT_US, ABOUT_OTHERS = 1, 2, 4
"""What the text of a segment may speak of, as bits: PyTorch, comments that silence findings, Keras and its like."""

MOST_SEGMENTS = 2_000
"""Segments of which is remembered what they speak of."""

MOST_GONE = 40
MOST_GONE_TEXT = 20_000
"""Units that are remembered though the text has them no more, and the characters that they may have together."""

Broken = dict[str, Unreadable]
"""The units that a look at a document has found broken, and why."""


class _Spoken(Struct, frozen=True):
    """What the segments of a text speak of."""

    outline: Outline | None
    """That of the text, which is the one that was asked about last."""
    counts: Counter[int]
    """How many segments speak of what."""
    commented: frozenset[str]
    """The units that speak of us."""


_NOTHING_SPOKEN = _Spoken(None, Counter(), frozenset())


class Programs:
    """Reads documents, and remembers what it has read.

    Imported names are followed into the files of `shelf`, if there is one. Whoever has something read gives a dict, in
    which is noted what was found to be broken.
    """

    def __init__(self, shelf: Shelf | None = None, *, passing: bool = False) -> None:
        """Start with nothing remembered. With `passing`, facts outlive the files that are forgotten."""
        self.facts = FactStore()
        self.library = None if shelf is None else Library(shelf, self.facts)
        self.tracer = Tracer()
        self._passing = passing
        self._speaks: dict[bytes, int] = {}
        """What segments speak of, by their keys."""
        self._spoken = _NOTHING_SPOKEN
        self._noted: tuple[Outline | None, Mapping[tuple[int, str], Carried]] = None, {}
        """The outline whose sound states were noted last, and what there was to carry then."""

    def open(self, document: Document) -> None:
        """Have the other files see this state of a document."""
        if self.library is not None:
            self.library.open(document)

    def look(self) -> None:
        """See what has changed on the disk, where that is due."""
        if self.library is not None:
            self.library.shelf.look()

    def look_again(self) -> None:
        """Believe nothing any more that was found on the disk."""
        if self.library is not None:
            self.library.shelf.look_again()

    def forget(self, filename: str) -> None:
        """Drop what is remembered of a file that is closed."""
        self.tracer.forget(filename)
        if self.library is not None:
            self.library.close(filename)
        if not self._passing and not self.tracer.remembers:
            # Nothing that is open shares its facts, so there is nobody to keep them for.
            self.facts.clear()

    def about(self, outline: Outline) -> int:
        """What a text speaks of. A segment that is known is not searched again."""
        return reduce(or_, (about for about, times in self._listened(outline).counts.items() if times), 0)

    def commented(self, outline: Outline) -> frozenset[str]:
        """The units of a text that may hold comments which silence findings."""
        return self._listened(outline).commented

    def _listened(self, outline: Outline) -> _Spoken:
        known = self._spoken
        if known.outline is outline:
            return known
        gone: tuple[Placed, ...] = ()
        first, stop = 0, len(outline.placed)
        if known.outline is not None:
            first, old_stop, stop = differing(known.outline, outline)
            gone = known.outline.placed[first:old_stop]
            if len(gone) == len(known.outline.placed):
                # It is another file, as a rule, and has nothing of what was there before.
                known, gone = _NOTHING_SPOKEN, ()
        come = outline.placed[first:stop]
        counts = known.counts.copy()
        counts.subtract(map(self._about_segment, gone))
        counts.update(map(self._about_segment, come))
        commented = known.commented
        old = {placed.unit for placed in gone if placed.unit in commented}
        new = {placed.unit for placed in come if self._about_segment(placed) & ABOUT_US}
        if old != new:
            commented = commented - old | new
        self._spoken = _Spoken(outline, counts, commented)
        return self._spoken

    def _about_segment(self, placed: Placed) -> int:
        segment, known = placed.segment, self._speaks
        found = known.get(segment.key)
        if found is None:
            if len(known) >= MOST_SEGMENTS:
                known.clear()
            found = known[segment.key] = _speaks_of(segment.text)
        return found

    def program(self, document: Document, broken: Broken, check: cancel.Check, *, trial: bool = False) -> Program:
        """The program of a document; of a `trial` nothing is remembered. Raises `Cancelled` when `check` does."""
        self.facts.is_first = not self.tracer.knows(document.filename)
        source, files = self.source(document, broken)
        about = self.about(document.parts[0].outline)
        torch, declared = bool(about & ABOUT_TORCH), bool(about & ABOUT_OTHERS)
        return self.tracer.program(source, check, files, torch=torch, declared=declared, trial=trial)

    def source(self, document: Document, broken: Broken) -> tuple[FileSource, Files]:
        """A document as the model reads it, among the files around it."""
        part = document.parts[0]
        source = FileSource(part.filename, part.outline, lambda placed: self.read(document, broken, placed), broken)
        return source, ALONE if self.library is None else self.library.around(part.filename)

    def elsewhere(self, document: Document) -> Elsewhere:
        """How other files are found in which a finding points at something."""
        return NOWHERE if self.library is None else self.library.around(document.filename).document

    def read(self, document: Document, broken: Broken, placed: Placed) -> ir.Facts | None:
        """The facts of a segment; where it is broken, those of its last good state."""
        found = self.facts.facts(placed.segment)
        if isinstance(found, ir.Facts):
            return found
        broken[placed.unit] = found
        carried = document.carried.get((0, placed.unit))
        if carried is None:
            return None
        last = self.facts.facts(carried.segment)
        return last if isinstance(last, ir.Facts) else None

    def carried(self, document: Document) -> Document:
        """The document with the sound states of its units, for the time when they are broken.

        What was read for an earlier version counts as well: it may not have been asked for again.
        """
        carried, outline = document.carried, document.parts[0].outline
        sound: dict[tuple[int, str], Carried] = {}
        for unit, _, segment in self._maybe_sound(outline, carried):
            known = carried.get((0, unit))
            if (known is None or known.segment is not segment) and self.facts.reads(segment):
                sound[0, unit] = Carried(segment)
        if sound:
            before = self._noted[0]
            now = {**carried, **sound}
            if before is None or before.index is not outline.index:
                _forget_most(now, outline)
            document = document.carry(now)
        self._noted = outline, document.carried
        self.facts.fresh.clear()
        return document

    def _maybe_sound(self, outline: Outline, carried: Mapping[tuple[int, str], Carried]) -> Iterable[Placed]:
        """The segments that may have facts which are not carried yet."""
        before, noted = self._noted
        if before is None or noted is not carried:
            return outline.placed
        first, _, stop = differing(before, outline)
        edited = outline.placed[first:stop]
        # What was looked at besides may stand anywhere.
        return outline.placed if self.facts.fresh - {placed.segment.key for placed in edited} else edited


def _forget_most(carried: dict[tuple[int, str], Carried], outline: Outline) -> None:
    """Forget the units that a text has no more, once they are many.

    What has gone may come back, as what an open quote swallows does; but not all that ever was.
    """
    gone = [key for key in carried if key[1] not in outline.index]
    if len(gone) > MOST_GONE or sum(len(carried[key].segment.text) for key in gone) > MOST_GONE_TEXT:
        for key in gone:
            del carried[key]


def _speaks_of(text: str) -> int:
    torch = ABOUT_TORCH if MARK.search(text) else 0
    others = ABOUT_OTHERS if declarations.speaks(text) else 0
    return torch | others | (ABOUT_US if suppress.may_suppress(text) else 0)

"""The files around those that are checked: their texts come from the workspace, their facts are worked out once.

A file that is being checked itself is taken as it is on the screen, any other as it is on the disk.
"""

from __future__ import annotations

import os
from functools import cached_property, partial
from typing import Protocol

from initls.bounded import Bounded
from initls.document import Carried, Document
from initls.facts import ir
from initls.facts.store import FactStore
from initls.model.traces.source import FileSource
from initls.syntax.segments import Placed

MOST_TEXT = 12_000_000
"""The characters of the files on the disk that are kept: some four hundred files of models."""


class Shelf(Protocol):
    """Where the texts of other files are; `initls.workspace.index.Index` is one. File names are absolute."""

    def find(self, importer: str, module: str, level: int) -> str | None:
        """The file of a module as the file `importer` names it."""

    def near(self, filename: str) -> tuple[str, ...]:
        """The other files of the folder of a file and of the one above it."""

    def text(self, filename: str) -> str | None:
        """The text of a file; None where it cannot be read."""

    def stamp(self, filename: str) -> object:
        """Something that is the same for as long as the text is."""

    def layout(self) -> object:
        """Something that is the same for as long as no file comes, goes or changes on the disk."""

    def ours(self, main: str, filename: str) -> bool:
        """Whether a file belongs to the program that `main` is part of."""

    def look(self) -> None:
        """See whether the disk has changed, if it was not looked at for long."""

    def look_again(self) -> None:
        """See whether the disk has changed."""


class _Reader:
    """Reads the segments of a document."""

    def __init__(self, document: Document, facts: FactStore) -> None:
        self.document = document
        self._facts = facts

    def facts_of(self, placed: Placed) -> ir.Facts | None:
        """The facts of a segment; where it is broken, those of its last good state."""
        found = _sound(self._facts, placed)
        if found is None and (carried := self.document.carried.get((0, placed.unit))) is not None:
            return _sound(self._facts, carried)
        return found


class _Opened:
    """A file as it is on the screen, and what is known of it."""

    def __init__(self, document: Document, stamp: object, facts: FactStore) -> None:
        self.stamp = stamp
        # The source knows the reader, and so must not be known by it: there is a new pair with every keystroke.
        self._reader = _Reader(document, facts)
        part = document.parts[0]
        self.source = FileSource(part.filename, part.outline, self._reader.facts_of)

    @property
    def document(self) -> Document:
        """The file as it is now, with the last good state of what is broken in it."""
        return self._reader.document

    @document.setter
    def document(self, document: Document) -> None:
        self._reader.document = document


class _Closed:
    """A file as it is on the disk, and what is known of it."""

    def __init__(self, filename: str, text: str, stamp: object, facts: FactStore) -> None:
        self.stamp = stamp
        self._filename = filename
        self._text = text
        self.source = FileSource(filename, text, partial(_sound, facts))

    @cached_property
    def document(self) -> Document:
        """The file for those who want to point at something in it, who are few."""
        return Document.of(self._filename, self._text)


def _sound(facts: FactStore, holder: Placed | Carried) -> ir.Facts | None:
    """The facts of a segment, if it can be read."""
    found = facts.facts(holder.segment)
    return found if isinstance(found, ir.Facts) else None


class Library:
    """All files that a checker has heard of."""

    def __init__(self, shelf: Shelf, facts: FactStore) -> None:
        self.shelf = shelf
        self._facts = facts
        self._open: dict[str, _Opened] = {}
        self._closed: Bounded[_Closed] = Bounded(MOST_TEXT)
        self._edits: dict[str, int] = {}
        self._closings = 0

    def open(self, document: Document) -> None:
        """Take a file as `document` has it from now on."""
        filename = os.path.abspath(document.filename)
        known = self._open.get(filename)
        if known is None or known.document.parts[0].outline is not document.parts[0].outline:
            self._edits[filename] = self._edits.get(filename, 0) + 1
            self._open[filename] = _Opened(document, ("open", self._edits[filename]), self._facts)
        else:
            known.document = document

    def close(self, filename: str) -> None:
        """Take a file as it is on the disk from now on."""
        if self._open.pop(os.path.abspath(filename), None) is not None:
            self._closings += 1

    def around(self, filename: str) -> Around:
        """The other files, as `filename` sees them."""
        return Around(self, filename)

    def shelved(self, filename: str) -> _Opened | _Closed | None:
        """A file with what is known of it; None where it cannot be read."""
        opened = self._open.get(filename)
        if opened is not None:
            return opened
        stamp = self.shelf.stamp(filename)
        known = self._closed.get(filename, None)
        if known is None or known.stamp != stamp:
            text = self.shelf.text(filename)
            if text is None:
                return None
            known = _Closed(filename, text, stamp, self._facts)
            self._closed.keep(filename, known, len(text))
        return known

    def stamp(self, filename: str) -> object:
        """Something that is the same for as long as the file says the same."""
        opened = self._open.get(filename)
        return self.shelf.stamp(filename) if opened is None else opened.stamp

    def epoch(self, filename: str) -> object:
        """Something that is the same for as long as no file but `filename` changes."""
        return self.shelf.layout(), self._closings, sum(self._edits.values()) - self._edits.get(filename, 0)


class Around:
    """The other files as one of them sees them; `initls.model.machine.scope.Files`."""

    def __init__(self, library: Library, main: str) -> None:
        self._library = library
        self._main = main
        self._path = os.path.abspath(main)

    def find(self, importer: str, module: str, level: int) -> str | None:
        """The file of a module as the file `importer` names it."""
        found = self._library.shelf.find(self._path if importer == self._main else importer, module, level)
        return self._main if found == self._path else found

    def source(self, filename: str) -> FileSource | None:
        """What a file says."""
        found = self._library.shelved(filename)
        return None if found is None else found.source

    def near(self, filename: str) -> tuple[str, ...]:
        """The other files of the folder of a file and of the one above it; none where they are too many to look at."""
        return self._library.shelf.near(self._path if filename == self._main else filename)

    def document(self, filename: str) -> Document | None:
        """The text of a file with its outline."""
        found = self._library.shelved(filename)
        return None if found is None else found.document

    def stamp(self, filename: str) -> object:
        """Something that is the same for as long as the file says the same."""
        return self._library.stamp(filename)

    def layout(self) -> object:
        """Something that is the same for as long as every module is found where it was."""
        return self._library.shelf.layout()

    def epoch(self, filename: str) -> object:
        """Something that is the same for as long as no file but `filename` changes."""
        return self._library.epoch(os.path.abspath(filename))

    def ours(self, filename: str) -> bool:
        """Whether a file belongs to the program that the main file is part of."""
        return self._library.shelf.ours(self._path, filename)

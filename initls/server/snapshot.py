"""One version of an open document, as the client has it on its screen: a file, or the code cells of a notebook."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TypeAlias

from msgspec import Struct, field

from initls.document import Document
from initls.notebook import Cells
from initls.syntax.span import Span
from initls.syntax.text import Text

Change: TypeAlias = tuple[Span, str]
"""The characters of a span become others; each change is in terms of what the one before it left."""


class Piece(Struct, frozen=True):
    """What the client knows under one URI: a whole file, or a cell, which begins on line `first` of the document."""

    uri: str
    version: int | None
    text: Text
    first: int = 0

    def outside(self, span: Span) -> Span:
        """A span of the piece in the lines of the document."""
        return span.shifted(self.first)


class Way(Struct, eq=False):
    """How the document of a snapshot is come by. Once it is there it is all the way there is, and what was before goes.

    That may be a long text of its own, of which nobody would let go for as long as there is no edit.
    """

    taken: tuple[Document | None, tuple[Change, ...]] = (None, ())
    """What the analysis last made of the document, if it has, and the changes that lead from there to here."""


class Snapshot(Struct, frozen=True, eq=False, dict=True):
    """One version of an open document. It never changes."""

    uri: str
    """That of the file, or of the notebook."""
    version: int | None
    path: Path | None
    """None for a document that is not a file (yet)."""
    text: Text
    """What is analysed: the text of the file, or those of the cells joined, with magics masked."""
    session: object
    """Tells this opening of the document from others."""
    serial: int = 0
    """How many changes were made since it was opened."""
    way: Way = field(default_factory=Way)
    cells: Cells | None = None
    """Where the cells of a notebook stand in the text; `shown` are the cells as they are on the screen."""
    shown: tuple[Piece, ...] = ()

    @property
    def filename(self) -> str:
        """What the analysis calls the document."""
        return str(self.path) if self.path else self.uri

    @cached_property
    def pieces(self) -> tuple[Piece, ...]:
        """What the client knows of the document, in its order."""
        return (Piece(self.uri, self.version, self.text),) if self.cells is None else self.shown

    def piece(self, uri: str) -> Piece | None:
        """What the client knows under a URI."""
        return next((piece for piece in self.pieces if piece.uri == uri), None)

    def place(self, span: Span) -> tuple[Piece, Span]:
        """Where the client sees a span of the document. In a notebook without code cells there is none to see."""
        if self.cells is None:
            return self.pieces[0], span
        piece = self.pieces[self.cells.at(span.start.line)]
        return piece, span.shifted(-piece.first)

    def document(self) -> Document:
        """The document to analyse, with its memory of sounder states; costs what was changed since the last time."""
        base, since = self.way.taken
        if base is None:
            document = Document.of(self.filename, self.text.source)
        else:
            document = base.edits(0, since, self.text)
        return document.divided(self.cells)

    def learn(self, document: Document) -> None:
        """Take what the analysis has made of this version from now on. It may be called while another thread reads."""
        self.way.taken = document, ()

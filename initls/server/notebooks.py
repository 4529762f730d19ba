"""The open notebooks: their cells as the client has them, and the one text that these make.

A cell that is moved, deleted, emptied or given another language changes that text like any edit does. What is analysed
is told of it as the one stretch in which the text has changed, so that it costs what was touched.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Any

from msgspec import Struct, field

from initls.document import shared
from initls.notebook import Cells, join
from initls.server import params as read
from initls.server.snapshot import Change, Piece
from initls.syntax.span import Span
from initls.syntax.text import Text

log = logging.getLogger(__name__)

CODE = 2
"""The protocol's number for a cell of code; text has the other."""


class _Cell(Struct, eq=False):
    """A cell: what kind it is, and its text once the client has sent one."""

    uri: str
    code: bool
    language: str = ""
    version: int | None = None
    text: Text = field(default_factory=lambda: Text.of(""))


class Notebook:
    """The cells of one open notebook, in their order."""

    def __init__(self, language: str, apply: Callable[[Text, Any], Change]) -> None:
        """Take cells in `language` for code; `apply` reads one change of a text as the client sends it."""
        self._language = language
        self._apply = apply
        self._cells: list[_Cell] = []

    @property
    def uris(self) -> frozenset[str]:
        """The cells by name, text ones too."""
        return frozenset(cell.uri for cell in self._cells)

    def open(self, cells: Iterable[Any], documents: Iterable[Any]) -> None:
        """Take in cells, and the texts of those that have one."""
        self._cells = [_cell(raw) for raw in cells]
        self._fill(documents)

    def change(self, change: Any) -> None:
        """Take in what has changed of the cells: their order and number, their kind, their text."""
        cells = change.get("cells") if isinstance(change, dict) else None
        if not isinstance(cells, dict):
            return  # Only metadata.
        structure = cells.get("structure")
        if isinstance(structure, dict):
            self._splice(read.field(structure, "array", dict))
            self._fill(structure.get("didOpen") or ())
        for raw in cells.get("data") or ():
            fresh = _cell(raw)
            for cell in self._cells:
                if cell.uri == fresh.uri:
                    cell.code = fresh.code
        for raw in cells.get("textContent") or ():
            self._edit(raw)

    def joined(self) -> tuple[Text, Cells, tuple[Piece, ...]]:
        """The text that the code cells make, where they stand in it, and the cells themselves."""
        ours = [cell for cell in self._cells if cell.code and cell.language == self._language]
        source, cells = join([cell.text.source for cell in ours])
        pieces = [
            Piece(cell.uri, cell.version, cell.text, first) for cell, first in zip(ours, cells.starts, strict=False)
        ]
        return Text.of(source), cells, tuple(pieces)

    def _splice(self, array: dict[str, Any]) -> None:
        start, count = read.field(array, "start", int), read.field(array, "deleteCount", int)
        known = {cell.uri: cell for cell in self._cells}
        fresh = [_cell(raw) for raw in array.get("cells") or ()]
        # A cell that only moves goes out and comes in again under its name, and the client does not send its text anew.
        moved = [known.get(cell.uri, cell) for cell in fresh]
        self._cells[start : start + count] = moved

    def _fill(self, documents: Iterable[Any]) -> None:
        for item in documents:
            uri = read.field(item, "uri", str)
            for cell in self._cells:
                if cell.uri == uri:
                    language = item.get("languageId")
                    cell.language = language if isinstance(language, str) else ""
                    cell.version = read.integer(item.get("version"))
                    cell.text = Text.of(read.field(item, "text", str))

    def _edit(self, raw: Any) -> None:
        item = read.field(raw, "document", dict)
        uri = read.field(item, "uri", str)
        cell = next((cell for cell in self._cells if cell.uri == uri), None)
        if cell is None:
            log.warning("Ignored an edit of %s, which is no cell of its notebook", uri)
            return
        cell.version = read.integer(item.get("version"))
        for change in read.field(raw, "changes", list):
            self._replace(cell, change)

    def _replace(self, cell: _Cell, change: Any) -> None:
        try:
            span, content = self._apply(cell.text, change)
        except read.InvalidParams as error:
            log.error("Left out a change of %s: %s", cell.uri, error)
        else:
            cell.text = cell.text.replace(span, content)


def difference(old: Text, new: str) -> Change:
    """The one stretch of `old` that has become another in `new`."""
    front = shared(old.source, new)
    back = shared(old.source[front:][::-1], new[front:][::-1])
    # Between the halves of a line end there is no point.
    while front and old.source[front - 1] == "\r":
        front -= 1
    while back and old.source[len(old.source) - back] == "\n":
        back -= 1
    span = Span(old.point(front), old.point(len(old.source) - back))
    return span, new[front : len(new) - back]


def _cell(raw: Any) -> _Cell:
    return _Cell(read.field(raw, "document", str), raw.get("kind") == CODE)

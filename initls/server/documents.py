"""The open documents, as the client has them on its screen.

Edits are applied here, from the raw parameters, onto texts that split lines where editors do. A document that a client
describes wrongly is still a document: what cannot be understood is logged and left out.

What is kept up to date at once is the text alone, because the next positions refer to it. The analysis makes its own
document out of a snapshot on its own thread: cutting a long text into segments would keep messages waiting.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace
from pygls.uris import to_fs_path

from initls.document import Document
from initls.server import params as read
from initls.server.convert import span_in
from initls.server.notebooks import Notebook, difference
from initls.server.snapshot import Change, Piece, Snapshot, Way
from initls.syntax.encoding import Encoding
from initls.syntax.text import Text

log = logging.getLogger(__name__)

LANGUAGE = "python"

FOREIGN_SCHEMES = ("git:", "gitlens:", "review:")
"""Documents that nobody writes in: other versions of a file, shown beside it."""


class _Open(Struct, eq=False):
    """An open document: its newest snapshot, and how that came from what the analysis knows."""

    snapshot: Snapshot
    base: Document | None = None
    base_serial: int = 0
    changes: list[Change] = field(default_factory=list)
    """All since `base`."""
    notebook: Notebook | None = None


class Documents:
    """The newest snapshot of each open document that is ours to look at."""

    def __init__(self, encoding: Encoding) -> None:
        self._encoding = encoding
        self._open: dict[str, _Open] = {}
        self._cells: dict[str, str] = {}
        """The notebook of each cell."""

    def piece(self, uri: str) -> tuple[str, Piece] | None:
        """What the client knows under a URI, with the document that it belongs to; None where it is not ours."""
        owner = self._cells.get(uri, uri)
        opened = self._open.get(owner)
        found = None if opened is None else opened.snapshot.piece(uri)
        return None if found is None else (owner, found)

    @property
    def snapshots(self) -> tuple[Snapshot, ...]:
        """What is on the screen now."""
        return tuple(opened.snapshot for opened in self._open.values())

    def open(self, params: Any) -> Snapshot | None:
        """Take in a document; None when it is not ours to look at."""
        item = read.field(params, "textDocument", dict)
        uri, source = read.field(item, "uri", str), read.field(item, "text", str)
        if item.get("languageId") != LANGUAGE or uri.startswith(FOREIGN_SCHEMES):
            return None
        if uri in self._cells:
            log.warning("%s is a cell of an open notebook; it is not opened again by itself", uri)
            return None
        if uri in self._open:
            log.warning("%s was opened twice; the newer text holds", uri)
        snapshot = Snapshot(uri, read.version(params), _path(uri), Text.of(source), object())
        self._open[uri] = _Open(snapshot)
        return snapshot

    def change(self, params: Any) -> Snapshot | None:
        """Edit a document; None when it is not one of ours."""
        uri = read.document_uri(params)
        changes = read.field(params, "contentChanges", list)
        opened = self._open.get(uri)
        if opened is None:
            log.warning("Ignored an edit of %s, which is not open", uri)
            return None
        text = opened.snapshot.text
        for raw in changes:
            try:
                span, content = self._change(text, raw)
            except read.InvalidParams as error:
                log.error("Left out a change of %s: %s", uri, error)
                continue
            text = text.replace(span, content)
            opened.changes.append((span, content))
        self._renew(opened, text=text, version=read.version(params))
        return opened.snapshot

    def open_notebook(self, params: Any) -> Snapshot:
        """Take in a notebook with its cells."""
        item = read.field(params, "notebookDocument", dict)
        uri = read.field(item, "uri", str)
        notebook = Notebook(LANGUAGE, self._change)
        notebook.open(read.field(item, "cells", list), params.get("cellTextDocuments") or ())
        text, cells, shown = notebook.joined()
        version = read.integer(item.get("version"))
        snapshot = Snapshot(uri, version, _path(uri), text, object(), cells=cells, shown=shown)
        self._open[uri] = _Open(snapshot, notebook=notebook)
        self._claim(uri, notebook)
        return snapshot

    def change_notebook(self, params: Any) -> Snapshot | None:
        """Take in what has changed of a notebook; None when it is not open."""
        item = read.field(params, "notebookDocument", dict)
        uri = read.field(item, "uri", str)
        opened = self._open.get(uri)
        if opened is None or opened.notebook is None:
            log.warning("Ignored a change of the notebook %s, which is not open", uri)
            return None
        opened.notebook.change(params.get("change"))
        self._claim(uri, opened.notebook)
        text, cells, shown = opened.notebook.joined()
        if text.source != opened.snapshot.text.source:
            opened.changes.append(difference(opened.snapshot.text, text.source))
        self._renew(opened, text=text, version=read.integer(item.get("version")), cells=cells, shown=shown)
        return opened.snapshot

    def _claim(self, uri: str, notebook: Notebook) -> None:
        """Remember whose the cells are."""
        kept = {cell: owner for cell, owner in self._cells.items() if owner != uri}
        self._cells = {**kept, **dict.fromkeys(notebook.uris, uri)}

    def _renew(self, opened: _Open, **what: Any) -> None:
        """Make the snapshot that follows the newest one."""
        serial = opened.base_serial + len(opened.changes)
        since = tuple(opened.changes) if opened.base else ()
        opened.snapshot = replace(opened.snapshot, **what, serial=serial, way=Way((opened.base, since)))

    def close(self, uri: str) -> bool:
        """Forget a document; whether it was one of ours."""
        self._cells = {cell: owner for cell, owner in self._cells.items() if owner != uri}
        return self._open.pop(uri, None) is not None

    def learn(self, snapshot: Snapshot, document: Document) -> None:
        """Build on `document` from now on, which is what the analysis made of `snapshot`."""
        snapshot.learn(document)
        opened = self._open.get(snapshot.uri)
        if opened is None or opened.snapshot.session is not snapshot.session or snapshot.serial < opened.base_serial:
            # It was closed in between, or something newer is known already.
            return
        del opened.changes[: snapshot.serial - opened.base_serial]
        opened.base, opened.base_serial = document, snapshot.serial

    def _change(self, text: Text, raw: Any) -> Change:
        content = read.field(raw, "text", str)
        if raw.get("range") is None:
            # Most of a text that comes whole is what it was, and need not be looked at again, nor kept twice.
            return difference(text, content)
        return span_in(text, read.range_(raw["range"]), self._encoding), content


def _path(uri: str) -> Path | None:
    path = to_fs_path(uri) if uri.startswith("file:") else None
    return Path(path) if path else None

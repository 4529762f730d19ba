"""The open documents, as the client has them on its screen.

Edits are applied here, from the raw parameters, onto texts that split lines where editors do. A document that a client
describes wrongly is still a document: what cannot be understood is logged and left out.

What is kept up to date at once is the text alone, because the next positions refer to it. The analysis makes its own
document out of a snapshot on its own thread: cutting a long text into segments would keep messages waiting.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from pygls.uris import to_fs_path

from initls.document import Document
from initls.server import params as read
from initls.server.convert import span_in
from initls.syntax.encoding import Encoding
from initls.syntax.span import Point, Span
from initls.syntax.text import Text

log = logging.getLogger(__name__)

LANGUAGE = "python"

FOREIGN_SCHEMES = ("git:", "gitlens:", "review:")
"""Documents that nobody writes in: other versions of a file, shown beside it."""

Change: TypeAlias = tuple[Span, str]
"""The characters of a span become others; each change is in terms of what the one before it left."""


@dataclass(frozen=True, eq=False)
class Snapshot:
    """One version of an open document. It never changes."""

    uri: str
    version: int | None
    path: Path | None
    """None for a document that is not a file (yet)."""
    text: Text
    session: object
    """Tells this opening of the document from others."""
    serial: int = 0
    """How many changes were made since it was opened."""
    base: Document | None = None
    """What the analysis last made of the document, with its memory of sounder states; None before it has."""
    since: tuple[Change, ...] = ()
    """The changes that lead from `base` to here."""

    @property
    def filename(self) -> str:
        """What the analysis calls the document."""
        return str(self.path) if self.path else self.uri

    def document(self) -> Document:
        """The document to analyse; costs what was changed since the last time."""
        if self.base is None:
            return Document.of(self.filename, self.text.source)
        return self.base.edits(0, self.since)


@dataclass(eq=False)
class _Open:
    """An open document: its newest snapshot, and how that came from what the analysis knows."""

    snapshot: Snapshot
    base: Document | None = None
    base_serial: int = 0
    changes: list[Change] = field(default_factory=list)
    """All since `base`."""


class Documents:
    """The newest snapshot of each open document that is ours to look at."""

    def __init__(self, encoding: Encoding) -> None:
        self._encoding = encoding
        self._open: dict[str, _Open] = {}

    def __contains__(self, uri: str) -> bool:
        return uri in self._open

    def open(self, params: Any) -> Snapshot | None:
        """Take in a document; None when it is not ours to look at."""
        item = read.field(params, "textDocument", dict)
        uri, source = read.field(item, "uri", str), read.field(item, "text", str)
        if item.get("languageId") != LANGUAGE or uri.startswith(FOREIGN_SCHEMES):
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
        old, text = opened.snapshot, opened.snapshot.text
        for raw in changes:
            try:
                span, content = self._change(text, raw)
            except read.InvalidParams as error:
                log.error("Left out a change of %s: %s", uri, error)
                continue
            text = text.replace(span, content)
            opened.changes.append((span, content))
        serial = opened.base_serial + len(opened.changes)
        version = read.version(params)
        since = tuple(opened.changes) if opened.base else ()
        opened.snapshot = Snapshot(uri, version, old.path, text, old.session, serial, opened.base, since)
        return opened.snapshot

    def close(self, uri: str) -> bool:
        """Forget a document; whether it was one of ours."""
        return self._open.pop(uri, None) is not None

    def learn(self, snapshot: Snapshot, document: Document) -> None:
        """Build on `document` from now on, which is what the analysis made of `snapshot`."""
        opened = self._open.get(snapshot.uri)
        if opened is None or opened.snapshot.session is not snapshot.session or snapshot.serial < opened.base_serial:
            # It was closed in between, or something newer is known already.
            return
        del opened.changes[: snapshot.serial - opened.base_serial]
        opened.base, opened.base_serial = document, snapshot.serial

    def _change(self, text: Text, raw: Any) -> Change:
        content = read.field(raw, "text", str)
        if raw.get("range") is None:
            return Span(Point(0, 0), text.end), content
        return span_in(text, read.range_(raw["range"]), self._encoding), content


def _path(uri: str) -> Path | None:
    path = to_fs_path(uri) if uri.startswith("file:") else None
    return Path(path) if path else None

"""The open documents, as the client has them on its screen.

Edits are applied here, from the raw parameters, onto texts that split lines where editors do. A document that a client
describes wrongly is still a document: what cannot be understood is logged and left out.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pygls.uris import to_fs_path

from initls.document import Document
from initls.server import params as read
from initls.server.convert import span_in
from initls.syntax.encoding import Encoding
from initls.syntax.text import Text

log = logging.getLogger(__name__)

LANGUAGE = "python"

FOREIGN_SCHEMES = ("git:", "gitlens:", "review:")
"""Documents that nobody writes in: other versions of a file, shown beside it."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One version of an open document. It never changes."""

    uri: str
    version: int | None
    path: Path | None
    """None for a document that is not a file (yet)."""
    document: Document

    @property
    def text(self) -> Text:
        """The text of the document."""
        return self.document.parts[0].text


class Documents:
    """The newest snapshot of each open document that is ours to look at."""

    def __init__(self, encoding: Encoding) -> None:
        self._encoding = encoding
        self._open: dict[str, Snapshot] = {}

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
        path = _path(uri)
        snapshot = Snapshot(uri, read.version(params), path, Document.of_text(path, source))
        self._open[uri] = snapshot
        return snapshot

    def change(self, params: Any) -> Snapshot | None:
        """Edit a document; None when it is not one of ours."""
        uri = read.document_uri(params)
        changes = read.field(params, "contentChanges", list)
        snapshot = self._open.get(uri)
        if snapshot is None:
            log.warning("Ignored an edit of %s, which is not open", uri)
            return None
        document = snapshot.document
        for change in changes:
            document = self._edited(uri, document, change)
        snapshot = replace(snapshot, version=read.version(params), document=document)
        self._open[uri] = snapshot
        return snapshot

    def close(self, uri: str) -> bool:
        """Forget a document; whether it was one of ours."""
        return self._open.pop(uri, None) is not None

    def _edited(self, uri: str, document: Document, change: Any) -> Document:
        try:
            content = read.field(change, "text", str)
            if change.get("range") is None:
                return document.with_text(content)
            span = span_in(document.parts[0].text, read.range_(change["range"]), self._encoding)
        except read.InvalidParams as error:
            log.error("Left out a change of %s: %s", uri, error)
            return document
        return document.edit(span, content)


def _path(uri: str) -> Path | None:
    path = to_fs_path(uri) if uri.startswith("file:") else None
    return Path(path) if path else None

"""Keeping our copies of the open documents equal to the client's."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from initls.server.params import document_uri, field

if TYPE_CHECKING:
    from initls.server.server import Server

log = logging.getLogger(__name__)


def register(server: Server) -> None:
    """Offer it."""
    server.offer(types.TEXT_DOCUMENT_DID_OPEN)(did_open)
    server.offer(types.TEXT_DOCUMENT_DID_CHANGE)(did_change)
    server.offer(types.TEXT_DOCUMENT_DID_CLOSE)(did_close)
    server.offer(types.TEXT_DOCUMENT_DID_SAVE)(did_save)
    server.offer(types.NOTEBOOK_DOCUMENT_DID_OPEN)(did_open_notebook)
    server.offer(types.NOTEBOOK_DOCUMENT_DID_CHANGE)(did_change_notebook)
    server.offer(types.NOTEBOOK_DOCUMENT_DID_CLOSE)(did_close_notebook)
    server.offer(types.NOTEBOOK_DOCUMENT_DID_SAVE)(did_save)


def did_open(server: Server, params: Any) -> None:
    """A document is on the screen."""
    snapshot = server.documents.open(params)
    if snapshot is not None:
        server.analyses.open(snapshot)


def did_change(server: Server, params: Any) -> None:
    """A document has been edited."""
    snapshot = server.documents.change(params)
    if snapshot is not None:
        server.analyses.change(snapshot)


def did_close(server: Server, params: Any) -> None:
    """A document has left the screen."""
    uri = document_uri(params)
    if server.documents.close(uri):
        server.analyses.close(uri)


def did_save(server: Server, params: Any) -> None:
    """Something was saved: a good moment to see whether the settings files have changed, where nobody watches them."""
    if not server.client.registers_watchers:
        server.analyses.look_again()


def did_open_notebook(server: Server, params: Any) -> None:
    """A notebook is on the screen."""
    server.analyses.open(server.documents.open_notebook(params))


def did_change_notebook(server: Server, params: Any) -> None:
    """A cell of a notebook has been edited, or cells have come, gone or moved."""
    snapshot = server.documents.change_notebook(params)
    if snapshot is not None:
        server.analyses.change(snapshot)


def did_close_notebook(server: Server, params: Any) -> None:
    """A notebook has left the screen."""
    uri = field(field(params, "notebookDocument", dict), "uri", str)
    if server.documents.close(uri):
        server.analyses.close(uri)

"""Diagnostics for clients that wait for them: one notification for each version that was analysed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from initls.server.analyses import Analysed
from initls.server.snapshot import Piece

if TYPE_CHECKING:
    from initls.server.server import Server

PUBLISH = "textDocument/publishDiagnostics"


class _Published:
    """What the client was last sent for each file or cell, to tell it nothing twice."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._last: dict[str, dict[str, tuple[Piece, list[dict[str, Any]]]]] = {}
        """By document, and in it by file or cell."""

    def publish(self, analysed: Analysed) -> None:
        snapshot = analysed.snapshot
        before = self._last.get(snapshot.uri, {})
        now = {piece.uri: (piece, analysed.shown_in(piece.uri)) for piece in snapshot.pieces}
        self._last[snapshot.uri] = now
        for uri, (piece, items) in now.items():
            # A version is analysed again when the settings may have changed; that is news only if its findings have.
            if uri not in before or before[uri][1] != items or _newer(piece, before[uri][0]):
                self._tell(uri, items, piece.version)
        for uri in before.keys() - now.keys():
            self._tell(uri, [])

    def clear(self, uri: str) -> None:
        for piece in self._last.pop(uri, {}):
            self._tell(piece, [])

    def _tell(self, uri: str, items: list[dict[str, Any]], version: int | None = None) -> None:
        params: dict[str, Any] = {"uri": uri, "diagnostics": items}
        if version is not None:
            params["version"] = version
        self._server.protocol.tell(PUBLISH, params)


def _newer(piece: Piece, before: Piece) -> bool:
    """Whether the client has sent another version of a file or cell since."""
    return piece.text is not before.text or piece.version != before.version


def register(server: Server) -> None:
    """Offer it."""
    published = _Published(server)
    server.analyses.on_settled = published.publish
    server.analyses.on_closed = published.clear

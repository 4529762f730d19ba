"""Diagnostics for clients that wait for them: one notification for each version that was analysed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from initls.server.analyses import Analysed

if TYPE_CHECKING:
    from initls.server.server import Server

PUBLISH = "textDocument/publishDiagnostics"


class _Published:
    """What the client was last sent for each document, to tell it nothing twice."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._last: dict[str, Analysed] = {}

    def publish(self, analysed: Analysed) -> None:
        snapshot = analysed.snapshot
        last = self._last.get(snapshot.uri)
        # A version is analysed again when the settings may have changed; that is news only if its findings have.
        if last is not None and last.snapshot is snapshot and last.items == analysed.items:
            return
        self._last[snapshot.uri] = analysed
        params: dict[str, Any] = {"uri": snapshot.uri, "diagnostics": analysed.items}
        if snapshot.version is not None:
            params["version"] = snapshot.version
        self._server.protocol.tell(PUBLISH, params)

    def clear(self, uri: str) -> None:
        if self._last.pop(uri, None) is not None:
            self._server.protocol.tell(PUBLISH, {"uri": uri, "diagnostics": []})


def register(server: Server) -> None:
    """Offer it."""
    published = _Published(server)
    server.analyses.on_settled = published.publish
    server.analyses.on_closed = published.clear

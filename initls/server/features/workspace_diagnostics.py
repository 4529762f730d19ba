"""Diagnostics of all files of the workspace, for users who ask for that.

Files that are open are the business of the document's own diagnostics; each of the others is looked at in a process of
its own, and again when it or a file that it rests on has changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types

from initls.server.orders import Mistake, Seen
from initls.server.params import field
from initls.server.survey import Surveys
from initls.workspace.config import ConfigError

if TYPE_CHECKING:
    from initls.server.server import Server

BATCH = 20
"""Reports that are sent together, and files after which it is told how far it is."""


class _Workspace:
    """Hands the client what is found in the files of the workspace that are not open."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._surveys: Surveys | None = None

    async def reports(self, params: Any) -> dict[str, Any]:
        """The reports of all files; in batches as they come where the client takes them so."""
        server = self._server
        token, progress = params.get("partialResultToken"), params.get("workDoneToken")
        before = {item["uri"]: item["value"] for item in field(params, "previousResultIds", list)}
        waiting: list[dict[str, Any]] = []
        seen = 0

        def take(message: Seen) -> None:
            nonlocal seen
            if message.report is not None:
                waiting.append(message.report)
            if token is not None and len(waiting) >= BATCH:
                self._tell(token, {"items": [*waiting]})
                waiting.clear()
            seen += 1
            if seen % BATCH == 1:
                name = message.uri.rpartition("/")[2]
                self._tell(progress, {"kind": "report", "message": name, "percentage": message.done})

        self._tell(progress, {"kind": "begin", "title": "initls", "percentage": 0, "cancellable": True})
        try:
            gone = await self._current().make(server.folders, before, server.documents.snapshots, take)
        finally:
            self._tell(progress, {"kind": "end"})
        waiting += [{"kind": "full", "uri": uri, "version": None, "items": []} for uri in gone]
        return {"items": waiting}

    def _current(self) -> Surveys:
        """Those who look at files as the user wants it now."""
        orders = self._server.orders()
        if self._surveys is not None and self._surveys.orders != orders:
            self._surveys.end()
            self._surveys = None
        if self._surveys is None:
            self._surveys = Surveys(orders, self._show)
        return self._surveys

    def _show(self, mistakes: tuple[Mistake, ...]) -> None:
        errors = [ConfigError(message, source=source, line=line, key=key) for message, source, line, key in mistakes]
        self._server.mistakes.show(tuple(errors), "workspace")

    def _tell(self, token: object, value: dict[str, Any]) -> None:
        if isinstance(token, str | int):
            self._server.protocol.tell("$/progress", {"token": token, "value": value})


def register(server: Server) -> None:
    """Offer it."""
    workspace = _Workspace(server)
    server.offer(types.WORKSPACE_DIAGNOSTIC)(lambda _, params: workspace.reports(params))

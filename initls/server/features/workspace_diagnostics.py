"""Diagnostics of all files of the workspace, for users who ask for that.

Files that are open are the business of the document's own diagnostics; of the others each is looked at when nothing
else is to be done, and again when it or a file that it rests on has changed.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from initls.server.features.diagnostics_pull import fingerprint
from initls.server.params import field
from initls.server.snapshot import Snapshot
from initls.syntax.text import Text
from initls.workspace.config import ConfigError, Resolved
from initls.workspace.discover import Found, discover
from initls.workspace.index import status_of
from initls.workspace.ipynb import SUFFIX
from initls.workspace.source import UnreadableError, read

if TYPE_CHECKING:
    from initls.server.server import Server

BATCH = 20
"""Reports that are sent together."""

PAUSE = 2.0
"""Seconds between two looks for changes while the client waits for news: it asks again as soon as it has an answer."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What was found in one file, and the states of the files that this rests on."""

    stamps: tuple[tuple[str, object], ...]
    settings: object
    result_id: str
    items: list[dict[str, Any]]


class _Workspace:
    """The files of the workspace that are not open, with what was found in them."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._known: dict[str, _Known] = {}

    async def reports(self, params: Any) -> dict[str, Any]:
        """The reports of all files; in batches as they come where the client takes them so."""
        token, progress = params.get("partialResultToken"), params.get("workDoneToken")
        before = {item["uri"]: item["value"] for item in field(params, "previousResultIds", list)}
        paths = await asyncio.to_thread(self._files)
        waiting: list[dict[str, Any]] = []
        self._tell(progress, {"kind": "begin", "title": "initls", "percentage": 0, "cancellable": True})
        for number, path in enumerate(paths):
            report = await self._report(path, before)
            if report is not None:
                waiting.append(report)
            if token is not None and len(waiting) >= BATCH:
                self._tell(token, {"items": waiting})
                waiting = []
            if number % BATCH == 0:
                told = {"kind": "report", "message": path.name, "percentage": 100 * number // len(paths)}
                self._tell(progress, told)
        gone = before.keys() - {path.as_uri() for path in paths}
        waiting += [{"kind": "full", "uri": uri, "version": None, "items": []} for uri in gone if uri in self._known]
        self._known = {uri: known for uri, known in self._known.items() if uri not in gone}
        self._tell(progress, {"kind": "end"})
        return {"items": waiting}

    def _tell(self, token: object, value: dict[str, Any]) -> None:
        if isinstance(token, str | int):
            self._server.protocol.tell("$/progress", {"token": token, "value": value})

    def _files(self) -> list[Path]:
        """The files below the folders of the workspace. Runs on a thread of its own."""
        found: dict[str, Path] = {}
        resolve = self._server.configuration().resolve
        for folder in self._server.folders:
            for one in _below(folder, resolve):
                found.setdefault(os.path.abspath(one), one)
        return list(found.values())

    async def _report(self, path: Path, before: dict[str, Any]) -> dict[str, Any] | None:
        """The report of one file; None for one that is open or was read and holds nothing to tell."""
        uri = path.as_uri()
        if self._server.documents.piece(uri) is not None or path.suffix == SUFFIX:
            return None
        known = self._known.get(uri)
        settings = self._server.preferences
        if known is None or known.settings is not settings or any(status_of(name) != was for name, was in known.stamps):
            known = await self._look(path, settings)
            if known is None:
                return None
            self._known[uri] = known
        if before.get(uri) == known.result_id:
            return {"kind": "unchanged", "uri": uri, "version": None, "resultId": known.result_id}
        if not known.items and uri not in before:
            return None
        return {"kind": "full", "uri": uri, "version": None, "resultId": known.result_id, "items": known.items}

    async def _look(self, path: Path, settings: object) -> _Known | None:
        stamp = status_of(str(path))
        try:
            source = await asyncio.to_thread(read, path)
        except UnreadableError:
            return None
        snapshot = Snapshot(path.as_uri(), None, path, Text.of(source.text), object())
        analysed = await self._server.analyses.look_at(snapshot)
        if analysed is None:
            return None
        others = sorted(analysed.others)
        items = analysed.shown_in(snapshot.uri)
        stamps = ((str(path), stamp), *((name, status_of(name)) for name in others))
        return _Known(stamps, settings, fingerprint(items), items)


def _below(folder: Path, resolve: Callable[[Path], Resolved]) -> Iterator[Path]:
    try:
        for one in discover([folder], resolve):
            if isinstance(one, Found):
                yield one.path.absolute()
    except ConfigError:
        # It is shown in its own file; without it nobody knows what is to be left out.
        return


def register(server: Server) -> None:
    """Offer it."""
    workspace = _Workspace(server)
    server.offer(types.WORKSPACE_DIAGNOSTIC)(lambda _, params: workspace.reports(params))

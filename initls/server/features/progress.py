"""A word in the status bar while an analysis takes long, and a line for each in the trace, for users who want one."""

from __future__ import annotations

import asyncio
import itertools
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from initls.server.analyses import Analysed
from initls.server.tasks import in_background

if TYPE_CHECKING:
    from initls.server.server import Server

LONG = 0.5
"""Seconds after which a user should be told that something is going on."""


class _Progress:
    """Tells the client of analyses that take long: one bar for all of them."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._busy: set[str] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._token: str | None = None
        self._numbers = itertools.count(1)

    def begin(self, uri: str) -> None:
        """The analysis of a document has been asked for."""
        self._busy.add(uri)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(LONG, self._show)

    def end(self, uri: str) -> None:
        """There is nothing to wait for any more."""
        self._busy.discard(uri)
        if self._busy or self._timer is None:
            return
        self._timer.cancel()
        self._timer = None
        if self._token is not None:
            self._tell({"kind": "end"})
            self._token = None

    def _show(self) -> None:
        self._token = f"initls-progress-{next(self._numbers)}"
        in_background(self._create(self._token))

    async def _create(self, token: str) -> None:
        await self._server.protocol.ask(types.WINDOW_WORK_DONE_PROGRESS_CREATE, {"token": token})
        # It may be over by now.
        if self._token == token:
            self._tell({"kind": "begin", "title": "initls", "message": "analysing"})
        else:
            self._tell({"kind": "begin", "title": "initls"}, token)
            self._tell({"kind": "end"}, token)

    def _tell(self, value: dict[str, Any], token: str | None = None) -> None:
        self._server.protocol.tell("$/progress", {"token": token or self._token, "value": value})


class _Trace:
    """Logs what was done, for as long as the client wants it."""

    def __init__(self, server: Server, value: object) -> None:
        self._server = server
        self.value = value

    def log(self, analysed: Analysed) -> None:
        if self.value not in ("messages", "verbose"):
            return
        snapshot = analysed.snapshot
        message = f"analysed version {snapshot.version} of {snapshot.uri}: {len(analysed.items)} findings"
        params = {"message": message}
        if self.value == "verbose":
            params["verbose"] = ", ".join(f"{stage} {1000 * seconds:.1f} ms" for stage, seconds in analysed.times)
        self._server.protocol.tell("$/logTrace", params)


def register(server: Server) -> None:
    """Offer it."""
    trace = _Trace(server, server.trace)
    server.protocol.direct[types.SET_TRACE] = lambda params: setattr(trace, "value", params.get("value"))
    publish, clear = server.analyses.on_settled, server.analyses.on_closed
    progress = _Progress(server) if server.client.shows_progress else None

    def settled(analysed: Analysed) -> None:
        if progress is not None:
            progress.end(analysed.snapshot.uri)
        trace.log(analysed)
        publish(analysed)

    def closed(uri: str) -> None:
        if progress is not None:
            progress.end(uri)
        clear(uri)

    server.analyses.on_settled, server.analyses.on_closed = settled, closed
    if progress is not None:
        server.analyses.on_begun = progress.begin

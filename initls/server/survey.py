"""The server's side of the process that looks at the files which are not open: asks it, and outlives it."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import os
import pickle
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from msgspec import Struct, field
from msgspec.structs import replace
from pygls.uris import to_fs_path

from initls.server.orders import SIZE, Done, Mistake, Orders, Seen, Stop, Survey, packed
from initls.server.snapshot import Snapshot
from initls.workspace.index import status_of

log = logging.getLogger(__name__)

IDLE = 120.0
"""Seconds without a question after which the process is ended, and its memory with it."""

MOST_DEATHS = 5
"""Processes that may die of the files of one survey; each takes one file along."""

BREATH = 0.02
"""Seconds between two looks at what has come: each look takes a moment from whoever types."""

COMMAND = "import sys; sys.path[:] = sys.argv[1:]; from initls.server.surveyor import serve; serve()"
"""It finds its modules where we do, and never in the folder that it happens to be in."""


CHUNK = 1 << 16


class _Asked(Struct, eq=False):
    """A survey that somebody waits for."""

    survey: Survey
    open: tuple[Snapshot, ...]
    on_seen: Callable[[Seen], object]
    over: asyncio.Future[tuple[str, ...]]
    looking_at: str = ""
    seen: set[str] = field(default_factory=set)
    deaths: int = 0


class Surveys:
    """Has surveys made. All of it happens on the event loop's thread; two others do nothing but read and write."""

    def __init__(self, orders: Orders, on_mistakes: Callable[[tuple[Mistake, ...]], object]) -> None:
        self.orders = orders
        self._on_mistakes = on_mistakes
        self._loop = asyncio.get_running_loop()
        self._process: _Process | None = None
        self._asked: dict[int, _Asked] = {}
        self._numbers = itertools.count(1)
        self._sent: dict[str, Snapshot] = {}
        """The open documents as the process knows them."""
        self._deadly: dict[str, object] = {}
        """The files that a process has died of, with their states then."""
        self._leaving: asyncio.TimerHandle | None = None

    async def make(
        self,
        folders: tuple[Path, ...],
        before: dict[str, Any],
        opened: Sequence[Snapshot],
        on_seen: Callable[[Seen], object],
    ) -> tuple[str, ...]:
        """Look at all files; gives those that the client has reports of, and that are gone."""
        if self._leaving is not None:
            self._leaving.cancel()
            self._leaving = None
        files = [one.path.absolute().as_uri() for one in opened if one.path is not None]
        survey = Survey(next(self._numbers), folders, before, frozenset([*files, *(one.uri for one in opened)]))
        over: asyncio.Future[tuple[str, ...]] = self._loop.create_future()
        # Nothing imports a notebook, and what was never saved has no name to be imported by.
        importable = tuple(one for one in opened if one.path is not None and one.cells is None)
        asked = self._asked[survey.number] = _Asked(survey, importable, on_seen, over)
        try:
            self._send(asked)
            return await over
        finally:
            del self._asked[survey.number]
            if over.cancelled() and self._process is not None:
                self._process.write(Stop(survey.number))
            if not self._asked:
                self._leaving = self._loop.call_later(IDLE, self.end)

    def end(self) -> None:
        """End the process, if there is one; who waits for it has waited in vain."""
        if self._process is not None:
            self._process.end()
        self._forget()
        for asked in self._asked.values():
            if not asked.over.done():
                asked.over.set_result(())

    def _forget(self) -> None:
        self._process = None
        self._sent.clear()

    def _send(self, asked: _Asked) -> None:
        if self._process is None:
            self._process = _Process(self._loop, self._take, self._lost)
            self._process.write(self.orders)
        texts = {one.filename: one.text.source for one in asked.open if self._sent.get(one.filename) is not one}
        self._sent = {one.filename: one for one in asked.open}
        deadly = {uri for uri, was in self._deadly.items() if status_of(_path(uri)) == was}
        passed = asked.survey.passed | asked.seen | deadly
        survey = replace(asked.survey, names=frozenset(self._sent), texts=texts, passed=passed)
        self._process.write(survey)

    def _take(self, process: _Process, some: list[Any]) -> None:
        """Messages have come."""
        for message in some:
            if process is not self._process:
                return
            process.spoke = True
            if message.mistakes is not None:
                self._on_mistakes(message.mistakes)
            asked = self._asked.get(message.number)
            if asked is None or asked.over.done():
                continue
            if isinstance(message, Done):
                asked.over.set_result(message.gone)
                continue
            asked.looking_at = message.following
            if message.uri:
                asked.seen.add(message.uri)
                if message.failure:
                    log.error("The analysis of %s failed: %s", message.uri, message.failure)
                asked.on_seen(message)

    def _lost(self, process: _Process, status: int) -> None:
        """The process has ended, of itself or because it had to."""
        if process is not self._process:
            return
        self._forget()
        for asked in [*self._asked.values()]:
            if asked.over.done():
                continue
            asked.deaths += 1
            if asked.looking_at:
                self._deadly[asked.looking_at] = status_of(_path(asked.looking_at))
                log.error("The analysis of %s ended its process (status %s)", asked.looking_at, status)
            if asked.deaths > MOST_DEATHS or not process.spoke:
                log.error("The process for the files that are not open cannot be kept alive (status %s)", status)
                asked.over.set_result(())
                continue
            asked.looking_at = ""
            self._send(asked)


class _Process:
    """The process, and the two threads that talk to it: neither reading nor writing is to keep the loop waiting."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        take: Callable[[_Process, list[Any]], object],
        lost: Callable[[_Process, int], object],
    ) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", COMMAND, *sys.path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.spoke = False
        """Whether it has ever said anything."""
        self._loop = loop
        self._take = take
        self._lost = lost
        self._outgoing: queue.SimpleQueue[object] = queue.SimpleQueue()
        for work in (self._listen, self._speak):
            threading.Thread(target=work, name="initls-survey", daemon=True).start()

    def write(self, message: object) -> None:
        """Send a message, sooner or later."""
        self._outgoing.put(message)

    def end(self) -> None:
        """Have the process end."""
        self._outgoing.put(None)

    def _listen(self) -> None:
        assert self._process.stdout is not None
        with contextlib.suppress(RuntimeError):  # The loop may be closed already.
            for some in _gathered(self._process.stdout):
                self._loop.call_soon_threadsafe(self._take, self, some)
            status = self._process.wait()
            self._outgoing.put(None)
            self._loop.call_soon_threadsafe(self._lost, self, status)

    def _speak(self) -> None:
        stream = self._process.stdin
        assert stream is not None
        try:
            while (message := self._outgoing.get()) is not None:
                stream.write(packed(message))
                stream.flush()
        except OSError:
            # That it has died is noticed where its answers are read.
            pass
        except Exception:
            log.exception("Could not say what is to be looked at")
        with contextlib.suppress(OSError):
            stream.close()


def _gathered(stream: IO[bytes]) -> Iterator[list[Any]]:
    """The messages that come, as many at a time as there are."""
    buffer = bytearray()
    while data := os.read(stream.fileno(), CHUNK):
        buffer += data
        some: list[Any] = []
        at = 0
        while len(buffer) - at >= SIZE:
            end = at + SIZE + int.from_bytes(buffer[at : at + SIZE], "big")
            if end > len(buffer):
                break
            some.append(pickle.loads(buffer[at + SIZE : end]))
            at = end
        del buffer[:at]
        if some:
            yield some
        time.sleep(BREATH)


def _path(uri: str) -> str:
    return to_fs_path(uri) or ""

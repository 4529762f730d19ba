"""The process that looks at the files of the workspace which are not open, for users who ask for that.

It is a process of its own so that whoever types does not wait for it: it computes beside the server, with less
priority, and what it has in memory is gone with it. Should it die, the file that it was looking at is known.
"""

from __future__ import annotations

import contextlib
import logging
import os
import pickle
import queue
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

from msgspec import Struct

from initls import rulebook
from initls.cancel import Cancelled
from initls.deep import deep_thread
from initls.document import Document
from initls.memory import give_back_memory
from initls.server import logs
from initls.server.convert import Wire, result_id
from initls.server.orders import SIZE, Done, Message, Mistake, Orders, Seen, Stop, Survey, packed
from initls.server.policy import Policy
from initls.server.snapshot import Snapshot
from initls.server.transport import standard_channel
from initls.syntax.text import Text
from initls.workspace.config import ConfigError, Configuration
from initls.workspace.discover import Found, discover
from initls.workspace.index import status_of
from initls.workspace.ipynb import SUFFIX
from initls.workspace.source import UnreadableError, read

log = logging.getLogger(__name__)

NICE = 5
"""How much less the system is to do for us than for those whom somebody waits for."""


def messages(take: Callable[[int], bytes]) -> Iterator[Any]:
    """The messages in a stream, up to its end."""
    while len(head := _exactly(take, SIZE)) == SIZE:
        size = int.from_bytes(head, "big")
        data = _exactly(take, size)
        if len(data) < size:
            return
        yield pickle.loads(data)


def _exactly(take: Callable[[int], bytes], size: int) -> bytes:
    data = bytearray()
    while len(data) < size and (more := take(size - len(data))):
        data += more
    return bytes(data)


class _Known(Struct, frozen=True):
    """What was found in one file, and what this rests on."""

    stamps: tuple[tuple[str, object], ...]
    settings: object
    result_id: str
    items: list[dict[str, Any]]


class Surveyor:
    """Looks at files, and remembers what it has found in those that have not changed."""

    def __init__(self, orders: Orders, write: Callable[[bytes], object]) -> None:
        self._write = write
        self._checker = orders.make_checker()
        self._make_checker = orders.make_checker
        self._wire = Wire(orders.client)
        self._preferences = orders.preferences
        self._configuration = Configuration(
            rulebook.all_codes(),
            overrides=orders.preferences.overrides,
            file=orders.preferences.configuration,
            bases=orders.bases,
        )
        self._policy = Policy(orders.preferences, rulebook.all_codes(), orders.folder, orders.bases, self._note)
        self._met: dict[str, tuple[ConfigError, ...]] = {}
        self._told: tuple[Mistake, ...] = ()
        self._known: dict[str, _Known] = {}
        self._opened: dict[str, int] = {}
        """The files that are open, each with the number of its text."""
        self._texts = 0
        self.stopped: set[int] = set()
        """The surveys that nobody waits for. Filled by the thread that reads."""

    def _note(self, mistakes: tuple[ConfigError, ...]) -> None:
        self._met["files"] = mistakes

    def _news(self) -> tuple[Mistake, ...] | None:
        """All mistakes in settings files, where they have become others."""
        met = (one for some in self._met.values() for one in some)
        now = tuple(dict.fromkeys((one.message, one.source, one.line, one.key) for one in met))
        if now == self._told:
            return None
        self._told = now
        return now

    def survey(self, wanted: Survey) -> None:
        """Look at all files, and tell of each."""
        self._open(wanted)
        self._checker.look_again()
        uris: dict[str, Path] = {}
        for path in self._files(wanted.folders):
            if wanted.number in self.stopped:
                return
            uris.setdefault(path.as_uri(), path)
        todo = [uri for uri in uris if uri not in wanted.passed]
        self._tell(Seen(wanted.number, "", None, todo[0] if todo else "", 0, self._news()))
        for number, uri in enumerate(todo):
            if wanted.number in self.stopped:
                return
            report, failure = self._report(uris[uri], uri, wanted)
            following = todo[number + 1] if number + 1 < len(todo) else ""
            percent = 100 * (number + 1) // len(todo)
            self._tell(Seen(wanted.number, uri, report, following, percent, self._news(), failure))
        self._known = {uri: known for uri, known in self._known.items() if uri in uris}
        gone = tuple(uri for uri in wanted.before if uri not in uris and uri not in wanted.opened)
        self._tell(Done(wanted.number, gone, self._news()))
        self.stopped.discard(wanted.number)
        give_back_memory()

    def _tell(self, message: Message) -> None:
        self._write(packed(message))

    def _open(self, wanted: Survey) -> None:
        """Take the files that are open as they are on the screen."""
        library = self._checker.programs.library
        for filename in [*self._opened]:
            if filename not in wanted.names:
                del self._opened[filename]
                if library is not None:
                    library.close(filename)
        for filename, text in wanted.texts.items():
            self._texts += 1
            self._opened[filename] = self._texts
            self._checker.programs.open(Document.of(filename, text))

    def _files(self, folders: tuple[Path, ...]) -> Iterator[Path]:
        self._met["folders"] = ()
        for folder in folders:
            yield from self._below(folder)

    def _below(self, folder: Path) -> Iterator[Path]:
        try:
            for one in discover([folder], self._configuration.resolve):
                if isinstance(one, Found):
                    yield one.path.absolute()
        except ConfigError as error:
            # It is shown in its own file; without it nobody knows what is to be left out.
            self._met["folders"] = (*self._met["folders"], error)

    def _report(self, path: Path, uri: str, wanted: Survey) -> tuple[dict[str, Any] | None, str]:
        """The report of one file, or None and perhaps why there is none."""
        if uri in wanted.opened or path.suffix == SUFFIX:
            return None, ""
        known = self._known.get(uri)
        if (
            known is None
            or known.settings != self._policy.settings(path)
            or any(self._stamp(name) != was for name, was in known.stamps)
        ):
            try:
                known = self._look(path, uri, wanted.number)
            except UnreadableError:
                return None, ""
            except Cancelled:
                return None, ""
            except Exception as error:
                # Who knows in what state it is: what it remembers goes with it.
                self._checker = self._make_checker()
                return None, f"{type(error).__name__}: {error}"
            self._known[uri] = known
        if wanted.before.get(uri) == known.result_id:
            return {"kind": "unchanged", "uri": uri, "version": None, "resultId": known.result_id}, ""
        if not known.items and uri not in wanted.before:
            return None, ""
        return {"kind": "full", "uri": uri, "version": None, "resultId": known.result_id, "items": known.items}, ""

    def _stamp(self, filename: str) -> object:
        """Something that is the same for as long as the file says the same."""
        return self._opened.get(filename) or status_of(filename)

    def _look(self, path: Path, uri: str, number: int) -> _Known:
        stamp = self._stamp(str(path))
        text = Text.of(read(path).text)
        settings = self._policy.settings(path)
        if settings is None:
            return _Known(((str(path), stamp),), settings, result_id([]), [])
        snapshot = Snapshot(uri, None, path, text, object())

        def check() -> None:
            if number in self.stopped:
                raise Cancelled

        syntax = self._policy.wants_syntax_errors
        try:
            result = self._checker.check(snapshot.document(), settings, check, syntax=syntax)
        finally:
            # Nobody will ask for more of it, and there may be thousands.
            self._checker.forget(snapshot.filename)
        items = [item.shown for item in self._wire.diagnostics(snapshot, result, syntax)]
        stamps = ((str(path), stamp), *((name, self._stamp(name)) for name in sorted(result.others)))
        return _Known(stamps, settings, result_id(items), items)


def serve() -> NoReturn:
    """Be that process, on standard input and output, until nobody is at the other end."""
    # Ctrl-C reaches every process of the terminal; the one that we work for decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(OSError, AttributeError):
        os.nice(NICE)
    logs.log_to_standard_error()
    channel = standard_channel()
    coming = messages(channel.read)
    surveyor = Surveyor(next(coming), channel.write)
    todo: queue.SimpleQueue[Survey] = queue.SimpleQueue()

    def work() -> None:
        try:
            while True:
                surveyor.survey(todo.get())
        except BaseException:
            # Whoever waits is told by our end, and another process goes on behind the file that this was about.
            log.exception("A survey of the workspace failed")
            sys.stderr.flush()
            os._exit(1)

    deep_thread(work, "initls-survey").start()
    with contextlib.suppress(OSError):
        for message in coming:
            if isinstance(message, Stop):
                surveyor.stopped.add(message.number)
            else:
                todo.put(message)
    # The analysis may be in the middle of something, and nobody waits for it.
    sys.stderr.flush()
    os._exit(0)

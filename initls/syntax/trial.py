"""Tries the parser on a text in another process, which may die of it.

libcst's native parser ends its process when the stack is used up, and no exception comes. The measure in
`initls.syntax.depth` keeps away what is known to do that; this is for what it may have missed. A text that is nested
deeper than people nest is parsed by somebody else first, and here only if that one is still alive. For all others
there is no other process.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from typing import BinaryIO, NoReturn

from initls.bounded import Bounded, digest
from initls.deep import deep_thread

log = logging.getLogger(__name__)

IDLE = 60.0
"""Seconds without a text after which the other process ends."""

PATIENCE = 10.0
"""Seconds that it may take for a text; a parser that takes longer cannot be interrupted here either."""

START = 30.0
"""Seconds that it may take to start."""

MOST_DEATHS, PERIOD = 3, 60.0
"""Deaths in so many seconds after which nothing is tried for a while: somebody is typing in what kills the parser."""

MOST_VERDICTS = 1_000
"""Texts of which is remembered whether the parser survives them."""

COMMAND = "import sys; sys.path[:] = sys.argv[1:]; from initls.syntax.trial import serve; serve()"
"""What the other process runs: it finds its modules where we do, and never in the folder that it happens to be in."""

_ALIVE = b"+"
_SIZE = 4


class Trial:
    """The other process: started when it is needed, and replaced when it has died."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._deaths: deque[float] = deque(maxlen=MOST_DEATHS)
        self._verdicts: Bounded[bool] = Bounded(MOST_VERDICTS)

    def survives(self, source: str) -> bool:
        """Whether the parser lives on when it is given `source`; True as well where no process can be started."""
        key = digest(source)
        with self._lock:
            known = self._verdicts.get(key, None)
            if known is None:
                if len(self._deaths) == MOST_DEATHS and time.monotonic() - self._deaths[0] < PERIOD:
                    return False
                known = self._try(source.encode("utf-8", "surrogatepass"))
                self._verdicts.keep(key, known)
        return known

    @property
    def process(self) -> int | None:
        """The number of the other process, as long as there is one."""
        return None if self._process is None else self._process.pid

    def _try(self, data: bytes) -> bool:
        for _ in range(2):
            process = self._process = self._process or _start()
            if process is None:
                return True
            if _answer(process, PATIENCE, len(data).to_bytes(_SIZE, "big") + data):
                return True
            self._process = None
            status = _end(process)
            if status != 0:
                self._deaths.append(time.monotonic())
                log.warning("The parser ended its process (status %s) on a text of %d bytes", status, len(data))
                return False
            # It had nothing to do for long and was about to leave; another one will do it.
        return True


def _start() -> subprocess.Popen[bytes] | None:
    """A process that is ready to parse; None where there can be none."""
    try:
        process = subprocess.Popen(
            [sys.executable, "-c", COMMAND, *sys.path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except (OSError, ValueError) as error:
        log.warning("Deeply nested texts cannot be tried out: %s", error)
        return None
    if _answer(process, START):
        return process
    log.warning("Deeply nested texts cannot be tried out: the process for that ends with status %s", _end(process))
    return None


def _answer(process: subprocess.Popen[bytes], patience: float, data: bytes = b"") -> bool:
    """Whether the process says that it is alive, having taken `data`; one that takes too long is ended."""
    assert process.stdin is not None and process.stdout is not None
    clock = threading.Timer(patience, process.kill)
    clock.daemon = True
    clock.start()
    try:
        if data:
            process.stdin.write(data)
            process.stdin.flush()
        return process.stdout.read(1) == _ALIVE
    except OSError:
        return False
    finally:
        clock.cancel()


def _end(process: subprocess.Popen[bytes]) -> int:
    """The status of a process that is about to end."""
    for stream in (process.stdin, process.stdout):
        with contextlib.suppress(OSError):
            assert stream is not None
            stream.close()
    try:
        return process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def serve() -> NoReturn:
    """Be the other process."""
    # Ctrl-C reaches every process of the terminal; the one that we work for decides what it means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    thread = deep_thread(lambda: _serve(sys.stdin.buffer, sys.stdout.buffer), "trial")
    thread.start()
    thread.join()
    os._exit(0)


def _serve(source: BinaryIO, target: BinaryIO) -> None:
    import libcst

    while True:
        target.write(_ALIVE)
        target.flush()
        idle = threading.Timer(IDLE, os._exit, (0,))
        idle.daemon = True
        idle.start()
        size = int.from_bytes(source.read(_SIZE), "big")
        text = source.read(size)
        idle.cancel()
        if not text:
            return
        with contextlib.suppress(Exception):
            # What it raises it raises here as well; only whether it comes back is the question.
            libcst.parse_module(text.decode("utf-8", "surrogatepass"))

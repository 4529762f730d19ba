"""When the process ends, and how: at once, with the right status, whatever its threads are doing."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import threading
import time
from collections.abc import Callable
from typing import NoReturn

PERIOD = 0.5
"""Seconds between two looks at the client's process."""

GRACE = 1.0
"""Seconds that a session has for ending by itself."""


def watch_process(pid: int, gone: Callable[[], object]) -> None:
    """End our own process, through `gone`, once the process `pid` has ended.

    Editors that are killed do not say goodbye, and a pipe that some grandchild holds open never ends. A process that
    is not there to begin with is not watched: the client runs somewhere else, in another container for instance.
    On Windows there is no harmless way to ask from here, and the end of the pipe has to do.
    """
    if os.name == "nt" or pid <= 0 or not _is_alive(pid):
        return

    def watch() -> None:
        while _is_alive(pid):
            time.sleep(PERIOD)
        end(gone)

    threading.Thread(target=watch, name="initls-client-watch", daemon=True).start()


def end(ask: Callable[[], object]) -> NoReturn:
    """End the process from a thread of its own: `ask` the session to end, and do not wait long for that.

    The session may be stuck in a write that nobody reads, and the analysis in native code.
    """
    with contextlib.suppress(RuntimeError):
        ask()
    time.sleep(GRACE)
    leave(1)


def leave(status: int) -> NoReturn:
    """End the process now.

    The interpreter's own way out would wait for, or fall over, threads that are in the middle of native code.
    """
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(status)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True

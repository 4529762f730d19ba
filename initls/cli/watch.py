"""`initls check --watch`: the same run again and again, whenever something has changed.

The files are asked for their times and sizes, twice a second: that works on every file system, over a network as well,
and costs a moment for thousands of files. What has not changed is known from the cache.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from initls.cli.console import warn
from initls.workspace.index import status_of

PAUSE = 0.5
"""Seconds between two looks."""

CLEAR = "\033[2J\033[3J\033[H"
"""Empties a terminal and goes to its first line."""


def repeat(run: Callable[[], int], watched: Callable[[], Iterable[Path]], pause: float = PAUSE) -> None:
    """Do `run` now and after each change of what is `watched`, until the user presses Ctrl-C."""
    while True:
        before = _states(watched())
        if sys.stdout.isatty():
            sys.stdout.write(CLEAR)
        run()
        sys.stdout.flush()
        warn("watching for changes; Ctrl-C ends it")
        while _states(watched()) == before:
            time.sleep(pause)


def _states(paths: Iterable[Path]) -> dict[str, object]:
    return {str(path): status_of(str(path)) for path in paths}

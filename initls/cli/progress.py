"""A bar on standard error while a long run goes on; nothing where no one is looking, and nothing for short runs."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType

_PATIENCE = 0.7
"""Seconds before a bar is worth drawing."""


class Progress:
    """Counts finished files. Used as a context; the bar is gone when it ends."""

    def __init__(self, total: int, *, quiet: bool = False) -> None:
        self._total = total
        self._done = 0
        self._start = time.monotonic()
        self._wanted = not quiet and total > 1 and sys.stderr.isatty()
        self._bar: _Bar | None = None

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def advance(self) -> None:
        """One more file is done."""
        self._done += 1
        if not self._wanted:
            return
        if self._bar is None:
            if time.monotonic() - self._start < _PATIENCE:
                return
            self._bar = _Bar(self._total)
        self._bar.show(self._done)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Within this context the terminal is free for other words; a bar that is drawn makes room for them."""
        if self._bar is not None:
            self._bar.stop()
        try:
            yield
        finally:
            if self._bar is not None:
                self._bar.start()


class _Bar:
    """The bar itself; rich is imported only when one is drawn."""

    def __init__(self, total: int) -> None:
        from rich import progress
        from rich.console import Console

        self._progress = progress.Progress(
            progress.TextColumn("Checking"),
            progress.BarColumn(),
            progress.MofNCompleteColumn(),
            progress.TextColumn("files"),
            progress.TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
            # What is printed beside the bar is none of its business; findings may go into a file.
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._task = self._progress.add_task("check", total=total)
        self.start()

    def start(self) -> None:
        self._progress.start()

    def show(self, done: int) -> None:
        self._progress.update(self._task, completed=done)

    def stop(self) -> None:
        self._progress.stop()

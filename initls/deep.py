"""Threads for the analysis, which goes deep: parsers in native code, and our own functions by the hundred."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable

STACK = 64 * 1024 * 1024
"""The bytes of stack that a thread needs which parses segments."""

ROOM = 1 << 17
"""The slots of the frame in which the work is done: as much again, a megabyte, is then left for those behind it."""


def deep_thread(work: Callable[[], object], name: str) -> threading.Thread:
    """A thread that does `work` once it is started, on a stack that the native parser cannot exhaust.

    It never keeps the process alive, so that Ctrl-C ends it and does not wait for the file in hand.
    """
    return _Deep(target=_in_a_large_frame, args=(work,), name=name, daemon=True)


class _Deep(threading.Thread):
    def start(self) -> None:
        """Start it with a stack of its own size; all other threads get what they would have got."""
        before: int | None = None
        # Some systems have a limit of their own, and what is deeper than usual is tried out elsewhere first.
        with contextlib.suppress(ValueError, RuntimeError):
            before = threading.stack_size(STACK)
        try:
            super().start()
        finally:
            if before is not None:
                threading.stack_size(before)


def _in_a_large_frame(work: Callable[[], object]) -> None:
    work()


# From 3.11 on Python keeps the frames of its functions in chunks of 16 kB. It gets one from the system when a call does
# not fit any more, and gives it back when that call returns; functions that go up and down across such a border ask the
# system at every turn, a twelfth of the time that a large package took. A frame that says to need more gets a larger
# chunk, and what is left of it holds all the frames behind.
_in_a_large_frame.__code__ = _in_a_large_frame.__code__.replace(co_stacksize=ROOM)

"""The one thread that analyses: it does one job at a time, and always the one that somebody waits for most.

There is no delay between an edit and its analysis. A job that is overtaken is told so through its cancellation check
and gives up within moments; what it had worked out by then is remembered by the analysis itself.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

from msgspec import Struct

from initls.cancel import Cancelled, Check
from initls.deep import deep_thread
from initls.memory import drop_what_loading_left, give_back_memory

log = logging.getLogger(__name__)

T = TypeVar("T")

TIDY = 200
"""Jobs after which freed memory is given back, as soon as nothing is to be done: it takes a few milliseconds."""

FIRST_REST = 0.3
"""Seconds without anything to do after which what loading left is dropped, which takes a fraction of that."""

REST = 1.0
"""Seconds without anything to do after which freed memory is given back all the same."""


class Job(Struct, Generic[T], eq=False):
    """Work for the analysis thread.

    Jobs with the same `topic` supersede each other, the newest wins; jobs without one wait in line in front of all
    that have one. `done` gets the result, or the exception that ended the work; after `cancel` it may never be called.
    """

    work: Callable[[Check], T]
    done: Callable[[T | BaseException], object]
    topic: str | None = None
    cancelled: bool = False
    deferred: bool = False
    """Made way for something more urgent, and is to be done after it."""

    def cancel(self) -> None:
        """Nobody waits for this any more."""
        self.cancelled = True

    def check(self) -> None:
        """The check that the work is given."""
        if self.cancelled or self.deferred:
            raise Cancelled


class Worker:
    """Runs jobs on a thread of its own."""

    def __init__(self) -> None:
        self._wake = threading.Condition()
        self._line: deque[Job[object]] = deque()
        self._newest_last: dict[str, Job[object]] = {}
        self._running: Job[object] | None = None
        self._done = 0
        """Jobs since memory was last given back."""
        self._loaded = False
        """Whether what loading left was dropped."""

    def start(self) -> None:
        """Start the thread. It never keeps the process alive."""
        deep_thread(self._run, "initls-analysis").start()

    def submit(self, job: Job[T], *, urgent: bool = True) -> None:
        """Do `job` next, and have what runs on another topic make way for it if it is `urgent`."""
        with self._wake:
            running = self._running
            if job.topic is None:
                self._line.append(job)  # type: ignore[arg-type]
            else:
                self._drop(job.topic)
                self._newest_last[job.topic] = job  # type: ignore[assignment]
            if urgent and running is not None and running.topic not in (None, job.topic):
                running.deferred = True
            self._wake.notify()

    def forget(self, topic: str) -> None:
        """Give up whatever is to be done about `topic`."""
        with self._wake:
            self._drop(topic)

    def _drop(self, topic: str) -> None:
        waiting = self._newest_last.pop(topic, None)
        if waiting is not None:
            waiting.cancel()
        if self._running is not None and self._running.topic == topic:
            self._running.cancel()

    def _next(self) -> Job[object]:
        with self._wake:
            self._running = None
            self._done += 1
        while True:
            with self._wake:
                if not self._has_work() and self._done < TIDY:
                    self._wake.wait_for(self._has_work, self._rest())
                if self._has_work():
                    return self._take()
            # Whoever has something to do meanwhile is not to wait for the lock.
            self._done = 0
            if self._loaded:
                give_back_memory()
            else:
                self._loaded = True
                drop_what_loading_left()

    def _rest(self) -> float | None:
        """How long to wait for something to do before memory is looked after; None where there is no need to."""
        if not self._loaded:
            return FIRST_REST
        return REST if self._done else None

    def _has_work(self) -> bool:
        return bool(self._line or self._newest_last)

    def _take(self) -> Job[object]:
        if self._line:
            job = self._line.popleft()
        else:
            _, job = self._newest_last.popitem()
        self._running = job
        return job

    def _run(self) -> None:
        while True:
            job = self._next()
            if not job.cancelled:
                self._do(job)

    def _do(self, job: Job[object]) -> None:
        outcome: object
        try:
            outcome = job.work(job.check)
        except Cancelled as error:
            if job.cancelled:
                return
            if job.deferred:
                self._put_back(job)
                return
            # The work gave up by itself: it ran out of time.
            outcome = error
        except BaseException as error:
            # The thread outlives its jobs.
            outcome = error
        try:
            job.done(outcome)
        except Exception:
            log.exception("Could not hand over the result of an analysis")

    def _put_back(self, job: Job[object]) -> None:
        assert job.topic is not None
        with self._wake:
            job.deferred = False
            if not job.cancelled:
                self._newest_last[job.topic] = job
                self._put_last(job.topic)

    def _put_last(self, topic: str) -> None:
        """Have a waiting job taken last, which is first in the dict."""
        self._newest_last = {topic: self._newest_last.pop(topic), **self._newest_last}

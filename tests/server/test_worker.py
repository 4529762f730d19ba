"""The order in which the analysis thread does its jobs."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable

import pytest

from initls.cancel import Cancelled, Check
from initls.server.worker import Job, Worker

PATIENCE = 10.0


class Desk:
    """A worker whose jobs say when they begin and wait until they may end."""

    def __init__(self) -> None:
        self.worker = Worker()
        self.events: list[str] = []
        self._doors: dict[str, threading.Event] = {}
        self._begun: dict[str, threading.Event] = {}
        self._news = threading.Condition()
        self.worker.start()

    def job(self, name: str, topic: str | None = None, *, held: bool = False) -> Job[str]:
        door = self._doors[name] = threading.Event()
        begun = self._begun[name] = threading.Event()
        if not held:
            door.set()

        def work(check: Check) -> str:
            self._say(f"{name} begins")
            begun.set()
            try:
                while not door.wait(0.005):
                    check()
            except Cancelled:
                self._say(f"{name} stops")
                raise
            return name

        return Job(work, lambda outcome: self._say(f"{outcome} done"), topic)

    def wait_begun(self, name: str) -> None:
        assert self._begun[name].wait(PATIENCE)

    def release(self, name: str) -> None:
        self._doors[name].set()

    def wait_for(self, event: str) -> list[str]:
        with self._news:
            assert self._news.wait_for(lambda: event in self.events, PATIENCE), self.events
            return list(self.events)

    def _say(self, event: str) -> None:
        with self._news:
            self.events.append(event)
            self._news.notify_all()


def test_the_newer_job_of_a_topic_stops_the_older_one_for_good() -> None:
    desk = Desk()
    desk.worker.submit(desk.job("first", "a", held=True))
    desk.wait_begun("first")
    desk.worker.submit(desk.job("second", "a", held=True))
    desk.worker.submit(desk.job("third", "a"))
    events = desk.wait_for("third done")
    assert "first stops" in events
    assert [event for event in events if event.endswith("done")] == ["third done"]


def test_an_urgent_job_makes_others_wait_but_not_lose_their_turn() -> None:
    desk = Desk()
    desk.worker.submit(desk.job("slow", "a", held=True), urgent=False)
    desk.wait_begun("slow")
    desk.worker.submit(desk.job("edit", "b"))
    desk.wait_for("edit done")
    desk.release("slow")
    assert desk.wait_for("slow done") == [
        "slow begins", "slow stops", "edit begins", "edit done", "slow begins", "slow done",
    ]  # fmt: skip


def test_a_job_that_is_not_urgent_waits() -> None:
    desk = Desk()
    desk.worker.submit(desk.job("first", "a", held=True))
    desk.wait_begun("first")
    desk.worker.submit(desk.job("second", "b"), urgent=False)
    desk.release("first")
    assert desk.wait_for("second done") == ["first begins", "first done", "second begins", "second done"]


def test_the_newest_of_the_topics_that_wait_comes_first_and_questions_before_all() -> None:
    desk = Desk()
    desk.worker.submit(desk.job("question", held=True))
    desk.wait_begun("question")
    for name in ("old", "newer", "newest"):
        desk.worker.submit(desk.job(name, name))
    desk.worker.submit(desk.job("another question"))
    desk.release("question")
    order = [event for event in desk.wait_for("old done") if event.endswith("done")]
    assert order == ["question done", "another question done", "newest done", "newer done", "old done"]


def test_what_is_forgotten_is_neither_done_nor_reported() -> None:
    desk = Desk()
    desk.worker.submit(desk.job("running", "a", held=True))
    desk.wait_begun("running")
    desk.worker.submit(desk.job("waiting", "b"), urgent=False)
    desk.worker.forget("a")
    desk.worker.forget("b")
    desk.worker.submit(desk.job("last", "c"), urgent=False)
    assert desk.wait_for("last done") == ["running begins", "running stops", "last begins", "last done"]


def test_the_thread_outlives_whatever_its_jobs_raise() -> None:
    desk = Desk()
    outcomes: list[object] = []
    arrived = threading.Event()

    def failing(error: BaseException) -> Callable[[Check], None]:
        def work(check: Check) -> None:
            raise error

        return work

    def fails(outcome: object) -> None:
        raise RuntimeError

    errors = [ValueError(), KeyboardInterrupt(), SystemExit(), RecursionError(), MemoryError(), Cancelled()]
    for error in errors:
        desk.worker.submit(Job(failing(error), outcomes.append))
    desk.worker.submit(Job(lambda check: None, fails))
    desk.worker.submit(Job(lambda check: None, lambda outcome: arrived.set()))
    assert arrived.wait(PATIENCE)
    assert outcomes == errors


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the memory map is read from /proc")
def test_the_thread_has_room_for_deep_recursion() -> None:
    sizes: list[int] = []
    before = threading.stack_size()
    done = threading.Event()
    worker = Worker()
    worker.start()
    assert threading.stack_size() == before

    def work(check: Check) -> None:
        with open("/proc/self/maps", encoding="utf-8") as maps:
            ranges = [line.split()[0].split("-") for line in maps]
        sizes.extend(int(high, 16) - int(low, 16) for low, high in ranges)

    worker.submit(Job(work, lambda outcome: done.set()))
    assert done.wait(PATIENCE)
    assert any(64 << 20 <= size < 65 << 20 for size in sizes)

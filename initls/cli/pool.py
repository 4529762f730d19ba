"""Runs the tasks of a run: on a thread with a deep stack, or, when there are many, in several processes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache, partial
from pathlib import Path
from threading import Lock
from typing import TypeVar

from msgspec.structs import replace

from initls.cli.cache import Cache
from initls.cli.outcome import Analysis, AnalysisMaker, Outcome, Task
from initls.deep import deep_thread
from initls.memory import calm_garbage_collector

FILES_A_PROCESS = 24
"""A process costs its start-up; with fewer files than this to work on it does not earn it."""

OnDone = Callable[[Outcome], None]


class InOrder:
    """Hands outcomes on in the order of their tasks, each as soon as all before it are there."""

    def __init__(self, tasks: Sequence[Task], hear: OnDone) -> None:
        """Nothing is there yet. No two tasks are about one file."""
        self._awaited = [task.path for task in reversed(tasks)]
        self._there: dict[Path, Outcome] = {}
        self._hear = hear

    def __call__(self, outcome: Outcome) -> None:
        """Hand on what this outcome was the last to keep back."""
        self._there[outcome.task.path] = outcome
        while self._awaited and self._awaited[-1] in self._there:
            self._hear(self._there.pop(self._awaited.pop()))


def default_jobs(files: int) -> int:
    """How many processes are worth starting for so many files."""
    return max(1, min(os.cpu_count() or 1, files // FILES_A_PROCESS))


def run_tasks(
    tasks: Sequence[Task],
    jobs: int | None,
    make: AnalysisMaker | None = None,
    on_done: OnDone = lambda outcome: None,
    *,
    cluster: str | None = None,
) -> list[Outcome]:
    """The outcomes of `tasks` in their order; `on_done` hears of each as it comes.

    They are worked out in `jobs` processes, by default as many as they are worth, or on the `cluster` that is named.
    `make` builds the analysis; it must be importable by name when that is done by other processes.
    """
    build = make or _checker
    if cluster is not None and tasks:
        from initls.cli.cluster import perform_on_cluster

        return perform_on_cluster(cluster, tasks, build, on_done)
    jobs = jobs or default_jobs(len(tasks))
    if jobs <= 1 or len(tasks) <= 1:
        return perform_all(tasks, build, on_done)
    # Most runs need no other process, nor the modules that start one.
    from initls.cli.processes import perform_in_processes

    return perform_in_processes(tasks, jobs, build, on_done)


def run_cached(
    tasks: Sequence[Task],
    cache: Cache,
    jobs: int | None,
    make: AnalysisMaker | None = None,
    on_done: OnDone = lambda outcome: None,
    *,
    cluster: str | None = None,
) -> list[Outcome]:
    """The same; only those that `cache` does not know are worked out."""
    known = [_known(task, cache) for task in tasks]
    left = [replace(task, cache=cache) for task, outcome in zip(tasks, known, strict=True) if outcome is None]
    for outcome in filter(None, known):
        on_done(outcome)
    if not left:
        return [outcome for outcome in known if outcome is not None]
    found = iter(run_tasks(left, jobs, make, on_done, cluster=cluster))
    cache.prune()
    return [next(found) if outcome is None else outcome for outcome in known]


def _known(task: Task, cache: Cache) -> Outcome | None:
    """What is known to come of a task: where something is to be repaired, it has to be done."""
    outcome = cache.get(task)
    if outcome is None or task.mode == "check":
        return outcome
    silenced = task.silence is not None
    return None if any(silenced or one.finding.fixable for one in outcome.shown) else outcome


def _checker() -> Analysis:
    from initls.cli.noting import NotingChecker

    return NotingChecker()


def perform_all(tasks: Iterable[Task], build: AnalysisMaker, on_done: OnDone) -> list[Outcome]:
    """The outcomes of `tasks`, worked out one after the other in this process."""
    from initls.cli.work import perform

    def work() -> list[Outcome]:
        analysis = build()
        calm_garbage_collector()
        outcomes = []
        for task in tasks:
            outcome = perform(task, analysis)
            on_done(outcome)
            outcomes.append(outcome)
        return outcomes

    return on_deep_stack(work)


def perform_piece(tasks: Sequence[Task], build: AnalysisMaker, run: str = "") -> list[Outcome]:
    """The outcomes of some of the tasks of a run, in a process that works on one such piece after the other.

    Where a process may serve several runs, each goes by a name of its own: between two of them files may change.
    """
    with _ONE_AT_A_TIME:
        return perform_all(tasks, partial(_remembered, build, run), lambda outcome: None)


_ONE_AT_A_TIME = Lock()
"""An analysis remembers what it has worked out, and serves one thread."""


@lru_cache(maxsize=1)
def _remembered(build: AnalysisMaker, run: str) -> Analysis:
    """The one analysis of this process, with all that it has worked out so far in this run."""
    return build()


T = TypeVar("T")


def on_deep_stack(work: Callable[[], T]) -> T:
    """The result of `work`, done on a thread whose stack the native parser cannot exhaust."""
    box: list[T] = []
    raised: list[BaseException] = []

    def body() -> None:
        try:
            box.append(work())
        except BaseException as error:  # Carried over to the thread that waits.
            raised.append(error)

    thread = deep_thread(body, "analysis")
    thread.start()
    while thread.is_alive():
        thread.join(0.2)
    if raised:
        raise raised[0]
    return box[0]

"""Runs the tasks of a run: on a thread with a deep stack, or, when there are many, in several processes.

A process that dies takes nothing with it: what it had not finished is done again, file by file, and only the file that
kills its process a second time is given up.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from functools import cache

from initls.cli.work import Analysis, AnalysisMaker, Outcome, Task, perform
from initls.syntax.depth import ANALYSIS_STACK

FILES_A_PROCESS = 24
"""A process costs its start-up; with fewer files than this to work on it does not earn it."""

_CHUNK = 8
"""Files that travel to a process together."""

OnDone = Callable[[Outcome], None]


def default_jobs(files: int) -> int:
    """How many processes are worth starting for so many files."""
    return max(1, min(os.cpu_count() or 1, files // FILES_A_PROCESS))


def run_tasks(
    tasks: Sequence[Task], jobs: int, make: AnalysisMaker | None = None, on_done: OnDone = lambda outcome: None
) -> list[Outcome]:
    """The outcomes of `tasks` in their order; `on_done` hears of each as it comes.

    `make` builds the analysis; it must be importable by name when there are several processes.
    """
    build = make or _checker
    if jobs <= 1 or len(tasks) <= 1:
        return _on_deep_stack(lambda: _perform_all(tasks, build(), on_done))
    return _in_processes(tasks, jobs, build, on_done)


def _checker() -> Analysis:
    from initls.check import Checker

    return Checker()


def _perform_all(tasks: Iterable[Task], analysis: Analysis, on_done: OnDone) -> list[Outcome]:
    outcomes = []
    for task in tasks:
        outcome = perform(task, analysis)
        on_done(outcome)
        outcomes.append(outcome)
    return outcomes


def _on_deep_stack(work: Callable[[], list[Outcome]]) -> list[Outcome]:
    """The result of `work`, done on a thread whose stack the native parser cannot exhaust."""
    box: list[list[Outcome]] = []
    raised: list[BaseException] = []

    def body() -> None:
        try:
            box.append(work())
        except BaseException as error:  # Carried over to the thread that waits.
            raised.append(error)

    before = threading.stack_size(ANALYSIS_STACK)
    try:
        # A daemon, so that Ctrl-C ends the program and does not wait for the file in hand.
        thread = threading.Thread(target=body, name="analysis", daemon=True)
        thread.start()
    finally:
        threading.stack_size(before)
    while thread.is_alive():
        thread.join(0.2)
    if raised:
        raise raised[0]
    return box[0]


# --------------------------------------------------------------------------- several processes


def _in_processes(tasks: Sequence[Task], jobs: int, build: AnalysisMaker, on_done: OnDone) -> list[Outcome]:
    chunks = [range(start, min(start + _CHUNK, len(tasks))) for start in range(0, len(tasks), _CHUNK)]
    outcomes: dict[int, Outcome] = {}

    def keep(chunk: range, done: Sequence[Outcome]) -> None:
        for number, outcome in zip(chunk, done, strict=True):
            outcomes[number] = outcome
            on_done(outcome)

    with _pool(min(jobs, len(chunks))) as pool:
        futures: dict[Future[list[Outcome]], range] = {
            pool.submit(_perform_chunk, [tasks[number] for number in chunk], build): chunk for chunk in chunks
        }
        try:
            for future in as_completed(futures):
                keep(futures[future], future.result())
        except BrokenProcessPool:
            pass
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    left = [number for number in range(len(tasks)) if number not in outcomes]
    _one_by_one(tasks, left, build, keep)
    return [outcomes[number] for number in range(len(tasks))]


def _one_by_one(
    tasks: Sequence[Task], left: list[int], build: AnalysisMaker, keep: Callable[[range, Sequence[Outcome]], None]
) -> None:
    """The tasks that a broken pool left, each alone in a process, which is replaced when it dies."""
    while left:
        with _pool(1) as pool:
            while left:
                number = left.pop(0)
                try:
                    done = pool.submit(_perform_chunk, [tasks[number]], build).result()
                except BrokenProcessPool:
                    reason = "the analysis of this file ended its process; please report it"
                    lost = Outcome(tasks[number], failure=reason, crashed=True)
                    keep(range(number, number + 1), [lost])
                    break
                keep(range(number, number + 1), done)


def _pool(workers: int) -> ProcessPoolExecutor:
    # Spawned, not forked: the parent has threads, and a fork copies their locks in whatever state they are.
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"), initializer=_leave_ctrl_c)


def _leave_ctrl_c() -> None:
    """Ctrl-C reaches every process of the terminal; only the parent should speak of it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _perform_chunk(tasks: list[Task], build: AnalysisMaker) -> list[Outcome]:
    analysis = _remembered(build)
    return _on_deep_stack(lambda: _perform_all(tasks, analysis, lambda outcome: None))


@cache
def _remembered(build: AnalysisMaker) -> Analysis:
    """The one analysis of this process, with all that it has worked out so far."""
    return build()

"""Runs the tasks of a run in several processes.

A process that dies takes nothing with it: what it had not finished is done again, file by file, and only the file that
kills its process a second time is given up.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from functools import cache, partial

from initls.cli.outcome import Analysis, AnalysisMaker, Outcome, Task
from initls.cli.pool import OnDone, perform_all

_CHUNK = 8
"""Files that travel to a process together."""


def perform_in_processes(tasks: Sequence[Task], jobs: int, build: AnalysisMaker, on_done: OnDone) -> list[Outcome]:
    """The outcomes of `tasks` in their order, worked out in `jobs` processes; `build` must be importable by name."""
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
    return perform_all(tasks, partial(_remembered, build), lambda outcome: None)


@cache
def _remembered(build: AnalysisMaker) -> Analysis:
    """The one analysis of this process, with all that it has worked out so far."""
    return build()

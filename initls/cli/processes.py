"""Runs the tasks of a run in several processes.

A process that is idle gets the next piece of the work, and no sooner: so it is known what was in work when a process
dies. That is done again, file by file, and only the file that kills its process a second time is given up; the rest
goes on in several processes.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool

from initls.cli.outcome import AnalysisMaker, Outcome, Task
from initls.cli.pieces import pieces
from initls.cli.pool import OnDone, perform_piece

_READY = 2
"""Pieces for each process that are handed out: the one in work, and the next, so that none waits for the post."""

_LEAST = 2_000
"""What the smallest file weighs, in bytes of text."""

Keep = Callable[[Sequence[int], Sequence[Outcome]], None]


def perform_in_processes(tasks: Sequence[Task], jobs: int, build: AnalysisMaker, on_done: OnDone) -> list[Outcome]:
    """The outcomes of `tasks` in their order, worked out in `jobs` processes; `build` must be importable by name."""
    outcomes: dict[int, Outcome] = {}

    def keep(piece: Sequence[int], done: Sequence[Outcome]) -> None:
        for number, outcome in zip(piece, done, strict=True):
            outcomes[number] = outcome
            on_done(outcome)

    waiting = deque(pieces([*map(weight, tasks)], jobs))
    while waiting:
        suspects = _until_one_dies(tasks, waiting, jobs, build, keep)
        _one_by_one(tasks, suspects, build, keep)
    return [outcomes[number] for number in range(len(tasks))]


def weight(task: Task) -> int:
    """How much work a file is likely to be."""
    if task.source is not None:
        return max(_LEAST, len(task.source.data))
    try:
        return max(_LEAST, os.stat(task.path).st_size)
    except OSError:
        return _LEAST


def _until_one_dies(
    tasks: Sequence[Task], waiting: deque[list[int]], jobs: int, build: AnalysisMaker, keep: Keep
) -> deque[int]:
    """Hand out what is waiting until it is done, or a process dies; what was in work then."""
    suspects: deque[int] = deque()
    broken = False
    with _pool(min(jobs, len(waiting))) as pool:
        handed_out: dict[Future[list[Outcome]], list[int]] = {}
        try:
            while handed_out or (waiting and not broken):
                while waiting and not broken and len(handed_out) < jobs * _READY:
                    try:
                        future = pool.submit(perform_piece, [tasks[number] for number in waiting[0]], build)
                    except BrokenProcessPool:
                        broken = True
                        break
                    handed_out[future] = waiting.popleft()
                for future in wait(handed_out, return_when=FIRST_COMPLETED).done:
                    piece = handed_out.pop(future)
                    try:
                        done = future.result()
                    except BrokenProcessPool:
                        broken = True
                        suspects.extend(piece)
                    else:
                        keep(piece, done)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return suspects


def _one_by_one(tasks: Sequence[Task], left: deque[int], build: AnalysisMaker, keep: Keep) -> None:
    """The tasks that were in work when a process died, each alone in a process, which is replaced when it dies."""
    while left:
        with _pool(1) as pool:
            while left:
                number = left.popleft()
                try:
                    done = pool.submit(perform_piece, [tasks[number]], build).result()
                except BrokenProcessPool:
                    keep([number], [lost(tasks[number])])
                    break
                keep([number], done)


def lost(task: Task) -> Outcome:
    """What is to be said of a file that has killed the process which looked at it alone."""
    return Outcome(task, failure="the analysis of this file ended its process; please report it", crashed=True)


def _pool(workers: int) -> ProcessPoolExecutor:
    # Spawned, not forked: the parent has threads, and a fork copies their locks in whatever state they are.
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"), initializer=_leave_ctrl_c)


def _leave_ctrl_c() -> None:
    """Ctrl-C reaches every process of the terminal; only the parent should speak of it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)

"""Runs the tasks of a run: on a thread with a deep stack, or, when there are many, in several processes."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Sequence

from initls.cli.work import Analysis, AnalysisMaker, Outcome, Task, perform
from initls.syntax.depth import ANALYSIS_STACK

FILES_A_PROCESS = 24
"""A process costs its start-up; with fewer files than this to work on it does not earn it."""

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
        return perform_all(tasks, build, on_done)
    # Most runs need no other process, nor the modules that start one.
    from initls.cli.processes import perform_in_processes

    return perform_in_processes(tasks, jobs, build, on_done)


def _checker() -> Analysis:
    from initls.check import Checker
    from initls.workspace.index import Index

    return Checker(Index())


def perform_all(tasks: Iterable[Task], build: AnalysisMaker, on_done: OnDone) -> list[Outcome]:
    """The outcomes of `tasks`, worked out one after the other in this process."""

    def work() -> list[Outcome]:
        analysis = build()
        outcomes = []
        for task in tasks:
            outcome = perform(task, analysis)
            on_done(outcome)
            outcomes.append(outcome)
        return outcomes

    return _on_deep_stack(work)


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

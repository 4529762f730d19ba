"""Running many files: in their order, in several processes, and through the death of one."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from initls.cli.outcome import Outcome, Task
from initls.cli.pool import FILES_A_PROCESS, default_jobs, run_tasks
from initls.settings import Settings
from initls.syntax.depth import ANALYSIS_STACK
from tests.cli.fake import FakeChecker


def tasks(root: Path, *sources: str) -> list[Task]:
    made = []
    for number, source in enumerate(sources):
        path = root / f"f{number:03}.py"
        path.write_text(source)
        made.append(Task(path, path.name, Settings()))
    return made


def summary(outcomes: list[Outcome]) -> list[tuple[str, list[str], bool]]:
    return [(outcome.task.name, [one.finding.code for one in outcome.shown], outcome.crashed) for outcome in outcomes]


SOURCES = ["bad\n", "pass\n", "odd\nrisky\n", "crash\n", "broken\n"] * 5


def test_processes_find_what_one_thread_finds(tmp_path: Path) -> None:
    made = tasks(tmp_path, *SOURCES)
    alone = run_tasks(made, 1, FakeChecker)
    heard: list[Outcome] = []
    together = run_tasks(made, 2, FakeChecker, heard.append)
    assert together == alone
    assert sorted(outcome.task.name for outcome in heard) == [task.name for task in made]


def test_a_process_that_dies_costs_one_file(tmp_path: Path) -> None:
    made = tasks(tmp_path, *["bad\n"] * 4, "kill\n", *["odd\n"] * 7)
    outcomes = run_tasks(made, 2, FakeChecker)
    assert [task.name for task in made] == [outcome.task.name for outcome in outcomes]
    assert [outcome.task.name for outcome in outcomes if outcome.crashed] == ["f004.py"]
    assert outcomes[4].failure is not None
    assert "ended its process" in outcomes[4].failure
    assert all(len(outcome.shown) == 1 for outcome in outcomes if not outcome.crashed)


class Deep(FakeChecker):
    """Notes on which kind of thread it works."""

    seen: list[tuple[str, int]] = []

    def check(self, document, settings, *, syntax=False):  # type: ignore[no-untyped-def]
        self.seen.append((threading.current_thread().name, depth(0)))
        return super().check(document, settings, syntax=syntax)


def depth(level: int) -> int:
    return level if level == 500 else depth(level + 1)


def test_the_analysis_has_a_thread_of_its_own_with_a_deep_stack(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    plain = threading.stack_size

    def noted(size: int = 0) -> int:
        sizes.append(size)
        return plain(size)

    monkeypatch.setattr(threading, "stack_size", noted)
    Deep.seen.clear()
    run_tasks(tasks(tmp_path, "bad\n"), 1, Deep)
    assert Deep.seen == [("analysis", 500)]
    assert sizes == [ANALYSIS_STACK, 0]
    assert plain() == 0


def test_few_files_are_not_worth_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 4)
    assert [default_jobs(files) for files in (0, 1, FILES_A_PROCESS * 2 - 1)] == [1, 1, 1]
    assert default_jobs(FILES_A_PROCESS * 2) == 2
    assert default_jobs(10_000) == 4


def test_an_interrupt_reaches_the_caller(tmp_path: Path) -> None:
    def stop(outcome: Outcome) -> None:
        raise KeyboardInterrupt

    for jobs in (1, 2):
        with pytest.raises(KeyboardInterrupt):
            run_tasks(tasks(tmp_path, *SOURCES), jobs, FakeChecker, stop)

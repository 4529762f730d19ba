"""Running many files: in their order, in several processes, and through the death of one."""

from __future__ import annotations

import threading
from collections import deque
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from initls.cli import processes
from initls.cli.outcome import Outcome, Task
from initls.cli.pieces import MOST_FILES, SHARE, pieces
from initls.cli.pool import FILES_A_PROCESS, InOrder, default_jobs, run_tasks
from initls.deep import STACK
from initls.settings import Settings
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


def test_a_death_leaves_the_rest_to_several_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = tasks(tmp_path, "kill\n", *["bad\n"] * 40)
    alone: list[int] = []
    one_by_one = processes._one_by_one

    def noted(tasks: list[Task], left: deque[int], *rest: Any) -> None:
        alone.extend(left)
        one_by_one(tasks, left, *rest)

    monkeypatch.setattr(processes, "_one_by_one", noted)
    outcomes = run_tasks(made, 2, FakeChecker)
    assert [outcome.task.name for outcome in outcomes if outcome.crashed] == ["f000.py"]
    assert sum(len(outcome.shown) for outcome in outcomes) == 40
    assert 0 in alone and len(alone) < 40


WEIGHTS = st.lists(st.integers(1, 10_000) | st.integers(1, 300), max_size=80)


@given(WEIGHTS, st.integers(1, 9))
def test_every_file_travels_once(weights: list[int], workers: int) -> None:
    handed = pieces(weights, workers)
    assert sorted(number for piece in handed for number in piece) == list(range(len(weights)))
    assert all(1 <= len(piece) <= MOST_FILES for piece in handed)


@given(WEIGHTS, st.integers(1, 9))
def test_no_process_is_idle_for_longer_than_its_share(weights: list[int], workers: int) -> None:
    """Each process takes the next piece when it is through with one. The last ends soon after a perfect division
    would have ended; but for a file that is more than a share by itself, which is begun at once."""
    busy = [0] * workers
    total = sum(weights)
    for piece in pieces(weights, workers):
        idle = min(range(workers), key=lambda number: busy[number])
        busy[idle] += sum(weights[number] for number in piece)
    assert max(busy) <= total / workers + max([*weights, total / (workers * SHARE)], default=0)
    if max(weights, default=0) <= total / (workers * SHARE):
        assert max(busy) - min(busy) <= total / (workers * SHARE)


@given(WEIGHTS, st.integers(1, 9))
def test_the_heaviest_come_first_and_the_others_in_their_order(weights: list[int], workers: int) -> None:
    heavy = sum(weights) / (workers * SHARE)
    order = [number for piece in pieces(weights, workers) for number in piece]
    first = [number for number in order if weights[number] > heavy]
    assert order[: len(first)] == first == sorted(first, key=lambda number: -weights[number])
    assert order[len(first) :] == sorted(order[len(first) :])


@given(st.permutations(range(7)))
def test_what_comes_in_any_order_is_heard_in_order(order: list[int]) -> None:
    made = [Task(Path(f"{number}.py"), f"{number}.py", Settings()) for number in range(7)]
    heard: list[str] = []
    in_order = InOrder(made, lambda outcome: heard.append(outcome.task.name))
    for count, number in enumerate(order, start=1):
        in_order(Outcome(made[number]))
        there = sorted(order[:count])
        assert heard == [f"{place}.py" for place, one in enumerate(there) if place == one]


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
    assert sizes == [STACK, 0]
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

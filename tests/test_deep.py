"""Threads with room for what calls itself deeply."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable

import pytest

from initls.deep import STACK, deep_thread


def test_others_keep_the_stack_that_they_had() -> None:
    before = threading.stack_size()
    sizes: list[int] = []
    thread = deep_thread(lambda: sizes.append(threading.stack_size()), "deep")
    assert threading.stack_size() == before
    thread.start()
    thread.join()
    assert threading.stack_size() == before
    assert STACK >= 1 << 20
    assert sizes
    assert thread.daemon
    assert thread.name == "deep"


def _up_and_down(depth: int) -> None:
    if depth:
        _up_and_down(depth - 1)


def _faults_of(start: Callable[[Callable[[], None]], threading.Thread]) -> int:
    """The pages that the system has to hand out while functions call each other, to every depth, again and again."""
    import resource

    found: list[int] = []

    def work() -> None:
        _up_and_down(900)  # What the stack of the thread itself needs is there from now on.
        before = resource.getrusage(resource.RUSAGE_THREAD).ru_minflt
        for _ in range(20):
            for depth in range(0, 800, 4):
                _up_and_down(depth)
        found.append(resource.getrusage(resource.RUSAGE_THREAD).ru_minflt - before)

    thread = start(work)
    thread.start()
    thread.join()
    return found[0]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux counts the pages of a thread")
def test_frames_stay_in_memory_that_is_there() -> None:
    assert _faults_of(lambda work: deep_thread(work, "deep")) < 200
    if sys.version_info >= (3, 11):
        # Older versions keep each frame by itself, and have no borders to cross.
        assert _faults_of(lambda work: threading.Thread(target=work)) > 1_000

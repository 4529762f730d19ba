"""Clusters of processes on this machine, and an analysis that waits for what a test does to them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from tests.cli.fake import FakeChecker, FakeResult

ROOT = Path(__file__).parents[2]

LOCAL = {"DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "20s", "OMP_NUM_THREADS": "1"}


@contextmanager
def started(*argv: str, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """One process of a cluster; it is ended with the context."""
    command = [sys.executable, "-m", "dask", *argv]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **LOCAL, **environment}
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process; one that waits for others that are gone is not asked twice."""
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()


class Cluster(NamedTuple):
    """A scheduler and some workers."""

    address: str
    """The file that tells where the scheduler is."""
    workers: list[subprocess.Popen[bytes]]


@contextmanager
def cluster(folder: Path, *, workers: int = 2, nanny: bool = False, **environment: str) -> Iterator[Cluster]:
    """Processes of a cluster on this machine, with what they write in a folder."""
    file = folder / "scheduler.json"
    where = ["--scheduler-file", str(file), "--no-dashboard"]
    with ExitStack() as stack:
        scheduler = started("scheduler", *where, "--host", "127.0.0.1", "--port", "0", **environment)
        stack.enter_context(scheduler)
        until(file.exists)
        processes = []
        for number in range(workers):
            own = ["--name", f"worker{number}", "--nthreads", "1", "--local-directory", str(folder / f"worker{number}")]
            keeper = "--nanny" if nanny else "--no-nanny"
            processes.append(stack.enter_context(started("worker", *where, keeper, *own, **environment)))
        yield Cluster(str(file), processes)


def until(holds: Any, seconds: float = 60) -> None:
    """Wait for something, and fail where it takes too long."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "this has been waited for in vain"
        time.sleep(0.02)


VICTIM = "victim"
LEAVE = "leave"


class Waiting(FakeChecker):
    """Tells by a file who looks at the word `victim`, and goes on once there is another file that gives leave to."""

    def check(self, document: Any, settings: Any, *, syntax: bool = False) -> FakeResult:
        if VICTIM in document.text.source:
            folder = Path(document.filename).parent
            with (folder / VICTIM).open("a") as file:
                file.write(f"{os.getpid()}\n")
            until((folder / LEAVE).exists)
        return super().check(document, settings, syntax=syntax)

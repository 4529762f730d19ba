"""Examples in processes of their own: alone in a group of one, side by side, or apart because they may end theirs.

The process that runs the tests has threads, of gloo and of others, and what is forked beside threads may wait for ever
for a lock that one of them held. So a server that has none, and has torch loaded already, does the forking.
"""

from __future__ import annotations

import faulthandler
import multiprocessing
import os
import sys
import tempfile
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import torch.distributed

ROUND = 60
"""Seconds after which every process must be through."""

LOADED = [
    "tests.proofs.world",
    "tests.proofs.messages.ini217",
    "tests.proofs.messages.ini219",
    "torch.distributed.fsdp",
]
"""What every process needs, and takes seconds to load."""

WRAPPERS = ("DistributedDataParallel", "FullyShardedDataParallel")
"""What needs a group of processes around it, if only one of one."""


@contextmanager
def together(rank: int, size: int, store: Any) -> Iterator[None]:
    """Be one of several processes that talk to each other."""
    torch.distributed.init_process_group("gloo", store=store, rank=rank, world_size=size)
    try:
        yield
    finally:
        torch.distributed.destroy_process_group()


@contextmanager
def alone(text: str) -> Iterator[None]:
    """Be the only process, where a program asks to be one of several."""
    if not any(word in text for word in WRAPPERS) or torch.distributed.is_initialized():
        yield
        return
    with together(0, 1, torch.distributed.HashStore()):
        yield


@cache
def _server() -> Any:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(LOADED)
    return context


def _started(target: Callable[..., None], *arguments: Any) -> Any:
    process = _server().Process(target=target, args=arguments, daemon=True)
    process.start()
    return process


def _ended(process: Any) -> int:
    """How a process ends: with 0, with 1, or by a signal, whose number is then negative."""
    process.join(ROUND)
    if process.is_alive():
        process.kill()
        process.join()
        raise TimeoutError(f"not through after {ROUND} s")
    code: int = process.exitcode
    return code


# --------------------------------------------------------------------------- side by side


def _rank(rank: int, size: int, file: str, build: Any, arguments: tuple[Any, ...], results: Any) -> None:
    with together(rank, size, torch.distributed.FileStore(file, size)):
        model = build(rank, *arguments)
        results.send({name: p.detach().tolist() for name, p in model.named_parameters()})


def in_each(build: Callable[..., Any], *arguments: Any, size: int = 2) -> list[dict[str, Any]]:
    """The parameters of what each of several processes builds, given its rank and the arguments."""
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "store")
        pipes = [multiprocessing.Pipe(duplex=False) for _ in range(size)]
        started = [
            _started(_rank, rank, size, file, build, arguments, writing) for rank, (_, writing) in enumerate(pipes)
        ]
        for _, writing in pipes:
            writing.close()
        try:
            assert all(reading.poll(ROUND) for reading, _ in pipes), f"not through after {ROUND} s"
            return [reading.recv() for reading, _ in pipes]
        finally:
            for process in started:
                _ended(process)


# --------------------------------------------------------------------------- apart


def _program(file: str, prepare: Callable[[], None], text: str) -> None:
    faulthandler.disable()
    with open(file, "w", encoding="utf-8") as said:
        os.dup2(said.fileno(), 1)
        os.dup2(said.fileno(), 2)
    sys.stdout, sys.stderr = os.fdopen(1, "w"), os.fdopen(2, "w")
    warnings.simplefilter("ignore")
    code = 0
    try:
        prepare()
        torch.manual_seed(0)
        exec(text, {"__name__": "example", "torch": torch})
    except BaseException:
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def apart(text: str, prepare: Callable[[], None]) -> tuple[int, str]:
    """How the process of a program ends (see above), and what it says."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "said")
        code = _ended(_started(_program, str(file), prepare, text))
        return code, file.read_text(encoding="utf-8")

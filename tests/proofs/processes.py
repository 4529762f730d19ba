"""Examples in several processes, as `torch.distributed` has them: alone, or side by side."""

from __future__ import annotations

import multiprocessing
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch.distributed

ROUND = 60
"""Seconds after which two processes must be through."""


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


def _rank(rank: int, size: int, file: str, build: Any, results: Any) -> None:
    with together(rank, size, torch.distributed.FileStore(file, size)):
        model = build(rank)
        results.put((rank, {name: p.detach().tolist() for name, p in model.named_parameters()}))


def in_each(build: Any, size: int = 2) -> list[dict[str, Any]]:
    """The parameters of what each of several processes builds, given its rank."""
    context = multiprocessing.get_context("fork")
    results = context.Queue()
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "store")
        started = [context.Process(target=_rank, args=(rank, size, file, build, results)) for rank in range(size)]
        for process in started:
            process.start()
        try:
            found = dict(results.get(timeout=ROUND) for _ in started)
        finally:
            for process in started:
                process.join(ROUND)
                process.kill()
    return [found[rank] for rank in range(size)]

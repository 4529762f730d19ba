"""What a process of ours does about the memory that it has."""

from __future__ import annotations

import ctypes
import gc
import sys
from collections.abc import Callable
from functools import cache

ARENA_MAX = -8
"""glibc's `M_ARENA_MAX`."""


def give_back_memory() -> None:
    """Give the system back what was freed.

    Trees are built and dropped by the thousand, between facts that stay. What they leave are holes that the allocator
    of glibc keeps for later, until a server that holds the same as hours ago has twice the memory.
    """
    trim = _of_c("malloc_trim")
    if trim is not None:
        trim(0)


def share_one_heap() -> None:
    """Have the threads that will be started share the memory that each frees.

    glibc gives each thread a heap of its own, so that they need not wait for each other, which Python's do anyway.
    """
    set_option = _of_c("mallopt")
    if set_option is not None:
        set_option(ARENA_MAX, 1)


@cache
def _of_c(name: str) -> Callable[..., object] | None:
    """A function of glibc; None where there is none."""
    if not sys.platform.startswith("linux"):
        return None
    try:
        found: Callable[..., object] = getattr(ctypes.CDLL(None), name)
    except (OSError, AttributeError):
        return None
    return found


def drop_what_loading_left() -> None:
    """Look once for garbage in what `calm_garbage_collector` has put aside: a tenth of a second, for ten megabytes.

    Each class with slots that attrs or `dataclasses` make has another one in front of it, in a cycle with itself.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    give_back_memory()


def calm_garbage_collector() -> None:
    """Let the collector pass over what lives as long as the process, and come by less often.

    The trees and facts of a long file are hundreds of thousands of objects without a cycle among them, which
    `tests/test_memory.py` holds; looking through them all again and again would cost more than the analysis of an edit.
    """
    gc.enable()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)

"""What a process of ours does about the memory that it has."""

from __future__ import annotations

import ctypes
import gc
import sys
from collections.abc import Callable
from functools import cache


def give_back_memory() -> None:
    """Give the system back what was freed.

    Trees are built and dropped by the thousand, between facts that stay. What they leave are holes that the allocator
    of glibc keeps for later, until a server that holds the same as hours ago has twice the memory.
    """
    trim = _trim()
    if trim is not None:
        trim(0)


@cache
def _trim() -> Callable[[int], object] | None:
    """The function of the C library that does so; None where there is none."""
    if not sys.platform.startswith("linux"):
        return None
    try:
        trim: Callable[[int], object] = ctypes.CDLL(None).malloc_trim
    except (OSError, AttributeError):
        return None
    return trim


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

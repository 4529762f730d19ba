"""Answers that are kept with what they are about."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

K = TypeVar("K")
T = TypeVar("T")


def once(work: Callable[[K], T]) -> Callable[[K], T]:
    """Have `work`, a pure function of one object that never changes, done once for each object.

    The result lives as long as the object: a trace that an edit leaves alone keeps what was worked out from it.
    """
    key = f"{work.__module__}.{work.__qualname__}"

    @wraps(work)
    def remembered(about: K) -> T:
        known = about.__dict__
        if key not in known:
            known[key] = work(about)
        found: T = known[key]
        return found

    return remembered

"""Where two happenings of one run part ways: the function that leads to both, and its two sites."""

from __future__ import annotations

from initls.facts.place import Place
from initls.model.state.values import Path


def fork(first: Path, second: Path) -> tuple[Place, Place] | None:
    """The sites, in the function that leads to both, from which each of two chains of calls goes on.

    A chain is the path of a happening with its place behind it. None where no function leads to both.
    """
    for one, other in zip(first, second, strict=False):
        if one != other:
            return (one, other) if one.unit == other.unit else None
    return None

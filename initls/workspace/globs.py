"""Globs as git has them in its ignore files."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

import pathspec

Spec = pathspec.GitIgnoreSpec


def readable(glob: str) -> bool:
    """Whether `glob` means anything: a lone `!`, a backslash at the end and a range such as `[z-a]` do not."""
    try:
        _compiled((glob,))
    except (ValueError, re.error):
        return False
    return True


def spec(globs: Iterable[str]) -> Spec:
    """What matches as `globs` do, one after the other; those that mean nothing match nothing, as with git."""
    lines = tuple(globs)
    try:
        return _compiled(lines)
    except (ValueError, re.error):
        return _compiled(tuple(glob for glob in lines if readable(glob)))


@lru_cache(maxsize=256)
def _compiled(globs: tuple[str, ...]) -> Spec:
    return Spec.from_lines(globs)

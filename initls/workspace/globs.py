"""Globs as git has them in its ignore files."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from initls.pattern import pattern

if TYPE_CHECKING:
    import pathspec

    Spec = pathspec.GitIgnoreSpec

_NAME = pattern(r"\.?\w[\w.-]*", re.ASCII)
"""A glob that is a name and no more: it matches whatever has a segment of that name in its path."""


def matches(globs: tuple[str, ...], path: str) -> bool:
    """Whether a path, that of a folder with a slash behind, matches as `globs` do, one after the other."""
    names, others = _parted(globs)
    return not names.isdisjoint(path.split("/")) or (bool(others) and spec(others).match_file(path))


@lru_cache(maxsize=256)
def _parted(globs: tuple[str, ...]) -> tuple[frozenset[str], tuple[str, ...]]:
    """The globs that are names, as all usual ones are, and the others, which take longer to load than to match.

    Where one takes back what others match, it matters in which order they stand.
    """
    if any(glob.startswith("!") for glob in globs):
        return frozenset(), globs
    names = frozenset(filter(_NAME.fullmatch, globs))
    return names, tuple(glob for glob in globs if glob not in names)


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
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(globs)

"""Which files a run looks at: the ones that are named, and the Python files below the folders that are named."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from initls.settings import Settings
from initls.workspace import globs
from initls.workspace.config import Resolved

SUFFIXES = (".py", ".ipynb")
"""What makes a file in a folder one to check; a file that is named is taken whatever it is called."""


class Found(Struct, frozen=True):
    """A file to check; `named` says that it was asked for by its own name."""

    path: Path
    named: bool


class Missing(Struct, frozen=True):
    """A path that was asked for and is not there, or a folder that cannot be listed; `named` as for `Found`."""

    path: Path
    reason: str
    named: bool


def discover(
    paths: Iterable[Path], resolve: Callable[[Path], Resolved], *, force_exclude: bool = False
) -> Iterator[Found | Missing]:
    """The files that `paths` stand for, each once, the files of a folder in alphabetical order.

    `resolve` gives the settings of a folder, for their `exclude` globs. Below a folder, what git ignores and what the
    settings exclude is left out; the named paths themselves are not asked, except with `force_exclude`.
    """
    seen: set[str] = set()
    for path in paths:
        for found in _below(path, resolve, force_exclude):
            key = os.path.abspath(found.path)
            if key not in seen:
                seen.add(key)
                yield found


def _below(path: Path, resolve: Callable[[Path], Resolved], force_exclude: bool) -> Iterator[Found | Missing]:
    try:
        is_folder = path.is_dir()
        exists = is_folder or path.exists()
    except OSError as error:
        yield Missing(path, error.strerror or str(error), named=True)
        return
    if not exists:
        yield Missing(path, "no such file or folder", named=True)
        return
    resolved = resolve(path if is_folder else path.parent)
    excluded = excluded_by(path, resolved.settings, resolved.root)
    if excluded and force_exclude:
        return
    if not is_folder:
        yield Found(path, named=True)
        return
    # Who names a folder wants what is in it, so patterns that leave out the folder itself stay out of its inside.
    ignores = _inherited(path)
    if _is_ignored(os.path.abspath(path), True, ignores):
        ignores = ()
    yield from _walk(path, resolve, ignores, by_name_alone=excluded)


def _walk(
    folder: Path, resolve: Callable[[Path], Resolved], ignores: tuple[_Ignore, ...], *, by_name_alone: bool
) -> Iterator[Found | Missing]:
    try:
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
    except OSError as error:
        yield Missing(folder, error.strerror or str(error), named=False)
        return
    own = _ignore_file(folder)
    ignores = (*ignores, own) if own else ignores
    resolved = resolve(folder)
    excludes = _excludes(resolved.settings)
    # The sub-folders wait: a folder's own files come first, as in a listing, whatever their names.
    folders: list[Path] = []
    for entry in entries:
        path = folder / entry.name
        is_folder = entry.is_dir(follow_symlinks=False)
        if not is_folder and not (entry.name.endswith(SUFFIXES) and _is_file(entry)):
            continue
        absolute = os.path.abspath(path)
        relative = None if by_name_alone else _relative(absolute, str(resolved.root))
        if _matches(excludes, relative or entry.name, is_folder) or _is_ignored(absolute, is_folder, ignores):
            continue
        if is_folder:
            folders.append(path)
        else:
            yield Found(path, named=False)
    for sub in folders:
        yield from _walk(sub, resolve, ignores, by_name_alone=by_name_alone)


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:
        return False


def excluded_by(path: Path, settings: Settings, root: Path) -> bool:
    """Whether `settings`, whose globs start at `root`, exclude `path` or a folder between it and `root`."""
    absolute = os.path.abspath(path)
    relative = _relative(absolute, str(root)) or os.path.basename(absolute)
    return _matches(_excludes(settings), relative, path.is_dir())


def _excludes(settings: Settings) -> tuple[str, ...]:
    return (*settings.exclude, *settings.extend_exclude)


def _matches(excludes: tuple[str, ...], path: str, is_folder: bool) -> bool:
    return globs.matches(excludes, path + ("/" if is_folder else ""))


# --------------------------------------------------------------------------- what git ignores


class _Ignore(Struct, frozen=True):
    """The patterns of one ignore file and the folder that they start at."""

    root: str
    spec: globs.Spec


def _is_ignored(absolute: str, is_folder: bool, ignores: Sequence[_Ignore]) -> bool:
    """Git's answer: the last pattern that matches decides, and the deeper file has the later word."""
    for ignore in reversed(ignores):
        relative = _relative(absolute, ignore.root)
        if relative is None:
            continue
        verdict = ignore.spec.check_file(relative + ("/" if is_folder else "")).include
        if verdict is not None:
            return verdict
    return False


def _inherited(folder: Path) -> tuple[_Ignore, ...]:
    """The ignore files above `folder`, up to the top of its repository, outermost first; none outside of one."""
    above: list[_Ignore] = []
    start = folder.absolute()
    for candidate in (start, *start.parents):
        if candidate != start and (own := _ignore_file(candidate)):
            above.append(own)
        if (candidate / ".git").exists():
            excluded = _ignore_file(candidate, ".git/info/exclude")
            return tuple(reversed([*above, excluded] if excluded else above))
    return ()


def _ignore_file(folder: Path, name: str = ".gitignore") -> _Ignore | None:
    try:
        text = (folder / name).read_bytes().decode("utf-8", "replace")
    except OSError:
        return None
    lines = tuple(line for line in text.replace("\r\n", "\n").split("\n") if line.strip() and not line.startswith("#"))
    return _Ignore(os.path.abspath(folder), globs.spec(lines)) if lines else None


def _relative(absolute: str, root: str) -> str | None:
    prefix = root if root.endswith(os.sep) else root + os.sep
    return absolute[len(prefix) :].replace(os.sep, "/") if absolute.startswith(prefix) else None

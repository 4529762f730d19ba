"""Which settings hold for a file: the nearest settings file upward from it, with the caller's wishes on top.

The editor and the command line both ask here, so they agree on every file.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from initls.settings import Settings
from initls.workspace import globs, toml
from initls.workspace.options import ConfigError, apply_options

__all__ = ["ConfigError", "Configuration", "Overrides", "Resolved", "find", "load"]

NAMES = ("initls.toml", "pyproject.toml")
"""What a settings file may be called; in one folder the first that is there wins."""


class Resolved(Struct, frozen=True):
    """Settings with the file that they come from and the folder that its globs start at."""

    settings: Settings
    root: Path
    source: Path | None = None


class Overrides(Struct, frozen=True):
    """What was asked for on the command line or in the editor; it goes over what the files say.

    `select` replaces the files' choice. `ignore` and `extend_select` add to it, and whatever is selected here is
    taken off the files' `ignore`: what a user names by hand is what the user gets.
    `options` are any other settings, by their names in a file.
    """

    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    options: Mapping[str, object] = field(default_factory=dict)
    origin: str = ""
    """Words for messages that say where an option came from."""

    def over(self, settings: Settings, codes: Collection[str] = ()) -> Settings:
        """`settings` with these wishes on top; raises `ConfigError`."""
        result = apply_options(settings, self.options, codes=codes, source=self.origin)
        wanted = (self.select or ()) + self.extend_select
        kept = tuple(old for old in result.ignore if not any(new.startswith(old) for new in wanted))
        result = replace(result, ignore=kept + self.ignore, extend_select=result.extend_select + self.extend_select)
        if self.select is not None:
            result = replace(result, select=self.select, extend_select=self.extend_select)
        return result


class Configuration:
    """Answers which settings hold for a file.

    `codes` are the codes of the rules that exist: selectors are checked against them.
    `file` stands for every settings file; `isolated` looks at none. Where no file is found the globs start at that of
    the folders `bases` which is nearest above, or at the folder that is asked about.
    Files are read once and again when their size or time changes, so an instance can live as long as an editor session.
    """

    def __init__(
        self,
        codes: Collection[str] = (),
        *,
        overrides: Overrides | None = None,
        file: Path | None = None,
        isolated: bool = False,
        bases: Collection[Path] = (),
    ) -> None:
        self._codes = tuple(codes)
        self._overrides = overrides or Overrides()
        self._file = file
        self._isolated = isolated
        self._bases = frozenset(base.absolute() for base in bases)
        self._read: dict[Path, tuple[tuple[int, int], Settings | ConfigError | None]] = {}

    def resolve(self, path: Path) -> Resolved:
        """The settings for everything in the folder `path`, or in the folder of the file `path`; raises `ConfigError`.

        `per-file-ignores` are still to be applied: `for_file` does.
        """
        folder = path if path.is_dir() else path.parent
        alone = self._isolated and self._file is None
        found = Resolved(Settings(), self._base(folder.absolute())) if alone else self._nearest(folder)
        return replace(found, settings=self._overrides.over(found.settings, self._codes))

    def for_file(self, path: Path) -> Settings:
        """The settings for the one file `path`, its `per-file-ignores` applied; raises `ConfigError`."""
        resolved = self.resolve(path.parent)
        return without_ignored(resolved.settings, path, resolved.root, self._codes)

    def _nearest(self, folder: Path) -> Resolved:
        if self._file is not None:
            settings = self._settings(self._file)
            if settings is None:
                raise ConfigError("there is no `[tool.initls]` table in this file", source=str(self._file))
            return Resolved(settings, self._file.absolute().parent, self._file)
        start = folder.absolute()
        for candidate in (start, *start.parents):
            for name in NAMES:
                path = candidate / name
                settings = self._settings(path)
                if settings is not None:
                    return Resolved(settings, candidate, path)
        return Resolved(Settings(), self._base(start))

    def _base(self, folder: Path) -> Path:
        return next((above for above in (folder, *folder.parents) if above in self._bases), folder)

    def _settings(self, path: Path) -> Settings | None:
        """The settings in `path`, or None where the file is not there or says nothing about initls."""
        try:
            status = path.stat()
        except OSError as error:
            if path == self._file:
                raise ConfigError(f"the settings file cannot be read ({error.strerror})", source=str(path)) from None
            return None
        stamp = (status.st_mtime_ns, status.st_size)
        known = self._read.get(path)
        if known is None or known[0] != stamp:
            known = (stamp, self._load(path))
            self._read[path] = known
        if isinstance(known[1], ConfigError):
            raise known[1]
        return known[1]

    def _load(self, path: Path) -> Settings | ConfigError | None:
        try:
            return load(path, self._codes)
        except ConfigError as error:
            return error


def find(folder: Path) -> Path | None:
    """The settings file that holds for `folder`, if there is one; raises `ConfigError`."""
    return Configuration().resolve(folder).source


def load(path: Path, codes: Collection[str] = ()) -> Settings | None:
    """The settings that the file `path` holds; None for a pyproject.toml without our table. Raises `ConfigError`."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise ConfigError(f"the settings file cannot be read ({error.strerror})", source=str(path)) from None
    except UnicodeDecodeError:
        raise ConfigError("the settings file is not UTF-8", source=str(path)) from None
    document = toml.parse(text, str(path))
    table: Any = document
    if path.name == "pyproject.toml":
        tools = document.get("tool")
        table = tools.get("initls") if isinstance(tools, dict) else None
        if table is None:
            return None
        if not isinstance(table, dict):
            raise ConfigError("`tool.initls` must be a table", source=str(path))
    try:
        return apply_options(Settings(), table, codes=codes, source=str(path))
    except ConfigError as error:
        line = _line_of(text, error.key, everywhere=path.name != "pyproject.toml")
        raise ConfigError(error.message, source=error.source, line=line, key=error.key) from None


def without_ignored(settings: Settings, path: Path, root: Path, codes: Collection[str]) -> Settings:
    """`settings` with the `per-file-ignores` that match `path` turned into ignored codes.

    They become whole codes, because what is ignored for a file stays ignored however narrowly it was selected.
    """
    if not settings.per_file_ignores:
        return settings
    try:
        relative = path.absolute().relative_to(root).as_posix()
    except ValueError:
        relative = path.absolute().as_posix()
    ignored = list(settings.ignore)
    for glob, selectors in settings.per_file_ignores:
        negated = glob.startswith("!")
        if globs.spec([glob.removeprefix("!")]).match_file(relative) == negated:
            continue
        for selector in selectors:
            matching = [code for code in codes if selector == "ALL" or code.startswith(selector)]
            ignored += matching or [selector]
    return replace(settings, ignore=tuple(dict.fromkeys(ignored)), per_file_ignores=())


def _line_of(text: str, key: str, *, everywhere: bool) -> int | None:
    """The line that binds `key`, found in the text because the TOML parser forgets where things stood.

    `everywhere` says that the whole file is ours, otherwise only the tables below `tool.initls` are.
    """
    name = rf"""["']?{re.escape(key)}["']?"""
    binding = re.compile(rf"\s*{name}\s*[=.]|\s*\[(.*\.)?\s*{name}\s*\]")
    ours = everywhere
    for number, line in enumerate(text.split("\n"), start=1):
        if line.lstrip().startswith("["):
            ours = everywhere or re.match(r"\s*\[\s*tool\s*\.\s*initls\b", line) is not None
        if ours and binding.match(line):
            return number
    return None

"""Which file a module is, by its dotted name, as Python would find it from where it is imported.

Nothing is imported or run: a name is looked up in the folders that could be on the path. These are, for a file of a
package, the folder that holds the package; then the file's own folder and those above it, up to the root of the
project, with `src` there; and at last the packages of the environment, which are read but never checked.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path

from initls.workspace.source import UnreadableError, read

MARKERS = frozenset({".git", ".hg", "pyproject.toml", "setup.py", "setup.cfg", "initls.toml"})
"""What the root of a project has in it."""

INSTALLED = frozenset({"site-packages", "dist-packages"})
"""Folders whose packages belong to an environment."""

MOST_ABOVE = 12
"""Folders above a file that are looked through for the root of its project."""

MOST_NEAR = 120
"""Files around one that are looked at for what they do with it."""

MOST_FOUND = 20_000
"""Names of modules of which is remembered where they are: who types an import asks for every beginning of a name."""

_ABSENT = object()


class Index:
    """Finds and reads the modules around files.

    `environment` are the folders with installed packages; where none are given, they are looked for around each
    project. What was seen of the disk is believed for `patience` seconds, for ever where that is None.
    """

    def __init__(self, environment: Sequence[Path] | None = None, *, patience: float | None = None) -> None:
        self._environment = None if environment is None else tuple(str(folder) for folder in environment)
        self._patience = patience
        self._looked = time.monotonic()
        self._listings: dict[str, tuple[object, frozenset[str]]] = {}
        self._found: dict[tuple[str, str], str | None] = {}
        self._roots: dict[str, tuple[str, ...]] = {}
        self._environments: dict[str, tuple[str, ...]] = {}
        self._stamps: dict[str, object] = {}
        self._edition = 0

    def find(self, importer: str, module: str, level: int) -> str | None:
        """The file of `module` as the file `importer` names it with `level` dots in front; None where there is none."""
        folder = os.path.dirname(importer)
        for _ in range(level - 1):
            folder = os.path.dirname(folder)
        if level:
            return self._module(folder, module)
        key = (folder, module)
        if key not in self._found:
            if len(self._found) >= MOST_FOUND:
                self._found.clear()
            candidates = (self._module(root, module) for root in self._path(folder))
            self._found[key] = next((found for found in candidates if found is not None), None)
        return self._found[key]

    def near(self, filename: str) -> tuple[str, ...]:
        """The other files of the folder of a file and of the one above it; none where they are too many to look at."""
        folder = os.path.dirname(filename)
        found = [
            os.path.join(one, name)
            for one in dict.fromkeys((folder, os.path.dirname(folder)))
            for name in sorted(self._names(one))
            if name.endswith(".py")
        ]
        return tuple(one for one in found if one != filename) if len(found) <= MOST_NEAR else ()

    def text(self, filename: str) -> str | None:
        """The text of a file; None where it cannot be read."""
        try:
            return read(Path(filename)).text
        except UnreadableError:
            return None

    def stamp(self, filename: str) -> object:
        """The time and size of a file, which are others when its text is."""
        if filename not in self._stamps:
            self._stamps[filename] = status_of(filename)
        return self._stamps[filename]

    def layout(self) -> object:
        """A number that is the same for as long as every module is found where it was."""
        return self._edition

    def ours(self, main: str, filename: str) -> bool:
        """Whether a file belongs to the program that `main` is part of, and not to a package installed beside it."""
        package = _installed_package(filename)
        return package is None or package == _installed_package(main)

    def look(self) -> None:
        """See whether the disk has changed, if it was not looked at for long."""
        if self._patience is not None and time.monotonic() - self._looked > self._patience:
            self.look_again()

    def look_again(self) -> None:
        """See whether the disk has changed."""
        self._looked = time.monotonic()
        changed = [folder for folder, (status, _) in self._listings.items() if status_of(folder) != status]
        edited = [filename for filename, stamp in self._stamps.items() if status_of(filename) != stamp]
        for folder in changed:
            del self._listings[folder]
        for filename in edited:
            del self._stamps[filename]
        if changed or edited:
            self._edition += 1
        if changed:
            self._found.clear()
            self._roots.clear()

    def _path(self, folder: str) -> tuple[str, ...]:
        """The folders in which a file of `folder` finds its modules, first come first served."""
        if folder not in self._roots:
            package = folder
            while "__init__.py" in self._names(package) and os.path.dirname(package) != package:
                package = os.path.dirname(package)
            above = self._above(folder)
            sources = [os.path.join(above[-1], "src")] if above else []
            installed = self._installed(above[-1] if above else package)
            self._roots[folder] = tuple(dict.fromkeys([package, folder, *above, *sources, *installed]))
        return self._roots[folder]

    def _installed(self, root: str) -> tuple[str, ...]:
        """The folders with the packages that a project uses."""
        if self._environment is not None:
            return self._environment
        if root not in self._environments:
            self._environments[root] = tuple(str(folder) for folder in environment(Path(root)))
        return self._environments[root]

    def _above(self, folder: str) -> list[str]:
        """The folders from a file's own up to the root of its project; none where there is no such root."""
        above: list[str] = []
        for _ in range(MOST_ABOVE):
            above.append(folder)
            if not MARKERS.isdisjoint(self._names(folder)):
                return above
            if os.path.basename(folder) in INSTALLED or os.path.dirname(folder) == folder:
                break
            folder = os.path.dirname(folder)
        return []

    def _module(self, folder: str, module: str) -> str | None:
        """The file of a module whose name starts in `folder`; that of a package is its `__init__.py`."""
        *packages, last = module.split(".") if module else [""]
        for package in packages:
            if package not in self._names(folder):
                return None
            folder = os.path.join(folder, package)
        inner = os.path.join(folder, last) if last else folder
        if (not last or last in self._names(folder)) and "__init__.py" in self._names(inner):
            return os.path.join(inner, "__init__.py")
        return os.path.join(folder, f"{last}.py") if last and f"{last}.py" in self._names(folder) else None

    def _names(self, folder: str) -> frozenset[str]:
        """What stands in a folder; nothing where it is none."""
        known = self._listings.get(folder)
        if known is None:
            try:
                names = frozenset(os.listdir(folder))
            except OSError:
                names = frozenset()
            known = self._listings[folder] = (status_of(folder), names)
        return known[1]


def environment(start: Path) -> tuple[Path, ...]:
    """The folders with the installed packages of the environment that a project in `start` most likely uses.

    That is the active one, or one called `.venv` or `venv` in the folder or above it.
    """
    active = [Path(found) for name in ("VIRTUAL_ENV", "CONDA_PREFIX") if (found := os.environ.get(name))]
    near = [folder / name for folder in (start, *start.parents) for name in (".venv", "venv")]
    for candidate in (*active, *near):
        folders = [*candidate.glob("lib/python3*/site-packages"), *candidate.glob("Lib/site-packages")]
        if folders:
            return tuple(sorted(folders, reverse=True)[:1])
    return ()


def status_of(path: str) -> object:
    """The time and size of a file or folder, which are others when it has changed."""
    try:
        status = os.stat(path)
    except OSError:
        return _ABSENT
    return (status.st_mtime_ns, status.st_size)


def _installed_package(filename: str) -> str | None:
    """The folder or module right below the folder of installed packages that a file is in."""
    pieces = Path(filename).parts
    for number in range(len(pieces) - 2, -1, -1):
        if pieces[number] in INSTALLED:
            return os.path.join(*pieces[: number + 2])
    return None

"""What was found in files is kept on disk, so that a run over a tree of which little has changed looks at little.

An entry is named after all that the outcome hangs on and that is known beforehand: the program, the Python that it
runs on, the settings, the file's name and its bytes. What it hangs on besides, the analysis has told: the answers about
other files, which are asked again before an entry is believed.

Entries are written in one step and bear a checksum, so that several runs may share a cache and a damaged entry counts
as none. A cache that cannot be read or written costs time and nothing else. One that is only to be read is left as it
is: machines that check the same project in the same folder can all read what one of them has found.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import io
import os
import pickle
import shutil
import sys
import time
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from initls import findings
from initls.cli.outcome import Outcome, Shown, Task
from initls.syntax import span
from initls.workspace.index import status_of
from initls.workspace.recording import Asked, Recording, bytes_of, digest
from initls.workspace.source import put

NAME = ".initls_cache"
"""The folder that holds a project's cache, beside its settings."""

MOST_BYTES = 100_000_000
"""Above this the entries that were written first go."""

KEPT = 30 * 24 * 3600
"""Seconds after which what another version of the program has left is taken away."""

READS = {
    (kind.__module__, kind.__qualname__): kind
    for kind in (
        Asked,
        findings.Applicability,
        findings.Edit,
        findings.Finding,
        findings.Fix,
        findings.Related,
        findings.Severity,
        span.Point,
        span.Span,
        Shown,
    )
}
"""The classes that an entry may hold; nothing else is made of what stands in a file."""


class Place(Struct, frozen=True):
    """Where a run keeps its entries."""

    folder: Path

    @staticmethod
    def of(root: Path, wanted: Path | None = None) -> Place:
        """The cache of a project, or the one that the user names."""
        named = os.environ.get("INITLS_CACHE_DIR")
        return Place((wanted or (Path(named) if named else root / NAME)).absolute())

    def clean(self) -> bool:
        """Take the cache away; whether there was one. Raises `OSError`."""
        if not (self.folder / _TAG).is_file():
            return False
        shutil.rmtree(self.folder)
        return True


class Cache:
    """The entries of one run."""

    def __init__(self, place: Place, read_only: bool = False) -> None:
        """Look at what is there. Nothing is made before there is something to keep."""
        self._folder = place.folder / edition()
        self._place = place
        self._read_only = read_only
        self._now = Recording()

    def __reduce__(self) -> tuple[type[Cache], tuple[Place, bool]]:
        """Another process looks at the disk anew."""
        return Cache, (self._place, self._read_only)

    def get(self, task: Task) -> Outcome | None:
        """The outcome of checking a file, if it is known."""
        source = bytes_of(str(task.path))
        entry = None if source is None else bytes_of(str(self._entry(task, digest(source))))
        kept = None if entry is None else _unpacked(entry)
        if kept is None or not self._now.agrees(kept[0]):
            return None
        _, shown, texts, cells = kept
        return Outcome(task, shown, texts, cells)

    def put(self, outcome: Outcome, data: bytes, asked: Asked) -> None:
        """Keep the outcome of checking a file that has these bytes."""
        if self._read_only:
            return
        entry = self._entry(outcome.task, digest(data))
        kept = (asked, tuple(map(_without_texts, outcome.shown)), outcome.texts, outcome.cells)
        with contextlib.suppress(OSError):
            self._prepare()
            entry.parent.mkdir(exist_ok=True)
            put(entry, _packed(kept))

    def prune(self) -> None:
        """Take away what is too much, and what other versions of the program have left."""
        if self._read_only:
            return
        with contextlib.suppress(OSError):
            for other in self._place.folder.iterdir():
                if other.is_dir() and other != self._folder and other.stat().st_mtime < time.time() - KEPT:
                    shutil.rmtree(other, ignore_errors=True)
            files = sorted(_files(self._folder))
            left = sum(size for _, size, _ in files)
            for _, size, path in files:
                if left <= MOST_BYTES:
                    break
                os.unlink(path)
                left -= size

    def _entry(self, task: Task, content: bytes) -> Path:
        told = (os.path.abspath(task.path), repr(task.settings), str(task.named), content.hex())
        key = digest("\0".join(told).encode("utf-8", "surrogatepass")).hex()
        return self._folder / key[:2] / key[2:]

    def _prepare(self) -> None:
        if not self._folder.is_dir():
            self._folder.mkdir(parents=True)
            (self._place.folder / ".gitignore").write_text("*\n", encoding="utf-8")
            (self._place.folder / _TAG).write_text(_TAGGED, encoding="utf-8")


@cache
def edition() -> str:
    """What tells this program, as it is, from all others: a rule that has been changed finds something else.

    It hangs on nothing but what the files say, so that two machines with the same program agree.
    """
    home = Path(__file__).parent.parent
    told = hashlib.blake2b(repr(sys.version_info[:3]).encode("ascii"), digest_size=12)
    for name in sorted(os.path.relpath(path, home) for _, _, path in _files(home) if path.endswith(".py")):
        told.update(name.encode("utf-8", "surrogatepass"))
        told.update(bytes_of(str(home / name)) or b"")
    parser = find_spec("libcst")
    if parser is not None and parser.origin is not None:
        version = bytes_of(str(Path(parser.origin).with_name("_version.py")))
        told.update(version or repr((parser.origin, status_of(parser.origin))).encode("utf-8", "surrogatepass"))
    return told.hexdigest()


_TAG = "CACHEDIR.TAG"
_TAGGED = "Signature: 8a477f597d28d172789f06886806bc55\n# Made by initls; `initls clean` takes it away.\n"


def _files(folder: Path) -> Iterator[tuple[int, int, str]]:
    """The files below a folder: the time of the last change, the size, the path."""
    for where, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(where, name)
            with contextlib.suppress(OSError):
                status = os.stat(path)
                yield status.st_mtime_ns, status.st_size, path


# --------------------------------------------------------------------------- what stands in an entry

Kept = tuple[Asked, tuple[Shown, ...], tuple[str, ...], tuple[int, ...]]


def _packed(kept: Kept) -> bytes:
    body = pickle.dumps(kept, protocol=5)
    return digest(body) + body


def _unpacked(data: bytes) -> Kept | None:
    check, body = data[:20], data[20:]
    if digest(body) != check:
        return None
    try:
        asked, shown, texts, cells = _Reader(io.BytesIO(body)).load()
    except Exception:  # Whatever is wrong with an entry, the file can be looked at anew.
        return None
    return (asked, shown, texts, cells) if isinstance(asked, Asked) else None


class _Reader(pickle.Unpickler):
    """Makes nothing but the plain values that an entry holds."""

    def find_class(self, module: str, name: str) -> type:
        """One of the classes that an entry may hold. Raises `UnpicklingError`."""
        try:
            return READS[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"{module}.{name} has no place in a cache") from None


def _without_texts(shown: Shown) -> Shown:
    """A finding without the texts of the other files that it points at, which are there to be read."""
    related = tuple(dataclasses.replace(one, text=None) for one in shown.finding.related)
    return replace(shown, finding=replace(shown.finding, related=related))

"""A shelf that notes what was asked of it, so that it can be seen later whether the answers would be the same."""

from __future__ import annotations

import hashlib
from pathlib import Path

from msgspec import Struct

from initls.workspace.index import Index
from initls.workspace.source import UnreadableError, decode


class Asked(Struct, frozen=True):
    """What an analysis wanted to know about other files, with the answers that it got."""

    modules: tuple[tuple[str, str, int, str | None], ...]
    """The files of modules: who imports, the module's name, the dots in front, the file or None."""
    folders: tuple[tuple[str, tuple[str, ...]], ...]
    """The files around files."""
    texts: tuple[tuple[str, bytes | None], ...]
    """The digests of the bytes of files; None for those that could not be read."""


class Recording(Index):
    """The modules around files, with a note of each question."""

    def __init__(self) -> None:
        """Begin with nothing asked."""
        super().__init__()
        self._modules: dict[tuple[str, str, int], str | None] = {}
        self._folders: dict[str, tuple[str, ...]] = {}
        self._texts: set[str] = set()
        self._digests: dict[str, bytes | None] = {}

    def find(self, importer: str, module: str, level: int) -> str | None:
        """The file of `module` as the file `importer` names it with `level` dots in front; None where there is none."""
        found = self._modules[importer, module, level] = super().find(importer, module, level)
        return found

    def near(self, filename: str) -> tuple[str, ...]:
        """The other files of the folder of a file and of the one above it; none where they are too many to look at."""
        found = self._folders[filename] = super().near(filename)
        return found

    def stamp(self, filename: str) -> object:
        """The time and size of a file. Who asks for them rests on the text."""
        self._texts.add(filename)
        return super().stamp(filename)

    def text(self, filename: str) -> str | None:
        """The text of a file; None where it cannot be read."""
        data = bytes_of(filename)
        # This is the text that is analysed from now on, whatever becomes of the file.
        self._digests[filename] = None if data is None else digest(data)
        try:
            return None if data is None else decode(data).text
        except UnreadableError:
            return None

    def digest(self, filename: str) -> bytes | None:
        """The digest of the bytes of a file; None where it cannot be read. A file is read once."""
        if filename not in self._digests:
            data = bytes_of(filename)
            self._digests[filename] = None if data is None else digest(data)
        return self._digests[filename]

    def asked(self) -> Asked:
        """What was asked since the last time that it was forgotten."""
        return Asked(
            tuple((*question, answer) for question, answer in self._modules.items()),
            tuple(self._folders.items()),
            tuple((filename, self.digest(filename)) for filename in sorted(self._texts)),
        )

    def forget(self) -> None:
        """Begin a new note."""
        self._modules.clear()
        self._folders.clear()
        self._texts.clear()

    def agrees(self, asked: Asked) -> bool:
        """Whether all that was asked would be answered the same way now."""
        return (
            all(self.digest(filename) == before for filename, before in asked.texts)
            and all(super(Recording, self).near(filename) == before for filename, before in asked.folders)
            and all(
                super(Recording, self).find(importer, module, level) == before
                for importer, module, level, before in asked.modules
            )
        )


def digest(data: bytes) -> bytes:
    """What tells the bytes of a file from all others."""
    return hashlib.blake2b(data, digest_size=20).digest()


def bytes_of(filename: str) -> bytes | None:
    """What stands in a file; None where it cannot be read."""
    try:
        return Path(filename).read_bytes()
    except OSError:
        return None

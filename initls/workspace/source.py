"""Files as text and back: the bytes that no edit touches come out as they went in."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path

from msgspec import Struct

from initls.syntax import text as syntax_text
from initls.syntax.text import Undecodable


class UnreadableError(Exception):
    """A file that cannot be taken for text, or not be written as such; the message says what is wrong."""


class Source(Struct, frozen=True):
    """The text of a file, and the bytes that it came from, whose encoding it keeps."""

    text: str
    data: bytes

    def encode(self, text: str) -> bytes:
        """The bytes that hold `text` as this file would.

        Raises `UnreadableError` where its encoding has no such character.
        """
        try:
            return syntax_text.encode(text, like=self.data)
        except UnicodeError as error:
            raise UnreadableError(f"the file's encoding cannot hold the new text: {error}") from None


def decode(data: bytes) -> Source:
    """The text in `data`, line ends as they are. Raises `UnreadableError`."""
    text = syntax_text.decode(data)
    if isinstance(text, Undecodable):
        raise UnreadableError(f"line 1: the file {text.reason}; save it as UTF-8 to have it checked")
    return Source(text, data)


def read(path: Path) -> Source:
    """The text of the file `path`. Raises `UnreadableError`."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableError(f"{(error.strerror or str(error)).lower()}; check that the file may be read") from None
    return decode(data)


def write(path: Path, data: bytes) -> None:
    """Put `data` in the place of the file `path` in one step: readers see the old bytes or the new ones.

    The file keeps its permissions; a symbolic link stays one, and what it points to is written.
    """
    target = Path(os.path.realpath(path))
    put(target, data, mode=stat.S_IMODE(target.stat().st_mode), durable=True)


def put(path: Path, data: bytes, *, mode: int | None = None, durable: bool = False) -> None:
    """Have a file hold `data`, in one step, with the permissions `mode` if they are given.

    What is `durable` is on the disk before it takes the place of what was there. Raises `OSError`.
    """
    # A server never writes a file, and this brings along what draws names at random.
    import tempfile

    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".initls")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        if mode is not None:
            os.chmod(temporary, mode)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise

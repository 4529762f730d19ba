"""Files as text and back: the bytes that no edit touches come out as they went in."""

from __future__ import annotations

import codecs
import contextlib
import os
import re
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

_COOKIE = re.compile(rb"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_BLANK = re.compile(rb"[ \t\f]*(?:#.*)?\Z")


class UnreadableError(Exception):
    """A file that is not text as Python understands it; the message says what is wrong and where."""


@dataclass(frozen=True, slots=True)
class Source:
    """The text of a file and what is needed to write it back."""

    text: str
    encoding: str
    bom: bool = False

    def encode(self, text: str) -> bytes:
        """The bytes that hold `text` in this file's encoding; raises `UnreadableError` where it has no such character."""
        try:
            return (codecs.BOM_UTF8 if self.bom else b"") + text.encode(self.encoding)
        except UnicodeEncodeError as error:
            character = error.object[error.start : error.end]
            raise UnreadableError(f"the encoding {self.encoding} has no {character!r}") from None


def decode(data: bytes) -> Source:
    """The text in `data`, by its BOM, its coding cookie, or as UTF-8; line ends stay. Raises `UnreadableError`."""
    bom = data.startswith(codecs.BOM_UTF8)
    body = data[len(codecs.BOM_UTF8) :] if bom else data
    encoding = "utf-8" if bom else _cookie(body)
    try:
        return Source(body.decode(encoding), encoding, bom)
    except LookupError:
        raise UnreadableError(
            f"line 1: the encoding `{encoding}` is unknown; correct the coding comment, or save the file as UTF-8"
        ) from None
    except UnicodeDecodeError as error:
        line = len(re.findall(rb"\r\n|\r|\n", body[: error.start])) + 1
        raise UnreadableError(
            f"line {line}: the byte 0x{body[error.start]:02x} is not {encoding}; "
            "save the file as UTF-8, or name its encoding in a coding comment"
        ) from None


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
    mode = stat.S_IMODE(target.stat().st_mode)
    descriptor, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".initls")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, mode)
        os.replace(temporary, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def _cookie(data: bytes) -> str:
    """The encoding that a comment on one of the first two lines names, as PEP 263 has it."""
    lines = re.split(rb"\r\n|\r|\n", data[:1000], maxsplit=2)[:2]
    for line in lines:
        match = _COOKIE.match(line)
        if match:
            return _canonical(match.group(1).decode("ascii", "replace"))
        if not _BLANK.match(line):
            break
    return "utf-8"


def _canonical(name: str) -> str:
    try:
        found = codecs.lookup(name)
    except LookupError:
        return name
    # Codecs such as rot13 turn text into text; only real text encodings can be a file's.
    return found.name if getattr(found, "_is_text_encoding", True) else name

"""The two streams and their colours."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import Literal, TextIO

from msgspec import Struct

_CODES = {
    "bold": "1",
    "error": "1;31",
    "warning": "1;33",
    "information": "1;36",
    "hint": "1;35",
    "frame": "1;34",
    "help": "1;36",
    "added": "32",
    "removed": "31",
    "dim": "2",
    "safe": "36",
}
"""The ANSI attributes of each thing that has a colour of its own."""


class Paint(Struct, frozen=True):
    """Puts text in colour, or leaves it alone."""

    on: bool

    def __call__(self, kind: str, text: str) -> str:
        """`text` in the colours of `kind`."""
        return f"\x1b[{_CODES[kind]}m{text}\x1b[0m" if self.on and text else text


def paint(wanted: Literal["auto", "always", "never"], stream: TextIO) -> Paint:
    """The colours for `stream`: as `wanted`, else as the environment and the stream's nature say."""
    if wanted != "auto":
        return Paint(wanted == "always")
    if os.environ.get("NO_COLOR"):
        return Paint(False)
    if os.environ.get("FORCE_COLOR") or os.environ.get("CLICOLOR_FORCE"):
        return Paint(True)
    return Paint(stream.isatty() and os.environ.get("TERM") != "dumb")


def warn(message: str) -> None:
    """One line on standard error; the run goes on."""
    print(f"{paint('auto', sys.stderr)('warning', 'warning')}: {message}", file=sys.stderr)


def fail(message: str) -> None:
    """One line on standard error that says why the run ends here."""
    print(f"{paint('auto', sys.stderr)('error', 'error')}: {message}", file=sys.stderr)


def out(text: str) -> None:
    """Write `text` to standard output as it is; a reader who has gone away is no error."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        mute()


def mute() -> None:
    """Point standard output at nothing, so that the interpreter does not complain of a closed pipe when it ends."""
    with contextlib.suppress(OSError, ValueError):
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, sys.stdout.fileno())

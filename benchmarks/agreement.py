"""Whether what a server says in the middle of typing is what one says that has just opened the file.

This has a run of its own, apart from the one that is timed: starting servers and parsing whole files would disturb it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import libcst as cst
from client import Client
from keystrokes import Keystroke
from servers import Peer


class Disagreement(Exception):
    """The server's findings depend on how the text came about."""


def compare(
    peer: Peer, file: Path, script: Sequence[Keystroke], logs: Path, samples: int, tell: Callable[[int], None]
) -> int:
    """Type `script`, and look at `samples` texts on the way; the number of them that parse and were compared."""
    lines = file.read_text().split("\n")
    every = max(len(script) // samples, 1)
    compared = due = 0
    client = Client(peer, file, logs / f"{peer.name}, typed.log")
    try:
        client.open("\n".join(lines))
        for number, keystroke in enumerate(script, start=1):
            lines = keystroke.edit.apply(lines)
            _, items = client.type([keystroke.edit])
            due += number % every == 0
            # Where the text does not parse, the next one that does is taken instead.
            if due and _parses("\n".join(lines)):
                fresh = _fresh(peer, file, "\n".join(lines), logs)
                if items != fresh:
                    raise Disagreement(
                        f"{peer.name}, keystroke {number} ({keystroke.kind}): {len(items)} findings after typing, "
                        f"{len(fresh)} in a server that has just opened the same text"
                    )
                compared, due = compared + 1, 0
            tell(number)
    finally:
        client.close()
    return compared


def _fresh(peer: Peer, file: Path, text: str, logs: Path) -> list[dict[str, object]]:
    client = Client(peer, file, logs / f"{peer.name}, fresh.log")
    try:
        return client.open(text)[1]
    finally:
        client.close()


def _parses(text: str) -> bool:
    try:
        cst.parse_module(text)
    except cst.ParserSyntaxError:
        return False
    return True

"""One run: every server has the same file open and sees the same keystrokes, one after the other.

They take turns keystroke by keystroke, so that whatever else the machine is doing falls on all alike.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from client import Client, Silent
from keystrokes import Edit, Keystroke
from servers import Peer

REST = 0.003
"""Seconds between two keystrokes; nobody types without a pause, and what a server does after its answer is its own."""


@dataclass
class Measured:
    """What one server showed."""

    peer: Peer
    start_up: float
    opened: float
    findings: int
    latencies: list[tuple[str, float]] = field(default_factory=list)
    """The kind of each keystroke with the seconds from it to its diagnostics."""
    processor: float = 0.0
    """Seconds of processor time a keystroke."""
    resident: int = 0
    published_twice: int = 0

    def of(self, kind: str | None = None) -> list[float]:
        """The latencies of one kind, or of all."""
        return [seconds for each, seconds in self.latencies if kind in (None, each)]


def typing_run(
    peers: Sequence[Peer],
    file: Path,
    script: Sequence[Keystroke],
    logs: Path,
    tell: Callable[[int], None],
) -> list[Measured]:
    """Type `script` into `file` in every server; `tell` hears how many keystrokes are done."""
    text = file.read_text()
    clients: list[Client] = []
    try:
        measured = []
        for peer in peers:
            client = Client(peer, file, logs / f"{peer.name}.log")
            clients.append(client)
            opened, items = client.open(text)
            measured.append(Measured(peer, client.start_up, opened, len(items)))
        before = [client.processor_time() for client in clients]
        _type(clients, measured, script, tell)
        for client, one, used in zip(clients, measured, before, strict=True):
            one.processor = (client.processor_time() - used) / max(len(one.latencies), 1)
            one.resident = client.resident()
            client.settle(0.2)
            _count_publications(client, one)
        return measured
    finally:
        for client in clients:
            client.close()


def _type(
    clients: Sequence[Client], measured: Sequence[Measured], script: Sequence[Keystroke], tell: Callable[[int], None]
) -> None:
    unsent: list[list[Edit]] = [[] for _ in clients]
    times = Counter(keystroke.kind for keystroke in script)
    for number, keystroke in enumerate(script, start=1):
        for turn in range(len(clients)):
            # Each goes first now and then: who comes after a slow one finds the machine's caches cold.
            place = (turn + number) % len(clients)
            client, waiting = clients[place], unsent[place]
            waiting.append(keystroke.edit)
            # What is rarer than the keystrokes that a server sees is seen each time.
            if number % client.peer.every == 0 or times[keystroke.kind] < client.peer.every:
                seconds, _ = client.type(waiting)
                measured[place].latencies.append((keystroke.kind, seconds))
                waiting.clear()
        tell(number)
        time.sleep(REST)


def _count_publications(client: Client, one: Measured) -> None:
    """See that each version was published, and only once; a client that asks is not told by itself at all."""
    one.published_twice = sum(times > 1 for times in client.published.values())
    if not one.peer.ours:
        return
    wanted = {} if one.peer.pulls else dict.fromkeys(range(1, client.version + 1), 1)
    if client.published != wanted:
        wrong = sorted(
            version for version in {*client.published, *wanted} if client.published[version] != wanted.get(version)
        )
        raise Silent(f"{one.peer.name} did not publish each version once: look at versions {wrong[:10]}")

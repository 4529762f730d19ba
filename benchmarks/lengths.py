"""How the way from a keystroke to its diagnostics hangs on the length of the file.

The same class stands in the middle of files of every length, and the same things are typed into it. All files are open
at once, each in a server of its own, and the servers take turns, so that lengths can be compared with each other as
well as servers.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import plot
import tables
from client import Client, Silent
from keystrokes import Edit, Keystroke, Position, keystrokes, places
from model_file import SIGN, model_file
from sections import Options, Section, Target
from servers import EMPTY, LIBCST, PROJECT, PUSH, RUFF_SERVER, Peer, file_alone, logs, peer
from typed import progress, thinned
from typing_run import REST

LENGTHS = (100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000)
QUICK_LENGTHS = (100, 2_000)
QUICK_KEYSTROKES = 30

SOURCES = ("vit", "resnet", "gan")
CLASS = "VisionTransformer"
"""What is typed into; it stands in the shortest file too."""

RUFF_EVERY = 8
"""Ruff sees every so many keystrokes: on the longest file it takes half a second for each."""

WHOLE = 300_000
"""Lines that libcst is given at each length, in edits of the whole file; at least two of these."""
WHOLE_TO = 20_000
"""The longest file that libcst is given: on the next one every edit takes it half a minute."""

SHORT, LONG = 500, 50_000
MOST_GROWTH, MOST_UNEVEN = 2.0, 1.5
"""The targets: the share on the long file against that on the short one, and the largest of all against the median."""


@dataclass
class _Length:
    """A file of one length, and what it took."""

    lines: int
    file: Path
    text: str
    script: list[Keystroke]
    latencies: dict[str, list[float]] = field(default_factory=dict)
    opened: dict[str, float] = field(default_factory=dict)
    resident: dict[str, int] = field(default_factory=dict)

    def median(self, name: str) -> float:
        """The median of one server, in seconds."""
        return statistics.median(self.latencies[name])

    @property
    def share(self) -> float:
        """What initls adds to the empty server, in seconds."""
        return self.median(PUSH) - self.median(EMPTY)


@dataclass
class _Session:
    """One server that has one file open."""

    length: _Length
    client: Client
    unsent: list[Edit] = field(default_factory=list)

    def type(self, number: int, every: int) -> None:
        """Make one edit more, and send what is there if it is the turn for it."""
        self.unsent.append(self.length.script[number].edit)
        if (number + 1) % every == 0:
            self.length.latencies[self.client.peer.name].append(self.client.type(self.unsent)[0])
            self.unsent.clear()


def measure(options: Options) -> Section:
    """Type into files of all lengths."""
    section = Section("lengths")
    lengths = [_length(lines, options) for lines in (QUICK_LENGTHS if options.quick else LENGTHS)]
    try:
        _type(lengths)
        for length in lengths:
            if length.lines <= WHOLE_TO:
                _edit_the_whole(length, options)
    except Silent as error:
        section.failures.append(f"lengths: {error}")
        return section
    section.lines += _told(lengths)
    section.targets += _targets(lengths)
    section.plots["latency.svg"] = _plot(lengths)
    return section


def _length(lines: int, options: Options) -> _Length:
    sources = [PROJECT / "tests" / "everyday" / f"{name}.py" for name in SOURCES]
    text = model_file(sources, lines)
    file = file_alone(f"lengths/{lines}/models.py", text)
    copies = [CLASS, *(f"{CLASS}{SIGN}{turn}" for turn in range(2, lines))]
    script = [key for place in places(text, frozenset(copies)) for key in keystrokes(place)]
    return _Length(lines, file, text, thinned(script, QUICK_KEYSTROKES) if options.quick else script)


def _type(lengths: Sequence[_Length]) -> None:
    taking_part = [peer(EMPTY), peer(PUSH), peer(RUFF_SERVER)]
    sessions: list[_Session] = []
    try:
        for length in lengths:
            # One after the other, so that those that are open already are closed if the next one fails.
            sessions.extend(_opened(length, one) for one in taking_part)
        steps = len(lengths[0].script)
        tell = progress("files of all lengths: typing", steps)
        for number in range(steps):
            for turn in range(len(sessions)):
                session = sessions[(turn + number) % len(sessions)]
                session.type(number, RUFF_EVERY if session.client.peer.name == RUFF_SERVER else 1)
            tell(number + 1)
            time.sleep(REST)
        for session in sessions:
            session.length.resident[session.client.peer.name] = session.client.resident()
    finally:
        for session in sessions:
            session.client.close()


def _opened(length: _Length, one: Peer) -> _Session:
    client = Client(one, length.file, logs(f"lengths/{length.lines}") / f"{one.name}.log")
    length.opened[one.name], _ = client.open(length.text)
    length.latencies[one.name] = []
    return _Session(length, client)


def _edit_the_whole(length: _Length, options: Options) -> None:
    """What libcst takes where the text is whole; where it is not, it has nothing to say and says it soon."""
    session = _opened(length, peer(LIBCST))
    place = length.script[0].edit.start
    try:
        times = 2 if options.quick else min(max(WHOLE // length.lines, 2), 20)
        for number in range(times):
            # A comment at the end of a line, longer by a letter each time.
            here = Position(place.line, place.column + (number + 2 if number else 0))
            seconds, _ = session.client.type([Edit(here, here, "x" if number else "  #")])
            length.latencies[LIBCST].append(seconds)
        length.resident[LIBCST] = session.client.resident()
    finally:
        session.client.close()


def _told(lengths: Sequence[_Length]) -> list[str]:
    typed = (EMPTY, PUSH, RUFF_SERVER)
    rows = [
        [
            f"{length.lines:,}",
            *(tables.pair(length.latencies[name]) for name in typed),
            f"{length.share * 1e3:.2f}",
            f"{length.median(LIBCST) * 1e3:,.0f}" if LIBCST in length.latencies else "-",
        ]
        for length in lengths
    ]
    everyone = (*typed, LIBCST)
    opened = [[f"{length.lines:,}", *_cells(length.opened, everyone, 1e3)] for length in lengths]
    held = [[f"{length.lines:,}", *_cells(length.resident, everyone, 1e-6)] for length in lengths]
    return [
        "![Latency of a keystroke against the length of the file](latency.svg)",
        "",
        f"{len(lengths[0].script)} keystrokes at each length; milliseconds, median / 95th percentile.",
        "",
        *tables.grid([["lines", *typed, "initls's own share", f"{LIBCST}, where it parses"], *rows]),
        "",
        "Opening these files, once each, in milliseconds:",
        "",
        *tables.grid([["lines", *typed, LIBCST], *opened]),
        "",
        "Memory at the end, in megabytes:",
        "",
        *tables.grid([["lines", *typed, LIBCST], *held]),
        "",
    ]


def _cells(found: Mapping[str, float], names: Sequence[str], unit: float) -> list[str]:
    return [f"{found[name] * unit:,.0f}" if name in found else "-" for name in names]


def _targets(lengths: Sequence[_Length]) -> list[Target]:
    shares = {length.lines: length.share for length in lengths}
    found = []
    if SHORT in shares and LONG in shares:
        what = f"initls's own share at {LONG:,} lines, times that at {SHORT:,}"
        found.append(Target(what, MOST_GROWTH, shares[LONG] / shares[SHORT]))
    uneven = max(shares.values()) / statistics.median(shares.values())
    return [
        *found,
        Target("initls's own share where it is largest, times the median over all lengths", MOST_UNEVEN, uneven),
    ]


def _plot(lengths: Sequence[_Length]) -> str:
    def medians(name: str) -> list[tuple[float, float]]:
        return [(length.lines, length.median(name) * 1e3) for length in lengths if name in length.latencies]

    shares = [(float(length.lines), length.share * 1e3) for length in lengths]
    return plot.drawn(
        "From a keystroke to its diagnostics, by the length of the file",
        "lines of the file",
        "median, milliseconds",
        [
            plot.Series("whole-file libcst", medians(LIBCST), "triangle", "2 4"),
            plot.Series("ruff server", medians(RUFF_SERVER), "square", "8 4"),
            plot.Series("initls", medians(PUSH), "disc", heavy=True),
            plot.Series("empty server", medians(EMPTY), "ring", "1 3"),
            plot.Series("initls's own share", shares, "cross", "8 3 2 3"),
        ],
    )

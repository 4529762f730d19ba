"""The way from a keystroke to its diagnostics, on a long file and on a short one, for each kind of typing."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import tables
from agreement import Disagreement, compare
from client import Silent
from keystrokes import KINDS, UNDO, Keystroke, keystrokes, places
from model_file import model_file
from sections import Options, Section, Target
from servers import EMPTY, PROJECT, RUFF_SERVER, Peer, file_alone, large_file, logs, peers
from typing_run import Measured, typing_run

QUICK_KEYSTROKES = 60

LARGE, SMALL = "vision_transformer.py of timm 1.0.31", "a model file of 500 lines"

MEDIAN_TO_FLOOR, HIGH_TO_FLOOR, HIGH_TO_RUFF = 4.0, 6.0, 0.4
"""The targets: median and 95th percentile against the empty server's, and the latter against ruff's."""


def measure(options: Options) -> Section:
    """Type into both files, or into the one that was asked for."""
    section = Section("typing")
    for title, file, samples in _files(options.file):
        script = [key for place in places(file.read_text()) for key in keystrokes(place)]
        if options.quick:
            script, samples = thinned(script, QUICK_KEYSTROKES), 2
        try:
            taking_part = _peers(options.quick)
            measured = typing_run(taking_part, file, script, logs(file.stem), progress(f"{title}: typing", len(script)))
            section.lines += _part(title, file, script, measured)
            section.targets += _targets(title, measured)
            if options.comparison:
                ours = next(one.peer for one in measured if one.peer.ours)
                tell = progress(f"{title}: comparing", len(script))
                same = compare(ours, file, script, logs(file.stem), samples, tell)
                print(f"{title}: the same findings as a server that has just opened the file, {same} times of {same}.")
        except (Silent, Disagreement) as error:
            section.failures.append(f"{title}: {error}")
    return section


def thinned(script: Sequence[Keystroke], least: int) -> list[Keystroke]:
    """The first of the things that are typed: up to an undo, so that the text is whole in the end."""
    ends = [at for at, keystroke in enumerate(script, start=1) if keystroke.kind == UNDO]
    return list(script[: next((end for end in ends if end >= least), len(script))])


def progress(what: str, of: int) -> Callable[[int], None]:
    """Shows how far it is, at a terminal."""

    def tell(done: int) -> None:
        if sys.stderr.isatty():
            end = "\n" if done == of else ""
            print(f"\r{what}: {done} of {of}", end=end, file=sys.stderr, flush=True)

    return tell


def _files(only: str | None) -> Iterator[tuple[str, Path, int]]:
    """What is typed into: title, file, and how many texts are compared with what a fresh server says."""
    if only is not None:
        yield Path(only).name, Path(only).resolve(), 4
        return
    yield LARGE, file_alone("large/vision_transformer.py", large_file()), 6
    examples = sorted((PROJECT / "examples").glob("*.py"))
    yield SMALL, file_alone("small/models.py", model_file(examples, 500)), 20


def _peers(quick: bool) -> Sequence[Peer]:
    return [peer for peer in peers() if not quick or peer.every == 1]


def _part(title: str, file: Path, script: Sequence[Keystroke], measured: Sequence[Measured]) -> list[str]:
    lines = file.read_text().count("\n")
    return [
        f"### {title}",
        "",
        f"{lines:,} lines, {len(script)} keystrokes.",
        "",
        *_table(measured),
        "",
        *_ratios(measured),
        "",
    ]


def _table(measured: Sequence[Measured]) -> list[str]:
    """Median and 95th percentile in milliseconds, a row for each kind of typing and a column for each server."""
    rows = [["ms: median / 95th percentile", *(one.peer.name for one in measured)]]
    rows.append(["**all keystrokes**", *(f"**{tables.pair(one.of())}**" for one in measured)])
    rows += [[kind, *(tables.pair(one.of(kind)) for one in measured)] for kind in KINDS]
    rows.append(["keystrokes measured", *(str(len(one.latencies)) for one in measured)])
    rows.append(["processor time a keystroke, ms", *(f"{one.processor * 1e3:.1f}" for one in measured)])
    rows.append(["memory at the end, MB", *(f"{one.resident / 1e6:.0f}" for one in measured)])
    return tables.grid(rows)


def _ratios(measured: Sequence[Measured]) -> Iterator[str]:
    """How initls stands to the floor and to ruff, in sentences."""
    by_name = {one.peer.name: one.of() for one in measured}
    floor, ruff = by_name[EMPTY], by_name[RUFF_SERVER]
    for one in measured:
        if one.peer.ours:
            to_floor = statistics.median(one.of()) / statistics.median(floor)
            to_ruff = statistics.median(one.of()) / statistics.median(ruff)
            yield (
                f"{one.peer.name}: the median is {to_floor:.1f} times that of the empty server and {to_ruff:.2f} times "
                f"that of ruff server; its 95th percentile is {tables.high(one.of()) / tables.high(ruff):.2f} times "
                "ruff's."
            )


def _targets(title: str, measured: Sequence[Measured]) -> Iterator[Target]:
    by_name = {one.peer.name: one.of() for one in measured}
    floor, ruff = by_name[EMPTY], by_name[RUFF_SERVER]
    for one in measured:
        if not one.peer.ours:
            continue
        own = f"{title}, {one.peer.name}:"
        ratio = statistics.median(one.of()) / statistics.median(floor)
        yield Target(f"{own} median, times the empty server's", MEDIAN_TO_FLOOR, ratio)
        if title != SMALL:
            ratio = tables.high(one.of()) / tables.high(floor)
            yield Target(f"{own} 95th percentile, times the empty server's", HIGH_TO_FLOOR, ratio)
            ratio = tables.high(one.of()) / tables.high(ruff)
            yield Target(f"{own} 95th percentile, times ruff server's", HIGH_TO_RUFF, ratio)

"""The figures as text: for the terminal, and for the page that keeps them."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Iterator, Sequence
from pathlib import Path

from keystrokes import KINDS
from typing_run import Measured

BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"


def high(latencies: Sequence[float]) -> float:
    """The 95th percentile."""
    ordered = sorted(latencies)
    return ordered[min(len(ordered) * 95 // 100, len(ordered) - 1)]


def ratios(measured: Sequence[Measured]) -> Iterator[str]:
    """How initls stands to the floor and to ruff, in sentences."""
    by_name = {one.peer.name: one.of() for one in measured}
    floor, ruff = by_name["empty server"], by_name["ruff server"]
    for one in measured:
        if one.peer.ours:
            to_floor = statistics.median(one.of()) / statistics.median(floor)
            to_ruff = statistics.median(one.of()) / statistics.median(ruff)
            yield (
                f"{one.peer.name}: the median is {to_floor:.1f} times that of the empty server and {to_ruff:.2f} times "
                f"that of ruff server; its 95th percentile is {high(one.of()) / high(ruff):.2f} times ruff's."
            )


def table(measured: Sequence[Measured]) -> list[str]:
    """Median and 95th percentile in milliseconds, a row for each kind of typing and a column for each server."""
    rows = [["ms: median / 95th percentile", *(one.peer.name for one in measured)]]
    rows.append(["**all keystrokes**", *(f"**{_pair(one.of())}**" for one in measured)])
    rows += [[kind, *(_pair(one.of(kind)) for one in measured)] for kind in KINDS]
    rows.append(["keystrokes measured", *(str(len(one.latencies)) for one in measured)])
    rows.append(["processor time a keystroke, ms", *(f"{one.processor * 1e3:.1f}" for one in measured)])
    rows.append(["opening the file, ms", *(f"{one.opened * 1e3:.0f}" for one in measured)])
    rows.append(["starting, ms", *(f"{one.start_up * 1e3:.0f}" for one in measured)])
    rows.append(["memory at the end, MB", *(f"{one.resident / 1e6:.0f}" for one in measured)])
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [
        "| " + " | ".join(_cell(cell, width, at) for at, (cell, width) in _columns(row, widths)) + " |" for row in rows
    ]
    rule = (
        "| " + " | ".join("-" * width if not at else "-" * (width - 1) + ":" for at, width in enumerate(widths)) + " |"
    )
    return [lines[0], rule, *lines[1:]]


def machine() -> str:
    """What it was measured on."""
    name = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        models = [
            line.partition(":")[2].strip() for line in info.read_text().split("\n") if line.startswith("model name")
        ]
        name = models[0] if models else name
    load = f", load average {os.getloadavg()[0]:.1f} at the end" if hasattr(os, "getloadavg") else ""
    return (
        f"{name}, {os.cpu_count()} processors, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}{load}"
    )


def write(page: Path, lines: Sequence[str]) -> None:
    """Put `lines` between the marks of `page`, in place of what stood there."""
    text = page.read_text()
    head, tail = text[: text.index(BEGIN)], text[text.index(END) :]
    page.write_text("\n".join([head + BEGIN, "", *lines, "", tail]))


def _columns(row: Sequence[str], widths: Sequence[int]) -> Iterator[tuple[int, tuple[str, int]]]:
    return enumerate(zip(row, widths, strict=True))


def _cell(text: str, width: int, column: int) -> str:
    return text.rjust(width) if column else text.ljust(width)


def _pair(latencies: Sequence[float]) -> str:
    if not latencies:
        return "-"
    return f"{statistics.median(latencies) * 1e3:.1f} / {high(latencies) * 1e3:.1f}"

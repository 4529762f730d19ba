"""The figures as text: for the terminal, and for the page that keeps them."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Iterator, Sequence
from pathlib import Path


def high(values: Sequence[float]) -> float:
    """The 95th percentile."""
    ordered = sorted(values)
    return ordered[min(len(ordered) * 95 // 100, len(ordered) - 1)]


def pair(seconds: Sequence[float]) -> str:
    """Median and 95th percentile in milliseconds."""
    return f"{statistics.median(seconds) * 1e3:.1f} / {high(seconds) * 1e3:.1f}" if seconds else "-"


def spread(values: Sequence[float], digits: int = 2) -> str:
    """The median, with the smallest and the largest where there are several."""
    if not values:
        return "-"
    middle = f"{statistics.median(values):,.{digits}f}"
    return middle if len(values) == 1 else f"{middle} ({min(values):,.{digits}f} to {max(values):,.{digits}f})"


def grid(rows: Sequence[Sequence[str]]) -> list[str]:
    """A table in Markdown; the first row is its head, and all but the first column are set to the right."""
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


def write(page: Path, name: str, lines: Sequence[str]) -> None:
    """Put `lines` between the marks of `page` that bear this name, in place of what stood there."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    text = page.read_text()
    head, tail = text[: text.index(begin)], text[text.index(end) :]
    page.write_text("\n".join([head + begin, "", *lines, "", tail]))


def _columns(row: Sequence[str], widths: Sequence[int]) -> Iterator[tuple[int, tuple[str, int]]]:
    return enumerate(zip(row, widths, strict=True))


def _cell(text: str, width: int, column: int) -> str:
    return text.rjust(width) if column else text.ljust(width)

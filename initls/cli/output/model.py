"""A report as tables for a terminal. They are as wide as it is, and say the same without colours."""

from __future__ import annotations

import io
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from initls.reports.page import number
from initls.reports.report import Report, Row, Spot, Step

Labelled = Callable[[Spot], str]

WITHOUT_TERMINAL = 140
"""How wide tables are that go into a file or a pipe."""


def render(reports: Sequence[tuple[Report, Labelled]], width: int | None = None) -> str:
    """The tables of all models."""
    if width is None:
        width = shutil.get_terminal_size().columns if sys.stdout.isatty() else WITHOUT_TERMINAL
    written = io.StringIO()
    console = Console(file=written, width=width, color_system=None, highlight=False, soft_wrap=False)
    for index, (report, label) in enumerate(reports):
        if index:
            console.print()
        _model(console, report, label)
    return "\n".join(line.rstrip() for line in written.getvalue().splitlines()) + "\n"


def _model(console: Console, report: Report, label: Labelled) -> None:
    console.print(Text(f"{report.name} ({label(report.spot)})"))
    console.print(Text(report.summary))
    if report.incomplete:
        console.print(Text(f"The list may not be whole: {report.incomplete}."))
    if report.rows:
        table = Table(box=SIMPLE_HEAD, pad_edge=False)
        for name in ("parameter", "shape", "written by", "holds", "#std", "recommended", "#std", "line"):
            _column(table, name)
        for row in report.rows:
            table.add_row(*map(Text, _row(row, report, label)))
        console.print(table)
    if report.steps:
        table = Table(box=SIMPLE_HEAD, pad_edge=False)
        for name in ("step", "kind", "#mean", "#std", "#gradient", "line"):
            _column(table, name)
        for step, last in _folded(report.steps):
            table.add_row(*map(Text, _step(step, last, report, label)))
        console.print(table)
    for said in report.verdicts:
        console.print(Text(said.replace("`", "")))
    if report.steps:
        console.print(Text(report.assumptions))


def _column(table: Table, name: str) -> None:
    right = name.startswith("#")
    whole = right or name in ("parameter", "step", "shape")
    table.add_column(name.lstrip("#"), justify="right" if right else "left", no_wrap=whole, overflow="fold")


def _row(row: Row, report: Report, label: Labelled) -> tuple[str, ...]:
    one, spot = row.parameter, row.written or row.made
    shape = "?" if one.shape is None else ", ".join("?" if size is None else str(size) for size in one.shape)
    same = one.deviation is None and row.why and row.why != one.holds
    return (
        row.name,
        f"({shape})",
        one.by.strip("`"),
        f"{one.holds}; {row.why}" if same and not row.why.endswith(one.holds) else one.holds,
        "?" if one.deviation is None else number(one.deviation),
        one.advice,
        "" if not one.advice else "?" if one.wanted is None else number(one.wanted),
        "" if spot is None else _line(label(spot), report, label),
    )


def _line(place: str, report: Report, label: Labelled) -> str:
    """A place, without the file's name where it is that of the model itself."""
    own = label(report.spot).rpartition(":")[0]
    file, _, line = place.rpartition(":")
    return line if file == own else place


def _folded(steps: Sequence[Step]) -> Iterator[tuple[Step, Step | None]]:
    """The steps, those that a loop makes again and again once: the first round, and the last beside it."""
    last: dict[tuple[str, object, str], Step] = {}
    for step in steps:
        last[_key(step)] = step
    seen: set[tuple[str, object, str]] = set()
    for step in steps:
        key = _key(step)
        if step.stage.rounds == 1:
            yield step, None
        elif key not in seen:
            seen.add(key)
            yield step, last[key]


def _key(step: Step) -> tuple[str, object, str]:
    return step.stage.whole, step.stage.node, step.stage.kind


def _step(step: Step, last: Step | None, report: Report, label: Labelled) -> tuple[str, ...]:
    stage = step.stage
    why = stage.reason
    return (
        stage.whole if last is not None else stage.name,
        stage.kind,
        _both(stage.mean, None if last is None else last.stage.mean, ""),
        _both(stage.deviation, None if last is None else last.stage.deviation, "?"),
        _both(stage.gradient, None if last is None else last.stage.gradient, "?"),
        ("" if step.spot is None else _line(label(step.spot), report, label)) + (f"; {why}" if why else ""),
    )


def _both(first: float | None, last: float | None, unknown: str) -> str:
    if first is None:
        return unknown
    if last is None or number(first) == number(last):
        return number(first)
    return f"{number(first)} to {number(last)}"

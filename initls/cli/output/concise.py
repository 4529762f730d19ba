"""Findings on one line each, as grep and editors' error lists read them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from initls.cli.console import Paint
from initls.cli.outcome import Outcome, Shown, applicable, place_of


def render(outcomes: Iterable[Outcome], paint: Paint, *, unsafe: bool) -> Iterator[str]:
    """The findings of all files, a line each."""
    for outcome in outcomes:
        for shown in outcome.shown:
            finding = shown.finding
            start = finding.span.start
            _, _, place = place_of(outcome, finding.part, *start).partition(outcome.task.name)
            code = paint(finding.severity.value, finding.code)
            name, message = paint("bold", outcome.task.name), _on_one_line(finding.message)
            yield f"{name}{place}: {code}{mark_of(shown, paint, unsafe=unsafe)} {message}\n"


def mark_of(shown: Shown, paint: Paint, *, unsafe: bool) -> str:
    """The star of a finding that `--fix` would repair, with a blank before it."""
    if not shown.fixes or not applicable(shown.fixes[0], unsafe=unsafe):
        return ""
    return f" [{paint('safe', '*')}]"


def _on_one_line(message: str) -> str:
    return " ".join(message.split())

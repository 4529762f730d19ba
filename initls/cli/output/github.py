"""Findings as commands to the runner of GitHub Actions, which shows them beside the lines of a pull request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from initls.cli.outcome import Outcome
from initls.cli.output.places import Told, absolute, told
from initls.findings import Severity

_LEVELS = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFORMATION: "notice",
    Severity.HINT: "notice",
}


def render(outcomes: Iterable[Outcome]) -> Iterator[str]:
    """A command for each finding."""
    for one in told(outcomes):
        properties = ",".join(f"{key}={_property(value)}" for key, value in _properties(one).items())
        yield f"::{_LEVELS[one.shown.finding.severity]} {properties}::{_data(one.message)}\n"


def _properties(one: Told) -> dict[str, str]:
    finding = one.shown.finding
    properties = {"title": f"initls ({finding.code})", "file": absolute(one.outcome)}
    if one.span is None:
        return properties
    start, end = one.span
    properties |= {"line": str(start.line + 1), "endLine": str(end.line + 1)}
    if start.line == end.line:
        # Over several lines the runner takes no columns.
        properties |= {"col": str(start.column + 1), "endColumn": str(end.column + 1)}
    return properties


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")

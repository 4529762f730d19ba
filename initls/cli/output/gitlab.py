"""Findings as a Code Quality report of GitLab, which shows what a merge request brings and takes away."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from typing import Any

from initls.cli.outcome import Outcome
from initls.cli.output.places import Told, relative, told
from initls.findings import Severity

_SEVERITIES = {
    Severity.ERROR: "critical",
    Severity.WARNING: "major",
    Severity.INFORMATION: "minor",
    Severity.HINT: "info",
}


def render(outcomes: Iterable[Outcome]) -> str:
    """The array for the findings of all files."""
    # Paths count from the top of the repository, wherever in it the job runs.
    root = os.environ.get("CI_PROJECT_DIR")
    return json.dumps([_issue(one, root) for one in told(outcomes)], indent=2, ensure_ascii=False) + "\n"


def _issue(one: Told, root: str | None) -> dict[str, Any]:
    finding = one.shown.finding
    place = (
        {"lines": {"begin": 1}}
        if one.span is None
        else {
            "positions": {
                end: {"line": point.line + 1, "column": point.column + 1}
                for end, point in zip(("begin", "end"), one.span, strict=True)
            }
        }
    )
    return {
        "description": f"{finding.code}: {one.message}",
        "check_name": finding.code,
        "fingerprint": one.fingerprint,
        "severity": _SEVERITIES[finding.severity],
        "location": {"path": relative(one.outcome, root), **place},
    }

"""Findings for programs: one array of objects, with the keys that ruff's output has and a few more.

A shard prints an object with the array in it, and beside it what makes the whole run of all shards again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from typing import Any

from initls.cli.outcome import Outcome, Shown
from initls.cli.shards.document import Part
from initls.cli.shards.plain import plain
from initls.findings import Fix
from initls.rulebook import url_of
from initls.syntax.span import Point, Span

SHARD = "shard"
"""Where an object has what makes the whole run again."""


def render(outcomes: Iterable[Outcome], part: Part | None = None) -> str:
    """The array for the findings of all files, or the object for those of a shard."""
    found = [_finding(outcome, shown) for outcome in outcomes for shown in outcome.shown]
    told = found if part is None else {"findings": found, SHARD: plain(part)}
    # What another program is to read again must not hang on the encoding that standard output has here.
    return json.dumps(told, indent=2, ensure_ascii=part is not None) + "\n"


def _finding(outcome: Outcome, shown: Shown) -> dict[str, Any]:
    finding = shown.finding
    filename = outcome.task.name if outcome.task.source else os.path.abspath(outcome.task.path)
    fixes = [_fix(outcome, fix, filename) for fix in shown.fixes]
    return {
        "cell": outcome.cells[finding.part] if outcome.cells else None,
        "noqa_row": shown.comment_line + 1,
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity.value,
        "message": finding.message,
        "filename": filename,
        **_place(finding.span),
        "url": url_of(finding.code),
        "fix": fixes[0] if fixes else None,
        "fixes": fixes,
        "related": [
            {
                "message": related.message,
                "filename": related.filename or filename,
                **({} if related.filename else _cell(outcome, related.part)),
                **_place(related.span),
            }
            for related in finding.related
        ],
    }


def _fix(outcome: Outcome, fix: Fix, filename: str) -> dict[str, Any]:
    return {
        "applicability": fix.applicability.value,
        "message": fix.title,
        "edits": [
            {"filename": filename, **_cell(outcome, edit.part), "content": edit.content, **_place(edit.span)}
            for edit in fix.edits
        ],
    }


def _cell(outcome: Outcome, part: int) -> dict[str, int]:
    """The cell that rows are counted in; in a file there is none."""
    return {"cell": outcome.cells[part]} if outcome.cells else {}


def _place(span: Span) -> dict[str, Any]:
    return {"location": _point(span.start), "end_location": _point(span.end)}


def _point(point: Point) -> dict[str, int]:
    return {"row": point.line + 1, "column": point.column + 1}

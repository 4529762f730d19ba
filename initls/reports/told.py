"""A report as JSON values: for scripts, and for the panel of an editor. `docs/report.md` describes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from initls.model.expected.profile import Course, Deeper
from initls.reports.report import Report, Row, Spot, Step

VERSION = 1
"""Grows when a key changes its meaning or goes; new keys may come without."""

Located = Callable[[Spot], Mapping[str, Any]]
"""A place as whoever asks for the report knows it: `filename`, `row` and `column` at least."""


def told(report: Report, located: Located) -> dict[str, Any]:
    """One model."""
    assumed = report.profile.assumed
    parameters, steps = report.known
    return {
        "name": report.name,
        "location": dict(located(report.spot)),
        "summary": report.summary,
        "incomplete": report.incomplete,
        "parameters": [_parameter(row, located) for row in report.rows],
        "assumed": {"image_size": assumed.side, "tokens": assumed.tokens},
        "signal": [_step(step, located) for step in report.steps],
        "forward": _course(report.profile.forward),
        "backward": _course(report.profile.backward),
        "deeper": _deeper(report.profile.deeper),
        "output_alike": report.profile.alike,
        "verdicts": list(report.verdicts),
        "known": {
            "parameters": [parameters, sum(row.count for row in report.rows)],
            "signal": [steps, len(report.steps)],
        },
    }


def _parameter(row: Row, located: Located) -> dict[str, Any]:
    one = row.parameter
    return {
        "name": row.name,
        "count": row.count,
        "layer": one.layer or None,
        "shape": None if one.shape is None else list(one.shape),
        "written_by": one.by.strip("`"),
        "holds": one.holds,
        "std": one.deviation,
        "std_unknown_because": row.why or None,
        "recommended": one.advice or None,
        "recommended_std": one.wanted,
        "constant_matrix": one.constant,
        "made_at": None if row.made is None else dict(located(row.made)),
        "written_at": None if row.written is None else dict(located(row.written)),
    }


def _step(step: Step, located: Located) -> dict[str, Any]:
    stage = step.stage
    return {
        "name": stage.name or None,
        "kind": stage.kind,
        "mean": stage.mean,
        "std": stage.deviation,
        "std_unknown_because": stage.reason or None,
        "alike": stage.alike,
        "gradient": stage.gradient,
        "gradient_unknown_because": stage.gradient_reason or None,
        "location": None if step.spot is None else dict(located(step.spot)),
    }


def _deeper(deeper: Deeper | None) -> dict[str, Any] | None:
    if deeper is None:
        return None
    return {"rounds": deeper.more, "forward": _course(deeper.forward), "backward": _course(deeper.backward)}


def _course(course: Course | None) -> dict[str, Any] | None:
    if course is None:
        return None
    return {"layers": course.layers, "factor": course.factor, "each": course.each, "trend": course.trend}

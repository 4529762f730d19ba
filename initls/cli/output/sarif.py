"""Findings as SARIF 2.1.0, the format that code scanning services and many editors read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from initls import __version__
from initls.cli.outcome import MODULE, Outcome
from initls.cli.output.places import Told, relative, told
from initls.cli.shards.document import Part
from initls.cli.shards.plain import plain
from initls.findings import Fix, Severity
from initls.rulebook import all_rules
from initls.syntax.span import Span

JSON = dict[str, Any]

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
HOME = "https://github.com/initls/initls"
ROOT = "%SRCROOT%"
SHARD = "initls/shard"
"""The property of a run that makes the whole run of all shards again."""

_LEVELS = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.INFORMATION: "note",
    Severity.HINT: "note",
}


def render(outcomes: Sequence[Outcome], part: Part | None = None) -> str:
    """The log of one run, or of a shard, which has along with it what makes the whole run of all shards again."""
    found = list(told(outcomes))
    codes = sorted({one.shown.finding.code for one in found})
    failures = [
        {
            "level": "error",
            "message": {"text": outcome.failure},
            "locations": [{"physicalLocation": {"artifactLocation": _file(outcome)}}],
        }
        for outcome in outcomes
        if outcome.failure is not None
    ]
    run: JSON = {
        "tool": {
            "driver": {
                "name": "initls",
                "informationUri": HOME,
                "version": __version__,
                "rules": [_rule(code) for code in codes],
            }
        },
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {ROOT: {"uri": Path.cwd().as_uri() + "/"}},
        "invocations": [{"executionSuccessful": not failures, "toolExecutionNotifications": failures}],
        "results": [_result(one, codes.index(one.shown.finding.code)) for one in found],
    }
    if part is not None:
        run["properties"] = {SHARD: plain(part)}
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    # What another program is to read again must not hang on the encoding that standard output has here.
    return json.dumps(log, indent=2, ensure_ascii=part is not None) + "\n"


def _rule(code: str) -> JSON:
    rule = all_rules().get(code)
    if rule is None:
        return {"id": code, "shortDescription": {"text": "The file cannot be read in full."}}
    return {
        "id": code,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": {"text": rule.summary.strip()},
        "help": {"text": rule.documentation.strip(), "markdown": rule.documentation.strip()},
        "helpUri": rule.url,
        "properties": {"tags": ["pytorch", "initialization"]},
    }


def _result(one: Told, index: int) -> JSON:
    finding = one.shown.finding
    location: JSON = {"physicalLocation": _place(_file(one.outcome), one.span)}
    if one.shown.scope != MODULE:
        location["logicalLocations"] = [{"fullyQualifiedName": one.shown.scope}]
    result: JSON = {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": _LEVELS[finding.severity],
        "message": {"text": one.message},
        "locations": [location],
        "partialFingerprints": {"initls/v1": one.fingerprint},
    }
    related = [
        {
            "id": number,
            "message": {"text": other.message},
            "physicalLocation": _place(
                _file(one.outcome) if other.filename is None else _foreign(other.filename),
                None if one.outcome.cells and other.filename is None else other.span,
            ),
        }
        for number, other in enumerate(finding.related, start=1)
    ]
    if related:
        result["relatedLocations"] = related
    if one.shown.fixes and one.span is not None:
        # Of a notebook no edit can be told in terms of its file.
        result["fixes"] = [_fix(one.outcome, fix) for fix in one.shown.fixes]
    return result


def _fix(outcome: Outcome, fix: Fix) -> JSON:
    replacements = [
        {"deletedRegion": _region(edit.span), "insertedContent": {"text": edit.content}} for edit in fix.edits
    ]
    changes = [{"artifactLocation": _file(outcome), "replacements": replacements}]
    return {"description": {"text": fix.title}, "artifactChanges": changes}


def _place(file: JSON, span: Span | None) -> JSON:
    return {"artifactLocation": file, **({} if span is None else {"region": _region(span)})}


def _region(span: Span) -> JSON:
    return {
        "startLine": span.start.line + 1,
        "startColumn": span.start.column + 1,
        "endLine": span.end.line + 1,
        "endColumn": span.end.column + 1,
    }


def _file(outcome: Outcome) -> JSON:
    name = relative(outcome)
    return _foreign(name) if Path(name).is_absolute() else {"uri": _uri(name), "uriBaseId": ROOT}


def _foreign(filename: str) -> JSON:
    """Another file: from the folder of the run where it is below, else in full."""
    path = Path(filename)
    try:
        return {"uri": _uri(path.absolute().relative_to(Path.cwd()).as_posix()), "uriBaseId": ROOT}
    except ValueError:
        return {"uri": path.absolute().as_uri()}


def _uri(path: str) -> str:
    return quote(path.encode("utf-8", "surrogateescape"))

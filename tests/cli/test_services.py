"""The formats for services: each has the shape that its service asks for, and says what the others say."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from initls.cli.arguments import build
from initls.cli.formats import FORMATS
from initls.cli.outcome import Outcome, Shown, Task
from initls.cli.output import github, gitlab, junit, sarif
from initls.findings import Finding, Severity
from initls.settings import Settings
from initls.syntax.span import Point, Span
from tests.cli.conftest import Ran, Run

JSON = dict[str, Any]


def closed(required: str, **properties: Any) -> JSON:
    """An object with these properties and no others."""
    return {
        "type": "object",
        "required": required.split(),
        "properties": properties,
        "additionalProperties": False,
    }


def many(items: JSON) -> JSON:
    return {"type": "array", "items": items, "uniqueItems": True}


TEXT: JSON = {"type": "string", "minLength": 1}
NUMBER: JSON = {"type": "integer", "minimum": 1}
LEVEL: JSON = {"enum": ["none", "note", "warning", "error"]}
MESSAGE = closed("text", text=TEXT)
FILE = closed("uri", uri={**TEXT, "pattern": r"^[!-~]+$"}, uriBaseId=TEXT)
REGION = closed(
    "startLine startColumn endLine endColumn", startLine=NUMBER, startColumn=NUMBER, endLine=NUMBER, endColumn=NUMBER
)
PLACE = closed("artifactLocation", artifactLocation=FILE, region=REGION)
LOCATION = closed(
    "physicalLocation",
    physicalLocation=PLACE,
    logicalLocations=many(closed("fullyQualifiedName", fullyQualifiedName=TEXT)),
)
REPLACEMENT = closed(
    "deletedRegion insertedContent", deletedRegion=REGION, insertedContent=closed("text", text={"type": "string"})
)
FIX = closed(
    "artifactChanges",
    description=MESSAGE,
    artifactChanges=many(
        closed(
            "artifactLocation replacements", artifactLocation=FILE, replacements={**many(REPLACEMENT), "minItems": 1}
        )
    ),
)
RULE = closed(
    "id",
    id=TEXT,
    name=TEXT,
    shortDescription=MESSAGE,
    help=closed("text", text=TEXT, markdown=TEXT),
    helpUri={"type": "string", "format": "uri"},
    properties={"type": "object"},
)
RESULT = closed(
    "message ruleId ruleIndex level locations partialFingerprints",
    ruleId=TEXT,
    ruleIndex={"type": "integer", "minimum": 0},
    level=LEVEL,
    message=MESSAGE,
    locations=many(LOCATION),
    relatedLocations=many(closed("id message physicalLocation", id=NUMBER, message=MESSAGE, physicalLocation=PLACE)),
    partialFingerprints={"type": "object", "additionalProperties": TEXT},
    fixes=many(FIX),
)
RUN = closed(
    "tool results",
    tool=closed("driver", driver=closed("name", name=TEXT, informationUri=TEXT, version=TEXT, rules=many(RULE))),
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    originalUriBaseIds={"type": "object", "additionalProperties": closed("uri", uri={**TEXT, "pattern": "/$"})},
    invocations=many(
        closed(
            "executionSuccessful",
            executionSuccessful={"type": "boolean"},
            toolExecutionNotifications=many(closed("message", level=LEVEL, message=MESSAGE, locations=many(LOCATION))),
        )
    ),
    results={"type": "array", "items": RESULT},
)
SARIF = Draft7Validator(
    {
        **closed("version runs", version={"const": "2.1.0"}, runs={"type": "array", "items": RUN}),
        # The one property of the log that says where the whole schema is, of which this is the part that we use.
        "patternProperties": {r"^\$schema$": {"const": "https://json.schemastore.org/sarif-2.1.0.json"}},
    }
)

POINT = closed("line", line=NUMBER, column=NUMBER)
GITLAB = Draft7Validator(
    many(
        closed(
            "description check_name fingerprint severity location",
            description=TEXT,
            check_name=TEXT,
            fingerprint=TEXT,
            severity={"enum": ["info", "minor", "major", "critical", "blocker"]},
            location={
                "oneOf": [
                    closed("path lines", path={**TEXT, "pattern": "^[^/]"}, lines=closed("begin", begin=NUMBER)),
                    closed(
                        "path positions",
                        path={**TEXT, "pattern": "^[^/]"},
                        positions=closed("begin", begin=POINT, end=POINT),
                    ),
                ]
            },
        )
    )
)

SOURCE = "import torch\nx = bad\n\nclass Net:\n    def f(self):\n        \U0001f40d = risky, odd\nbroken\n"


@pytest.fixture
def ran(run: Run, tmp_path: Path) -> Any:
    """Prints the findings of a few files in a format."""
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg" / "a b%.py").write_text(SOURCE, encoding="utf-8")
    (tmp_path / "clean.py").write_text("x = 1\n")
    (tmp_path / "crash.py").write_text("crash\n")
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "source": ["x\n", "y = bad\n"]}
    notebook = {"cells": [{"cell_type": "markdown", "source": "t"}, cell], "metadata": {}, "nbformat": 4}
    (tmp_path / "n.ipynb").write_text(json.dumps(notebook))
    return lambda name, *more: run("--output-format", name, *more)


def known(ran: Any) -> list[JSON]:
    found: list[JSON] = ran("json").json
    assert len(found) == 5
    return found


def test_sarif(ran: Any, tmp_path: Path) -> None:
    done: Ran = ran("sarif")
    log = done.json
    SARIF.validate(log)
    (run,) = log["runs"]
    assert run["originalUriBaseIds"]["%SRCROOT%"]["uri"] == tmp_path.as_uri() + "/"
    rules = run["tool"]["driver"]["rules"]
    for result, one in zip(run["results"], known(ran), strict=True):
        assert result["ruleId"] == one["code"] == rules[result["ruleIndex"]]["id"]
        assert one["message"] in result["message"]["text"]
        place = result["locations"][0]["physicalLocation"]
        assert tmp_path / unquote(place["artifactLocation"]["uri"]) == Path(one["filename"])
        if one["cell"] is None:
            region = place["region"]
            assert (region["startLine"], region["startColumn"]) == tuple(one["location"].values())
            assert (region["endLine"], region["endColumn"]) == tuple(one["end_location"].values())
            assert len(result.get("fixes", [])) == len(one["fixes"])
        else:
            assert "region" not in place and "fixes" not in result
            assert result["message"]["text"].startswith("cell 2, line 2: ")
    levels = {result["ruleId"]: result["level"] for result in run["results"]}
    assert levels == {"INI101": "error", "INI203": "warning", "INI103": "note", "invalid-syntax": "error"}
    scopes = {
        result["ruleId"]: [one["fullyQualifiedName"] for one in result["locations"][0].get("logicalLocations", [])]
        for result in run["results"]
    }
    assert scopes["INI203"] == scopes["INI103"] == ["Net.f"]
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    assert "no such thing" in invocation["toolExecutionNotifications"][0]["message"]["text"]


def test_a_fix_in_sarif_does_what_it_says(ran: Any, tmp_path: Path) -> None:
    run = ran("sarif").json["runs"][0]
    (result,) = [one for one in run["results"] if one["ruleId"] == "INI203"]
    (change,) = result["fixes"][0]["artifactChanges"]
    (replacement,) = change["replacements"]
    region = replacement["deletedRegion"]
    assert run["columnKind"] == "unicodeCodePoints"
    line = SOURCE.split("\n")[region["startLine"] - 1]
    fixed = line[: region["startColumn"] - 1] + replacement["insertedContent"]["text"] + line[region["endColumn"] - 1 :]
    assert fixed == "        \U0001f40d = sound, odd"


def test_gitlab(ran: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("CI_PROJECT_DIR", raising=False)
    report = ran("gitlab").json
    GITLAB.validate(report)
    for issue, one in zip(report, known(ran), strict=True):
        assert issue["check_name"] == one["code"] and one["message"] in issue["description"]
        assert tmp_path / issue["location"]["path"] == Path(one["filename"])
        if one["cell"] is None:
            begin = issue["location"]["positions"]["begin"]
            assert (begin["line"], begin["column"]) == tuple(one["location"].values())
    assert len({issue["fingerprint"] for issue in report}) == len(report)
    monkeypatch.setenv("CI_PROJECT_DIR", str(tmp_path.parent))
    assert ran("gitlab").json[0]["location"]["path"].startswith(f"{tmp_path.name}/")


def test_fingerprints_outlive_edits_elsewhere(ran: Any, tmp_path: Path) -> None:
    before = [issue["fingerprint"] for issue in ran("gitlab").json]
    path = tmp_path / "pkg" / "a b%.py"
    path.write_text("# a comment\nimport os\n\n" + SOURCE.replace("self", "self, x"), encoding="utf-8")
    assert [issue["fingerprint"] for issue in ran("gitlab").json] == before


def test_two_alike_in_one_function_have_two_fingerprints(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("def f():\n    bad\n    bad\n")
    report = run("--output-format", "gitlab").json
    assert len(report) == 2 == len({issue["fingerprint"] for issue in report})


COMMAND = re.compile(r"::(error|warning|notice) ((?:\w+=[^,:\n]*,?)+)::([^\n]*)\n")


def test_github(ran: Any) -> None:
    out = ran("github").out
    commands = COMMAND.findall(out)
    assert "".join(f"::{level} {properties}::{message}\n" for level, properties, message in commands) == out

    def plain(text: str) -> str:
        return re.sub("%(25|0A|0D|3A|2C)", lambda match: chr(int(match.group(1), 16)), text)

    for (level, properties, message), one in zip(commands, known(ran), strict=True):
        told = {key: plain(value) for key, _, value in (pair.partition("=") for pair in properties.split(","))}
        levels = {"error": "error", "warning": "warning", "information": "notice", "hint": "notice"}
        assert level == levels[one["severity"]]
        assert told["file"] == one["filename"] and one["code"] in told["title"]
        assert one["message"] in plain(message)
        if one["cell"] is None:
            assert (int(told["line"]), int(told["col"])) == tuple(one["location"].values())
        else:
            assert "line" not in told and plain(message).startswith("cell 2, line 2: ")


def test_junit(ran: Any) -> None:
    out = ran("junit").out
    top = ElementTree.fromstring(out.encode())
    suites = {suite.get("name"): suite for suite in top}
    assert set(suites) == {"clean.py", "crash.py", "n.ipynb", "pkg/a b%.py"}
    for suite in top:
        cases = suite.findall("testcase")
        assert suite.get("tests") == str(len(cases))
        assert suite.get("failures") == str(len(suite.findall("testcase/failure")))
        assert suite.get("errors") == str(len(suite.findall("testcase/error")))
        assert len({(case.get("name"), case.get("line")) for case in cases}) == len(cases)
    for key in ("tests", "failures", "errors"):
        assert top.get(key) == str(sum(int(suite.get(key, "")) for suite in top))
    assert suites["clean.py"].find("testcase/failure") is None
    failures = [failure.get("message", "") for failure in top.iter("failure")]
    assert sorted(failures) == sorted(
        one["message"] if one["cell"] is None else f"cell 2, line 2: {one['message']}" for one in known(ran)
    )


@pytest.mark.parametrize("name", ["sarif", "gitlab", "github", "junit"])
def test_the_exit_status_is_that_of_the_others(run: Run, tmp_path: Path, name: str) -> None:
    (tmp_path / "a.py").write_text("bad\n")
    assert run("--output-format", name).status == run().status == 1
    assert run("--output-format", name, "--exit-zero").status == 0
    (tmp_path / "a.py").write_text("good\n")
    done = run("--output-format", name)
    assert done.status == 0
    assert "All checks passed" not in done.out


def test_every_format_is_named_in_the_help() -> None:
    check = next(action.choices["check"] for action in build()._actions if isinstance(action.choices, dict))
    assert all(name in check.format_help() for name in FORMATS)


ANY = st.text(max_size=12)


@settings(deadline=None)
@given(ANY, ANY.filter(bool), st.sampled_from(Severity))
def test_no_text_breaks_a_format(message: str, name: str, severity: Severity) -> None:
    finding = Finding("INI101", "constant-weight", severity, message, Span(Point(0, 0), Point(2, 1)), "x")
    path = Path("/w") / name.replace("\0", "").replace("/", "_")
    outcome = Outcome(Task(path, str(path), Settings()), (Shown(finding),), ("",), failure=message or None)
    text = sarif.render([outcome])
    json.loads(text)
    json.loads(gitlab.render([outcome]))
    assert "".join(github.render([outcome])).count("\n") == 1
    ElementTree.fromstring(junit.render([outcome]).encode("utf-8"))
    assert json.loads(text)["runs"][0]["results"][0]["message"]["text"] == message

"""Findings as a report of tests in the form of JUnit: a suite for each file, a failed test for each finding."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree

from initls.cli.outcome import Outcome
from initls.cli.output.places import Told, relative, told
from initls.pattern import pattern

# XML has no way to write these, not even as references.
_FOREIGN = pattern("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(outcomes: Sequence[Outcome]) -> str:
    """The whole report."""
    suites = [_suite(outcome) for outcome in outcomes]
    top = ElementTree.Element("testsuites", {"name": "initls", **_sums(suites)})
    top.extend(suites)
    ElementTree.indent(top)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(top, encoding="unicode")}\n'


def _suite(outcome: Outcome) -> ElementTree.Element:
    name = _clean(relative(outcome))
    cases = [_case(one, name) for one in told([outcome])]
    if outcome.failure is not None:
        case = ElementTree.Element("testcase", {"name": "read", "classname": name})
        ElementTree.SubElement(case, "error", {"message": _clean(outcome.failure)})
        cases.append(case)
    if not cases:
        # A file without findings is a test that has passed, and not nothing.
        cases.append(ElementTree.Element("testcase", {"name": "initls", "classname": name}))
    failures = sum(case.find("failure") is not None for case in cases)
    errors = sum(case.find("error") is not None for case in cases)
    counts = {"tests": str(len(cases)), "failures": str(failures), "errors": str(errors)}
    suite = ElementTree.Element("testsuite", {"name": name, **counts})
    suite.extend(cases)
    return suite


def _sums(suites: Sequence[ElementTree.Element]) -> dict[str, str]:
    return {key: str(sum(int(suite.get(key, "0")) for suite in suites)) for key in ("tests", "failures", "errors")}


def _case(one: Told, file: str) -> ElementTree.Element:
    finding = one.shown.finding
    place = {} if one.span is None else {"line": str(one.span.start.line + 1)}
    scope = one.shown.scope
    attributes = {"name": f"{finding.code} in {scope}", "classname": file, "file": file, **place}
    case = ElementTree.Element("testcase", {key: _clean(value) for key, value in attributes.items()})
    failure = ElementTree.SubElement(case, "failure", {"type": finding.code, "message": _clean(one.message)})
    where = "" if one.span is None else f"{file}:{one.span.start.line + 1}:{one.span.start.column + 1}: "
    failure.text = _clean(f"{where}{finding.severity.value}: {finding.code} {one.message}")
    return case


def _clean(text: str) -> str:
    return _FOREIGN.sub("\ufffd", text)

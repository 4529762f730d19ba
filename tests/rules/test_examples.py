"""What is found in each example, and where nothing is."""

from __future__ import annotations

from collections import Counter

import pytest

from initls.rules.registry import RULES
from tests.rules.cases import Case, cases, found

LEAST = 5
"""Examples of each kind that a rule must have."""


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.id)
def test_finds_what_is_marked_and_nothing_else(case: Case) -> None:
    result = case.check()
    assert not result.problems
    expected = [(one.line, one.code, one.severity) for one in case.expected]
    assert found(result) == sorted(expected), "\n".join(
        f"{f.span.start.line + 1}: {f.severity.value} {f.code} {f.message}" for f in result.findings
    )
    for finding, one in zip(result.findings, sorted(case.expected, key=lambda one: (one.line, one.code)), strict=True):
        for piece in one.pieces:
            assert piece in finding.message


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.id)
def test_examples_stand_in_the_section_that_they_belong_to(case: Case) -> None:
    assert case.bad == bool(case.expected)


@pytest.mark.parametrize("code", RULES)
def test_every_rule_has_its_examples(code: str) -> None:
    of_rule = cases(code)
    kinds = Counter(case.bad for case in of_rule)
    assert kinds[True] >= LEAST
    assert kinds[False] >= LEAST
    assert all(any(one.code == code for one in case.expected) for case in of_rule if case.bad)

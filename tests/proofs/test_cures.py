"""Each fix that is offered for a bad example takes the symptom away on a real torch, and the finding with it."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from initls.findings import Applicability, Finding, Fix, Severity
from initls.fixes.apply import apply
from initls.rules.registry import RULES
from tests.proofs.claims import claim_of, told_by
from tests.proofs.test_claims import arriving
from tests.proofs.world import quoted, run
from tests.rules.cases import Case, cases, check, of_torch

CONSTANT = ("INI101", "INI102", "INI103", "INI104")
BAD = [case for case in of_torch() if case.bad]


def fixed(case: Case) -> Iterator[tuple[Finding, Fix, str]]:
    """Every finding of an example with every fix of it, and what the text becomes."""
    result = case.check()
    for finding in result.findings:
        for fix in result.fixes(finding):
            yield finding, fix, apply(result.document, fix.edits).source


def units_differ(case: Case, finding: Finding, text: str) -> None:
    world = run(case, text)
    _, match = claim_of(finding)
    for name in [match["name"], *quoted(match["others"] or "")]:
        for parameter in world.parameters(name):
            assert world.spread(parameter) > 0


def gradients_arrive(case: Case, finding: Finding, text: str) -> None:
    world = run(case, text)
    _, match = claim_of(finding)
    chosen = {id(p) for p in world.parameters(match["name"])}
    reached = arriving(world)
    assert all(reached[name] for name, p in world.model.named_parameters() if id(p) in chosen)


def builds(case: Case, finding: Finding, text: str) -> None:
    assert run(case, text).model is not None


def is_initialized(case: Case, finding: Finding, text: str) -> None:
    world = run(case, text)
    _, match = claim_of(finding)
    for name in quoted(match[1]) if finding.severity is Severity.WARNING else ():
        assert not all(world.untouched(parameter) for parameter in world.below(name))


CURES: dict[str, Callable[[Case, Finding, str], None]] = {
    "INI101": units_differ,
    "INI102": units_differ,
    "INI103": units_differ,
    "INI104": gradients_arrive,
    "INI201": builds,
    "INI202": is_initialized,
    "INI203": builds,
}


def cure_of(code: str) -> Callable[[Case, Finding, str], None]:
    """What shows that a fix of a rule's has helped; that the model can be built is the least."""
    return CURES.get(code) or told_by(code, "CURE") or builds


@pytest.mark.parametrize("case", BAD, ids=lambda case: case.id)
def test_the_fix_cures(case: Case) -> None:
    before = case.check()
    for finding, fix, text in fixed(case):
        ast.parse(text)
        after = check(text, case.filename, case.selected)
        left = Counter((f.code, f.name) for f in after.findings)
        had = Counter((f.code, f.name) for f in before.findings)
        assert left[finding.code, finding.name] < had[finding.code, finding.name], fix.title
        assert not left - had, f"{fix.title} brings {left - had}"
        cure_of(finding.code)(case, finding, text)


@pytest.mark.parametrize("case", BAD, ids=lambda case: case.id)
def test_fixes_are_what_they_say(case: Case) -> None:
    result = case.check()
    for finding in result.findings:
        offered = result.fixes(finding)
        assert bool(offered) <= finding.fixable
        preferred = [fix.preferred for fix in offered]
        assert preferred in ([], [True] + [False] * (len(offered) - 1)) or not any(preferred)
        if finding.code in CONSTANT and offered:
            assert 2 <= len(offered) <= 4, [fix.title for fix in offered]
            assert all(fix.applicability is Applicability.UNSAFE for fix in offered)
            assert len({fix.title for fix in offered}) == len(offered)


@pytest.mark.parametrize("code", [code for code, rule in RULES.items() if rule.fixable])
def test_most_findings_have_a_fix(code: str) -> None:
    fixable = [case for case in cases(code) if case.bad and any(True for _ in fixed(case))]
    assert len(fixable) * 4 >= 3 * len([case for case in cases(code) if case.bad])

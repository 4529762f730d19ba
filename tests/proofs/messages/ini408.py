"""INI408: what comes behind the jump keeps torch's default."""

from __future__ import annotations

import re

from initls.findings import Finding
from tests.proofs.claims import claim_of
from tests.proofs.world import quoted, run
from tests.rules.cases import Case


def not_met(case: Case, finding: Finding, match: re.Match[str]) -> None:
    world = run(case)
    for name in quoted(match["names"]):
        assert all(world.untouched(parameter) for parameter in world.parameters(name))


def CURE(case: Case, finding: Finding, text: str) -> None:
    world = run(case, text)
    _, match = claim_of(finding)
    for name in quoted(match["names"]):
        assert not any(world.untouched(parameter) for parameter in world.parameters(name))


CLAIMS = (
    (
        r"this ends the loop (?:in its first round|before it is through): it never gets to (?P<names>.+), which "
        r"(?:keeps|keep) torch's default initialization\.$",
        not_met,
    ),
)

"""INI401: what the function would initialize keeps torch's default."""

from __future__ import annotations

import re

from initls.findings import Finding
from tests.proofs.claims import claim_of
from tests.proofs.world import quoted, run
from tests.rules.cases import Case


def keeps_default(case: Case, finding: Finding, match: re.Match[str]) -> None:
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
        r"nothing calls `\w+` or hands it on: (?P<names>.+) of `\w+` (?:keeps|keep) torch's default initialization\.$",
        keeps_default,
    ),
)

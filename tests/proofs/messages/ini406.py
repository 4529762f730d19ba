"""INI406: the branch behind the test is not taken once, and parameters are called as the message says."""

from __future__ import annotations

import re

from initls.findings import Finding
from tests.proofs.messages.ini404 import mined
from tests.proofs.world import quoted, run
from tests.rules.cases import Case


def never_true(case: Case, finding: Finding, match: re.Match[str]) -> None:
    world = run(case, mined(case.source, finding.span.start.line + 1))
    assert all(world.parameters(name) for name in quoted(match["names"]))


def CURE(case: Case, finding: Finding, text: str) -> None:
    reached = False
    try:
        run(case, mined(text, finding.span.start.line + 1))
    except AssertionError as error:
        reached = str(error) == "reached"
    assert reached


CLAIMS = (
    (
        r"this is never true: no parameter here (?:is called|has a name that (?:ends|begins) with) .+\. "
        r"(?:Their names are|The name is) (?P<names>.+)\.$",
        never_true,
    ),
)

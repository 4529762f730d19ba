"""What INI324 says, and how it is shown: the weights are equal, and not constant."""

from __future__ import annotations

import re

from initls.findings import Finding
from tests.proofs.world import quoted, run, torch
from tests.rules.cases import Case


def one_draw(case: Case, finding: Finding, match: re.Match[str]) -> None:
    world = run(case)
    first, *others = [world.parameters(name)[0] for name in quoted(match["names"])]
    assert others
    assert float(first.max()) > float(first.min())
    assert all(other is not first and torch.equal(other, first) for other in others)


CLAIMS = (
    (
        r"the copies that are made here start with the same weights: (?P<names>.+?)(?: and \d+ more)? hold one draw\.$",
        one_draw,
    ),
)

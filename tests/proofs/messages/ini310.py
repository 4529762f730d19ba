"""Scales of norms that are drawn about zero: some turn the sign, and together they are far from one."""

from __future__ import annotations

import re

from initls.findings import Finding
from tests.proofs.world import quoted, run
from tests.rules.cases import Case


def drawn_about_zero(case: Case, finding: Finding, match: re.Match[str]) -> None:
    """On a real torch the values have both signs, and none of them is as large as what a norm starts with."""
    world = run(case)
    for name in quoted(match["names"]):
        for parameter in world.parameters(name):
            values = parameter.detach()
            assert float(values.min()) < 0 < float(values.max())
            assert float(values.abs().mean()) < 0.5
    for name in quoted(match["names"]):
        for parameter in world.parameters(name):
            owner = next(m for m in world.model.modules() if any(p is parameter for p in m.parameters(recurse=False)))
            # It is a scale: a norm of the same kind starts with ones there.
            owner.reset_parameters()
            assert bool((parameter == 1).all())


def starts_at_one(case: Case, finding: Finding, text: str) -> None:
    """The scales that the message names are ones, and the matrices are drawn."""
    world = run(case, text)
    for name in quoted(finding.message.partition(", the scale")[0]):
        assert all(bool((parameter == 1).all()) for parameter in world.parameters(name))


CURE = starts_at_one

CLAIMS = (
    (
        r"(?P<names>.+), the scales? of (?:a \w+|norms), (?:is|are) drawn (?P<draw>.+): what has been normalized is "
        r"scaled down and turned at random, where 1 would leave it as it is\.$",
        drawn_about_zero,
    ),
)

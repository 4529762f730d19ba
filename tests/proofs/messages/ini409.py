"""What is written to a copy is not in the parameter."""

from __future__ import annotations

import re

from initls.findings import Finding
from tests.proofs.world import quoted, run
from tests.rules.cases import Case


def stays(case: Case, finding: Finding, match: re.Match[str]) -> None:
    """Each parameter holds what torch's constructor has drawn."""
    world = run(case)
    for name in quoted(match["names"]):
        assert all(world.untouched(parameter) for parameter in world.parameters(name)), f"{name} has been written"


def changes(case: Case, finding: Finding, text: str) -> None:
    """The first of them no longer does."""
    world = run(case, text)
    name = quoted(finding.message.partition(": ")[2])[0]
    assert not any(world.untouched(parameter) for parameter in world.parameters(name))


CURE = changes
CLAIMS = (
    (
        r"(?:`[\w()*]+` makes a copy, and this writes to the copy, which nothing reads|an index like this one copies, "
        r"and this writes to the copy, which nothing reads|the result of `[\w.*/+-]+` is dropped|this only gives the "
        r"name `\w+` to another tensor): (?P<names>.+) (?:stays as it was|stay as they were)\.$",
        stays,
    ),
)

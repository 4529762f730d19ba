"""INI405: what the message names keeps torch's default."""

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


def none_there(case: Case, finding: Finding, match: re.Match[str]) -> None:
    world = run(case)
    modules = list(world.model.modules())
    for name in quoted(match["wanted"]):
        if name.isidentifier() and name not in world.names:
            assert all(name not in type(module).__name__ for module in modules)
        else:
            assert not any(isinstance(module, eval(name, world.names)) for module in modules)


def CURE(case: Case, finding: Finding, text: str) -> None:
    world = run(case, text)
    _, match = claim_of(finding)
    names = quoted(match["names"])
    assert any(not world.untouched(parameter) for name in names for parameter in world.parameters(name))


CLAIMS = (
    (
        r"this initializes nothing: it asks for .+, and of that the model has none\. (?P<names>.+) (?:keeps|keep) "
        r"torch's default\.$",
        keeps_default,
    ),
    (
        r"this initializes nothing: it asks for (?:exactly )?(?P<wanted>.+), and of that the model has none\.$",
        none_there,
    ),
)

"""INI403: layers of the class that is dropped keep torch's default."""

from __future__ import annotations

import re
from typing import Any

from initls.findings import Finding
from tests.proofs.claims import claim_of
from tests.proofs.world import World, quoted, run
from tests.rules.cases import Case


def _left_out(world: World, match: re.Match[str]) -> list[Any]:
    """The modules of the classes that are not asked for."""
    kept = eval(match["kept"], world.names)
    kinds = tuple(eval(name, world.names) for name in quoted(match["dropped"]))
    found = [one for one in world.model.modules() if isinstance(one, kinds) and not isinstance(one, kept)]
    assert found
    return found


def left_out(case: Case, finding: Finding, match: re.Match[str]) -> None:
    world = run(case)
    assert all(world.untouched(p) for module in _left_out(world, match) for p in module.parameters(recurse=False))


def CURE(case: Case, finding: Finding, text: str) -> None:
    world = run(case, text)
    _, match = claim_of(finding)
    assert not any(world.untouched(module.weight) for module in _left_out(world, match))


CLAIMS = (
    (
        r"`(?:or|and)` between classes gives the (?:first|last) of them: this asks for `(?P<kept>.+)` alone, "
        r"and (?P<dropped>.+) (?:is|are) never initialized here\.$",
        left_out,
    ),
)

"""What INI211 says, and how it is shown: the line raises, or the first forward draws torch's default."""

from __future__ import annotations

import re

from initls.findings import Finding
from tests.proofs.claims import raises_here
from tests.proofs.world import doubled, run
from tests.rules.cases import Case

_BEFORE = r"`(?P<name>[\w.]+)` has no values before the first forward"


def drawn_anew(case: Case, finding: Finding, match: re.Match[str]) -> None:
    world = run(case)
    assert all(p.data.numel() == 0 for p in world.parameters(match["name"])), "there is something to write"
    with doubled():
        world.outputs()
    assert all(p.numel() > 0 for p in world.parameters(match["name"]))


CLAIMS = (
    (_BEFORE + r": this raises (?P<error>ValueError|RuntimeError)\.$", raises_here),
    (_BEFORE + r", which draws torch's default: this has no effect\.$", drawn_anew),
)

"""Memory of layers whose initialization is skipped is what torch says it is: NaN, where that can be reproduced.

Lightning and transformers are played by stand-ins (`tests.proofs.stand_in`), which skip what theirs skip.
"""

from __future__ import annotations

import re

from initls.findings import Finding
from tests.proofs.messages.ini212 import exposed
from tests.proofs.world import quoted, run, torch
from tests.rules.cases import Case


def holds_nothing(case: Case, finding: Finding, match: re.Match[str]) -> None:
    with exposed():
        world = run(case)
    for name in quoted(match["names"]):
        assert all(bool(parameter.isnan().all()) for parameter in world.parameters(name))


def holds_values(case: Case, finding: Finding, text: str) -> None:
    with exposed():
        model = run(case, text).model
    assert all(bool(torch.isfinite(parameter).all()) for parameter in model.parameters())


CLAIMS = (
    (r"`\w+` leaves (?P<names>.+) as the memory was, and nothing (?:here loads or initializes them|loads or "
     r"initializes them before the model is used)\.$", holds_nothing),
)  # fmt: skip
CURE = holds_values
BUILT = {"builds": "Head(8, 4)"}

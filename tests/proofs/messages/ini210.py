"""Memory that `to_empty` hands out is what torch says it is: NaN, where results are to be reproducible."""

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


CLAIMS = (
    (r"`to_empty` leaves (?P<names>.+) as the memory was, and nothing writes there before the model is used: what its "
     r"constructor drew is lost\.$", holds_nothing),
)  # fmt: skip

BUILT = {"builds": "model"}


def holds_values(case: Case, finding: Finding, text: str) -> None:
    with exposed():
        model = run(case, text).model
    assert all(bool(torch.isfinite(parameter).all()) for parameter in model.parameters())


CURE = holds_values

"""What INI105 says, and how it is shown: places of the list hold the very same layer."""

from __future__ import annotations

import re
from collections import Counter

from initls.findings import Finding
from tests.proofs.world import nn, run
from tests.rules.cases import Case


def shared(world: object) -> Counter[int]:
    """How often each layer with parameters stands in the lists of the model."""
    model = world.model  # type: ignore[attr-defined]
    lists = [m for m in model.modules() if isinstance(m, nn.ModuleList | nn.Sequential)]
    held = [child for one in lists for child in one._modules.values() if list(child.parameters())]
    return Counter(id(child) for child in held)


def is_one(case: Case, finding: Finding, match: re.Match[str]) -> None:
    most = max(shared(run(case)).values())
    assert most > 1
    assert match["times"] is None or most == int(match["times"])


def cured(case: Case, finding: Finding, text: str) -> None:
    assert max(shared(run(case, text)).values()) == 1


CLAIMS = (
    (
        r"all (?:(?P<times>\d+) )?places of this list hold one and the same `\w+`: they share one set of parameters\.$",
        is_one,
    ),
)
CURE = cured

"""What is written to a computed weight is gone when the model is used."""

from __future__ import annotations

import re

from initls.findings import Finding
from tests.proofs.world import Poison, doubled, run, torch
from tests.rules.cases import Case


def lost(case: Case, finding: Finding, match: re.Match[str]) -> None:
    """NaN in place of what the line writes is found neither in a parameter nor in what the model gives.

    Reading a weight with spectral norm moves its buffers on, which then are NaN as well.
    """
    world = run(case, poison=[finding.span.start.line + 1])
    assert Poison.written, "the line writes nothing"
    assert not any(bool(p.isnan().any()) for p in world.model.parameters())
    if not any(bool(buffer.isnan().any()) for buffer in world.model.buffers()):
        with doubled():
            assert not any(bool(torch.isnan(out).any()) for out in world.outputs())


def effective(case: Case, finding: Finding, text: str) -> None:
    """The model is built, and no longer starts from what torch has drawn."""
    world = run(case, text)
    assert not all(world.untouched(parameter) for parameter in world.model.parameters())


BUILT = {"reads": "torch.randn(2, 8, 16)"}
CURE = effective

CLAIMS = (
    (
        r"(?P<names>.+) (?:is|are) computed from .+ before each use, because \w+ wraps (?:it|them): what is written to "
        r"(?:it|them) here is lost\.$",
        lost,
    ),
)

"""What INI108 says, and how it is shown: the weight is drawn, and what is built around it is not the identity."""

from __future__ import annotations

import re

from initls.findings import Finding
from tests.proofs.world import run, spread
from tests.rules.cases import Case


def drawn(case: Case, finding: Finding, match: re.Match[str]) -> None:
    for weight in run(case).parameters(match["name"]):
        assert bool(weight.any())
        assert spread(weight) > 0


def starts_at_zero(case: Case, finding: Finding, text: str) -> None:
    layer = finding.message.split("`")[1].removesuffix(".weight")
    for parameter in run(case, text).below(layer):
        assert not bool(parameter.any())


BUILT = {"builds": "Block(8)", "reads": "(torch.randn(4, 8), torch.randn(4, 8))"}
CURE = starts_at_zero
CLAIMS = (
    (
        r"`(?P<name>[\w.]+)` is drawn, not zero: its output is shift, scale and gate of a block that is built to start "
        r"as the identity\.$",
        drawn,
    ),
    (
        r"`(?P<name>[\w.]+)` is drawn, not zero: its product with a drawn matrix is added to what was there before\.$",
        drawn,
    ),
)

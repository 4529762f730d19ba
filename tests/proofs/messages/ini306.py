"""A spread that does not fit: what comes out is as small, or as large, as the message says."""

from __future__ import annotations

import re

from initls.findings import Finding
from tests.proofs.messages.ini303 import average, grows, nearer, shrinks
from tests.rules.cases import Case


def loses(case: Case, finding: Finding, match: re.Match[str]) -> None:
    shrinks(case, finding, match)
    assert average(case) < 0.1


BUILT = {"reads": "torch.randn(64, 128)"}
CURE = nearer

_ROW = (
    r"`(?P<name>[\w.]+)` is drawn with a deviation of [\d.e-]+, where [\d.e-]+ keeps the signal of \d+ inputs: \d+ "
    r"such layers in a row, without a norm in between, "
)

CLAIMS = (
    (_ROW + r"leave (?P<percent>[\d.e-]+) % of the signal or less\.$", loses),
    (_ROW + r"make the signal about (?P<times>\d+) times as large\.$", grows),
)

"""The gain of SELU: draws have three quarters of LeCun's deviation, and a row of such layers loses the signal."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from initls.findings import Finding
from tests.proofs.world import nn, run, torch
from tests.rules.cases import Case


def gains(case: Case, text: str | None = None) -> Iterator[float]:
    """The gains that the matrices of a model were drawn with."""
    for parameter in run(case, text).model.parameters():
        if parameter.dim() > 1:
            yield float(parameter.detach().std()) * math.sqrt(parameter[0].numel())


def left(nonlinearity: str) -> float:
    """What ten layers leave of a signal."""
    torch.manual_seed(0)
    signal = torch.randn(128, 512)
    for _ in range(10):
        signal = torch.selu(signal @ nn.init.kaiming_normal_(torch.empty(512, 512), nonlinearity=nonlinearity).T)
    return float(signal.std())


def too_small(case: Case, finding: Finding, match: re.Match[str]) -> None:
    assert all(0.7 < gain < 0.8 for gain in gains(case))
    assert round(100 * (1 - nn.init.calculate_gain("selu") ** 2)) == 44
    assert left("selu") < 0.4 < 0.9 < left("linear") < 1.1


def one(case: Case, finding: Finding, text: str) -> None:
    assert all(0.93 < gain < 1.07 for gain in gains(case, text))


BUILT = {"reads": "torch.randn(16, 256)"}
CURE = one
CLAIMS = (
    (
        r"torch's gain for 'selu' is 0\.75, but self-normalizing nets need a gain of 1: each layer takes 44 % of the "
        r"variance, and the signal leaves the point that SELU is made for\.$",
        too_small,
    ),
)

"""Slopes that are taken for scales: the gain that a weight is drawn with is the small one of the message."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

import pytest

from initls.findings import Finding
from tests.proofs.world import nn, run
from tests.rules.cases import Case


def gains(case: Case, finding: Finding, text: str | None = None) -> Iterator[float]:
    """The gains of all matrices of a model."""
    source = text or case.source
    axis = 1 if "fan_out" in source.splitlines()[finding.span.start.line] else 0
    for parameter in run(case, text).model.parameters():
        if parameter.dim() > 1:
            yield float(parameter.detach().std()) * math.sqrt(parameter.shape[0] if axis else parameter.shape[1])


def is_small(case: Case, finding: Finding, match: re.Match[str]) -> None:
    told = float(match["gain"])
    assert all(gain == pytest.approx(told, rel=0.08) for gain in gains(case, finding))
    # The larger the number, the smaller the gain, which is not what a scale does.
    slope = float(match["slope"])
    assert nn.init.calculate_gain("leaky_relu", 2 * slope) < nn.init.calculate_gain("leaky_relu", slope) <= 1


def is_larger(case: Case, finding: Finding, text: str) -> None:
    assert min(gains(case, finding, text)) > 0.9


BUILT = {"reads": "torch.randn(16, 64)"}
CURE = is_larger
CLAIMS = (
    (
        r"a=(?P<slope>[\d.]+) is taken for the slope of a leaky ReLU, and makes the gain (?P<gain>[\d.]+): it is no "
        r"scale\.$",
        is_small,
    ),
)

"""The fan out of groups: the deviation is too small by the square root of their number, and right for one group."""

from __future__ import annotations

import math
import re

from initls.findings import Finding
from tests.proofs.claims import claim_of
from tests.proofs.world import nn, quoted, run
from tests.rules.cases import Case


def ratios(case: Case, match: re.Match[str], text: str | None = None) -> list[float]:
    """By how much each named weight's deviation differs from that of ReLU's gain by what an input reaches."""
    world = run(case, text)
    found: list[float] = []
    for name in [match["name"], *quoted(match["others"] or "")]:
        for weight in world.parameters(name):
            module = next(m for m in world.model.modules() if getattr(m, "weight", None) is weight)
            assert isinstance(module, nn.Conv1d | nn.Conv2d)
            reached = module.out_channels // module.groups * weight[0, 0].numel()
            found.append(float(weight.detach().std()) / math.sqrt(2 / reached))
    return found


def too_small(case: Case, finding: Finding, match: re.Match[str]) -> None:
    for ratio in ratios(case, match):
        told = match.groupdict().get("factor")
        assert ratio < 0.5
        if told is not None:
            assert 0.8 < ratio * float(told) < 1.25


def is_right(case: Case, finding: Finding, text: str) -> None:
    _, match = claim_of(finding)
    assert all(0.6 < ratio < 1.7 for ratio in ratios(case, match, text))


BUILT = {"reads": "torch.randn(2, 64, 8, 8)"}
CURE = is_right

_OTHERS = r"(?P<others> The same goes for .+)?$"
_NAME = r"`(?P<name>[\w.]+)` is drawn with mode fan_out, which counts all "

CLAIMS = (
    (
        _NAME + r"\d+ outputs, though in \d+ groups each input reaches \d+: its deviation is (?P<factor>[\d.]+) times "
        r"too small\." + _OTHERS,
        too_small,
    ),
    (
        _NAME
        + r"outputs of a depthwise convolution, though each input reaches but its own: its deviation is too small "
        r"by the square root of their number\." + _OTHERS,
        too_small,
    ),
)

"""Slopes: the gain that a draw has is that of the slope in the message, not that of what follows."""

from __future__ import annotations

import math
import re
from typing import Any

import pytest

from initls.findings import Finding
from tests.proofs.claims import claim_of
from tests.proofs.world import World, nn, run, torch
from tests.rules.cases import Case


def gain(case: Case, finding: Finding, weight: Any, text: str) -> float:
    outward = "fan_out" in text.splitlines()[finding.span.start.line]
    fan = weight.numel() / weight.shape[1 if outward else 0]
    return float(weight.detach().std()) * math.sqrt(fan)


def weights(world: World, name: str) -> list[Any]:
    return list(world.parameters(name))


def mismatched(case: Case, finding: Finding, match: re.Match[str]) -> None:
    world = run(case)
    told = nn.init.calculate_gain("leaky_relu", float(match["taken"]))
    for weight in weights(world, match["name"]):
        assert gain(case, finding, weight, case.source) == pytest.approx(told, rel=0.08)
    slopes = {m.negative_slope for m in world.model.modules() if isinstance(m, nn.LeakyReLU)}
    assert slopes == {float(match["slope"])}


def without_effect(case: Case, finding: Finding, match: re.Match[str]) -> None:
    """With the slope and without it the same numbers are drawn."""
    line = finding.span.start.line
    lines = case.source.splitlines()
    lines[line] = re.sub(r", a=[\d.*]+", "", lines[line])
    assert lines[line] != case.source.splitlines()[line]
    before, after = run(case), run(case, "\n".join(lines))
    for one, other in zip(before.model.parameters(), after.model.parameters(), strict=True):
        assert torch.equal(one, other)


def passed_on(case: Case, finding: Finding, text: str) -> None:
    """The gain is that of the slope which follows; where a slope had no effect, nothing changes."""
    _, match = claim_of(finding)
    world = run(case, text)
    told = match.groupdict()
    if "slope" in told:
        wanted = nn.init.calculate_gain("leaky_relu", float(told["slope"]))
        for weight in weights(world, told["name"]):
            assert gain(case, finding, weight, text) == pytest.approx(wanted, rel=0.08)


BUILT = {"reads": "torch.randn(2, 16, 8, 8)"}
CURE = passed_on
CLAIMS = (
    (
        r"`(?P<name>[\w.]+)` is drawn for a slope of (?P<taken>[\d.]+), but LeakyReLU follows with slope "
        r"(?P<slope>[\d.]+)\.$",
        mismatched,
    ),
    (r"a=[\d.]+ has no effect: nonlinearity '\w+' takes no slope\.$", without_effect),
)

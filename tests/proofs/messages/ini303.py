"""A gain that does not fit: what comes out is as small, or as large, as the message says."""

from __future__ import annotations

import re

from initls.findings import Finding
from tests.proofs.world import World, doubled, run, torch
from tests.rules.cases import Case

SEEDS = 3


def passed(world: World) -> float:
    """The size of what the model makes of its input, in units of the input's, without biases."""
    with torch.no_grad(), doubled():
        for name, parameter in world.model.named_parameters():
            if name.endswith("bias"):
                parameter.zero_()
        world.model.eval()
        (signal,) = world.inputs()
        return float(world.model(signal).pow(2).mean().sqrt() / signal.pow(2).mean().sqrt())


def average(case: Case, text: str | None = None) -> float:
    return sum(passed(run(case, text, seed=seed)) for seed in range(SEEDS)) / SEEDS


def shrinks(case: Case, finding: Finding, match: re.Match[str]) -> None:
    assert average(case) < 2 * float(match["percent"]) / 100


def grows(case: Case, finding: Finding, match: re.Match[str]) -> None:
    assert 0.4 < average(case) / float(match["times"]) < 2.5


def nearer(case: Case, finding: Finding, text: str) -> None:
    """The signal comes out more like it went in."""
    before, after = average(case), average(case, text)
    assert after > 1.2 * before if before < 1 else after < before / 1.2


BUILT = {"reads": "torch.randn(64, 256)"}
CURE = nearer

_ROW = r"\d+ such layers in a row, without a norm in between, "

CLAIMS = (
    (
        r"`(?P<name>[\w.]+)` is drawn with gain [\d.]+, but \w+ asks for [\d.]+: " + _ROW
        + r"leave (?P<percent>[\d.e-]+) % of the signal or less\.$",
        shrinks,
    ),
    (
        r"`(?P<name>[\w.]+)` is drawn with gain [\d.]+, but no activation follows that asks for it: " + _ROW
        + r"make the signal about (?P<times>\d+) times as large\.$",
        grows,
    ),
)  # fmt: skip

"""A draw without regard to the size: what it makes of a random input is as large as the message says."""

from __future__ import annotations

import re
from typing import Any

from initls.findings import Finding
from tests.proofs.claims import claim_of
from tests.proofs.world import World, doubled, nn, quoted, run, torch
from tests.rules.cases import Case


def _names(match: re.Match[str]) -> list[str]:
    return [match["name"], *quoted(match["others"] or "")]


def outputs(world: World, weight: Any) -> tuple[Any, Any]:
    """A random input of a layer, and what the layer makes of it without its bias."""
    module = next(m for m in world.model.modules() if any(p is weight for p in m.parameters(recurse=False)))
    with torch.no_grad(), doubled():
        if isinstance(module, nn.Conv2d):
            signal = torch.randn(4, module.in_channels, 9, 9)
            return signal, torch.conv2d(signal, weight)
        turned = world.axis(weight) == 1 and not isinstance(module, nn.Linear)
        matrix = weight if turned else weight.T
        signal = torch.randn(256, matrix.shape[0])
        return signal, signal @ matrix


def grows(case: Case, finding: Finding, match: re.Match[str]) -> None:
    for number, name in enumerate(_names(match)):
        world = run(case)
        for weight in world.parameters(name):
            assert 0.9 < float(weight.detach().std()) < 1.1
            signal, out = outputs(world, weight)
            ratio = float(out.std() / signal.std())
            inputs = weight.numel() / weight.shape[world.axis(weight)]
            assert 0.8 < ratio / inputs**0.5 < 1.25
            told = match.groupdict().get("times")
            if told is not None and number == 0:
                assert 0.8 < ratio / float(told) < 1.25


def follows_the_sum(case: Case, finding: Finding, match: re.Match[str]) -> None:
    for name in _names(match):
        world = run(case)
        for weight in world.parameters(name):
            assert 0 <= float(weight.detach().min()) < float(weight.detach().max()) <= 1
            signal, out = outputs(world, weight)
            half = signal.sum(dim=-1, keepdim=True).expand_as(out) / 2
            assert float(torch.corrcoef(torch.stack([half.flatten(), out.flatten()]))[0, 1]) > 0.8


def smaller(case: Case, finding: Finding, text: str) -> None:
    """What the layer makes is about as large as what it is given."""
    _, match = claim_of(finding)
    world = run(case, text)
    for name in _names(match):
        for weight in world.parameters(name):
            signal, out = outputs(world, weight)
            assert float(out.std() / signal.std()) < 2.5


BUILT = {"units": "1", "reads": "torch.randn(16, 256)"}
CURE = smaller

_OTHERS = r"(?P<others> The same goes for .+)?$"
_ONE = r"`(?P<name>[\w.]+)` is drawn with a standard deviation of 1, whatever its size: each output is a sum over "

CLAIMS = (
    (_ONE + r"\d+ inputs, and is about (?P<times>\d+) times as large as they are\." + _OTHERS, grows),
    (_ONE + r"its inputs, and grows with the square root of their number\." + _OTHERS, grows),
    (
        r"`(?P<name>[\w.]+)` is drawn from 0 to 1, whatever its size, and so with a mean of 0\.5: each output starts "
        r"near half the sum of its (?:\d+ )?inputs\." + _OTHERS,
        follows_the_sum,
    ),
)

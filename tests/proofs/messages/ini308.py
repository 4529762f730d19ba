"""Swapped fans: the deviation is off by the factor that the message tells, and right when the inputs are counted."""

from __future__ import annotations

import math
import re
from typing import Any

from initls.findings import Finding
from tests.proofs.claims import claim_of
from tests.proofs.world import World, nn, run, torch
from tests.rules.cases import Case


def gain(case: Case, weight: Any, inputs: float) -> float:
    """The gain that a weight was drawn with, if its sums are over so many inputs."""
    return float(weight.detach().std()) * math.sqrt(inputs)


def wanted(source: str, line: int) -> float:
    """The gain that a call asks for."""
    call = source.splitlines()[line]
    if "relu" in call:
        return math.sqrt(2)
    slope = re.search(r"a=([\d.*]+)", call)
    return math.sqrt(2 / (1 + (eval(slope[1]) if slope else 0) ** 2))


def summed(world: World, weight: Any) -> float:
    """Over how many products an output is a sum, by what a layer makes of independent inputs."""
    module = next(m for m in world.model.modules() if any(p is weight for p in m.parameters(recurse=False)))
    if not isinstance(module, nn.ConvTranspose1d | nn.ConvTranspose2d):
        return float(weight.shape[0])
    with torch.no_grad():
        weight = torch.ones_like(weight)
        call = torch.conv_transpose2d if weight.dim() == 4 else torch.conv_transpose1d
        ones = torch.ones(1, module.in_channels, *(12 for _ in weight.shape[2:]), dtype=weight.dtype)
        out = call(ones, weight, stride=module.stride)
        for axis in range(2, out.dim()):
            out = out.narrow(axis, out.shape[axis] // 2 - 2, 4)
        return float(out.mean())


def is_off(case: Case, finding: Finding, match: re.Match[str]) -> None:
    world = run(case)
    (weight,) = world.parameters(match["name"])
    told = match.groupdict()
    inputs = summed(world, weight)
    factor = gain(case, weight, inputs) / wanted(case.source, finding.span.start.line)
    if told.get("factor") is None:
        assert not 0.75 < factor < 1.34
        return
    assert inputs == float(told["inputs"])
    stated = float(told["factor"]) if told["direction"] == "large" else 1 / float(told["factor"])
    assert 0.85 < factor / stated < 1.18


def is_right(case: Case, finding: Finding, text: str) -> None:
    _, match = claim_of(finding)
    now = run(case, text)
    (weight,) = now.parameters(match["name"])
    off = gain(case, weight, summed(now, weight)) / wanted(case.source, finding.span.start.line)
    # A stride is not taken into account by either mode.
    assert 0.4 < off < 1.2


BUILT = {"reads": "torch.randn(16, 256)", "units": "1"}
CURE = is_right

_OFF = r"its deviation is (?P<factor>[\d.]+) times too (?P<direction>large|small)\.$"

CLAIMS = (
    (r"`(?P<name>[\w.]+)` is stored as \(inputs, outputs\), of which mode fan_in counts the outputs\.$", is_off),
    (
        r"`(?P<name>[\w.]+)` is stored as \(inputs, outputs\), of which mode fan_in counts the \d+ outputs instead of "
        r"the (?P<inputs>[\d.]+) inputs: " + _OFF,
        is_off,
    ),
    (
        r"`(?P<name>[\w.]+)` belongs to a transposed convolution, of which mode fan_in counts the \d+ outputs of an "
        r"input, but each output is a sum over (?P<inputs>[\d.]+): " + _OFF,
        is_off,
    ),
)

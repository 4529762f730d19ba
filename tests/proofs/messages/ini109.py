"""What INI109 says, and how it is shown: units that are equal at the start and stay so, or are pulled apart."""

from __future__ import annotations

import re

import pytest

from initls.findings import Finding
from tests.proofs.world import CLEAR, TINY, World, doubled, quoted, run
from tests.rules.cases import Case


def copies(case: Case, match: re.Match[str], seed: int = 0) -> tuple[World, list[object]]:
    """The matrices of the message: drawn, and with all units equal."""
    world = run(case, seed=seed)
    parameters = [p for name in (match["name"], *quoted(match["others"] or "")) for p in world.parameters(name)]
    for parameter in parameters:
        assert parameter.shape[world.axis(parameter)] > 1
        assert world.spread(parameter) == 0
        assert bool(parameter.detach().min() < parameter.detach().max())
    return world, parameters


def never_differ(case: Case, finding: Finding, match: re.Match[str]) -> None:
    for optimizer in ("SGD", "Adam"):
        for seed in range(2):
            world, parameters = copies(case, match, seed)
            before = [p.detach().clone() for p in parameters]  # type: ignore[attr-defined]
            with doubled():
                world.train(optimizer)
            for parameter, old in zip(parameters, before, strict=True):
                assert world.spread(parameter) <= TINY
                assert bool((parameter != old).any()), "it does not learn at all"


def pulled_apart(case: Case, finding: Finding, match: re.Match[str]) -> None:
    world, parameters = copies(case, match)
    with doubled():
        world.train("Adam")
    assert all(world.spread(parameter) > CLEAR for parameter in parameters)


def start_as_one(case: Case, finding: Finding, match: re.Match[str]) -> None:
    copies(case, match)


def cannot_step(case: Case, finding: Finding, match: re.Match[str]) -> None:
    for optimizer in ("SGD", "Adam"):
        world = run(case)
        with doubled(), pytest.raises(RuntimeError, match="refers to a single memory location"):
            world.train(optimizer)


def units_differ(case: Case, finding: Finding, text: str) -> None:
    world = run(case, text)
    name = quoted(finding.message)[0]
    if "view" in finding.message:
        with doubled():
            world.train("Adam")
    assert all(world.spread(parameter) > 0 for parameter in world.parameters(name))


BUILT = {"builds": "Mix(8)", "reads": "torch.randn(16, 8)"}
CURE = units_differ

_COPIES = r"all units of `(?P<name>[\w.]+)` are copies of one draw"
_OTHERS = r"(?P<others> The same goes for .+)?$"

CLAIMS = (
    (_COPIES + r", and nothing tells them apart: they get the same gradient and can never differ\." + _OTHERS,
     never_differ),
    (_COPIES + r": biases apart, they learn as one until .+ pulls? them apart\." + _OTHERS, pulled_apart),
    (_COPIES + r": biases apart, they start as one unit\." + _OTHERS, start_as_one),
    (r"`(?P<name>[\w.]+)` is an expanded view, in which several elements share one place in memory: an optimizer's "
     r"step raises RuntimeError\.$", cannot_step),
)  # fmt: skip

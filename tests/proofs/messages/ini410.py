"""Layers in a plain container are not among the parameters of the model."""

from __future__ import annotations

import re
from typing import Any

from initls.findings import Finding
from tests.proofs.world import World, doubled, nn, run
from tests.rules.cases import Case


def _held(value: Any) -> list[Any]:
    if isinstance(value, nn.Module):
        return list(value.parameters())
    items = value.values() if isinstance(value, dict) else value
    return [parameter for item in items for parameter in _held(item)]


def _inside(world: World, name: str) -> list[Any]:
    return _held(getattr(world.model, name))


def passed_by(case: Case, finding: Finding, match: re.Match[str]) -> None:
    world = run(case)
    found = {id(parameter) for parameter in world.model.parameters()}
    kept = _inside(world, match["name"])
    assert kept
    assert not any(id(parameter) in found for parameter in kept)
    with doubled():
        assert len(world.outputs()) > 0


def found_again(case: Case, finding: Finding, text: str) -> None:
    world = run(case, text)
    name = finding.message.split("`")[1]
    found = {id(parameter) for parameter in world.model.parameters()}
    assert all(id(parameter) in found for parameter in _inside(world, name))
    with doubled():
        assert len(world.outputs()) > 0


CURE = found_again
CLAIMS = (
    (
        r"`(?P<name>[\w.]+)` keeps its layers in a (?:dict|plain list or tuple), where nn\.Module does not find them: "
        r"`parameters\(\)`, `apply` and `state_dict\(\)` pass them by, and an optimizer never gets them\.$",
        passed_by,
    ),
)

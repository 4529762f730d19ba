"""A layer that is put in late holds what torch's constructor of it has drawn."""

from __future__ import annotations

import re

from initls.findings import Finding
from tests.proofs.world import World, nn, run
from tests.rules.cases import Case


def _layers(world: World, name: str) -> list[nn.Module]:
    """The layers with parameters below what goes by a name, as seen from the model or from a part of it."""
    found = [m for full, m in world.model.named_modules() if full == name or full.endswith(f".{name}")]
    assert found
    return [m for m in found[0].modules() if any(True for _ in m.parameters(recurse=False))]


def keeps_default(case: Case, finding: Finding, match: re.Match[str]) -> None:
    world = run(case)
    for layer in _layers(world, match["name"]):
        assert all(world.untouched(parameter) for parameter in layer.parameters(recurse=False))


def is_drawn(case: Case, finding: Finding, text: str) -> None:
    world = run(case, text)
    match = re.match(PATTERN, finding.message)
    assert match is not None
    assert not any(world.untouched(layer.weight) for layer in _layers(world, match["name"]))


PATTERN = (
    r"`(?P<name>[\w.]+)` is put into the model behind the initialization that `\w+` runs when it is made, and keeps "
    r"torch's default\.$"
)
CLAIMS = ((PATTERN, keeps_default),)
CURE = is_drawn
BUILT = {"builds": "finetune(4)[0]"}

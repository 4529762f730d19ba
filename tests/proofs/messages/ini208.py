"""No optimizer holds what has come in the place of what it was given."""

from __future__ import annotations

import gc
import re
from typing import Any

from initls.findings import Finding
from tests.proofs.world import World, nn, run, torch
from tests.rules.cases import Case


def _new(world: World, name: str) -> list[Any]:
    owner, _, last = name.rpartition(".")
    found = getattr(world.model.get_submodule(owner), last)
    return list(found.parameters()) if isinstance(found, nn.Module) else [found]


def _held() -> set[int]:
    optimizers = [found for found in gc.get_objects() if issubclass(type(found), torch.optim.Optimizer)]
    return {id(p) for optimizer in optimizers for group in optimizer.param_groups for p in group["params"]}


def nowhere(case: Case, finding: Finding, match: re.Match[str]) -> None:
    world = run(case)
    held = _held()
    assert not any(id(parameter) in held for parameter in _new(world, match["name"]))


def trained(case: Case, finding: Finding, text: str) -> None:
    world = run(case, text)
    held = _held()
    assert all(id(parameter) in held for parameter in _new(world, finding.message.split("`")[1]))


CURE = trained
CLAIMS = (
    (
        r"`(?P<name>[\w.]+)` is replaced here, but \w+ has taken the parameters already: it goes on with the old, and "
        r"nothing will ever update the new\.$",
        nowhere,
    ),
)

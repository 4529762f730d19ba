"""What a placeholder is given is lost: the values that DeepSpeed keeps aside are those of the constructor.

A stand-in plays DeepSpeed (`tests/proofs/partitioning.py`).
"""

from __future__ import annotations

import re
from typing import Any

from initls.findings import Finding
from tests.proofs.partitioning import values
from tests.proofs.world import World, pytest, quoted, run, torch
from tests.rules.cases import Case


def _named(world: World, names: str) -> list[Any]:
    return [parameter for name in quoted(names) for parameter in world.parameters(name)]


def _as_made(world: World, parameter: Any) -> bool:
    kept = world.defaults.get(id(parameter))
    assert kept is not None
    return torch.equal(kept[1], values(parameter))


def nothing_happens(case: Case, finding: Finding, match: re.Match[str]) -> None:
    world = run(case)
    for parameter in _named(world, match["names"]):
        assert parameter.numel() == 0
        assert _as_made(world, parameter)


def raises(case: Case, finding: Finding, match: re.Match[str]) -> None:
    with pytest.raises(ValueError, match=r"Fan in and fan out|Only tensors with"):
        run(case)


def is_dropped(case: Case, finding: Finding, match: re.Match[str]) -> None:
    world = run(case)
    assert all(_as_made(world, parameter) for parameter in _named(world, match["names"]))


CLAIMS = (
    (r"(?P<names>.+?) (?:is an empty placeholder|are empty placeholders) here, partitioned by `deepspeed\.zero\.Init`: "
     r"this initialization has no effect\.$", nothing_happens),
    (r"(?P<names>.+?) (?:is an empty placeholder|are empty placeholders) here, partitioned by `deepspeed\.zero\.Init`: "
     r"this raises ValueError\.$", raises),
    (r"what this writes to (?P<names>.+?) is dropped where `GatheredParameters` ends: it is given no "
     r"`modifier_rank`\.$", is_dropped),
)  # fmt: skip

BUILT = {"builds": "model"}


def is_kept(case: Case, finding: Finding, text: str) -> None:
    world = run(case, text)
    name, *_ = quoted(finding.message)
    assert not any(_as_made(world, parameter) for parameter in world.parameters(name))


CURE = is_kept

"""Rows of padding that are filled: they are not zero, and training leaves them as they are."""

from __future__ import annotations

import re

from initls.findings import Finding
from tests.proofs.world import doubled, nn, quoted, run, torch
from tests.rules.cases import Case


def filled_for_good(case: Case, finding: Finding, match: re.Match[str]) -> None:
    """The row holds something else than zero, and still holds it after some steps; other rows have moved."""
    world = run(case)
    for name in quoted(match["names"]):
        table = next(m for m in world.model.modules() if isinstance(m, nn.Embedding) and m.weight is _one(world, name))
        number = table.padding_idx
        assert number is not None
        if match["row"] is not None:
            assert number == int(match["row"])
        before = table.weight.detach().clone()
        assert bool((before[number] != 0).any())
        with doubled():
            world.train("SGD")
        after = table.weight.detach()
        assert torch.equal(before[number], after[number])
        assert not torch.equal(before, after)


def _one(world: object, name: str) -> object:
    (parameter,) = world.parameters(name)  # type: ignore[attr-defined]
    return parameter


def zero_again(case: Case, finding: Finding, text: str) -> None:
    """Every row of padding is zero, and other rows are not."""
    world = run(case, text)
    tables = [m for m in world.model.modules() if isinstance(m, nn.Embedding) and m.padding_idx is not None]
    assert tables
    for table in tables:
        assert bool((table.weight[table.padding_idx] == 0).all())
        assert bool((table.weight != 0).any())


CURE = zero_again
BUILT = {"reads": "torch.tensor([[1, 2, 0, 0]])"}

CLAIMS = (
    (
        r"this fills (?P<names>.+) together with (?:row (?P<row>\d+), the padding|(?:the row|their rows) of padding), "
        r"which should be zero: lookups of padding pass no gradient that could change it\.$",
        filled_for_good,
    ),
)

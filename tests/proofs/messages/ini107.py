"""What INI107 says, and how it is shown: every row of the table is the same, or a column is zero."""

from __future__ import annotations

import re

from initls.findings import Finding
from tests.proofs.world import run, spread
from tests.rules.cases import Case


def all_of_it(case: Case, finding: Finding, match: re.Match[str]) -> None:
    for table in run(case).parameters(match["name"]):
        assert spread(table) == 0


def a_column(case: Case, finding: Finding, match: re.Match[str]) -> None:
    number = int(match["number"])
    for table in run(case).parameters(match["name"]):
        assert bool((table[:, number] == 0).all())
        assert bool((table != 0).any())


def a_row(case: Case, finding: Finding, text: str) -> None:
    world = run(case, text)
    assert any(spread(table) > 0 for table in world.model.parameters())


CLAIMS = (
    (
        r"`[\w.]+` is None here, and indexing with None leaves nothing out: this is all of `(?P<name>[\w.]+)`, not one "
        r"row of it\.$",
        all_of_it,
    ),
    (
        r"this zeroes column (?P<number>\d+) of `(?P<name>[\w.]+)`; the padding index stands for row \d+\.$",
        a_column,
    ),
)
CURE = a_row

"""Two processes that have wrapped the same model hold different weights in the end.

Each has a seed of its own, as torch gives one to every process that is not seeded.
"""

from __future__ import annotations

import re
from typing import Any

from initls.findings import Finding
from tests.proofs.processes import in_each
from tests.proofs.world import quoted, run
from tests.rules.cases import Case


def _build(rank: int, case: Case, text: str | None) -> Any:
    return run(case, text, seed=rank).model


def _differing(case: Case, text: str | None = None) -> set[str]:
    first, second = in_each(_build, case, text)
    assert first.keys() == second.keys()
    return {name.removeprefix("module.") for name in first if first[name] != second[name]}


def go_apart(case: Case, finding: Finding, match: re.Match[str]) -> None:
    assert _differing(case) == set(quoted(match["names"]))


def stay_the_same(case: Case, finding: Finding, text: str) -> None:
    assert not _differing(case, text)


CLAIMS = (
    (r"this draws (?P<names>.+) anew behind `DistributedDataParallel`, which makes the weights of all processes the "
     r"same only when it is made: from here on each process has its own\.$", go_apart),
)  # fmt: skip
CURE = stay_the_same
BUILT = {"builds": "prepare()"}

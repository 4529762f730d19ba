"""Which modules `post_init` has handed to `_init_weights`, as the stand-in for transformers remembers them."""

from __future__ import annotations

import re

from initls.findings import Finding
from tests.proofs.world import quoted, run
from tests.rules.cases import Case


def nothing_is_visited(case: Case, finding: Finding, match: re.Match[str]) -> None:
    assert run(case).model.visited == []


def they_are_not_visited(case: Case, finding: Finding, match: re.Match[str]) -> None:
    model = run(case).model
    assert model.visited
    for name in quoted(match["names"]):
        assert getattr(model, name) not in model.visited


CLAIMS = (
    (r"this model never calls `post_init`: `_init_weights` is not run on its layers, nor are weights tied\.$",
     nothing_is_visited),
    (r"`post_init` is called only on some paths: on the others `_init_weights` is not run on any layer\.$",
     nothing_is_visited),
    (r"`post_init` runs before (?P<names>.+) (?:is|are) made: `_init_weights` is not run on (?:it|them)\.$",
     they_are_not_visited),
)  # fmt: skip

BUILT = {"builds": "Classifier(__import__('transformers').PretrainedConfig())"}


def all_are_visited(case: Case, finding: Finding, text: str) -> None:
    model = run(case, text).model
    assert set(model.modules()) <= set(model.visited)


CURE = all_are_visited

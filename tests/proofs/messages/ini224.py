"""What is left of what a constructor writes: seen behind `post_init`, and behind a load that lacks the parameter."""

from __future__ import annotations

import re

from initls.findings import Finding
from tests.proofs.world import run
from tests.rules.cases import Case


def it_is_written_over(case: Case, finding: Finding, match: re.Match[str]) -> None:
    model = run(case).model
    name = match["name"]
    assert not bool((model.get_parameter(name) == model.constructed[name]).all())


def it_is_left(case: Case, finding: Finding, match: re.Match[str]) -> None:
    assert run(case).model.unfilled(match["name"])


CLAIMS = (
    (r"`post_init` writes over this: `_init_weights` of the base draws `(?P<name>[^`]+)` anew\.$", it_is_written_over),
    (r"no `_init_weights` writes `(?P<name>[^`]+)`: where a checkpoint lacks it, `from_pretrained` leaves it as the "
     r"memory was\.$", it_is_left),
)  # fmt: skip

BUILT = {"builds": "Model(__import__('transformers').PretrainedConfig())"}

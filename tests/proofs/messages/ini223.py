"""What a load writes over: seen by running the hook behind a checkpoint, as the stand-in for transformers does."""

from __future__ import annotations

import re

from initls.findings import Finding
from tests.proofs.claims import claim_of
from tests.proofs.world import run
from tests.rules.cases import Case


def _is_of_library(case: Case) -> bool:
    return "transformers/models/" in case.filename


def a_load_writes_over_it(case: Case, finding: Finding, match: re.Match[str]) -> None:
    assert match["name"] in run(case).model.written_over(library=_is_of_library(case))


def a_load_of_less_writes_over_it(case: Case, finding: Finding, match: re.Match[str]) -> None:
    name = match["name"]
    assert name not in run(case).model.written_over()
    assert name in run(case).model.written_over(_others(run(case).model, name))


def _others(model: object, name: str) -> frozenset[str]:
    return frozenset(model.state_dict()) - {name}  # type: ignore[attr-defined]


CLAIMS = (
    (r"when `from_pretrained` comes here, this writes over the loaded `(?P<name>[^`]+)`: .+\.$",
     a_load_writes_over_it),
    (r"where a checkpoint lacks another tensor of its module, `from_pretrained` writes over the loaded "
     r"`(?P<name>[^`]+)` here: .+\.$", a_load_of_less_writes_over_it),
)  # fmt: skip

BUILT = {"builds": "Model(__import__('transformers').PretrainedConfig())"}


def it_is_kept(case: Case, finding: Finding, text: str) -> None:
    _, match = claim_of(finding)
    library = _is_of_library(case)
    assert match["name"] not in run(case, text).model.written_over(library=library)
    model = run(case, text).model
    assert match["name"] not in model.written_over(_others(model, match["name"]), library=library)


CURE = it_is_kept

"""What a configuration does: seen where the stand-in for mmengine applies it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from initls.findings import Finding
from tests.proofs.world import run
from tests.rules.cases import Case

ERRORS: dict[str, type[Exception]] = {
    "KeyError": KeyError, "TypeError": TypeError, "ValueError": ValueError, "RuntimeError": RuntimeError,
}  # fmt: skip


def it_raises(case: Case, finding: Finding, match: re.Match[str]) -> None:
    model = run(case).model
    with pytest.raises(ERRORS[match["error"]]):
        model.init_weights()


def _written(model: Any) -> set[str]:
    before = {name: p.detach().clone() for name, p in model.named_parameters()}
    model.init_weights()
    return {name for name, p in model.named_parameters() if not bool((p == before[name]).all())}


def nothing_is_written(case: Case, finding: Finding, match: re.Match[str]) -> None:
    assert not _written(run(case).model)


CLAIMS = (
    (r"this `init_cfg` raises (?P<error>\w+): .+\.$", it_raises),
    (r"this `init_cfg` initializes nothing: .+\.$", nothing_is_written),
)  # fmt: skip


def something_is_written(case: Case, finding: Finding, text: str) -> None:
    assert _written(run(case, text).model)


CURE = something_is_written

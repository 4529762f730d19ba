"""INI420: what the test lets through does not have the parameter."""

from __future__ import annotations

import re

import pytest

from initls.findings import Finding
from tests.proofs.world import run
from tests.rules.cases import Case


def lets_through(case: Case, finding: Finding, match: re.Match[str]) -> None:
    with pytest.raises(AttributeError) as raised:
        run(case)
    assert f"'{match['kind']}' object has no attribute '{match['name']}'" in str(raised.value)


CLAIMS = (
    (
        r"this lets `(?P<kind>\w+)` through, which has no `(?P<name>\w+)`: reading `.+` raises AttributeError\.$",
        lets_through,
    ),
)

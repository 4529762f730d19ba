"""What INI411 says, and how it is shown: the test raises, or what stands behind it."""

from __future__ import annotations

import re

import pytest

from initls.findings import Finding
from tests.proofs.claims import raises_here
from tests.proofs.world import run
from tests.rules.cases import Case


def raises_behind(case: Case, finding: Finding, match: re.Match[str]) -> None:
    with pytest.raises(AttributeError, match="NoneType"):
        run(case)


CLAIMS = (
    (r"`hasattr\(.+\)` is true of layers without a \w+ too: .+ (?:is|are) None, and what follows raises "
     r"AttributeError\.$", raises_behind),
    (r"`.+` is a tensor(?: where it is there)?, and one of several elements, as .+ is(?: in any but the smallest "
     r"model)?, is neither true nor false: this raises (?P<error>RuntimeError)\.$", raises_here),
)  # fmt: skip

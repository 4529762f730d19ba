"""What INI321 says, and how it is shown: the call warns."""

from __future__ import annotations

import re

import pytest

from initls.findings import Finding
from tests.proofs.world import run
from tests.rules.cases import Case


def warns(case: Case, finding: Finding, match: re.Match[str]) -> None:
    with pytest.warns(FutureWarning, match=rf"nn\.init\.{match['old']}` is now deprecated"):
        run(case)


CLAIMS = ((r"`(?P<old>\w+)` is the old name of `\w+_`, and calling it shows a FutureWarning\.$", warns),)

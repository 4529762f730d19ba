"""What INI414 says, and how it is shown: there are no elements."""

from __future__ import annotations

import re

from initls.findings import Finding
from tests.proofs.world import run
from tests.rules.cases import Case


def nothing_there(case: Case, finding: Finding, match: re.Match[str]) -> None:
    for parameter in run(case).parameters(match["name"]):
        assert parameter.numel() == 0


CLAIMS = ((r"`(?P<name>[\w.]+)` is [\dx?]+ and has no elements: nothing is initialized\.$", nothing_there),)

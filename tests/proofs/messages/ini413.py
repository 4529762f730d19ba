"""INI413: the line writes nothing."""

from __future__ import annotations

import re

from initls.findings import Finding
from tests.proofs.world import Poison, run
from tests.rules.cases import Case


def writes_nothing(case: Case, finding: Finding, match: re.Match[str]) -> None:
    run(case, poison=[finding.span.start.line + 1])
    assert not Poison.written


CLAIMS = ((r"`\w+` has nothing in its body: nothing is initialized here\.$", writes_nothing),)

"""INI402: `apply` refuses what it is given."""

from __future__ import annotations

import re

import pytest

from initls.findings import Finding
from tests.proofs.world import run
from tests.rules.cases import Case


def refuses(case: Case, finding: Finding, match: re.Match[str]) -> None:
    with pytest.raises(TypeError) as raised:
        run(case)
    lines = [entry.lineno + 1 for entry in raised.traceback if str(entry.path).endswith(case.filename)]
    assert finding.span.start.line + 1 in lines, "something else raises"


def CURE(case: Case, finding: Finding, text: str) -> None:
    assert run(case, text).model is not None


CLAIMS = ((r"`.*: this raises TypeError\.$", refuses),)

"""INI404: the branch is not run once."""

from __future__ import annotations

import ast
import re

from initls.findings import Finding
from tests.proofs.world import run
from tests.rules.cases import Case


def mined(source: str, line: int) -> str:
    """The program with a branch, whose test stands on `line`, that raises when it is reached."""
    tree = ast.parse(source)
    branches = [node for node in ast.walk(tree) if isinstance(node, ast.If) and node.test.lineno == line]
    assert len(branches) == 1
    branches[0].body[:0] = ast.parse("raise AssertionError('reached')").body
    return ast.unparse(ast.fix_missing_locations(tree))


def never_reached(case: Case, finding: Finding, match: re.Match[str]) -> None:
    assert run(case, mined(case.source, finding.span.start.line + 1)).model is not None


def CURE(case: Case, finding: Finding, text: str) -> None:
    assert run(case, text).model is not None


CLAIMS = ((r"this branch is never reached: the one for .+ above takes (?:every|all of) .+ first\.$", never_reached),)

"""Promise: text that is never read would have changed nothing, over whole packages of public code."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pytest

from initls.cli.noting import NotingChecker
from initls.cli.pool import on_deep_stack
from initls.document import Document
from initls.settings import Settings
from initls.workspace.source import read
from tests.corpus.packages import folder_of
from tests.gates import GATES

SETTINGS = Settings(select=("ALL",), ignore=("INI307",))
"""INI307, which nobody gets who does not ask for it, speaks of numbers. A function that only builds a model and touches
no parameter is not run, though it may be what gives these numbers.
"""

Found = list[tuple[str, int, str, str, str]]

pytestmark = [pytest.mark.corpus, pytest.mark.timeout(1200)]


def findings_in(files: Sequence[Path]) -> Found:
    """What is found in the files of a package, one after the other."""
    checker, found = NotingChecker(), []
    for file in files:
        result = checker.check(Document.of(str(file), read(file).text), SETTINGS)
        assert not [problem for problem in result.problems if problem.kind == "internal"]
        found += [(file.name, f.span.start.line, f.code, f.severity.value, f.message) for f in result.findings]
        checker.forget(str(file))
    return found


@pytest.mark.parametrize("package", ["torchvision", "peft"])
def test_nothing_else_is_found_where_a_gate_is_open(package: str) -> None:
    files = sorted((folder_of(package) / package).rglob("*.py"))
    closed = on_deep_stack(partial(findings_in, files))
    assert closed
    for gate, opened in GATES.items():
        with pytest.MonkeyPatch.context() as patch:
            opened(patch)
            assert on_deep_stack(partial(findings_in, files)) == closed, gate

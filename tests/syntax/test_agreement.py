"""The cut by layout against Python's own grammar."""

from __future__ import annotations

import os
import sysconfig
from pathlib import Path

import pytest

from tests.syntax.agreement import compare, disagreements

STDLIB = Path(sysconfig.get_paths()["stdlib"])


def sample(size: int) -> list[Path]:
    """Files of the standard library, and of its tests where they are installed, evenly spread."""
    found = sorted(
        path
        for path in STDLIB.rglob("*.py")
        if "site-packages" not in path.parts and path.stat().st_size < 150_000 and "lib2to3" not in path.parts
    )
    return found[:: max(1, len(found) // size)]


def test_the_cut_is_that_of_the_grammar_over_the_standard_library() -> None:
    files = sample(150)
    assert len(files) >= 100
    assert [wrong for path in files for wrong in disagreements(path)] == []


@pytest.mark.corpus
@pytest.mark.timeout(600)
def test_the_cut_is_that_of_the_grammar_over_the_corpus() -> None:
    folder = Path(os.environ.get("INITLS_CORPUS", ".corpus"))
    files = sorted(folder.rglob("*.py"))
    if not files:
        pytest.skip(f"no corpus in {folder}")
    assert [wrong for path in files for wrong in disagreements(path)] == []


def test_a_wrong_cut_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without joins, a definition in a docstring is taken for one."""
    source = '"""Docs.\n\ndef f():\n    pass\n"""\n\n\ndef g():\n    pass\n'
    assert list(compare(source)) == []
    monkeypatch.setattr("initls.syntax.outline.joins", lambda chunks, dirty: [])
    assert list(compare(source)) != []

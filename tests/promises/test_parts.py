"""Promise: what is said of one part of a file is the same whatever else the file holds.

The rules are asked about parts of a program that have nothing to do with each other, so that an edit costs the part
that it is in. Here they are asked about whole programs, and have nothing else to say. The reviewed findings in
`tests/corpus`, which are older than the parts, hold the same over public code.
"""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

import pytest

from initls.check import Checker
from initls.document import Document
from initls.model.traces.program import Partition, Program
from initls.settings import Settings
from tests.rules.cases import cases, found

EXAMPLES = {file: tuple(of_file) for file, of_file in groupby(cases(), key=lambda case: case.file)}
LONG = sorted(path for path in (Path(__file__).parents[2] / "examples").glob("*.py"))


def _as_one(program: Program) -> Partition:
    return (tuple(range(len(program.traces))),) if program.traces else ()


@pytest.mark.parametrize("file", EXAMPLES)
def test_parts_say_together_what_the_whole_says(file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    parted = [found(case.check()) for case in EXAMPLES[file]]
    monkeypatch.setattr(Program, "partition", _as_one)
    assert [found(case.check()) for case in EXAMPLES[file]] == parted


def test_so_do_those_of_a_long_file(monkeypatch: pytest.MonkeyPatch) -> None:
    partition, sizes = Program.partition, []

    def counted(program: Program) -> Partition:
        parts = partition(program)
        sizes.append(len(parts))
        return parts

    # Each file in turn, whose names are those of the one before it where they are the same.
    text = "\n\n".join(path.read_text(encoding="utf-8") for path in LONG)
    monkeypatch.setattr(Program, "partition", counted)
    parted = Checker().check(Document.of("model.py", text), Settings()).findings
    assert max(sizes) > 5
    assert len(parted) > 10
    monkeypatch.setattr(Program, "partition", _as_one)
    assert Checker().check(Document.of("model.py", text), Settings()).findings == parted

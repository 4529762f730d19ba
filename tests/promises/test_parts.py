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
from initls.syntax.span import Point, Span
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


HOOKED = """
import torch
from torch import nn
from transformers import PreTrainedModel


class Quantizer(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.codes = nn.Parameter(torch.FloatTensor(1, 320, 64))

    def forward(self, x):
        return x @ self.codes


class TaggerPreTrainedModel(PreTrainedModel):
    def _init_weights(self, module):
        if isinstance(module, Quantizer):
            module.codes.data.uniform_()


class Tagger(TaggerPreTrainedModel):
    def __init__(self, config):
        super().__init__(config)
        self.head = nn.Linear(64, 4)
        self.post_init()

    def forward(self, x):
        return self.head(x)
"""


def test_a_model_of_the_file_whose_hook_may_write_something_counts_for_all_of_it() -> None:
    assert Checker().check(Document.of("model.py", HOOKED), Settings()).findings == ()


def test_so_does_a_checkpoint_that_is_loaded_later_on() -> None:
    checker, settings = Checker(), Settings(select=("INI213",))
    text = """
import torch
from torch import nn
from torch.nn.utils import skip_init


class Tagger(nn.Module):
    def __init__(self):
        super().__init__()
        self.head = skip_init(nn.Linear, 8, 4)

    def forward(self, x):
        return self.head(x)


def resume(model, path):
    pass
"""
    document = Document.of("model.py", text)
    result = checker.check(document, settings)
    assert [finding.code for finding in result.findings] == ["INI213"]
    line = document.text.source.split("\n").index("    pass")
    loaded = result.document.edit(0, Span(Point(line, 4), Point(line, 8)), "model.load_state_dict(torch.load(path))")
    assert checker.check(loaded, settings).findings == Checker().check(loaded, settings).findings

"""Promise: after edits to several open files, what is found is what a server finds that has just opened them all."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from initls.check import Checker, Result
from initls.document import Document
from initls.settings import Settings
from tests.promises.edits import Change, become, changes, edit, parses

BASE = '''\
"""What several models share."""

import torch
from torch import nn

from helpers import *


def flat(m):
    if isinstance(m, nn.Linear):
        nn.init.constant_(m.weight, VALUE)
        nn.init.zeros_(m.bias)


class Base(nn.Module):
    """A model that initializes itself."""

    def __init__(self, width=8):
        super().__init__()
        self.stem = layer(width, width)
        self.apply(self._init)

    def _init(self, m):
        if isinstance(m, nn.Linear):
            nn.init.xavier_uniform_(m.weight)
'''
HELPERS = """\
from torch import nn

VALUE = 0.5


def layer(inputs, outputs):
    return nn.Linear(inputs, outputs)


class Gate(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.inner = nn.Linear(width, width)
        nn.init.zeros_(self.inner.weight)
        nn.init.zeros_(self.inner.bias)

    def forward(self, x):
        return self.inner(x)
"""
MODEL = """\
import torch
from torch import nn

from base import Base, flat
from helpers import Gate, layer as make


class Net(Base):
    def __init__(self):
        super().__init__()
        self.head = make(8, 4)

    def forward(self, x):
        return self.head(torch.relu(self.stem(x)))


class Other(nn.Module):
    def __init__(self):
        super().__init__()
        self.gate = Gate(8)
        self.a = make(8, 16)
        self.b = make(16, 4)
        self.a.apply(flat)
        self.b.apply(flat)

    def forward(self, x):
        return self.b(torch.relu(self.a(torch.relu(self.gate(x)))))
"""
NAMES = ("helpers", "base", "model")
START = {"helpers": HELPERS, "base": BASE, "model": MODEL}


class Memory:
    """A shelf on which all files lie in one folder, and are open besides."""

    def find(self, importer: str, module: str, level: int) -> str | None:
        return os.path.abspath(f"{module}.py") if module in NAMES else None

    def near(self, filename: str) -> tuple[str, ...]:
        return tuple(other for name in NAMES if (other := os.path.abspath(f"{name}.py")) != os.path.abspath(filename))

    def text(self, filename: str) -> str | None:
        raise AssertionError(f"{filename} is open, and is not to be read")

    def stamp(self, filename: str) -> object:
        raise AssertionError(f"{filename} is open, and is not to be asked for")

    def layout(self) -> object:
        return 0

    def ours(self, main: str, filename: str) -> bool:
        return True

    def look(self) -> None:
        pass

    def look_again(self) -> None:
        pass


def seen(result: Result) -> object:
    """All that a user sees of a result."""
    return [result.findings, sorted((p.kind, p.message, p.line) for p in result.problems)]


def opened(documents: dict[str, Document]) -> Checker:
    """A checker that has these documents open."""
    checker = Checker(Memory())
    for document in documents.values():
        assert checker.programs.library is not None
        checker.programs.library.open(document)
    return checker


def fresh(documents: dict[str, Document]) -> dict[str, object]:
    """What is found by one that has just opened the texts."""
    just_opened = {name: Document.of(document.filename, document.source) for name, document in documents.items()}
    checker = opened(just_opened)
    return {name: seen(checker.check(document, Settings())) for name, document in just_opened.items()}


SEQUENCES = st.lists(st.tuples(st.sampled_from(NAMES), changes), min_size=1, max_size=6)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(SEQUENCES)
def test_edits_of_several_files_lead_where_opening_leads(made: list[tuple[str, Change]]) -> None:
    follow(made)


@pytest.mark.property
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("shard", range(2))
def test_many_edits_of_several_files_lead_where_opening_leads(shard: int) -> None:
    """The same at length."""

    @seed(shard)
    @settings(max_examples=400, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(SEQUENCES)
    def run(made: list[tuple[str, Change]]) -> None:
        follow(made)

    run()


def follow(made: list[tuple[str, Change]]) -> None:
    """Type the changes, look at all files after each, and compare where all of them parse; at the end go back."""
    documents = {name: Document.of(f"{name}.py", text) for name, text in START.items()}
    checker = opened(documents)
    for name, change in made:
        document = documents[name]
        documents[name] = edit(document, *change.span(document.source), change.text)
        compare(checker, documents, changed=name)
    for name, text in START.items():
        documents[name] = become(documents[name], text)
        compare(checker, documents, changed=name)


def compare(checker: Checker, documents: dict[str, Document], *, changed: str) -> None:
    found: dict[str, object] = {}
    # The file that was edited is looked at first, as in an editor, and then those that may rest on it.
    for name in sorted(documents, key=lambda name: name != changed):
        result = checker.check(documents[name], Settings())
        documents[name] = result.document
        found[name] = seen(result)
    if all(parses(document.source) for document in documents.values()):
        assert found == fresh(documents)


def test_the_files_have_findings_that_rest_on_each_other() -> None:
    found = fresh({name: Document.of(f"{name}.py", text) for name, text in START.items()})
    codes = {name: [finding.code for finding in seen[0]] for name, seen in found.items()}  # type: ignore[index]
    assert codes == {"helpers": [], "base": [], "model": ["INI202", "INI101", "INI101"]}

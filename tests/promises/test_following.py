"""Promise: what is taken over from the state of a file before an edit is what a fresh look at the file says."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from initls.check import Checker
from initls.document import Document
from initls.model.machine.scope import ALONE
from initls.model.traces.roots import relevant
from initls.model.traces.source import FileSource
from initls.model.traces.tracer import NO_ROOTS
from initls.settings import Settings
from tests.promises.edits import Change, changes, edit, sources

WORDS = ("weights", "init", "fc", ".apply(", "self.fc", "nn.init", "x", "up", "Block", "f")
"""Words that the texts and the changes have in them, and one or two that are parts of others."""

SEQUENCES = (st.sampled_from(sources()), st.lists(changes, min_size=1, max_size=8))


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(*SEQUENCES)
def test_what_is_taken_over_is_what_is_there(start: str, made: list[Change]) -> None:
    follow(start, made)


@pytest.mark.property
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("shard", range(2))
def test_it_is_after_many_edits(shard: int) -> None:
    """The same at length: twice 600 sequences."""

    @seed(shard)
    @settings(max_examples=600, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(*SEQUENCES)
    def run(start: str, made: list[Change]) -> None:
        follow(start, made)

    run()


def test_roots_come_and_go_with_what_a_method_says() -> None:
    """Seen from the class itself, from the one that derives from it, and from who calls a function."""
    text = (
        "import torch\nfrom torch import nn\n\n\ndef fill(m):\n    pass\n\n\n"
        "class A(nn.Module):\n    def setup(self):\n        pass\n\n\n"
        "class B(A):\n    def start(self):\n        fill(self)\n\n\nclass C(B):\n    pass\n"
    )
    checker = Checker()
    document = checker.check(Document.of("model.py", text), Settings()).document
    write = "m.weight.data.zero_()"
    steps = [
        ("    pass\n\n\nclass A", f"    {write}\n\n\nclass A", {"fill", "B", "C"}),
        (f"    {write}\n", "    pass\n", set()),
        ("setup(self):\n        pass", f"setup(self, m):\n        {write}", {"A", "B", "C"}),
        (
            "    def start(self):\n",
            f"    def more(self, m):\n        {write}\n\n    def start(self):\n",
            {"A", "B", "C"},
        ),
        (f"setup(self, m):\n        {write}", "setup(self):\n        pass", {"B", "C"}),
        (f"    def more(self, m):\n        {write}\n\n", "", set()),
    ]
    for old, new, wanted in steps:
        at = document.source.index(old)
        document = checker.check(edit(document, at, at + len(old), new), Settings()).document
        roots = checker.programs.tracer._known["model.py"].roots
        assert {unit for _, unit in roots.found} == wanted


def follow(start: str, made: list[Change]) -> None:
    """Type the changes into `start`, and look at the file afresh after each of them."""
    checker = Checker()
    before = Document.of("model.py", start)
    document = checker.check(before, Settings()).document
    for change in made:
        known = checker.programs.tracer._known.get("model.py")
        if known is not None:
            told(known.source)
        before = edit(document, *change.span(document.source), change.text)
        document = checker.check(before, Settings()).document
        known = checker.programs.tracer._known.get("model.py")
        if known is None or known.source.outline is not before.parts[0].outline:
            continue
        fresh, _ = checker.programs.source(before, {})
        assert shape(known.source) == shape(fresh)
        assert told(known.source) == told(fresh)
        if known.roots is not NO_ROOTS:
            assert known.roots == relevant(fresh, ALONE)
            assert {root for root in known.entries if not root[0].startswith("declared")} == {*known.roots.found}


def shape(source: FileSource) -> list[object]:
    """What units there are."""
    members = {unit: dict(source.members(unit)) for unit in source.classes()}
    return [source.classes(), source.functions(), source.runs(), members, source.function_names, source.imports]


def told(source: FileSource) -> list[object]:
    """What stands anywhere in the text."""
    return [(source.spoken(word), source.used(word), source.reads(word)) for word in WORDS]

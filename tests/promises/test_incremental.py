"""Promise: after any edits, the findings of a text that parses are those of a server that has just opened it."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from initls.check import Checker, Result
from initls.document import Document
from initls.settings import Settings
from tests.promises.edits import Change, become, changes, edit, parses, sources


def seen(result: Result) -> list[object]:
    """All that a user sees of a result."""
    return [result.findings, sorted((p.kind, p.message, p.line) for p in result.problems)]


def fresh(source: str) -> list[object]:
    """What a server sees that has just opened the text."""
    return seen(Checker().check(Document.of("model.py", source), Settings()))


SEQUENCES = (st.sampled_from(sources()), st.lists(changes, min_size=1, max_size=7), st.sampled_from(sources()))


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(*SEQUENCES)
def test_edits_lead_where_opening_leads(start: str, made: list[Change], other: str) -> None:
    """Whatever broken states the text goes through, and wherever it ends."""
    follow(start, made, other)


@pytest.mark.property
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("shard", range(4))
def test_many_edits_lead_where_opening_leads(shard: int) -> None:
    """The same at length: four times 600 sequences."""

    @seed(shard)
    @settings(max_examples=600, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(*SEQUENCES)
    def run(start: str, made: list[Change], other: str) -> None:
        follow(start, made, other)

    run()


def follow(start: str, made: list[Change], other: str) -> None:
    """Type the changes into `start`, go back to it, go on to `other`, and compare wherever the text parses."""
    checker = Checker()
    document = checker.check(Document.of("model.py", start), Settings()).document
    for change in made:
        document = edit(document, *change.span(document.source), change.text)
        result = checker.check(document, Settings())
        document = result.document
        if parses(document.source):
            assert seen(result) == fresh(document.source)
    for target in (start, other):
        document = become(document, target)
        result = checker.check(document, Settings())
        document = result.document
        assert document.source == target
        assert seen(result) == fresh(target)


def test_a_broken_method_keeps_what_was_found_in_it() -> None:
    """While a line is half typed, the findings around it stay where they are in the text."""
    source = sources()[-3]
    checker = Checker()
    before = checker.check(Document.of("model.py", source), Settings())
    line = "        nn.init.normal_(self.head[0].weight, std=0.02)\n"
    document = become(before.document, source.replace(line, line + "        self.fc = nn.Linear(\n"))
    after = checker.check(document, Settings())
    assert not parses(document.source)
    assert [(f.code, f.message, f.span) for f in after.findings] == [
        (f.code, f.message, f.span) for f in before.findings
    ]


def test_an_edit_takes_away_what_it_meets() -> None:
    """A finding whose own place is being typed over is gone until the text can be read again."""
    source = sources()[-3]
    checker = Checker()
    before = checker.check(Document.of("model.py", source), Settings())
    met = next(f for f in before.findings if f.code == "INI203")
    document = become(before.document, source.replace("xavier_uniform_(self.head[0]", "xavier_uniform_((self.head[0]"))
    after = checker.check(document, Settings())
    assert met.identity not in {f.identity for f in after.findings}
    assert {f.code for f in before.findings} - {"INI203"} <= {f.code for f in after.findings}

"""What the client is told of findings, version after version."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from initls.check import Checker
from initls.document import Document
from initls.server.client import Client
from initls.server.convert import Item, Wire
from initls.server.snapshot import Snapshot
from initls.settings import Settings
from tests.promises.edits import Change, changes, edit, sources

CLIENTS = (
    Client(encoding="utf-16", shows_related=True, keeps_data=True, fades_unnecessary=True),
    Client(encoding="utf-8"),
)


def snapshot_of(document: Document) -> Snapshot:
    return Snapshot("file:///model.py", 1, None, document.text, object())


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(sources()), st.lists(changes, min_size=1, max_size=6), st.sampled_from(CLIENTS))
def test_what_was_told_before_is_what_would_be_told_now(start: str, made: list[Change], client: Client) -> None:
    checker, wire = Checker(), Wire(client)
    document = Document.of("model.py", start)
    for change in [None, *made]:
        if change is not None:
            document = edit(document, *change.span(document.source), change.text)
        result = checker.check(document, Settings())
        document = result.document
        snapshot = snapshot_of(document)
        assert wire.diagnostics(snapshot, result, True) == Wire(client).diagnostics(snapshot, result, True)


def test_only_findings_that_have_changed_are_put_into_words_again(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "import torch\nfrom torch import nn\n\n\n" + "\n\n".join(
        f"class N{number}(nn.Module):\n"
        f"    def __init__(self):\n"
        f"        super().__init__()\n"
        f"        self.fc = nn.Linear(3, 4)\n"
        f"        nn.init.zeros_(self.fc.weight)\n"
        for number in range(6)
    )
    put: list[str] = []
    diagnostic = Wire.diagnostic

    def noted(wire: Wire, snapshot: Snapshot, finding: object) -> Item:
        put.append(finding.code)  # type: ignore[attr-defined]
        return diagnostic(wire, snapshot, finding)  # type: ignore[arg-type]

    monkeypatch.setattr(Wire, "diagnostic", noted)
    checker, wire = Checker(), Wire(CLIENTS[0])
    result = checker.check(Document.of("model.py", text), Settings())
    wire.diagnostics(snapshot_of(result.document), result, False)
    many = len(put)
    assert many >= 6
    put.clear()
    at = text.rindex("nn.Linear(3, 4)") + len("nn.Linear(3, 4)")
    result = checker.check(edit(result.document, at, at, "  # here"), Settings())
    told = wire.diagnostics(snapshot_of(result.document), result, False)
    assert len(told) == many
    assert len(put) <= many // 6

"""How a snapshot comes to its document without building anew what is known."""

from __future__ import annotations

from typing import Any
from weakref import ref

import pytest
from hypothesis import given
from hypothesis import strategies as st

from initls.server.documents import Documents
from initls.server.snapshot import Snapshot
from initls.syntax.text import Text

URI = "file:///w/a.py"


def opened(text: str = "a\nb\n") -> tuple[Documents, Snapshot]:
    documents = Documents("utf-16")
    item = {"uri": URI, "languageId": "python", "version": 1, "text": text}
    snapshot = documents.open({"textDocument": item})
    assert snapshot is not None
    return documents, snapshot


def typed(documents: Documents, text: str, version: int = 2) -> Snapshot:
    start = {"line": 0, "character": 0}
    change: dict[str, Any] = {"range": {"start": start, "end": start}, "text": text}
    params = {"textDocument": {"uri": URI, "version": version}, "contentChanges": [change]}
    snapshot = documents.change(params)
    assert snapshot is not None
    return snapshot


def test_the_first_document_is_built_from_the_text() -> None:
    documents, first = opened()
    second = typed(documents, "x")
    assert second.way.taken == (None, ())
    assert first.document().source == "a\nb\n"
    assert second.document().source == second.text.source == "xa\nb\n"


def test_later_ones_are_built_from_what_the_analysis_knows() -> None:
    documents, first = opened()
    known = first.document()
    second = typed(documents, "x")
    documents.learn(first, known)
    third = typed(documents, "y")
    base, since = third.way.taken
    assert base is known and [text for _, text in since] == ["x", "y"]
    assert third.document().source == third.text.source == "yxa\nb\n"
    documents.learn(second, second.document())
    fourth = typed(documents, "z")
    assert [text for _, text in fourth.way.taken[1]] == ["y", "z"]
    assert fourth.document().source == "zyxa\nb\n"


@given(st.text("ab\r\n\U0001f40d", max_size=12), st.text("ab\r\n\U0001f40d", max_size=12))
def test_of_a_text_that_comes_whole_only_what_is_different_is_an_edit(old: str, new: str) -> None:
    documents = Documents("utf-16")
    first = documents.open({"textDocument": {"uri": URI, "languageId": "python", "version": 1, "text": f"x\n{old}"}})
    assert first is not None
    documents.learn(first, first.document())
    whole = documents.change({"textDocument": {"uri": URI, "version": 2}, "contentChanges": [{"text": f"x\n{new}"}]})
    assert whole is not None
    assert whole.text.source == whole.document().source == f"x\n{new}"
    assert list(whole.text.lines) == list(Text.of(f"x\n{new}").lines)
    assert whole.text.lines[0] is first.text.lines[0]


def test_what_a_text_was_before_goes_once_it_is_known_what_it_is() -> None:
    documents, first = opened()
    documents.learn(first, first.document())
    before = ref(first.document().parts[0].outline)
    replaced = documents.change({"textDocument": {"uri": URI, "version": 2}, "contentChanges": [{"text": "c"}]})
    assert replaced is not None and before() is not None
    documents.learn(replaced, replaced.document())
    del first
    assert before() is None
    assert replaced.document().source == "c"


def test_what_comes_too_late_or_from_another_opening_is_not_built_on() -> None:
    documents, first = opened()
    known = first.document()
    second = typed(documents, "x")
    newer = second.document()
    documents.learn(second, newer)
    documents.learn(first, known)
    assert typed(documents, "y").way.taken[0] is newer
    documents.close(URI)
    documents.learn(second, newer)
    assert documents.open({"textDocument": {"uri": URI, "languageId": "python", "version": 1, "text": "c"}}) is not None
    documents.learn(second, newer)
    assert typed(documents, "y").document().source == "yc"


@pytest.mark.parametrize(
    ("uri", "name"), [("file:///w/a%20b.py", "/w/a b.py"), ("untitled:Untitled-1", "untitled:Untitled-1")]
)
def test_names(uri: str, name: str) -> None:
    documents = Documents("utf-16")
    item = {"uri": uri, "languageId": "python", "version": 1, "text": ""}
    snapshot = documents.open({"textDocument": item})
    assert snapshot is not None and snapshot.document().filename == name

"""Diagnostics for editors that wait for them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from lsp_client import Client, Start
from lsp_profiles import WAITING


@pytest.fixture(params=WAITING)
def waiting(request: pytest.FixtureRequest, session_of: Callable[[str], Client]) -> Client:
    return session_of(str(request.param))


def test_each_version_is_published_once_and_none_twice(waiting: Client) -> None:
    uri = waiting.open("BAD\n")
    waiting.published(uri, 1)
    for version in range(2, 12):
        waiting.change(uri, version, (0, 0, 0, 0, " "))
        items = waiting.published(uri, version)["diagnostics"]
        assert items[0]["range"]["start"]["character"] == version - 1
    assert waiting.alive()
    assert waiting.versions(uri) == list(range(1, 12))


def test_of_a_burst_the_last_version_is_published_and_none_out_of_order(waiting: Client) -> None:
    uri = waiting.open("BAD\n")
    for version in range(2, 60):
        waiting.change(uri, version, (0, 0, 0, 0, " "))
    assert waiting.published(uri, 59)["diagnostics"][0]["range"]["start"]["character"] == 58
    assert waiting.alive()
    versions = waiting.versions(uri)
    assert versions == sorted(set(versions))


def test_an_edit_stops_the_analysis_of_the_version_before(waiting: Client) -> None:
    uri = waiting.open("SLOW\n")
    waiting.change(uri, 2, "SLOW BAD\n")
    waiting.change(uri, 3, "BAD\n")
    assert len(waiting.published(uri, 3)["diagnostics"]) == 1
    assert waiting.versions(uri) == [3]


def test_a_document_that_is_slow_makes_way_for_the_one_that_is_edited_and_gets_its_turn_again(waiting: Client) -> None:
    slow = waiting.open("SLOW\n")
    uri = waiting.open("BAD\n")
    waiting.change(uri, 2, "BAD BAD\n")
    assert len(waiting.published(uri, 2)["diagnostics"]) == 2
    waiting.change(slow, 2, "BAD\n")
    assert len(waiting.published(slow, 2)["diagnostics"]) == 1


def test_closing_clears_once_and_what_was_under_way_is_not_published(waiting: Client) -> None:
    uri = waiting.open("BAD\n")
    waiting.published(uri, 1)
    waiting.change(uri, 2, "SLOW BAD\n")
    waiting.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    waiting.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    other = waiting.open("BAD\n")
    waiting.published(other, 1)
    sent = [params for params in waiting.sent("textDocument/publishDiagnostics") if params["uri"] == uri]
    assert [(params.get("version"), len(params["diagnostics"])) for params in sent] == [(1, 1), (None, 0)]


def test_related_places_are_folded_into_the_message_where_they_cannot_be_shown(waiting: Client) -> None:
    uri = waiting.open("x\nBAD\n")
    (item,) = waiting.diagnostics(uri, 1)
    assert item["message"] == "BAD is not good\nline 1: it began here"
    assert set(item) == {"range", "severity", "code", "source", "message"}


def test_an_analysis_that_fails_shows_nothing_and_costs_only_itself(waiting: Client) -> None:
    uri = waiting.open("DOOMED BAD\n")
    assert waiting.diagnostics(uri, 1) == []
    assert f"The analysis of {uri} failed" in waiting.logged()
    waiting.change(uri, 2, "LATE BAD\n")
    assert waiting.diagnostics(uri, 2) == []
    waiting.change(uri, 3, "BAD\n")
    assert len(waiting.diagnostics(uri, 3)) == 1


def test_a_settings_file_that_changes_is_obeyed_and_only_news_are_sent(start: Start, tmp_path: Path) -> None:
    client = start("emacs")
    uri = client.open("BAD\n", (tmp_path / "a.py").as_uri())
    other = client.open("LIKE\n", (tmp_path / "b.py").as_uri())
    client.published(uri, 1), client.published(other, 1)
    (tmp_path / "initls.toml").write_text('ignore = ["INI101"]\n')
    changed = {"changes": [{"uri": (tmp_path / "initls.toml").as_uri(), "type": 1}]}
    client.notify("workspace/didChangeWatchedFiles", changed)
    client.wait(lambda message: message.get("params", {}) == {"uri": uri, "version": 1, "diagnostics": []})
    client.change(other, 2, "LIKE LIKE\n")
    assert len(client.published(other, 2)["diagnostics"]) == 2
    assert client.versions(uri) == [1, 1]
    assert client.versions(other) == [1, 2]

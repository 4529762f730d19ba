"""Diagnostics for editors that ask for them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from lsp_client import JSON, Client, LspError, Start
from lsp_profiles import PULLING

SERVER_CANCELLED, REQUEST_CANCELLED = -32802, -32800


@pytest.fixture(params=PULLING)
def asking(request: pytest.FixtureRequest, session_of: Callable[[str], Client]) -> Client:
    return session_of(str(request.param))


def question(uri: str, previous: str | None = None) -> JSON:
    params: JSON = {"textDocument": {"uri": uri}}
    if previous is not None:
        params["previousResultId"] = previous
    return params


def pull(client: Client, uri: str, previous: str | None = None) -> JSON:
    report: JSON = client.request("textDocument/diagnostic", question(uri, previous))
    return report


def test_what_has_not_changed_is_not_sent_again(asking: Client) -> None:
    uri = asking.open("BAD\n")
    first = pull(asking, uri)
    assert first["kind"] == "full" and len(first["items"]) == 1
    assert pull(asking, uri, first["resultId"]) == {"kind": "unchanged", "resultId": first["resultId"]}
    # A comment behind the finding changes nothing that is shown; a line in front of it does.
    asking.change(uri, 2, "BAD\n# a comment\n")
    assert pull(asking, uri, first["resultId"])["kind"] == "unchanged"
    asking.change(uri, 3, "\nBAD\n")
    third = pull(asking, uri, first["resultId"])
    assert third["kind"] == "full" and third["resultId"] != first["resultId"]
    asking.change(uri, 4, "BAD\n")
    assert pull(asking, uri)["resultId"] == first["resultId"]


def test_an_overtaken_question_is_to_be_asked_again(asking: Client) -> None:
    uri = asking.open("SLOW BAD\n")
    asked = asking.begin("textDocument/diagnostic", question(uri))
    asking.change(uri, 2, "BAD\n")
    with pytest.raises(LspError) as error:
        asking.finish(asked)
    assert error.value.code == SERVER_CANCELLED
    assert error.value.data == {"retriggerRequest": True}
    assert len(pull(asking, uri)["items"]) == 1


def test_closing_overtakes_as_well(asking: Client) -> None:
    uri = asking.open("SLOW\n")
    asked = asking.begin("textDocument/diagnostic", question(uri))
    asking.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    with pytest.raises(LspError) as error:
        asking.finish(asked)
    assert error.value.code == SERVER_CANCELLED


def test_a_cancelled_question_is_answered_as_such_and_others_are_not_harmed(asking: Client) -> None:
    uri = asking.open("SLOW\n")
    first = asking.begin("textDocument/diagnostic", question(uri))
    second = asking.begin("textDocument/diagnostic", question(uri))
    asking.notify("$/cancelRequest", {"id": first})
    asking.notify("$/cancelRequest", {"id": 999})
    asking.notify("$/cancelRequest", {"id": [1]})
    asking.notify("$/cancelRequest", None)
    with pytest.raises(LspError) as error:
        asking.finish(first)
    assert error.value.code == REQUEST_CANCELLED
    asking.change(uri, 2, "BAD\n")
    with pytest.raises(LspError) as error:
        asking.finish(second)
    assert error.value.code == SERVER_CANCELLED


def test_a_document_that_is_not_open_has_nothing_to_show(asking: Client) -> None:
    assert pull(asking, "file:///w/none.py") == {"kind": "full", "items": []}


@pytest.mark.parametrize("params", [None, {}, {"textDocument": None}, {"textDocument": {"uri": 3}}])
def test_a_question_without_sense_gets_an_answer(asking: Client, params: object) -> None:
    with pytest.raises(LspError) as error:
        asking.request("textDocument/diagnostic", params)
    assert error.value.code == -32602


def test_an_editor_with_all_abilities_gets_all_details(session_of: Callable[[str], Client]) -> None:
    client = session_of("vscode")
    bad, faded = client.diagnostics(client.open("x\nBAD FADED\n"), 1)
    assert bad["relatedInformation"][0]["message"] == "it began here"
    assert bad["message"] == "BAD is not good"
    assert bad["codeDescription"]["href"].endswith("INI101.md")
    assert set(bad["data"]) == {"id", "fingerprint"}
    assert "tags" not in bad and faded["tags"] == [1]


def test_nothing_is_pushed_to_an_editor_that_asks(asking: Client) -> None:
    uri = asking.open("BAD\n")
    pull(asking, uri)
    asking.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    assert asking.alive()
    assert asking.sent("textDocument/publishDiagnostics") == []


def test_an_analysis_that_fails_is_answered(asking: Client) -> None:
    uri = asking.open("DOOMED BAD\n")
    assert pull(asking, uri)["items"] == []


def test_a_settings_file_that_changes_makes_the_editor_ask_once_more(start: Start, tmp_path: Path) -> None:
    client = start("vscode")
    names = ("a", "b", "c")
    uris = [client.open("BAD LIKE\n", (tmp_path / f"{name}.py").as_uri()) for name in names]
    assert [len(pull(client, uri)["items"]) for uri in uris] == [2, 2, 2]
    settings = tmp_path / "pyproject.toml"
    changed = {"changes": [{"uri": settings.as_uri(), "type": 1}]}
    settings.write_text("[tool.other]\n")
    client.notify("workspace/didChangeWatchedFiles", changed)
    assert [len(pull(client, uri)["items"]) for uri in uris] == [2, 2, 2]
    assert client.sent("workspace/diagnostic/refresh") == []
    settings.write_text('[tool.initls]\nignore = ["INI101"]\n')
    client.notify("workspace/didChangeWatchedFiles", changed)
    client.wait(lambda message: message.get("method") == "workspace/diagnostic/refresh")
    assert [len(pull(client, uri)["items"]) for uri in uris] == [1, 1, 1]
    assert client.alive()
    assert len(client.sent("workspace/diagnostic/refresh")) == 1


def test_the_editor_is_asked_to_watch_the_settings_files_and_the_modules(session_of: Callable[[str], Client]) -> None:
    client = session_of("vscode")
    sent = client.wait(lambda message: message.get("method") == "client/registerCapability")
    methods = {registration["method"]: registration for registration in sent["params"]["registrations"]}
    watchers = methods["workspace/didChangeWatchedFiles"]["registerOptions"]["watchers"]
    assert {watcher["globPattern"] for watcher in watchers} == {"**/initls.toml", "**/pyproject.toml", "**/*.py"}

"""What a user sees of work that takes long."""

from __future__ import annotations

import pytest
from lsp_client import Client, Start


def steps(client: Client) -> list[str]:
    return [params["value"]["kind"] for params in client.sent("$/progress")]


def test_work_that_takes_long_is_shown_until_it_is_done(start: Start) -> None:
    client = start("vscode")
    uri = client.open("SLOW\n")
    client.wait(lambda message: message.get("method") == "$/progress")
    assert steps(client) == ["begin"]
    client.change(uri, 2, "BAD\n")
    client.diagnostics(uri, 2)
    assert steps(client) == ["begin", "end"]
    tokens = {params["token"] for params in client.sent("$/progress")}
    assert tokens == {params["token"] for params in client.sent("window/workDoneProgress/create")}


def test_a_document_that_is_closed_is_not_waited_for(start: Start) -> None:
    client = start("vscode")
    uri = client.open("SLOW\n")
    client.wait(lambda message: message.get("method") == "$/progress")
    client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    client.wait(lambda message: message.get("params", {}).get("value") == {"kind": "end"})


@pytest.mark.parametrize("profile", ["vscode", "bare"])
def test_what_is_quick_is_not_shown(start: Start, profile: str) -> None:
    client = start(profile)
    client.diagnostics(client.open("BAD\n"), 1)
    assert client.sent("$/progress") == client.sent("window/workDoneProgress/create") == []


def test_the_trace_is_what_the_client_asks_for(start: Start) -> None:
    client = start("vscode", trace="messages")
    uri = client.open("BAD\n")
    client.diagnostics(uri, 1)
    (line,) = client.sent("$/logTrace")
    assert line == {"message": f"analysed version 1 of {uri}: 1 findings"}
    client.notify("$/setTrace", {"value": "verbose"})
    client.change(uri, 2, "MUTE\n")
    client.diagnostics(uri, 2)
    assert "analysis" in client.sent("$/logTrace")[-1]["verbose"]
    client.notify("$/setTrace", {"value": "off"})
    client.change(uri, 3, "BAD\n")
    client.diagnostics(uri, 3)
    assert len(client.sent("$/logTrace")) == 2

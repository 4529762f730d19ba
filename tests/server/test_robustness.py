"""Whatever comes in, something sensible goes out, and the server stays."""

from __future__ import annotations

import json
import random

import pytest
from lsp_client import JSON, Client, Start

PARSE_ERROR, INVALID_REQUEST = -32700, -32600


def error_of(client: Client, body: bytes) -> int:
    seen = len([m for m in client.received if m.get("id", 0) is None])
    client.write_body(body)
    client.wait(lambda message: len([m for m in client.received if m.get("id", 0) is None]) > seen)
    return int([m for m in client.received if m.get("id", 0) is None][-1]["error"]["code"])


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", PARSE_ERROR),
        (b"\xff\xfe\x00", PARSE_ERROR),
        (b"[" * 100_000, PARSE_ERROR),
        (b"7", INVALID_REQUEST),
        (b"[]", INVALID_REQUEST),
        (b'[{"jsonrpc":"2.0","id":1,"method":"shutdown"}]', INVALID_REQUEST),
        (b"{}", INVALID_REQUEST),
        (b'{"jsonrpc":"2.0","id":{},"method":"shutdown"}', INVALID_REQUEST),
        (b'{"jsonrpc":"2.0","method":5}', INVALID_REQUEST),
    ],
    ids=["cut off", "not text", "deep", "a number", "empty batch", "batch", "nothing", "odd id", "odd method"],
)
def test_messages_that_are_none(editor: Client, body: bytes, code: int) -> None:
    assert error_of(editor, body) == code
    assert editor.alive()


def test_headers_of_all_kinds(editor: Client) -> None:
    body = json.dumps({"jsonrpc": "2.0", "id": "h", "method": "initls/x"}).encode()
    editor.write_raw(
        b"content-length:%d\r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\n" % len(body)
    )
    editor.write_raw(body)
    editor.wait(lambda message: message.get("id") == "h")
    editor.write_raw(b"X-Nothing: 1\r\n\r\nContent-Length: many\r\n\r\n")
    assert editor.alive()


def test_a_message_in_small_pieces(editor: Client) -> None:
    uri = editor.open("BAD\n")
    body = json.dumps(
        {
            "jsonrpc": "2.0",
            "id": "p",
            "method": "textDocument/hover",
            "params": {"textDocument": {"uri": uri}, "position": {"line": 0, "character": 0}},
        }
    ).encode()
    for byte in b"Content-Length: %d\r\n\r\n%s" % (len(body), body):
        editor.write_raw(bytes([byte]))
    assert editor.wait(lambda message: message.get("id") == "p")["result"] is not None


def test_answers_to_questions_that_were_never_asked(editor: Client) -> None:
    for id in ("initls-99999", 3.5, None, [1]):
        editor.write({"id": id, "result": {"a": 1}})
        editor.write({"id": id, "error": {"code": 1, "message": "no"}})
    assert editor.alive()


def test_a_client_that_refuses_all_our_questions(start: Start) -> None:
    client = start("vscode", hello=False)
    client._answer = lambda message: {"unexpected": message["method"]}  # type: ignore[method-assign]
    from lsp_profiles import VSCODE

    client.hello(VSCODE)
    assert len(client.diagnostics(client.open("BAD\n"), 1)) == 1


def test_a_version_that_is_missing_or_none(editor: Client, uri: str) -> None:
    editor.notify("textDocument/didOpen", {"textDocument": {"uri": uri, "languageId": "python", "text": "BAD\n"}})
    assert editor.alive()
    change: JSON = {"textDocument": {"uri": uri, "version": None}, "contentChanges": [{"text": "BAD BAD\n"}]}
    editor.notify("textDocument/didChange", change)
    offered = editor.actions(uri, {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 7}})
    assert [action["title"] for action in offered if action["title"].startswith("Write")] == [
        "Write GOOD", "Write FINE (suggestion)", "Write GOOD", "Write FINE (suggestion)"
    ]  # fmt: skip
    if not editor.pulls:
        assert editor.versions(uri)[-1] is None


def test_any_parameters_get_an_answer(editor: Client) -> None:
    chance = random.Random(1)
    pieces = [None, 0, -1, 1e300, "", "file:///w/x.py", [], {}, True]
    keys = [
        "textDocument",
        "uri",
        "position",
        "line",
        "character",
        "range",
        "start",
        "end",
        "context",
        "diagnostics",
        "only",
        "version",
        "contentChanges",
        "text",
        "settings",
        "id",
        "value",
        "items",
        "event",
    ]

    def anything(depth: int) -> object:
        if depth == 0 or chance.random() < 0.3:
            return chance.choice(pieces)
        if chance.random() < 0.3:
            return [anything(depth - 1) for _ in range(chance.randint(0, 3))]
        return {chance.choice(keys): anything(depth - 1) for _ in range(chance.randint(0, 4))}

    methods = [
        "textDocument/hover",
        "textDocument/codeAction",
        "textDocument/diagnostic",
        "initialize",
        "workspace/executeCommand",
        "completionItem/resolve",
        "textDocument/didChange",
    ]
    asked = [editor.begin(chance.choice(methods), anything(4)) for _ in range(150)]
    told = [
        "textDocument/didOpen",
        "textDocument/didChange",
        "textDocument/didClose",
        "textDocument/didSave",
        "$/setTrace",
        "workspace/didChangeWorkspaceFolders",
        "$/cancelRequest",
        "notebookDocument/didOpen",
        "initialized",
    ]
    for _ in range(150):
        editor.notify(chance.choice(told), anything(4))
    for id in asked:
        editor.wait(lambda message, id=id: message.get("id") == id and "method" not in message)  # type: ignore[misc]
    assert editor.alive()


def test_hundreds_of_documents_at_once(editor: Client) -> None:
    uris = [editor.open(f"BAD {number}\n") for number in range(200)]
    for uri in uris:
        assert len(editor.diagnostics(uri, 1)) == 1
    for uri in uris:
        editor.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    assert editor.alive()

"""The beginning and the end of a session."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from lsp_client import PUPPET, Client, LspError, Start, units
from lsp_profiles import PULLING, VSCODE, WAITING

NOT_INITIALIZED, INVALID_REQUEST, METHOD_NOT_FOUND, INVALID_PARAMS = -32002, -32600, -32601, -32602

HOVER = {"textDocument": {"uri": "file:///w/a.py"}, "position": {"line": 0, "character": 0}}


def code_of(client: Client, method: str, params: object = None) -> int:
    with pytest.raises(LspError) as error:
        client.request(method, params)
    return error.value.code


def ends_within(client: Client, seconds: float) -> int:
    return client.process.wait(seconds)


def test_each_editor_gets_the_encoding_that_it_likes_best(editor: Client, profile: str) -> None:
    best = {"neovim-0.11": "utf-8", "neovim-0.12": "utf-8", "helix": "utf-8", "emacs": "utf-32"}
    assert editor.encoding == best.get(profile, "utf-16")


def test_each_editor_has_exactly_one_channel_for_diagnostics(editor: Client, profile: str, uri: str) -> None:
    editor.open("BAD\n", uri)
    assert ("diagnosticProvider" in editor.capabilities) == (profile in PULLING)
    assert len(editor.diagnostics(uri, 1)) == 1
    assert bool(editor.versions(uri)) == (profile in WAITING)


def test_what_is_offered(editor: Client) -> None:
    offered = editor.capabilities
    assert offered["textDocumentSync"]["change"] == 2
    assert offered["textDocumentSync"]["openClose"] is True
    assert offered["codeActionProvider"]["codeActionKinds"] == [
        "quickfix",
        "refactor.rewrite",
        "source.fixAll.initls",
        "notebook.source.fixAll.initls",
    ]
    assert offered["hoverProvider"] is True
    if "diagnosticProvider" in offered:
        assert offered["diagnosticProvider"]["interFileDependencies"] is True
        assert offered["diagnosticProvider"]["workspaceDiagnostics"] is False


def test_requests_before_initialize_are_refused(start: Start) -> None:
    client = start(hello=False)
    assert code_of(client, "textDocument/hover", HOVER) == NOT_INITIALIZED
    # What comes too early and wants no answer is dropped.
    client.open("BAD\n")
    client.hello(VSCODE)
    assert client.request("textDocument/hover", HOVER) is None
    assert code_of(client, "initialize", {"capabilities": {}}) == INVALID_REQUEST


def test_a_client_may_leave_out_or_spoil_what_it_says_of_itself(start: Start) -> None:
    client = start(hello=False)
    strange = {
        "textDocument": {"completion": {"completionItemKind": {"valueSet": [999]}}, "codeAction": None},
        "workspace": 7,
        "general": {"positionEncodings": ["utf-7", None, "utf-32"]},
    }
    result = client.request("initialize", {"capabilities": strange, "processId": "none", "workspaceFolders": [None]})
    assert result["capabilities"]["positionEncoding"] == "utf-32"
    client.notify("initialized")
    assert client.diagnostics(client.open("\U0001f40dBAD = 1 # \U0001f40d BAD\n"), 1)[1]["range"]["start"] == {
        "line": 0,
        "character": 13,
    }


def test_initialize_without_parameters_is_refused_and_may_be_tried_again(start: Start) -> None:
    client = start(hello=False)
    for params in (None, [], "x"):
        assert code_of(client, "initialize", params) == INVALID_PARAMS
    assert client.hello(VSCODE)["serverInfo"]["name"] == "initls"


def test_unknown_methods_are_refused_and_unknown_notifications_ignored(editor: Client) -> None:
    assert code_of(editor, "textDocument/makeCoffee", {}) == METHOD_NOT_FOUND
    assert code_of(editor, "$/hello") == METHOD_NOT_FOUND
    editor.notify("workspace/somethingNew", {"a": 1})
    editor.notify("$/setTrace", {"value": "verbose"})
    editor.notify("$/somethingNew")
    assert editor.alive()


def test_after_shutdown_there_are_no_more_requests(start: Start) -> None:
    client = start()
    assert client.request("shutdown") is None
    assert code_of(client, "textDocument/hover", HOVER) == INVALID_REQUEST
    client.notify("exit")
    assert ends_within(client, 3) == 0


def test_exit_without_shutdown_is_a_failure(start: Start) -> None:
    client = start()
    client.notify("exit")
    assert ends_within(client, 3) == 1


@pytest.mark.parametrize("text", ["SLOW\n", "STUCK\n"])
def test_the_server_goes_when_the_client_hangs_up(start: Start, text: str) -> None:
    client = start()
    client.open(text)
    assert client.alive()
    assert client.process.stdin
    client.process.stdin.close()
    assert ends_within(client, 2.5) == 1


@pytest.mark.skipif(os.name == "nt", reason="there is no harmless way to ask on Windows")
def test_the_server_goes_when_the_client_is_killed_and_its_pipe_stays_open(start: Start) -> None:
    editor = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    client = start(hello=False)
    client.hello(VSCODE, processId=editor.pid)
    client.open("STUCK\n")
    assert client.alive()
    editor.kill()
    editor.wait()
    assert ends_within(client, 2.5) == 1


def test_a_client_in_another_container_is_not_watched(start: Start) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    client = start(hello=False)
    client.hello(VSCODE, processId=gone.pid)
    time.sleep(0.8)
    assert client.alive()


def test_a_stray_print_does_not_reach_the_client(tmp_path: object, start: Start) -> None:
    # Python itself puts the folder of a script in front of the path; who runs it otherwise has to.
    script = f"import runpy, sys; sys.path.insert(0, {str(Path(PUPPET[1]).parent)!r})\n"
    noisy = [PUPPET[0], "-c", script + f"runpy.run_path({PUPPET[1]!r}, run_name='__main__')"]
    client = start(command=noisy)
    uri = client.open("PRINT = 1  # \U0001f40d BAD\n")
    (item,) = client.diagnostics(uri, 1)
    assert item["range"]["start"]["character"] == units("PRINT = 1  # \U0001f40d ", "utf-16")
    client.close()
    assert b"printed by the analysis" in client.errors


def test_over_a_socket(tmp_path: Path) -> None:
    script = f"import sys; sys.path.insert(0, {str(Path(PUPPET[1]).parent)!r})\nfrom puppet_server import *\n"
    command = [sys.executable, "-c", script + "serve(tcp=('127.0.0.1', 0), make_checker=Puppet)"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, cwd=tmp_path) as server:
        assert server.stderr
        port = int(server.stderr.readline().rpartition(b":")[2])
        with socket.create_connection(("127.0.0.1", port), 5) as connection:
            body = b'{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{}}}'
            connection.sendall(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
            answer = connection.recv(1 << 16)
        assert b'"capabilities"' in answer
        # The connection has ended without goodbye.
        assert server.wait(3) == 1

"""A client without an LSP library: it shows what really goes over the wire, and can misbehave on purpose."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any, TypeAlias

from lsprotocol import types
from lsprotocol.converters import get_converter

JSON = dict[str, Any]
TIMEOUT = 15.0
PUPPET = [sys.executable, str(Path(__file__).parent / "puppet_server.py")]
"""A real server around an analysis that does what the text tells it to."""
CONVERTER = get_converter()


class LspError(Exception):
    """The server answered a request with an error."""

    def __init__(self, error: JSON) -> None:
        super().__init__(error["message"])
        self.code: int = error["code"]
        self.data: Any = error.get("data")


class Client:
    def __init__(self, command: list[str], root: Path) -> None:
        self.root = root
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=root
        )
        self.received: list[JSON] = []
        self.malformed: list[str] = []
        self.configuration: Any = None
        """The answer to `workspace/configuration`."""
        self.capabilities: JSON = {}
        self.errors = b""
        self.pulls = False
        self.encoding = "utf-16"
        self._methods: dict[Any, str] = {}
        self._next = 0
        self._news = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    # ------------------------------------------------------------------------------------------------ the wire

    def _listen(self) -> None:
        assert self.process.stderr
        for line in self.process.stderr:
            self.errors += line

    def _read(self) -> None:
        stream = self.process.stdout
        assert stream
        while True:
            length = 0
            while (line := stream.readline().strip()) or not length:
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
                elif not line:
                    with self._news:
                        self._news.notify_all()
                    return
            message = json.loads(stream.read(length))
            self._check_shape(message)
            if "method" in message and "id" in message:
                with contextlib.suppress(OSError, ValueError):
                    self.write({"id": message["id"], "result": self._answer(message)})
            with self._news:
                self.received.append(message)
                self._news.notify_all()

    def _answer(self, message: JSON) -> Any:
        if message["method"] == "workspace/configuration":
            return [self.configuration for _ in message["params"]["items"]]
        return None

    def _check_shape(self, message: JSON) -> None:
        try:
            method = message.get("method") or self._methods.get(message.get("id"))
            known = types.METHOD_TO_TYPES.get(str(method))
            if "error" in message:
                CONVERTER.structure(message, types.ResponseErrorMessage)
            elif known is not None:
                kind = known[0] if "method" in message else known[1]
                CONVERTER.structure(message, kind)
        except Exception as error:
            self.malformed.append(f"{message}: {error!r}")

    def write_raw(self, data: bytes) -> None:
        assert self.process.stdin
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def write_body(self, body: bytes) -> None:
        self.write_raw(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))

    def write(self, message: JSON) -> None:
        self.write_body(json.dumps({"jsonrpc": "2.0", **message}).encode())

    def wait(self, wanted: Callable[[JSON], Any], *, timeout: float = TIMEOUT) -> JSON:
        """The first message that is `wanted`, past or to come."""
        end = time.monotonic() + timeout
        seen = 0
        with self._news:
            while True:
                for message in self.received[seen:]:
                    if wanted(message):
                        return message
                seen = len(self.received)
                left = end - time.monotonic()
                if left <= 0 or not self._reader.is_alive():
                    raise AssertionError(f"nothing like that came; stderr: {self.errors.decode()[-2000:]}")
                self._news.wait(min(left, 1.0))

    # ------------------------------------------------------------------------------------------------ messages

    def notify(self, method: str, params: Any = None) -> None:
        self.write({"method": method, "params": params})

    def begin(self, method: str, params: Any = None) -> int:
        """Send a request and do not wait for its answer."""
        self._next += 1
        self._methods[self._next] = method
        self.write({"id": self._next, "method": method, "params": params})
        return self._next

    def finish(self, id: int, *, timeout: float = TIMEOUT) -> Any:
        """The result of a request that was begun."""
        message = self.wait(lambda message: message.get("id") == id and "method" not in message, timeout=timeout)
        if "error" in message:
            raise LspError(message["error"])
        return message["result"]

    def request(self, method: str, params: Any = None, *, timeout: float = TIMEOUT) -> Any:
        return self.finish(self.begin(method, params), timeout=timeout)

    def sent(self, method: str) -> list[JSON]:
        """What the server has sent of its own accord under this name so far."""
        with self._news:
            return [message["params"] for message in self.received if message.get("method") == method]

    def logged(self) -> str:
        return "\n".join(params["message"] for params in self.sent("window/logMessage"))

    # ------------------------------------------------------------------------------------------------ a session

    def hello(self, capabilities: JSON, *, settings: Any = None, configuration: Any = None, **more: Any) -> JSON:
        self.configuration = configuration
        params: JSON = {
            "processId": os.getpid(),
            "rootUri": self.root.as_uri(),
            "capabilities": capabilities,
            "workspaceFolders": [{"uri": self.root.as_uri(), "name": "w"}],
            **more,
        }
        if settings is not None:
            params["initializationOptions"] = {"settings": settings}
        self.pulls = "diagnostic" in (capabilities.get("textDocument") or {})
        # A process has to start before it can answer, and on a busy machine that takes its time.
        result: JSON = self.request("initialize", params, timeout=4 * TIMEOUT)
        self.capabilities = result["capabilities"]
        self.encoding = self.capabilities.get("positionEncoding", "utf-16")
        self.notify("initialized", {})
        return result

    def open(self, text: str, uri: str | None = None, *, version: int = 1, language: str = "python") -> str:
        uri = uri or new_uri()
        item = {"uri": uri, "languageId": language, "version": version, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})
        return uri

    def change(self, uri: str, version: int, *changes: Any) -> None:
        """Changes are texts for the whole document, or (line, character, line, character, text)."""
        self.notify(
            "textDocument/didChange",
            {
                "textDocument": {"uri": uri, "version": version},
                "contentChanges": [
                    {"text": change} if isinstance(change, str) else {"range": span(*change[:4]), "text": change[4]}
                    for change in changes
                ],
            },
        )

    def diagnostics(self, uri: str, version: int) -> list[JSON]:
        """What the client shows once `version` of the document has been analysed, by either channel."""
        if self.pulls:
            report = self.request("textDocument/diagnostic", {"textDocument": {"uri": uri}})
            items: list[JSON] = report["items"]
        else:
            items = self.published(uri, version)["diagnostics"]
        return items

    def published(self, uri: str, version: int) -> JSON:
        params: JSON = self.wait(
            lambda message: (
                message.get("method") == "textDocument/publishDiagnostics"
                and message["params"]["uri"] == uri
                and message["params"].get("version") == version
            )
        )["params"]
        return params

    def versions(self, uri: str) -> list[int | None]:
        """The versions that diagnostics were pushed for, in order."""
        return [
            params.get("version") for params in self.sent("textDocument/publishDiagnostics") if params["uri"] == uri
        ]

    def actions(
        self, uri: str, place: JSON, diagnostics: list[Any] | None = None, only: list[str] | None = None
    ) -> list[JSON]:
        context: JSON = {"diagnostics": diagnostics or []}
        if only is not None:
            context["only"] = only
        params = {"textDocument": {"uri": uri}, "range": place, "context": context}
        result: list[JSON] = self.request("textDocument/codeAction", params)
        return result

    def alive(self) -> bool:
        """Whether the server still answers."""
        try:
            self.request("initls/areYouThere")
        except LspError as error:
            return error.code == types.ErrorCodes.MethodNotFound
        return False

    def close(self) -> int:
        """Leave as a client should; the server's exit status."""
        if self.process.poll() is None:
            with contextlib.suppress(OSError, LspError, AssertionError):
                self.request("shutdown", timeout=5)
                self.notify("exit")
            try:
                self.process.wait(3)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            with contextlib.suppress(OSError):
                assert stream
                stream.close()
        return self.process.returncode


_numbers = count(1)


def new_uri() -> str:
    """The name of a document that nobody has used yet."""
    return f"file:///w/{next(_numbers)}.py"


Start: TypeAlias = Callable[..., Client]
"""Starts a server of the test's own, and introduces a client to it."""


def span(line: int, character: int, end_line: int, end_character: int) -> JSON:
    return {
        "start": {"line": line, "character": character},
        "end": {"line": end_line, "character": end_character},
    }


def units(text: str, encoding: str) -> int:
    """How many units `text` has for a client that counts in `encoding`."""
    return (
        len(text.encode({"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}[encoding]))
        // {
            "utf-8": 1,
            "utf-16": 2,
            "utf-32": 4,
        }[encoding]
    )


def apply(text: str, edit: JSON, uri: str, encoding: str) -> str:
    """The text after a workspace edit, done the slow and obvious way."""
    if "documentChanges" in edit:
        (change,) = edit["documentChanges"]
        assert change["textDocument"]["uri"] == uri
        edits = change["edits"]
    else:
        edits = edit["changes"][uri]
    lines = text.split("\n")

    def offset(position: JSON) -> int:
        line = lines[position["line"]]
        column = next(n for n in range(len(line) + 1) if units(line[:n], encoding) == position["character"])
        return sum(len(line) + 1 for line in lines[: position["line"]]) + column

    places = [(offset(one["range"]["start"]), offset(one["range"]["end"]), one["newText"]) for one in edits]
    for start, end, new in sorted(places, reverse=True):
        text = text[:start] + new + text[end:]
    return text

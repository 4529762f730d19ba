"""A second language server for the same buffer, which counts positions in UTF-16 whatever the editor would like better.

It says `here` of every place where the word given on the command line stands. Standard library alone.
"""

from __future__ import annotations

import json
import sys
from typing import Any

WORD = sys.argv[1]


def receive() -> dict[str, Any] | None:
    length = 0
    while (line := sys.stdin.buffer.readline()) not in (b"\r\n", b""):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    return json.loads(sys.stdin.buffer.read(length)) if length else None


def send(**message: Any) -> None:
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    sys.stdout.buffer.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
    sys.stdout.buffer.flush()


def wide(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def places(text: str) -> list[dict[str, Any]]:
    found = []
    for number, line in enumerate(text.split("\n")):
        if (at := line.find(WORD)) >= 0:
            start = {"line": number, "character": wide(line[:at])}
            end = {"line": number, "character": wide(line[: at + len(WORD)])}
            found.append({"range": {"start": start, "end": end}, "message": "here", "source": "second"})
    return found


while (message := receive()) is not None:
    method, params = message.get("method"), message.get("params") or {}
    if method == "initialize":
        capabilities = {"textDocumentSync": 1, "positionEncoding": "utf-16"}
        send(id=message["id"], result={"capabilities": capabilities})
    elif method in ("textDocument/didOpen", "textDocument/didChange"):
        document = params["textDocument"]
        text = document.get("text") or params["contentChanges"][-1]["text"]
        told = {"uri": document["uri"], "diagnostics": places(text)}
        send(method="textDocument/publishDiagnostics", params=told)
    elif method == "exit":
        break
    elif "id" in message:
        send(id=message["id"], result=None)

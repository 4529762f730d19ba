"""Stands between an editor and a language server and spoils one thing, to show that the check notices.

    tamper.py silent COMMAND...     the server's diagnostics never arrive
    tamper.py spoiled COMMAND...    every edit that the server offers writes something else

All other messages pass through as they are. With any other command than `... server` nothing is spoiled.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any, BinaryIO


def silent(message: Any) -> Any:
    """Empties every list of diagnostics, pushed or pulled."""
    if isinstance(message, dict):
        emptied = {"diagnostics", "items"} & message.keys()
        return {key: [] if key in emptied else silent(value) for key, value in message.items()}
    return message


def spoiled(message: Any) -> Any:
    """Adds a comment to the end of every new text."""
    if isinstance(message, dict):
        return {key: f"{value}# spoiled\n" if key == "newText" else spoiled(value) for key, value in message.items()}
    if isinstance(message, list):
        return [spoiled(item) for item in message]
    return message


MODES: dict[str, Callable[[Any], Any]] = {"silent": silent, "spoiled": spoiled}


def read_message(stream: BinaryIO) -> bytes | None:
    length = 0
    while (line := stream.readline()) not in (b"\r\n", b""):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    return stream.read(length) if length else None


def to_the_server(source: BinaryIO, sink: BinaryIO) -> None:
    # Bytes as they come: nothing that the editor says is changed.
    while data := source.read1():  # type: ignore[attr-defined]
        sink.write(data)
        sink.flush()
    sink.close()


def main() -> int:
    spoil, command = MODES[sys.argv[1]], sys.argv[2:]
    if "server" not in command:
        return subprocess.run(command, check=False).returncode
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert server.stdin is not None and server.stdout is not None
    threading.Thread(target=to_the_server, args=(sys.stdin.buffer, server.stdin), daemon=True).start()
    while (body := read_message(server.stdout)) is not None:
        message = json.loads(body)
        if "result" in message:
            message["result"] = spoil(message["result"])
        elif message.get("method") == "textDocument/publishDiagnostics":
            message["params"] = spoil(message["params"])
        changed = json.dumps(message).encode()
        sys.stdout.buffer.write(b"Content-Length: %d\r\n\r\n%b" % (len(changed), changed))
        sys.stdout.buffer.flush()
    return server.wait()


if __name__ == "__main__":
    sys.exit(main())

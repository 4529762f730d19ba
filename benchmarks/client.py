"""An editor, as far as a benchmark needs one: it opens a file, types, and notes when the diagnostics are in."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from keystrokes import Edit
from servers import Peer

JSON = dict[str, Any]
PATIENCE = 600.0
"""Seconds after which a server that says nothing is taken for dead."""
SERVER_CANCELLED = -32802


class Silent(Exception):
    """The server did not answer, or answered with an error."""


class Client:
    """One session with one server about one file.

    A thread of its own reads what comes and stamps it with the time; it is taken apart only when somebody waits for it.
    """

    def __init__(self, peer: Peer, file: Path, log: Path) -> None:
        """Start the server and say hello; its standard error goes to `log`."""
        self.peer = peer
        self.version = 0
        self.published: Counter[int] = Counter()
        """How often each version was published."""
        self._uri = file.as_uri()
        self._log = log
        self._next = 0
        self._arrived: queue.SimpleQueue[tuple[float, bytes]] = queue.SimpleQueue()
        begun = time.perf_counter()
        with log.open("wb") as errors:
            self._process = subprocess.Popen(
                peer.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, cwd=file.parent
            )
        threading.Thread(target=self._read, name=f"read {peer.name}", daemon=True).start()
        done, _ = self._request("initialize", self._introduction(file.parent))
        self._notify("initialized", {})
        self.start_up = done - begun

    # ------------------------------------------------------------------------------------------- what an editor does

    def open(self, text: str) -> tuple[float, list[JSON]]:
        """Open the file with `text`: the seconds until its diagnostics are in, and what they are."""
        self.version = 1
        item = {"uri": self._uri, "languageId": "python", "version": 1, "text": text}
        return self._timed("textDocument/didOpen", {"textDocument": item})

    def type(self, edits: Sequence[Edit]) -> tuple[float, list[JSON]]:
        """Make one change of `edits`: the seconds until its diagnostics are in, and what they are."""
        self.version += 1
        document = {"uri": self._uri, "version": self.version}
        changes = [{"range": edit.range, "text": edit.text} for edit in edits]
        return self._timed("textDocument/didChange", {"textDocument": document, "contentChanges": changes})

    def close(self) -> None:
        """Say goodbye, and see to it that the server has gone."""
        with contextlib.suppress(Silent, OSError):
            self._request("shutdown", None)
            self._notify("exit", None)
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    # ---------------------------------------------------------------------------------------------- what it costs

    def resident(self) -> int:
        """The bytes of memory that the server holds now."""
        pages = int(Path(f"/proc/{self._process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    def processor_time(self) -> float:
        """The seconds of processor time that the server has used up to now; a busy machine does not lengthen them.

        To the nanosecond where the system tells it by thread, and no thread has ended; else to the hundredth.
        """
        threads = Path(f"/proc/{self._process.pid}/task")
        with contextlib.suppress(OSError):
            return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads.iterdir()) / 1e9
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    # ---------------------------------------------------------------------------------------------------- the wire

    def _introduction(self, folder: Path) -> JSON:
        document: JSON = {
            "synchronization": {},
            "publishDiagnostics": {"versionSupport": True, "relatedInformation": True},
        }
        if self.peer.pulls:
            document["diagnostic"] = {"dynamicRegistration": False, "relatedDocumentSupport": False}
        return {
            "processId": os.getpid(),
            "rootUri": folder.as_uri(),
            "workspaceFolders": [{"uri": folder.as_uri(), "name": folder.name}],
            "capabilities": {
                "general": {"positionEncodings": ["utf-16"]},
                "workspace": {"workspaceFolders": True, "configuration": False},
                "textDocument": document,
            },
        }

    def _timed(self, method: str, params: JSON) -> tuple[float, list[JSON]]:
        begun = time.perf_counter()
        self._notify(method, params)
        arrived, items = self._pulled() if self.peer.pulls else self._pushed()
        return arrived - begun, items

    def _pulled(self) -> tuple[float, list[JSON]]:
        while True:
            try:
                arrived, report = self._request("textDocument/diagnostic", {"textDocument": {"uri": self._uri}})
            except Silent as error:
                if error.args[1:] == (SERVER_CANCELLED,):
                    continue
                raise
            return arrived, report["items"]

    def _pushed(self) -> tuple[float, list[JSON]]:
        while True:
            arrived, message = self._receive()
            if message.get("method") == "textDocument/publishDiagnostics":
                params = message["params"]
                if params["uri"] == self._uri and params.get("version", self.version) == self.version:
                    return arrived, params["diagnostics"]

    def _request(self, method: str, params: JSON | None) -> tuple[float, Any]:
        self._next += 1
        wanted = self._next
        self._send({"id": wanted, "method": method, "params": params})
        while True:
            arrived, message = self._receive()
            if message.get("id") == wanted and "method" not in message:
                if "error" in message:
                    raise Silent(f"{self.peer.name}: {message['error']['message']}", message["error"]["code"])
                return arrived, message["result"]

    def _notify(self, method: str, params: JSON | None) -> None:
        self._send({"method": method, "params": params})

    def _send(self, message: JSON) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        stream = self._process.stdin
        assert stream is not None
        stream.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        stream.flush()

    def _receive(self) -> tuple[float, JSON]:
        """The next message, and when it came. What the server asks of us is answered with nothing."""
        try:
            arrived, body = self._arrived.get(timeout=PATIENCE)
        except queue.Empty:
            body = b""
        if not body:
            said = self._log.read_text(errors="replace")[-2000:]
            raise Silent(f"{self.peer.name} says nothing any more (version {self.version}); its last words:\n{said}")
        message: JSON = json.loads(body)
        if "method" in message and "id" in message:
            asked = message["method"] == "workspace/configuration"
            self._send({"id": message["id"], "result": [None for _ in message["params"]["items"]] if asked else None})
        elif message.get("method") == "textDocument/publishDiagnostics":
            version = message["params"].get("version")
            if version is not None and message["params"]["uri"] == self._uri:
                self.published[version] += 1
        return arrived, message

    def settle(self, seconds: float) -> None:
        """Take in what still comes, for so long; a second publication of a version would come late."""
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            time.sleep(min(left, 0.05))
            while not self._arrived.empty():
                self._receive()

    def _read(self) -> None:
        stream = self._process.stdout
        assert stream is not None
        while True:
            length = 0
            while (line := stream.readline()) not in (b"\r\n", b""):
                name, _, value = line.partition(b":")
                if name.strip().lower() == b"content-length":
                    length = int(value)
            if not line:
                self._arrived.put((time.perf_counter(), b""))
                return
            body = stream.read(length)
            self._arrived.put((time.perf_counter(), body))

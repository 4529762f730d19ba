"""One server over a long day: many thousand edits, questions and cancellations, and not a little nonsense.

What is shown at rest is what a fresh look shows, every question is answered, and memory stays what it was.
"""

from __future__ import annotations

import copy
import json
import os
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lsp_client import JSON, Client, units
from lsp_profiles import PROFILES

from initls.check import Checker
from initls.document import Document
from initls.settings import Settings
from initls.syntax.span import Point, Span
from initls.syntax.text import Text

pytestmark = [pytest.mark.soak, pytest.mark.timeout(1500)]

CORPUS = Path(os.environ.get("INITLS_CORPUS", ".corpus")).resolve()
SERVER = [sys.executable, "-m", "initls", "server"]

FILES = (
    "resnet", "vision_transformer", "convnext", "efficientnet", "mlp_mixer", "swin_transformer", "densenet", "nfnet",
    "regnet", "levit", "xcit", "cait", "beit", "dpn", "ghostnet", "inception_v3", "sknet", "twins", "vgg", "visformer",
)  # fmt: skip
"""Twenty real files, all of them models of timm."""

EDITS = 20_000
REST = 1_000
"""After so many edits everything is taken back, and what is shown is compared with a fresh look."""

SIGH = 1.8
"""Seconds without a question, after which the server has given back the memory that it does not need."""

MORE = {1: 1.2, 8: 1.04, 10: 1.03}
"""By what factor the server may ever hold more than at a rest: the first, the one by which there is room again for what
an edit takes and gives back, and the one by which all that is remembered is there."""

TYPED = (
    " ", "\n", "    ", "x", "(", ")", "[", '"', "'''", "#", ":", ",", "\\", "\U0001f40d", "é",
    "self.fc = nn.Linear(3, 3)\n",
    "        nn.init.zeros_(self.head.weight)\n", "class A(nn.Module):\n", "def f(self):\n", "    pass\n", "\t", "\r\n",
)  # fmt: skip


class Screen:
    """One open document: its text, and how to take back what was typed."""

    def __init__(self, client: Client, path: Path) -> None:
        self.client = client
        self.path = path
        self.text = Text.of(path.read_bytes().decode())
        self.first = self.text
        self.version = 1
        self.uri = client.open(self.text.source, path.as_uri())
        self.undo: list[tuple[Span, str]] = []

    def type(self, rng: random.Random) -> None:
        """One random edit, near the last one as a rule, as people type."""
        line = rng.randrange(len(self.text.lines))
        if self.undo and rng.random() < 0.8:
            line = min(self.undo[-1][0].start.line, len(self.text.lines) - 1)
        column = rng.randint(0, len(self.text.line(line)))
        start = Point(line, column)
        end = start
        if rng.random() < 0.3:
            end = max(start, self.text.clamp(Point(line + rng.choice((0, 0, 0, 1)), column + rng.randint(0, 4))))
        self.replace(Span(start, end), rng.choice(TYPED) if rng.random() < 0.8 else "")

    def replace(self, span: Span, new: str, *, back: bool = False) -> None:
        """Make one edit here and at the server."""
        old = self.text.slice(span)
        changed = self.text.replace(span, new)
        if not back:
            end = changed.point(self.text.offset(span.start) + len(new))
            self.undo.append((Span(span.start, end), old))
        self.version += 1
        place = {"start": self.position(span.start), "end": self.position(span.end)}
        params = {
            "textDocument": {"uri": self.uri, "version": self.version},
            "contentChanges": [{"range": place, "text": new}],
        }
        self.client.notify("textDocument/didChange", params)
        self.text = changed

    def position(self, point: Point) -> JSON:
        line = self.text.lines[point.line]
        return {"line": point.line, "character": units(line[: point.column], self.client.encoding)}

    def take_back(self) -> None:
        """Undo everything, as one change of the whole where the line ends were played with."""
        self.undo.clear()
        self.version += 1
        self.client.change(self.uri, self.version, self.first.source)
        self.text = self.first

    def ask(self, rng: random.Random) -> int:
        """Ask something; the number of the question."""
        document = {"uri": self.uri}
        place = self.position(self.text.clamp(Point(rng.randrange(len(self.text.lines)), rng.randint(0, 40))))
        range_ = {"start": place, "end": place}
        method, params = rng.choice(
            [
                ("textDocument/diagnostic", {"textDocument": document}),
                ("textDocument/hover", {"textDocument": document, "position": place}),
                (
                    "textDocument/codeAction",
                    {"textDocument": document, "range": range_, "context": {"diagnostics": []}},
                ),
                ("textDocument/completion", {"textDocument": document, "position": place}),
                ("textDocument/codeLens", {"textDocument": document}),
            ]
        )
        return self.client.begin(method, params)


def resident(client: Client) -> int:
    """The kilobytes that the server holds in memory."""
    status = Path(f"/proc/{client.process.pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0])


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    client = Client(SERVER, root=tmp_path)
    client.hello(PROFILES["vscode"])
    yield client
    client.close()


@pytest.fixture(scope="module")
def memory(tmp_path_factory: pytest.TempPathFactory) -> list[int]:
    """A long day; what the server held in memory at each rest."""
    client = Client(SERVER, root=tmp_path_factory.mktemp("day"))
    client.hello(PROFILES["vscode"])
    try:
        return _day(client)
    finally:
        client.close()


def _day(client: Client) -> list[int]:
    rng = random.Random(20)
    screens = [Screen(client, CORPUS / "timm" / "models" / f"{name}.py") for name in FILES]
    fresh = [sorted(_found(screen)) for screen in screens]
    memory: list[int] = []
    asked: list[int] = []
    for number in range(1, EDITS + 1):
        screen = rng.choice(screens[:3]) if rng.random() < 0.7 else rng.choice(screens)
        screen.type(rng)
        if rng.random() < 0.1:
            asked.append(screen.ask(rng))
            if rng.random() < 0.3:
                client.notify("$/cancelRequest", {"id": asked[-1]})
        if number % 50 == 0:
            _answered(client, asked)
        if number % REST == 0:
            for one in screens:
                one.take_back()
            assert [sorted(_shown(one)) for one in screens] == fresh
            time.sleep(SIGH)
            memory.append(resident(client))
            client.received.clear()
    assert client.process.poll() is None
    assert client.malformed == []
    return memory


def test_a_long_day(memory: list[int]) -> None:
    """At each rest every question was answered, and what was shown is what a fresh look shows."""
    assert len(memory) == EDITS // REST


@pytest.mark.parametrize("rest", MORE)
def test_memory_is_what_it_was_after_a_while(memory: list[int], rest: int) -> None:
    assert max(memory[rest:]) <= MORE[rest] * memory[rest - 1], memory


def _answered(client: Client, asked: list[int]) -> None:
    """Every question has been answered, if only by an error that says why not."""
    for id in asked:
        answer = client.wait(lambda message, id=id: message.get("id") == id and "method" not in message, timeout=60)
        # Cancelled, the document has changed, or the server has given up for an edit: there is no other reason.
        assert "error" not in answer or answer["error"]["code"] in (-32800, -32801, -32802), answer
    asked.clear()


def _shown(screen: Screen) -> list[tuple[str, int]]:
    items = screen.client.request("textDocument/diagnostic", {"textDocument": {"uri": screen.uri}}, timeout=120)[
        "items"
    ]
    return [(item["code"], item["range"]["start"]["line"]) for item in items]


def _found(screen: Screen) -> list[tuple[str, int]]:
    from initls.workspace.index import Index

    document = Document.of(str(screen.path), screen.text.source)
    return [(one.code, one.span.start.line) for one in Checker(Index()).check(document, Settings()).findings]


# --------------------------------------------------------------------------- nonsense

MESSAGES = 10_000
DOCUMENTS = 10_000
LONGEST = 2.0
"""Seconds of processor time that any one document may take."""

STRANGE: tuple[Any, ...] = (
    None,
    -1,
    2**40,
    1.5,
    True,
    "",
    "x" * 500,
    [],
    {},
    [None],
    {"line": "0"},
    "\ud800",
    "file:///",
)


def _valid(uri: str) -> list[JSON]:
    document, place = {"uri": uri}, {"line": 0, "character": 1}
    range_ = {"start": place, "end": place}
    return [
        {"id": "n1", "method": "textDocument/hover", "params": {"textDocument": document, "position": place}},
        {
            "id": "n2",
            "method": "textDocument/diagnostic",
            "params": {"textDocument": document, "previousResultId": "x"},
        },
        {
            "id": "n3",
            "method": "textDocument/codeAction",
            "params": {"textDocument": document, "range": range_, "context": {"diagnostics": [{"range": range_}]}},
        },
        {"id": "n4", "method": "textDocument/completion", "params": {"textDocument": document, "position": place}},
        {"id": "n5", "method": "textDocument/codeLens", "params": {"textDocument": document}},
        {"id": "n6", "method": "workspace/executeCommand", "params": {"command": "initls.server.debugInformation"}},
        {"id": "n7", "method": "codeAction/resolve", "params": {"title": "x", "data": {"uri": uri, "code": "INI101"}}},
        {"method": "textDocument/didSave", "params": {"textDocument": document}},
        {"method": "$/cancelRequest", "params": {"id": "n1"}},
        {"method": "workspace/didChangeConfiguration", "params": {"settings": {"initls": {"logLevel": "error"}}}},
        {"method": "workspace/didChangeWatchedFiles", "params": {"changes": [{"uri": uri, "type": 2}]}},
        {
            "method": "textDocument/didChange",
            "params": {
                "textDocument": {"uri": f"{uri}x", "version": 2},
                "contentChanges": [{"range": range_, "text": "y"}],
            },
        },
        {
            "method": "notebookDocument/didChange",
            "params": {"notebookDocument": {"uri": uri, "version": 2}, "change": {"cells": {}}},
        },
    ]


def _mutated(message: JSON, rng: random.Random) -> bytes:
    """A message with something wrong: a value of another kind, a key too few, bytes changed or cut off."""
    message = copy.deepcopy({"jsonrpc": "2.0", **message})
    for _ in range(rng.randint(1, 3)):
        holder: Any = message
        while isinstance(holder, dict) and holder and rng.random() < 0.7:
            inner = rng.choice(list(holder.values()))
            if not isinstance(inner, dict | list) or not inner:
                break
            holder = inner
        if isinstance(holder, dict) and holder:
            key = rng.choice(list(holder))
            if rng.random() < 0.3:
                del holder[key]
            else:
                holder[key] = copy.deepcopy(rng.choice(STRANGE))
        elif isinstance(holder, list) and holder:
            holder[rng.randrange(len(holder))] = copy.deepcopy(rng.choice(STRANGE))
    body = bytearray(json.dumps(message).encode())
    if rng.random() < 0.3:
        for _ in range(rng.randint(1, 4)):
            body[rng.randrange(len(body))] = rng.randrange(256)
    if rng.random() < 0.1:
        del body[rng.randrange(len(body)) :]
    return bytes(body)


def test_no_message_brings_it_down(client: Client) -> None:
    rng = random.Random(4)
    text = "import torch\n\nlayer = torch.nn.Linear(2, 2)\ntorch.nn.init.kaiming_normal_(layer.bias)\n"
    uri = client.open(text)
    (item,) = client.diagnostics(uri, 1)
    valid = _valid(uri)
    for number in range(1, MESSAGES + 1):
        body = _mutated(rng.choice(valid), rng)
        if b"shutdown" in body or b'"exit"' in body:
            continue
        client.write_body(body)
        if number % 200 == 0:
            assert client.alive()
            client.received.clear()
    # Settings may have been changed by what was meant to be nonsense; the document is not lost.
    client.notify("workspace/didChangeConfiguration", {"settings": {}})
    client.change(uri, 2, text)
    assert [one["code"] for one in client.diagnostics(uri, 2)] == [item["code"]]


def test_no_document_takes_long(tmp_path: Path) -> None:
    """Real files with bytes, tokens and lines changed: whatever comes out, it is analysed and soon done."""
    rng = random.Random(9)
    sources = [path.read_text(encoding="utf-8") for path in sorted((CORPUS / "timm" / "layers").glob("*.py"))]
    sources = [source for source in sources if len(source) < 20_000]
    checker = Checker()
    slowest, worst = 0.0, ""
    for number in range(DOCUMENTS):
        text = _spoiled(rng.choice(sources), rng)
        started = time.thread_time()
        checker.check(Document.of("a.py", text), Settings(), syntax=rng.random() < 0.2)
        took = time.thread_time() - started
        if took > slowest:
            slowest, worst = took, text
        if number % 100 == 0:
            checker.forget("a.py")
    assert slowest < LONGEST, f"{slowest:.1f} s for:\n{worst}"


def _spoiled(source: str, rng: random.Random) -> str:
    text = source
    for _ in range(rng.randint(1, 6)):
        at = rng.randrange(len(text) + 1) if text else 0
        match rng.randrange(5):
            case 0:
                text = text[:at] + rng.choice((*TYPED, "\0", "\ud800", "\x0c", "(" * 30, "if x:\n")) + text[at:]
            case 1:
                text = text[:at] + text[at + rng.randint(1, 40) :]
            case 2:
                text = text[: max(at, 1)]
            case 3:
                lines = text.split("\n")
                rng.shuffle(lines) if rng.random() < 0.1 else lines.insert(rng.randrange(len(lines)), rng.choice(lines))
                text = "\n".join(lines)
            case _:
                words = text.split(" ")
                words[rng.randrange(len(words))] = rng.choice(words)
                text = " ".join(words)
    return text

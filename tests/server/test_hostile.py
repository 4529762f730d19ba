"""Documents that nobody should write, in front of the real analysis: the server answers and stays up."""

from __future__ import annotations

import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from lsp_client import Client
from lsp_profiles import PROFILES

LIMIT = 5.0
"""Seconds of computing for one of these documents, however busy the machine is; two are meant."""

SOUND = """\
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        self.first = nn.Linear(8, 8)
        super().__init__()


"""
"""Raises when it is run, which has to be found whatever stands behind it."""

HOSTILE: dict[str, Callable[[], str]] = {
    "brackets": lambda: "x = " + "(" * 100_000 + ")" * 100_000,
    "open brackets": lambda: "x = " + "[" * 100_000,
    "operators": lambda: "x = " + "1 + " * 100_000 + "1",
    "unary operators": lambda: "x = " + "-" * 100_000 + "1",
    "elif": lambda: "if a:\n    pass\n" + "elif b:\n    pass\n" * 20_000,
    "attributes": lambda: "x = a" + ".b" * 50_000,
    "calls": lambda: "x = a" + "()" * 50_000,
    "subscripts": lambda: "x = a" + "[0]" * 50_000,
    "string pieces": lambda: "x = (" + "'a' " * 10_000 + ")",
    "blocks": lambda: "".join("  " * depth + "if a:\n" for depth in range(900)) + "  " * 900 + "pass",
    "one line": lambda: "x = [" + "1234567, " * 1_100_000 + "]",
    "no end": lambda: "x = '" + "a" * 10_000_000,
    "nul": lambda: "x = 1\n\0\0\0\ny = 2\n",
    "random": lambda: bytes(random.Random(0).choices(range(256), k=200_000)).decode("latin-1"),
    "surrogates": lambda: "x = '\ud800\udfff'\n\ud800 = 1\n",
    "half a class": lambda: SOUND.replace("Net", "Other")[:180],
    "only line ends": lambda: "\r\n\r\n\n\r" * 20_000,
    "deep f-strings": lambda: "x = " + "f'{" * 500 + "1" + "}'" * 500,
    "deep lambdas": lambda: "x = " + "lambda: " * 20_000 + "1",
    "many functions": lambda: "".join(f"def f{number}(x): return x\n" for number in range(20_000)),
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    client = Client([sys.executable, "-m", "initls", "server"], root=tmp_path_factory.mktemp("w"))
    client.hello(PROFILES["emacs"])
    yield client
    assert client.close() == 0
    assert client.malformed == []


def found(client: Client, uri: str, version: int) -> list[tuple[str, int]]:
    """The codes and lines of what is found in the sound part."""
    items = client.published(uri, version)["diagnostics"]
    places = [(item["code"], item["range"]["start"]["line"]) for item in items]
    return [(code, line) for code, line in places if line < SOUND.count("\n")]


def computed(client: Client) -> float:
    """The seconds that the server has computed so far."""
    if not sys.platform.startswith("linux"):
        return time.monotonic()
    fields = Path(f"/proc/{client.process.pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.mark.parametrize("kind", HOSTILE)
def test_the_server_answers_and_the_rest_of_the_file_keeps_its_findings(client: Client, kind: str) -> None:
    expected = [("INI201", 6)]
    uri = client.open(SOUND)
    assert found(client, uri, 1) == expected
    end = SOUND.count("\n")
    text = HOSTILE[kind]()
    began = computed(client)
    client.change(uri, 2, (end, 0, end, 0, text))
    assert client.alive()
    assert found(client, uri, 2) == expected
    assert computed(client) - began < LIMIT
    began = computed(client)
    other = client.open(SOUND + text)
    assert found(client, other, 1) == expected
    assert computed(client) - began < LIMIT
    for opened in (uri, other):
        client.notify("textDocument/didClose", {"textDocument": {"uri": opened}})
    assert client.alive()


def test_typing_behind_a_hostile_text_stays_possible(client: Client) -> None:
    uri = client.open("x = " + "(" * 50_000 + "\n" + SOUND)
    client.published(uri, 1)
    for version in range(2, 12):
        client.change(uri, version, (3, 0, 3, 0, "#"))
    client.published(uri, 11)
    client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})


def test_the_repairs_of_a_hostile_document_are_asked_for(client: Client) -> None:
    uri = client.open(SOUND + HOSTILE["brackets"]())
    item = client.published(uri, 1)["diagnostics"][0]
    assert "Ignore INI201 here" in [action["title"] for action in client.actions(uri, item["range"], [item])]
    place = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}
    (action,) = client.actions(uri, place, [], ["source.fixAll"])
    edits = action["edit"]["documentChanges"][0]["edits"]
    assert all(edit["range"]["end"]["line"] < SOUND.count("\n") for edit in edits)
    client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})

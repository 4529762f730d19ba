"""Findings that rest on other files, as an editor sees them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import Start
from lsp_client import Client

REAL = [sys.executable, "-m", "initls", "server", "--stdio"]
BASE = """\
from torch import nn


class Base(nn.Module):
    def __init__(self):
        super().__init__()
        self.apply(self._init)

    def _init(self, m):
        if isinstance(m, nn.Linear):
            nn.init.xavier_uniform_(m.weight)
"""
QUIET = BASE.replace("self.apply(self._init)", "pass")
MODEL = """\
from torch import nn
from base import Base


class Net(Base):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 4)
"""


def codes(items: list[Any]) -> list[str]:
    return [item["code"] for item in items]


def pulled(client: Client, uri: str) -> list[str]:
    return codes(client.request("textDocument/diagnostic", {"textDocument": {"uri": uri}})["items"])


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "base.py").write_text(BASE)
    (tmp_path / "model.py").write_text(MODEL)
    return tmp_path


@pytest.mark.parametrize("editor", ["vscode", "neovim-0.12", "helix"])
def test_an_open_base_counts_as_it_is_on_the_screen(start: Start, project: Path, editor: str) -> None:
    client = start(editor, command=REAL)
    model = client.open(MODEL, (project / "model.py").as_uri())
    assert pulled(client, model) == ["INI202"]
    base = client.open(BASE, (project / "base.py").as_uri())
    assert pulled(client, base) == []
    client.change(base, 2, QUIET)
    client.wait(lambda message: message.get("method") == "workspace/diagnostic/refresh")
    assert pulled(client, model) == []
    client.notify("textDocument/didClose", {"textDocument": {"uri": base}})
    assert client.alive()
    assert pulled(client, model) == ["INI202"]


def test_what_others_rest_on_is_pushed_to_editors_that_do_not_ask(start: Start, project: Path) -> None:
    client = start("emacs", command=REAL)
    model = client.open(MODEL, (project / "model.py").as_uri())
    assert codes(client.diagnostics(model, 1)) == ["INI202"]
    base = client.open(BASE, (project / "base.py").as_uri())
    client.change(base, 2, QUIET)
    client.wait(
        lambda message: (
            message.get("method") == "textDocument/publishDiagnostics"
            and message["params"]["uri"] == model
            and not message["params"]["diagnostics"]
        )
    )


def test_a_file_that_changes_on_the_disk(start: Start, project: Path) -> None:
    client = start("vscode", command=REAL)
    model = client.open(MODEL, (project / "model.py").as_uri())
    assert pulled(client, model) == ["INI202"]
    (project / "base.py").write_text(QUIET)
    changed = {"changes": [{"uri": (project / "base.py").as_uri(), "type": 2}]}
    client.notify("workspace/didChangeWatchedFiles", changed)
    client.wait(lambda message: message.get("method") == "workspace/diagnostic/refresh")
    assert pulled(client, model) == []


def test_a_place_in_another_file_is_named_by_its_address(start: Start, project: Path) -> None:
    (project / "helpers.py").write_text(
        "from torch import nn\n\n\ndef init(m):\n    if isinstance(m, nn.Linear):\n"
        "        nn.init.ones_(m.weight)\n        nn.init.zeros_(m.bias)\n"
    )
    text = (
        "from torch import nn\nfrom helpers import init\n\n\nclass Net(nn.Module):\n    def __init__(self):\n"
        "        super().__init__()\n        self.a = nn.Linear(8, 16)\n        self.b = nn.Linear(16, 4)\n"
        "        self.apply(init)\n\n    def forward(self, x):\n        return self.b(self.a(x).tanh())\n"
    )
    client = start("vscode", command=REAL)
    uri = client.open(text, (project / "net.py").as_uri())
    (item,) = client.request("textDocument/diagnostic", {"textDocument": {"uri": uri}})["items"]
    assert item["code"] == "INI101"
    first = item["relatedInformation"][0]["location"]
    assert first["uri"] == (project / "helpers.py").as_uri()
    assert first["range"]["start"] == {"line": 5, "character": 8}

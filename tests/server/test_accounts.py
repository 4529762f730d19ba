"""What layers start with: on hover, above a model, and behind the lines that make them."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
from lsp_client import JSON, Client, Start, span, units

pytestmark = pytest.mark.session

SERVER = [sys.executable, "-m", "initls", "server"]
SNAKE = "\U0001f40d"

MODEL = f"""\
import torch
from torch import nn


def scale(m):
    if isinstance(m, nn.Conv2d):
        nn.init.normal_(m.weight, std=0.02)


@torch.compile
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 16, 3)
        "{SNAKE}"; self.fc = nn.Linear(16, 8)
        self.head = nn.Linear(8, 2)
        self.apply(scale)
        "{SNAKE}"; nn.init.xavier_normal_(self.head.weight)

    def forward(self, x):
        x = torch.relu(self.conv(x)).mean((2, 3))
        return self.head(torch.relu(self.fc(x)))


class Config:
    pass
"""

Place = Callable[[str], JSON]


@pytest.fixture(params=["vscode", "neovim-0.12", "emacs"])
def client(request: pytest.FixtureRequest, start: Start) -> Client:
    return start(request.param, command=SERVER, settings={"inlayHints": True})


def place(client: Client, word: str) -> JSON:
    """Where a word of the model begins, in the client's units."""
    line = next(number for number, text in enumerate(MODEL.split("\n")) if word in text)
    text = MODEL.split("\n")[line]
    return {"line": line, "character": units(text[: text.index(word)], client.encoding)}


def hover(client: Client, uri: str, word: str) -> str | None:
    params = {"textDocument": {"uri": uri}, "position": place(client, word)}
    answer = client.request("textDocument/hover", params)
    return None if answer is None else str(answer["contents"]["value"]).replace("`", "")


def test_a_layer_tells_what_it_starts_with(client: Client) -> None:
    uri = client.open(MODEL)
    # torch draws Linear(16, 8) from U(-1/sqrt(16), 1/sqrt(16)), whose deviation is 0.25 / sqrt(3).
    told = hover(client, uri, "self.fc =")
    assert told is not None
    assert "fc.weight (8, 16): U(-0.25, 0.25), std 0.144 (torch's default)" in told
    assert 'kaiming_normal_(nonlinearity="relu") would give it std 0.354' in told
    told = hover(client, uri, "self.conv =")
    assert told is not None and "conv.weight (16, 3, 3, 3): normal(mean=0, std=0.02) (by scale)" in told


def test_an_initialization_tells_what_it_leaves(client: Client) -> None:
    uri = client.open(MODEL)
    told = hover(client, uri, "nn.init.normal_")
    assert told is not None and told.startswith("conv.weight (16, 3, 3, 3): normal(mean=0, std=0.02) (by scale)")
    told = hover(client, uri, "nn.init.xavier_normal_")
    assert told is not None and told.startswith("head.weight (2, 8): xavier_normal(gain=1), std 0.447 (by __init__)")
    assert hover(client, uri, "super()") is None


def test_a_finding_tells_the_numbers_of_its_layer(client: Client) -> None:
    uri = client.open(MODEL.replace("std=0.02", "std=0.0"))
    params = {"textDocument": {"uri": uri}, "position": place(client, "nn.init.normal_")}
    value = client.request("textDocument/hover", params)["contents"]["value"].replace("`", "")
    assert "INI103" in value
    # He's rule for three channels of 3 x 3: sqrt(2 / 27).
    assert 'kaiming_normal_(nonlinearity="relu") would give it std 0.272' in value


def test_a_lens_stands_above_each_model(client: Client) -> None:
    uri = client.open(MODEL)
    (lens,) = client.request("textDocument/codeLens", {"textDocument": {"uri": uri}})
    name = place(client, "Net(")
    assert lens["range"]["start"] == name
    command = client.request("codeLens/resolve", lens)["command"]
    assert command == {"title": "6 parameters: 4 torch's default, 1 by `scale`, 1 by `__init__`", "command": ""}


def test_a_lens_runs_the_clients_command_where_it_has_one(start: Start) -> None:
    options = {"commands": ["initls.showReport"]}
    client = start("vscode", command=SERVER, initializationOptions=options)
    uri = client.open(MODEL)
    (lens,) = client.request("textDocument/codeLens", {"textDocument": {"uri": uri}})
    command = client.request("codeLens/resolve", lens)["command"]
    assert (command["command"], command["arguments"]) == ("initls.showReport", [uri, "Net"])


def test_a_lens_counts_constant_matrices(client: Client) -> None:
    uri = client.open(MODEL.replace("xavier_normal_", "zeros_"))
    (lens,) = client.request("textDocument/codeLens", {"textDocument": {"uri": uri}})
    title = client.request("codeLens/resolve", lens)["command"]["title"]
    assert title.endswith("1 by `__init__`, 1 constant matrix")


def test_a_lens_of_a_model_that_is_gone_is_empty(client: Client) -> None:
    uri = client.open(MODEL)
    (lens,) = client.request("textDocument/codeLens", {"textDocument": {"uri": uri}})
    client.change(uri, 2, "import torch\n")
    assert client.request("codeLens/resolve", lens)["command"]["title"] == ""


def test_hints_stand_behind_the_layers_that_are_shown(client: Client) -> None:
    uri = client.open(MODEL)
    whole = {"textDocument": {"uri": uri}, "range": span(0, 0, 99, 0)}
    hints = client.request("textDocument/inlayHint", whole)
    ends = [place(client, word) for word in ("self.conv =", "self.fc =", "self.head =")]
    assert [hint["label"] for hint in hints] == ["std 0.02", "std 0.144", "std 0.447"]
    assert [hint["position"]["line"] for hint in hints] == [end["line"] for end in ends]
    for hint in hints:
        text = MODEL.split("\n")[hint["position"]["line"]]
        assert hint["position"]["character"] == units(text, client.encoding)
    line = place(client, "self.fc =")["line"]
    some = {"textDocument": {"uri": uri}, "range": span(line, 0, line, 5)}
    assert [hint["label"] for hint in client.request("textDocument/inlayHint", some)] == ["std 0.144"]


def test_each_can_be_switched_off(start: Start) -> None:
    off = {"hover": False, "codeLens": False, "completion": False, "codeActions": False}
    offered = start(command=SERVER, settings=off).capabilities
    for name in ("hoverProvider", "codeLensProvider", "completionProvider", "codeActionProvider", "inlayHintProvider"):
        assert not offered.get(name), name
    # Hints come only for those who ask.
    offered = start(command=SERVER).capabilities
    assert not offered.get("inlayHintProvider") and offered["codeLensProvider"] == {"resolveProvider": True}

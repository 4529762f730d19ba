"""The real analysis behind the server, on the examples that ship with initls."""

from __future__ import annotations

import json
import random
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from lsp_client import JSON, Client, apply, span, units
from lsp_profiles import PROFILES

from initls.check import Checker
from initls.document import Document
from initls.settings import Settings

ROOT = Path(__file__).parents[2]
LENET = (ROOT / "examples" / "lenet.py").read_text("utf-8")
CALL = "self._initialize_weights()"
SNAKE = "\U0001f40d"


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Client]]:
    clients: dict[str, Client] = {}

    def get(profile: str) -> Client:
        if profile not in clients:
            root = tmp_path_factory.mktemp(profile)
            client = Client([sys.executable, "-m", "initls", "server", "--stdio"], root=root)
            client.hello(PROFILES[profile])
            clients[profile] = client
        return clients[profile]

    yield get
    for client in clients.values():
        assert client.close() == 0
        assert client.malformed == []


@pytest.fixture
def client(profile: str, real: Callable[[str], Client]) -> Client:
    return real(profile)


def shown(client: Client, text: str, item: JSON) -> str:
    """The characters under a squiggle on one line."""
    line = text.split("\n")[item["range"]["start"]["line"]]
    start, end = (item["range"][end]["character"] for end in ("start", "end"))
    columns = {units(line[:n], client.encoding): n for n in range(len(line) + 1)}
    return line[columns[start] : columns[end]]


# Characters of several units behind the finding, in the comments that move with it, and in front of it.
COMMENTED = LENET.replace(f"            {CALL}", f"            {CALL}  # {SNAKE} é {SNAKE}", 1)
FOLLOWING = LENET.replace(f"            {CALL}", f"            '{SNAKE}'; {CALL}  # {SNAKE}", 1)


@pytest.mark.parametrize("text", [LENET, COMMENTED, FOLLOWING], ids=["plain", "commented", "following"])
def test_the_lenet_is_underlined(client: Client, text: str) -> None:
    uri = client.open(text)
    (item,) = client.diagnostics(uri, 1)
    assert (item["code"], item["source"], item["severity"]) == ("INI202", "initls", 2)
    assert shown(client, text, item) == CALL
    for layer in ("conv1", "conv2", "fc1", "fc2", "fc3"):
        assert f"`{layer}`" in item["message"]


@pytest.mark.parametrize("text", [LENET, COMMENTED], ids=["plain", "commented"])
def test_the_lenet_is_mended(client: Client, text: str) -> None:
    uri = client.open(text)
    (item,) = client.diagnostics(uri, 1)
    action = client.actions(uri, item["range"], [item])[0]
    assert action["isPreferred"] is True
    fixed = apply(text, action["edit"], uri, client.encoding)
    assert fixed.index("self.fc3 = ") < fixed.index(CALL)
    assert sorted(fixed.split("\n")) == sorted(text.split("\n"))
    (all_of_them,) = client.actions(uri, span(0, 0, 0, 0), [], ["source.fixAll"])
    assert apply(text, all_of_them["edit"], uri, client.encoding) == fixed
    client.change(uri, 2, fixed)
    assert client.diagnostics(uri, 2) == []
    assert client.actions(uri, item["range"], []) == []
    assert client.actions(uri, span(0, 0, 0, 0), [], ["source.fixAll"]) == []


def test_the_lenet_is_silenced(client: Client) -> None:
    uri = client.open(FOLLOWING)
    (item,) = client.diagnostics(uri, 1)
    offered = client.actions(uri, item["range"], [item])
    (action,) = [action for action in offered if action["title"].startswith("Ignore ")]
    fixed = apply(FOLLOWING, action["edit"], uri, client.encoding)
    assert fixed == FOLLOWING.replace(f"# {SNAKE}\n", f"# {SNAKE}  # initls: ignore[INI202]\n")
    client.change(uri, 2, fixed)
    assert client.diagnostics(uri, 2) == []


def test_fix_all_is_what_the_analysis_makes_of_the_file(client: Client) -> None:
    for path in sorted((ROOT / "examples").glob("*.py")):
        text = path.read_bytes().decode("utf-8")
        uri = client.open(text)
        actions = client.actions(uri, span(0, 0, 0, 0), [], ["source.fixAll.initls"])
        expected = Checker().fix_all(Document.of(path.name, text), Settings(), unsafe=False).source
        fixed = apply(text, actions[0]["edit"], uri, client.encoding) if actions else text
        assert fixed == expected
        assert bool(actions) == (expected != text)
        client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})


def test_every_finding_of_the_examples_has_its_repairs_and_its_explanation(client: Client) -> None:
    seen: set[str] = set()
    for path in sorted((ROOT / "examples").glob("*.py")):
        text = path.read_text("utf-8")
        uri = client.open(text)
        for item in client.diagnostics(uri, 1):
            seen.add(item["code"])
            hover = client.request(
                "textDocument/hover", {"textDocument": {"uri": uri}, "position": item["range"]["start"]}
            )
            assert item["code"] in hover["contents"]["value"]
            # What is worked out when it is chosen has its edit then, and a page none.
            offered = client.actions(uri, item["range"], [item])
            actions = [action for action in offered if "edit" in action]
            assert actions[-1]["title"] == f"Ignore {item['code']} here"
            for action in actions:
                fixed = apply(text, action["edit"], uri, client.encoding)
                compile(fixed, path.name, "exec")
                assert fixed != text
        client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    assert seen >= {"INI101", "INI104", "INI201", "INI202", "INI203"}


@pytest.mark.parametrize("seed", range(3))
def test_after_any_typing_that_ends_well_the_findings_are_those_of_a_fresh_look(client: Client, seed: int) -> None:
    chance = random.Random(seed)
    pieces = [
        "(",
        ")",
        "\n",
        "        ",
        '"""',
        "#",
        "x = 1\n",
        "'",
        ":",
        "def f(self):\n",
        "class A:\n",
        SNAKE,
        "\t",
        "\\\n",
    ]
    text = LENET
    uri = client.open(text)
    for version in range(2, 40, 2):
        at = chance.randrange(len(text))
        line, column = text.count("\n", 0, at), at - (text.rfind("\n", 0, at) + 1)
        before = units(text.split("\n")[line][:column], client.encoding)
        piece = "".join(chance.choices(pieces, k=2))
        client.change(uri, version, (line, before, line, before, piece))
        # Half of the time it is erased again before anybody could look at it.
        if chance.random() < 0.5:
            client.diagnostics(uri, version)
        end = re.split("\n", piece)
        last = units(end[-1], client.encoding) + (before if len(end) == 1 else 0)
        client.change(uri, version + 1, (line, before, line + len(end) - 1, last, ""))
    fresh = client.open(text)
    expected = client.diagnostics(fresh, 1)
    assert [item["code"] for item in expected] == ["INI202"]
    # The places that take part in a finding name their document.
    assert json.dumps(client.diagnostics(uri, 39)).replace(uri, fresh) == json.dumps(expected)


RESIDUAL = """\
import torch
from torch import nn


def zero_module(module):
    for p in module.parameters():
        nn.init.zeros_(p)
    return module


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conv = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.bn = nn.BatchNorm2d(width)
        nn.init.zeros_(self.bn.weight)
        self.leave = zero_module(nn.Conv2d(width, width, 1))
        nn.init.kaiming_normal_(self.conv.weight)

    def forward(self, x, hint):
        return torch.relu(x + self.bn(self.conv(x)) + self.leave(hint))
"""


def test_a_hover_tells_why_an_initialization_is_right_that_looks_wrong(client: Client) -> None:
    uri = client.open(RESIDUAL)
    assert client.diagnostics(uri, 1) == []

    def at(piece: str, nth: int = 0) -> JSON | None:
        before = RESIDUAL[: [found.start() for found in re.finditer(re.escape(piece), RESIDUAL)][nth]]
        place = {"line": before.count("\n"), "character": len(before.rpartition("\n")[2])}
        result: JSON | None = client.request("textDocument/hover", {"textDocument": {"uri": uri}, "position": place})
        return result

    gain = at("zeros_(self.bn.weight)")
    assert gain is not None
    assert "residual" in gain["contents"]["value"] and "Goyal et al. 2017" in gain["contents"]["value"]
    call = at("zero_module(nn.Conv2d")
    assert call is not None and "Zero convolution" in call["contents"]["value"]
    helper = at("zeros_(p)")
    assert helper is not None and "leave.weight" in helper["contents"]["value"]
    drawn = at("kaiming_normal_")
    assert drawn is not None and "kaiming_normal(" in drawn["contents"]["value"]
    assert at("def forward") is None

"""Native code that ends its process costs the text that it was given, and never the server."""

from __future__ import annotations

import sys

import pytest
from lsp_client import Client, Start

DYING = [
    sys.executable,
    "-c",
    """
from initls.syntax import trial

trial.COMMAND = '''
import sys; sys.path[:] = sys.argv[1:]
import os, libcst
from initls.syntax import trial
parse = libcst.parse_module
libcst.parse_module = lambda text: os.abort() if "DEADLY" in text else parse(text)
trial.serve()
'''

if __name__ == "__main__":
    from initls.server.main import serve
    serve()
""",
]
"""The real server, whose parser dies in earnest of a certain word; only where it is tried out."""

SOUND = "import torch\n\nlayer = torch.nn.Linear(2, 2)\ntorch.nn.init.kaiming_normal_(layer.bias)\n\n\n"


def deep(word: str, depth: int = 100) -> str:
    return f"def {word.lower()}():\n    {word} = " + "[" * depth + "torch.nn.init.zeros_(1)" + "]" * depth + "\n"


def found(client: Client, uri: str, version: int) -> list[tuple[str, int]]:
    return [(item["code"], item["range"]["start"]["line"]) for item in client.diagnostics(uri, version)]


@pytest.mark.parametrize("profile", ["vscode", "emacs"])
def test_the_server_outlives_its_parser(start: Start, profile: str) -> None:
    client = start(profile, command=DYING)
    uri = client.open(SOUND + deep("DEADLY"))
    other = client.open(SOUND + deep("harmless"))
    assert found(client, uri, 1) == found(client, other, 1)
    assert [line for _, line in found(client, uri, 1)] == [3]
    # It is said what is left out, and where.
    assert f"{uri}:8: the parser dies of it" in client.logged()
    assert f"{other}" not in client.logged()


def test_typing_in_a_deadly_text_goes_on(start: Start) -> None:
    client = start("emacs", command=DYING)
    uri = client.open(SOUND + deep("DEADLY"))
    for version in range(2, 12):
        client.change(uri, version, (7, 4, 7, 4, "x"))
        assert [line for _, line in found(client, uri, version)] == [3]
    client.change(uri, 12, SOUND + deep("harmless"))
    assert [line for _, line in found(client, uri, 12)] == [3]
    assert client.alive()
    assert client.logged().count("ended its process") <= 3


def test_what_is_tried_out_and_survived_has_its_findings(start: Start) -> None:
    client = start("emacs", command=DYING)
    bug = "    layer = torch.nn.Linear(2, 2)\n    torch.nn.init.kaiming_normal_(layer.bias)\n"
    uri = client.open(SOUND + deep("harmless") + bug)
    assert [line for _, line in found(client, uri, 1)] == [3, 9]
    assert "the parser dies" not in client.logged()

"""Clients for the tests of the server: it is always run as a process, over its standard input and output."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from lsp_client import Client  # noqa: E402
from lsp_profiles import PROFILES  # noqa: E402

PUPPET = [sys.executable, str(HERE / "puppet_server.py")]
"""A real server around an analysis that does what the text tells it to."""
REAL = [sys.executable, "-m", "initls", "server", "--stdio"]

Start = Callable[..., Client]


@pytest.fixture(params=sorted(PROFILES))
def profile(request: pytest.FixtureRequest) -> str:
    """Each of the editors in turn."""
    return str(request.param)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a server and introduces a client to it; in the end each must leave in good order."""
    clients: list[Client] = []

    def begin(profile: str = "vscode", *, command: list[str] = PUPPET, hello: bool = True, **options: Any) -> Client:
        client = Client(command, root=options.pop("root", tmp_path))
        clients.append(client)
        if hello:
            client.hello(PROFILES[profile], **options)
        return client

    yield begin
    for client in clients:
        client.close()
    # What any of them was sent has the shape that the protocol prescribes.
    assert [complaint for client in clients for complaint in client.malformed] == []

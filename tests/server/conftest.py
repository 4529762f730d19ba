"""Clients for the tests of the server: it is always run as a process, over its standard input and output."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from lsp_client import Client  # noqa: E402
from lsp_profiles import PROFILES  # noqa: E402

PUPPET = [sys.executable, str(HERE / "puppet_server.py")]
"""A real server around an analysis that does what the text tells it to."""

Start = Callable[..., Client]


@pytest.fixture(scope="session", params=["vscode", "neovim", "emacs", "bare"])
def profile(request: pytest.FixtureRequest) -> str:
    """Each of the editors in turn."""
    return str(request.param)


@pytest.fixture(scope="session")
def editor(profile: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A session of one editor that all tests share which do not end it or change its settings."""
    client = Client(PUPPET, root=tmp_path_factory.mktemp(profile))
    client.hello(PROFILES[profile])
    yield client
    assert client.close() == 0
    assert client.malformed == []


_numbers = count(1)


@pytest.fixture
def uri() -> str:
    """The name of a document that no other test uses."""
    return f"file:///w/{next(_numbers)}.py"


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts servers of the test's own."""
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

"""Clients for the tests of the server: it is always run as a process, over its standard input and output."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from lsp_client import PUPPET, Client, Start, new_uri  # noqa: E402
from lsp_profiles import PROFILES  # noqa: E402


@pytest.fixture(scope="session", params=PROFILES)
def profile(request: pytest.FixtureRequest) -> str:
    """Each of the editors in turn."""
    return str(request.param)


@pytest.fixture(scope="session")
def session_of(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Client]]:
    """One session of each editor, for all tests that neither end it nor change its settings."""
    clients: dict[str, Client] = {}

    def get(profile: str) -> Client:
        if profile not in clients:
            client = Client(PUPPET, root=tmp_path_factory.mktemp(profile))
            # One that could not be introduced is nobody else's session.
            client.hello(PROFILES[profile])
            clients[profile] = client
        return clients[profile]

    yield get
    for client in clients.values():
        assert client.close() == 0
        assert client.malformed == []


@pytest.fixture
def editor(profile: str, session_of: Callable[[str], Client]) -> Client:
    """The shared session of the editor whose turn it is."""
    return session_of(profile)


@pytest.fixture
def uri() -> str:
    """The name of a document that no other test uses."""
    return new_uri()


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

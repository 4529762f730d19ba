"""Whoever types does not wait for the other ten thousand files of the workspace.

What counts is a ratio within one run: keystrokes with and without a survey of the workspace under way, in turns, so
that whatever else the machine does falls on both alike.
"""

from __future__ import annotations

import contextlib
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from lsp_client import JSON, Client, LspError
from lsp_profiles import PROFILES

pytestmark = [pytest.mark.soak, pytest.mark.timeout(900)]

SERVER = [sys.executable, "-m", "initls", "server"]

FILES = 10_000
ROUNDS = 8
KEYSTROKES = 40
"""In each phase of a round: one without and one with a survey."""

PAUSE = 0.03
"""Seconds between two keystrokes; nobody types faster."""

MOST = 2.0
"""How many times as long as without a survey a keystroke may take with one."""

LAYER = """

class Block{n}(nn.Module):
    def __init__(self, width={n}):
        super().__init__()
        self.inner = nn.Linear(width, 4 * width)
        self.outer = nn.Linear(4 * width, width)
        nn.init.xavier_uniform_(self.inner.weight)
        nn.init.{initializer}

    def forward(self, x):
        return x + self.outer(torch.relu(self.inner(x)))
"""


def source(number: int, blocks: int) -> str:
    """A file like no other: some of them have a bug."""
    initializer = f"constant_(self.outer.weight, {number}.0)" if number % 7 == 0 else "zeros_(self.outer.bias)"
    made = "".join(LAYER.format(n=number * 100 + block + 1, initializer=initializer) for block in range(blocks))
    return f"import torch\nfrom torch import nn\n{made}"


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    for folder in range(100):
        (tmp_path / f"part{folder}").mkdir()
    for number in range(FILES):
        file = tmp_path / f"part{number % 100}" / f"model{number}.py"
        file.write_text(source(number, 1 if number % 10 else 8))
    return tmp_path


@pytest.fixture
def client(workspace: Path) -> Iterator[Client]:
    client = Client(SERVER, root=workspace)
    client.hello(PROFILES["vscode"], settings={"diagnosticMode": "workspace"})
    yield client
    client.close()


class Typist:
    """Types a comment and a call into a file, and takes it back."""

    def __init__(self, client: Client) -> None:
        self.client = client
        text = source(9_999_999, 40)
        self.line = text.split("\n").index("        super().__init__()")
        self.version = 1
        self.typed = 0
        self.uri = client.open(text, (client.root / "in_hand.py").as_uri())
        client.diagnostics(self.uri, 1)

    def keystroke(self) -> float:
        """The seconds from a keystroke to what the client shows for it."""
        word = "        nn.init.zeros_(self.inner.bias)"
        self.version += 1
        if self.typed == 0:
            change: tuple[int, int, int, int, str] = (self.line, 26, self.line, 26, "\n")
        elif self.typed <= len(word):
            column = self.typed - 1
            change = (self.line + 1, column, self.line + 1, column, word[column])
        else:
            change = (self.line, 26, self.line + 1, len(word), "")
            self.typed = -1
        self.typed += 1
        began = time.perf_counter()
        self.client.change(self.uri, self.version, change)
        self.client.diagnostics(self.uri, self.version)
        return time.perf_counter() - began

    def type(self) -> list[float]:
        times: list[float] = []
        for _ in range(KEYSTROKES):
            times.append(self.keystroke())
            time.sleep(PAUSE)
        return times


def steps(client: Client) -> list[JSON]:
    """What a survey has said of how far it is; it speaks of every twentieth file."""
    messages = [message for message in [*client.received] if message.get("method") == "$/progress"]
    told = [message["params"]["value"] for message in messages if message["params"]["token"] == "w"]
    return [value for value in told if value["kind"] == "report"]


def test_a_survey_of_the_workspace_costs_typing_next_to_nothing(client: Client) -> None:
    typist = Typist(client)
    typist.type()
    idle: list[float] = []
    loaded: list[float] = []
    told = 0
    for _ in range(ROUNDS):
        idle += typist.type()
        client.received.clear()
        params = {"previousResultIds": [], "partialResultToken": "p", "workDoneToken": "w"}
        asked = client.begin("workspace/diagnostic", params)
        # Half of the keystrokes fall into the beginning, when the files are looked for.
        some = typist.type()
        client.wait(lambda message: bool(steps(client)), timeout=120)
        some += typist.type()
        told += len(steps(client))
        over = any(message.get("id") == asked and "method" not in message for message in client.received)
        client.notify("$/cancelRequest", {"id": asked})
        with contextlib.suppress(LspError):
            client.finish(asked)
        client.received.clear()
        loaded += some
        time.sleep(0.2)
        if over:
            break
    alone, beside = statistics.median(idle), statistics.median(loaded)
    print(f"{1000 * alone:.1f} ms alone, {1000 * beside:.1f} ms beside a survey: {beside / alone:.2f} times")
    assert told > 0
    assert beside <= MOST * alone

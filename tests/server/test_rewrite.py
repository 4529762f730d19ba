"""An initialization that is written for a model, at the cursor."""

from __future__ import annotations

import sys

import pytest
from lsp_client import JSON, Client, Start, apply, span

SERVER = [sys.executable, "-m", "initls", "server"]

BEFORE = """\
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3)
        self.norm = nn.BatchNorm2d(8)
        self.fc = nn.Linear(8, 8)
        self.head = nn.Linear(8, 2)
        self.out = nn.Linear(2, 2)

    def forward(self, x):
        x = self.norm(self.conv(x)).relu().mean((2, 3))
        return self.out(self.head(self.fc(x).relu()).relu())
"""

AFTER = BEFORE.replace(
    """        self.out = nn.Linear(2, 2)
""",
    """        self.out = nn.Linear(2, 2)
        self.apply(self._init_weights)
        nn.init.xavier_normal_(self.out.weight)

    def _init_weights(self, m):
        if isinstance(m, nn.Conv2d):
            nn.init.kaiming_normal_(m.weight, mode="fan_out", nonlinearity="relu")
            if m.bias is not None:
                nn.init.zeros_(m.bias)
        elif isinstance(m, nn.Linear):
            nn.init.kaiming_normal_(m.weight, nonlinearity="relu")
            if m.bias is not None:
                nn.init.zeros_(m.bias)
        elif isinstance(m, nn.BatchNorm2d):
            if m.weight is not None:
                nn.init.ones_(m.weight)
            if m.bias is not None:
                nn.init.zeros_(m.bias)
""",
)


@pytest.fixture(params=["vscode", "emacs"])
def client(request: pytest.FixtureRequest, start: Start) -> Client:
    return start(request.param, command=SERVER)


def rewrites(client: Client, uri: str, line: int = 3) -> list[JSON]:
    return client.actions(uri, span(line, 8, line, 8), only=["refactor"])


def test_an_initialization_is_written(client: Client) -> None:
    uri = client.open(BEFORE)
    (action,) = rewrites(client, uri)
    assert (action["title"], action["kind"]) == ("Insert an initialization for this model", "refactor.rewrite")
    assert apply(BEFORE, action["edit"], uri, client.encoding) == AFTER


def test_a_model_that_has_one_is_left_alone(client: Client) -> None:
    uri = client.open(AFTER)
    assert rewrites(client, uri) == []


def test_it_is_offered_on_the_line_of_the_name_alone(client: Client) -> None:
    uri = client.open(BEFORE)
    assert rewrites(client, uri, 4) == rewrites(client, uri, 8) == []


def test_a_hugging_face_model_gets_its_hook(client: Client) -> None:
    text = """\
import torch
from transformers import PreTrainedModel


class Net(PreTrainedModel):
    def __init__(self, config):
        super().__init__(config)
        self.fc = torch.nn.Linear(4, 4)

    def forward(self, x):
        return torch.tanh(self.fc(x))
"""
    uri = client.open(text)
    (action,) = rewrites(client, uri, 4)
    after = apply(text, action["edit"], uri, client.encoding)
    added = """\
        self.post_init()

    def _init_weights(self, module):
        if isinstance(module, torch.nn.Linear):
            torch.nn.init.xavier_normal_(module.weight, gain=1.6667)
            if module.bias is not None:
                torch.nn.init.zeros_(module.bias)
"""
    assert after == text.replace("Linear(4, 4)\n", f"Linear(4, 4)\n{added}")


def test_a_model_whose_runner_calls_a_hook_gets_that_hook(client: Client) -> None:
    text = """\
import torch
from mmengine.model import BaseModule
from torch import nn


class Net(BaseModule):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 4)

    def forward(self, x):
        return torch.relu(self.fc(x))
"""
    uri = client.open(text)
    (action,) = rewrites(client, uri, 5)
    after = apply(text, action["edit"], uri, client.encoding)
    assert "def init_weights(self):\n        super().init_weights()\n        for m in self.modules():\n" in after
    assert "self.apply" not in after


def test_the_file_may_reach_torch_as_it_likes(client: Client) -> None:
    text = """\
import torch.nn as N
from torch.nn.init import zeros_
class Net(N.Module):
  def __init__(self):
    super().__init__()
    self.fc = N.Linear(4, 4)
  def forward(self, x): return self.fc(x).relu()"""
    uri = client.open(text)
    (action,) = rewrites(client, uri, 2)
    after = apply(text, action["edit"], uri, client.encoding)
    assert "  def _init_weights(self, m):\n    if isinstance(m, N.Linear):\n" in after
    assert "      N.init.kaiming_normal_(m.weight" in after and "        zeros_(m.bias)\n" in after

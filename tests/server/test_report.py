"""The report on a model, as the panel of an editor asks for it."""

from __future__ import annotations

import sys
from html.parser import HTMLParser

import pytest
from lsp_client import JSON, Client, Start

pytestmark = pytest.mark.session

SERVER = [sys.executable, "-m", "initls", "server"]
SNAKE = "\U0001f40d"

MODEL = f"""\
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        "{SNAKE}"; self.fc = nn.Linear(256, 64)
        self.head = nn.Linear(64, 8)
        nn.init.normal_(self.head.weight, std=0.02)

    def forward(self, x):
        return self.head(torch.relu(self.fc(x)))


class Other(nn.Module):
    def __init__(self):
        super().__init__()
        self.only = nn.Linear(4, 4)

    def forward(self, x):
        return self.only(x)


class Config:
    pass
"""


@pytest.fixture(params=["vscode", "neovim-0.12", "emacs"])
def client(request: pytest.FixtureRequest, start: Start) -> Client:
    return start(request.param, command=SERVER)


def ask(client: Client, uri: str, **more: object) -> JSON:
    answer = client.request("initls/report", {"textDocument": {"uri": uri}, **more})
    assert isinstance(answer, dict)
    return answer


def at(word: str) -> JSON:
    line = next(number for number, text in enumerate(MODEL.split("\n")) if word in text)
    return {"line": line, "character": 0}


def test_the_report_of_the_model_under_the_cursor(client: Client) -> None:
    uri = client.open(MODEL)
    answer = ask(client, uri, position=at("self.head(torch"))
    assert (answer["model"], answer["documentVersion"], answer["uri"]) == ("Net", 1, uri)
    assert [model["name"] for model in answer["models"]] == ["Net", "Other"]
    assert answer["models"][0]["range"]["start"] == {"line": 4, "character": 6}
    head = next(one for one in answer["json"]["parameters"] if one["name"] == "head.weight")
    assert (head["std"], head["written_by"]) == (0.02, "__init__")
    assert head["written_at"]["range"]["start"]["line"] == at("nn.init")["line"]
    # torch draws from U(-1/16, 1/16): a sum of 256 products with such a number, and one more.
    first = answer["json"]["signal"][0]
    assert first["name"] == "fc" and first["std"] == pytest.approx((1 / 3 + 1 / 768) ** 0.5, rel=1e-6)
    assert ask(client, uri, position=at("self.only"))["model"] == "Other"


def test_where_there_is_no_model_the_others_are_named(client: Client) -> None:
    uri = client.open(MODEL)
    answer = ask(client, uri, position=at("class Config"))
    assert answer["model"] is None and "json" not in answer and len(answer["models"]) == 2
    assert ask(client, uri, model="Gone")["model"] is None


class Page(HTMLParser):
    """What of a page matters to a panel: where its rows lead, and whether it needs anything else."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[tuple[str | None, str | None]] = []
        self.tags: set[str] = set()
        self.outside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.add(tag)
        self.outside += [str(found[key]) for key in ("src", "srcset") if key in found]
        if tag == "tr" and "data-line" in found:
            self.rows.append((found["data-uri"], found["data-line"]))


def test_a_page_is_whole_and_leads_to_its_lines(client: Client) -> None:
    uri = client.open(MODEL)
    answer = ask(client, uri, model="Net", formats=["html"])
    assert "json" not in answer
    page = Page()
    page.feed(answer["html"])
    assert (uri, str(at("self.fc =")["line"])) in page.rows
    assert {place for place, _ in page.rows} == {uri}
    assert "svg" in page.tags and not page.tags & {"script", "link", "img", "iframe"} and not page.outside
    assert "var(--vscode-foreground, var(--own-text))" in answer["html"]


def test_a_panel_follows_edits(client: Client) -> None:
    uri = client.open(MODEL)
    ask(client, uri, model="Net", follow=True)
    client.change(uri, 2, MODEL.replace("std=0.02", "std=0.5"))
    changed = client.wait(lambda message: message.get("method") == "initls/reportChanged")
    assert changed["params"] == {"uri": uri, "documentVersion": 2}
    answer = ask(client, uri, model="Net", follow=False)
    head = next(one for one in answer["json"]["parameters"] if one["name"] == "head.weight")
    assert head["std"] == 0.5
    client.change(uri, 3, MODEL)
    ask(client, uri, model="Net")
    assert len(client.sent("initls/reportChanged")) == 1


def test_a_command_gives_the_report_to_any_client(client: Client) -> None:
    uri = client.open(MODEL)
    command = "initls.server.report"
    assert command in client.capabilities["executeCommandProvider"]["commands"]
    answer = client.request("workspace/executeCommand", {"command": command, "arguments": [uri, "Net", ["json"]]})
    assert answer["title"] == "Net: 4 parameters: 3 torch's default, 1 by `__init__`"
    with pytest.raises(Exception, match="the URI of a document"):
        client.request("workspace/executeCommand", {"command": command, "arguments": []})


def test_a_report_is_one_of_its_document_only(client: Client) -> None:
    assert client.request("initls/report", {"textDocument": {"uri": "file:///not/open.py"}}) is None
    uri = client.open(MODEL)
    for wrong in ({"formats": ["pdf"]}, {"model": 3}, {"imageSize": 0}):
        with pytest.raises(Exception, match=next(iter(wrong))):
            ask(client, uri, **wrong)


def test_cells_of_a_notebook_are_named(client: Client) -> None:
    notebook = "file:///somewhere/net.ipynb"
    cells = [{"kind": 2, "document": f"{notebook}#{number}"} for number in range(2)]
    head, _, body = MODEL.partition("\n\n\n")
    client.notify(
        "notebookDocument/didOpen",
        {
            "notebookDocument": {"uri": notebook, "notebookType": "jupyter-notebook", "version": 1, "cells": cells},
            "cellTextDocuments": [
                {"uri": cell["document"], "languageId": "python", "version": 1, "text": text}
                for cell, text in zip(cells, (head, body), strict=True)
            ],
        },
    )
    answer = ask(client, f"{notebook}#1", model="Net")
    assert answer["uri"] == notebook
    made = answer["json"]["parameters"][0]["made_at"]
    assert (made["uri"], made["row"]) == (f"{notebook}#1", 4)

"""Notebooks over the wire: one program of many cells, each shown with what stands in it."""

from __future__ import annotations

import copy
import random
import sys
from collections.abc import Callable, Sequence

import pytest
from lsp_client import JSON, Client, LspError, Start, apply, span
from lsp_profiles import PROFILES, VSCODE

from initls.check import Checker
from initls.document import Document
from initls.localized import localized
from initls.settings import Settings

SERVER = [sys.executable, "-m", "initls", "server"]
NOTEBOOK = "file:///w/start.ipynb"
SNAKE = "\U0001f40d"

IMPORTS = "import torch\nfrom torch import nn\n%matplotlib inline"
CLASS = f"""\
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(3, 4)
        self.second = nn.Linear(4, 4)
        "{SNAKE}"; nn.init.normal_(self.first.weight, std=0)

    def forward(self, x):
        return self.second(torch.relu(self.first(x)))"""
BIAS = f'net = Net()\n!echo {SNAKE}\n"{SNAKE}"; nn.init.kaiming_normal_(net.first.bias)'
CELLS = (IMPORTS, CLASS, BIAS)


def profile(*, pulls: bool, encoding: str) -> JSON:
    """Visual Studio Code with another way to count, and perhaps without pulled diagnostics."""
    capabilities = copy.deepcopy(VSCODE)
    capabilities["general"]["positionEncodings"] = [encoding]
    if not pulls:
        del capabilities["textDocument"]["diagnostic"]
    return capabilities


Open = Callable[..., "Session"]


class Session:
    """A client with one notebook on its screen."""

    def __init__(self, client: Client, sources: Sequence[str]) -> None:
        self.client = client
        self.version = 1
        self.texts: dict[str, str] = {}
        self.order: list[str] = []
        self.code: set[str] = set()
        self.made = 0
        documents = [self.make(source) for source in sources]
        self.order = [document["uri"] for document in documents]
        cells = [{"kind": 2, "document": uri} for uri in self.order]
        item = {"uri": NOTEBOOK, "notebookType": "jupyter-notebook", "version": 1, "cells": cells}
        client.notify("notebookDocument/didOpen", {"notebookDocument": item, "cellTextDocuments": documents})

    def make(self, source: str, language: str = "python") -> JSON:
        uri = f"vscode-notebook-cell:/w/start.ipynb#c{self.made}"
        self.made += 1
        self.texts[uri] = source
        self.code |= {uri} if language == "python" else set()
        return {"uri": uri, "languageId": language, "version": 1, "text": source}

    def change(self, change: JSON) -> None:
        self.version += 1
        item = {"uri": NOTEBOOK, "version": self.version}
        self.client.notify("notebookDocument/didChange", {"notebookDocument": item, "change": {"cells": change}})

    def edit(self, uri: str, text: str) -> None:
        """Give a cell another text, as one change of the whole."""
        self.texts[uri] = text
        change = {"document": {"uri": uri, "version": self.version + 1}, "changes": [{"text": text}]}
        self.change({"textContent": [change]})

    def splice(self, start: int, deleted: int, *fresh: JSON, moved: Sequence[str] = ()) -> None:
        """Take cells out, and put others in, or the same ones again."""
        uris = [*(document["uri"] for document in fresh), *moved]
        gone = self.order[start : start + deleted]
        self.order[start : start + deleted] = uris
        array = {"start": start, "deleteCount": deleted, "cells": [{"kind": 2, "document": uri} for uri in uris]}
        structure: JSON = {"array": array, "didOpen": list(fresh)}
        structure["didClose"] = [{"uri": uri} for uri in gone if uri not in self.order]
        self.change({"structure": structure})

    def shown(self, uri: str) -> list[JSON]:
        """What the client shows in a cell now."""
        if self.client.pulls:
            found: list[JSON] = self.client.request("textDocument/diagnostic", {"textDocument": {"uri": uri}})["items"]
            return found
        # An answer comes behind what was published before it.
        with pytest.raises(LspError):
            self.client.request("textDocument/diagnostic", {"textDocument": {"uri": uri}})
        self.client.actions(uri, span(0, 0, 0, 0))
        sent = [params for params in self.client.sent("textDocument/publishDiagnostics") if params["uri"] == uri]
        return sent[-1]["diagnostics"] if sent else []

    def found(self, uri: str) -> list[tuple[str, int]]:
        """The codes that are shown in a cell, with their lines."""
        return [(item["code"], item["range"]["start"]["line"]) for item in self.shown(uri)]


@pytest.fixture(params=[(True, "utf-16"), (False, "utf-8"), (True, "utf-32")], ids=["pull", "push", "utf-32"])
def notebook(request: pytest.FixtureRequest, start: Start) -> Open:
    pulls, encoding = request.param

    def begin(*sources: str) -> Session:
        client = start(command=SERVER, hello=False)
        client.hello(profile(pulls=pulls, encoding=encoding))
        return Session(client, sources or CELLS)

    return begin


def test_each_finding_is_shown_in_its_cell(notebook: Open) -> None:
    session = notebook()
    assert [session.found(uri) for uri in session.order] == [[], [("INI103", 5)], [("INI301", 2)]]


def test_a_repair_edits_its_cell_and_no_other(notebook: Open) -> None:
    session = notebook()
    uri = session.order[1]
    (item,) = session.shown(uri)
    action = session.client.actions(uri, item["range"], [item])[0]
    fixed = apply(CLASS, action["edit"], uri, session.client.encoding)
    assert fixed == CLASS.replace(
        "normal_(self.first.weight, std=0)", 'kaiming_normal_(self.first.weight, nonlinearity="relu")'
    )
    session.edit(uri, fixed)
    assert session.found(uri) == []


def test_a_suppression_goes_into_the_cell(notebook: Open) -> None:
    session = notebook()
    uri = session.order[2]
    (item,) = session.shown(uri)
    offered = session.client.actions(uri, item["range"], [item])
    (action,) = [action for action in offered if action["title"].startswith("Ignore ")]
    session.edit(uri, apply(BIAS, action["edit"], uri, session.client.encoding))
    assert session.texts[uri] == BIAS + "  # initls: ignore[INI301]"
    assert session.found(uri) == []


def test_fix_all_is_for_the_whole_notebook_and_keeps_its_magics(notebook: Open) -> None:
    session = notebook(IMPORTS, "%%time\n" + CLASS.replace("std=0)", "std=1.0)"), BIAS)
    uri = session.order[0]
    anywhere = span(0, 0, 0, 0)
    assert session.client.actions(uri, anywhere, only=["source.fixAll"]) == []
    assert session.client.actions(uri, anywhere, only=["source.fixAll.initls"]) == []
    (action,) = session.client.actions(uri, anywhere, only=["notebook.source.fixAll"])
    assert action["kind"] == "notebook.source.fixAll.initls"
    (change,) = action["edit"]["documentChanges"]
    last = session.order[2]
    assert change["textDocument"]["uri"] == last
    fixed = apply(BIAS, action["edit"], last, session.client.encoding)
    assert f"\n!echo {SNAKE}\n" in fixed and "kaiming" not in fixed
    session.edit(last, fixed)
    assert session.client.actions(uri, anywhere, only=["notebook.source.fixAll.initls"]) == []


def test_files_have_no_action_for_notebooks(start: Start) -> None:
    client = start(command=SERVER)
    cells = (IMPORTS.replace("%", "# "), CLASS.replace("std=0", "std=1.0"), BIAS.replace("!", "# "))
    uri = client.open("\n".join(cells))
    assert [item["code"] for item in client.diagnostics(uri, 1)] == ["INI301"]
    assert client.actions(uri, span(0, 0, 0, 0), only=["notebook.source.fixAll"]) == []
    assert len(client.actions(uri, span(0, 0, 0, 0), only=["source.fixAll"])) == 1


def test_a_cell_can_be_deleted_and_come_back(notebook: Open) -> None:
    session = notebook()
    gone, last = session.order[1], session.order[2]
    session.splice(1, 1)
    assert session.found(last) == []  # Nobody knows what `Net` is any more.
    session.splice(1, 0, session.make(CLASS))
    assert session.found(last) == [("INI301", 2)]
    assert session.found(session.order[1]) == [("INI103", 5)]
    assert session.found(gone) == []


def test_a_cell_can_be_moved(notebook: Open) -> None:
    session = notebook(*CELLS, "print(net)\n\n")
    session.splice(0, 4, moved=[session.order[0], session.order[3], session.order[1], session.order[2]])
    assert [session.found(uri) for uri in session.order] == [[], [], [("INI103", 5)], [("INI301", 2)]]
    session.edit(session.order[1], "print(net)")
    assert [session.found(uri) for uri in session.order] == [[], [], [("INI103", 5)], [("INI301", 2)]]


def test_a_cell_of_another_language_is_no_code(notebook: Open) -> None:
    session = notebook()
    uri = session.order[2]
    session.splice(2, 1, session.make("# the end", "markdown"))
    assert session.found(uri) == []
    session.splice(2, 1, session.make(BIAS))
    assert session.found(session.order[2]) == [("INI301", 2)]


def test_a_hover_explains_in_a_cell(notebook: Open) -> None:
    session = notebook()
    uri = session.order[2]
    (item,) = session.shown(uri)
    answer = session.client.request(
        "textDocument/hover", {"textDocument": {"uri": uri}, "position": item["range"]["start"]}
    )
    assert answer["range"] == item["range"]
    assert "INI301" in answer["contents"]["value"]
    where = {"line": 0, "character": 0}
    assert session.client.request("textDocument/hover", {"textDocument": {"uri": uri}, "position": where}) is None


def test_closing_takes_everything_away(notebook: Open) -> None:
    session = notebook()
    assert session.found(session.order[2])
    session.client.notify("notebookDocument/didClose", {"notebookDocument": {"uri": NOTEBOOK}, "cellTextDocuments": []})
    assert [session.found(uri) for uri in session.order] == [[], [], []]


def test_what_is_no_notebook_costs_a_log_line(notebook: Open) -> None:
    session = notebook()
    session.change({"textContent": [{"document": {"uri": "x:1", "version": 2}, "changes": []}]})
    session.change({"structure": {"array": {"start": "0"}}})
    session.client.notify("notebookDocument/didChange", {"notebookDocument": {"uri": "x:2"}, "change": {}})
    session.client.notify("notebookDocument/didOpen", {"notebookDocument": {"uri": "x:3"}})
    assert session.found(session.order[2]) == [("INI301", 2)]
    assert "x:1" in session.client.logged() and "x:2" in session.client.logged()


@pytest.mark.parametrize("seed", range(4))
def test_any_changes_leave_what_a_fresh_look_finds(start: Start, seed: int) -> None:
    """Cells edited, broken, moved, deleted and made: what is shown is what the command line would say."""
    rng = random.Random(seed)
    client = start(command=SERVER, hello=False)
    client.hello(PROFILES["vscode"])
    session = Session(client, CELLS)
    sources = (*CELLS, "%%bash\nls '(", "x = (1,", "print(1)\n", "", "net = Net()\nnet.apply(None)\n%time net\n")
    for _ in range(25):
        match rng.choice(("edit", "edit", "splice", "move", "language")):
            case "edit" if session.order:
                session.edit(rng.choice(session.order), rng.choice(sources))
            case "splice":
                at = rng.randint(0, len(session.order))
                session.splice(at, rng.randint(0, len(session.order) - at) // 2, session.make(rng.choice(sources)))
            case "move" if len(session.order) > 1:
                moved = rng.sample(session.order, len(session.order))
                session.splice(0, len(session.order), moved=moved)
            case _:
                session.splice(0, 0, session.make("- [ ] a list", "markdown"))
        if rng.random() < 0.4:
            shown = [session.found(uri) for uri in session.order]
            assert shown == _fresh(session) or not _whole(session)
    for uri in session.order:
        session.edit(uri, rng.choice(CELLS))
    assert [session.found(uri) for uri in session.order] == _fresh(session)


def _cells(session: Session) -> list[str]:
    return [uri for uri in session.order if uri in session.code]


def _whole(session: Session) -> bool:
    """Whether every cell is sound: a broken one may speak with what it said before."""
    return all("(1," not in session.texts[uri] for uri in _cells(session))


def _fresh(session: Session) -> list[list[tuple[str, int]]]:
    code = _cells(session)
    document = Document.of_cells("/w/start.ipynb", [session.texts[uri] for uri in code])
    found: dict[str, list[tuple[str, int]]] = {uri: [] for uri in session.order}
    for finding in Checker().check(document, Settings()).findings:
        inside = localized(finding, document.cells)
        found[code[inside.part]].append((finding.code, inside.span.start.line))
    return list(found.values())

"""Diagnostics of files that are not open, when the user asks for them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lsp_client import JSON, Client, LspError, Start

pytestmark = pytest.mark.session

WHOLE = {"diagnosticMode": "workspace"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.py").write_text("BAD\n")
    (tmp_path / "b.py").write_text("x = 1\n")
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "c.py").write_text("x\n BAD MUTE\n")
    (tmp_path / "build").mkdir()
    (tmp_path / "build" / "d.py").write_text("BAD\n")
    return tmp_path


def pull(client: Client, before: dict[str, str] | None = None, **more: Any) -> dict[str, JSON]:
    """What the client is told, by the name of the file."""
    ids = [{"uri": (client.root / name).as_uri(), "value": value} for name, value in (before or {}).items()]
    answer = client.request("workspace/diagnostic", {"previousResultIds": ids, **more}, timeout=90)
    return {name(client, item["uri"]): item for item in answer["items"]}


def name(client: Client, uri: str) -> str:
    return uri.removeprefix(client.root.as_uri() + "/")


def codes(report: JSON) -> list[str]:
    return [item["code"] for item in report["items"]]


def test_it_is_off_unless_it_is_asked_for(start: Start, folder: Path) -> None:
    client = start()
    assert client.capabilities["diagnosticProvider"]["workspaceDiagnostics"] is False
    with pytest.raises(LspError):
        pull(client)


def test_every_file_with_findings_is_told(start: Start, folder: Path) -> None:
    client = start(settings=WHOLE)
    assert client.capabilities["diagnosticProvider"]["workspaceDiagnostics"] is True
    reports = pull(client)
    assert {file: codes(report) for file, report in reports.items()} == {
        "a.py": ["INI101"],
        "inner/c.py": ["INI101", "INI104"],
    }
    assert all(report["version"] is None and report["kind"] == "full" for report in reports.values())


def test_what_is_open_is_told_by_itself(start: Start, folder: Path) -> None:
    client = start(settings=WHOLE)
    uri = client.open("BAD BAD\n", (folder / "a.py").as_uri())
    assert set(pull(client)) == {"inner/c.py"}
    client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    assert set(pull(client)) == {"a.py", "inner/c.py"}


def test_nothing_is_told_twice(start: Start, folder: Path) -> None:
    client = start(settings=WHOLE)
    ids = {file: report["resultId"] for file, report in pull(client).items()}
    again = pull(client, ids)
    assert {file: report["kind"] for file, report in again.items()} == dict.fromkeys(ids, "unchanged")
    (folder / "a.py").write_text("good\n")
    (folder / "b.py").write_text("BAD\n")
    (folder / "inner" / "c.py").unlink()
    again = pull(client, ids)
    assert {file: codes(report) for file, report in again.items()} == {"a.py": [], "b.py": ["INI101"], "inner/c.py": []}


def test_settings_hold_for_each_file(start: Start, folder: Path) -> None:
    (folder / "inner" / "initls.toml").write_text('ignore = ["INI101"]\n')
    (folder / "pyproject.toml").write_text('[tool.initls]\nexclude = ["a.py"]\n')
    client = start(settings=WHOLE)
    found = {file: codes(report) for file, report in pull(client).items()}
    # Where `exclude` is set, the folders of the default list are no more left out.
    assert found == {"inner/c.py": ["INI104"], "build/d.py": ["INI101"]}


def test_reports_come_in_batches_with_progress(start: Start, folder: Path) -> None:
    for number in range(50):
        (folder / f"z{number}.py").write_text("BAD\n")
    client = start(settings=WHOLE)
    tokens = {"partialResultToken": "p", "workDoneToken": 7}
    answer = client.request("workspace/diagnostic", {"previousResultIds": [], **tokens}, timeout=90)
    told = client.sent("$/progress")
    batches = [params["value"]["items"] for params in told if params["token"] == "p"]
    steps = [params["value"]["kind"] for params in told if params["token"] == 7]
    assert len(batches) == 2 and len(answer["items"]) + sum(map(len, batches)) == 52
    assert (steps[0], steps[-1]) == ("begin", "end") and set(steps[1:-1]) == {"report"}


def test_typing_comes_first(start: Start, folder: Path) -> None:
    """A file that takes for ever is put off for each edit, and cancelled with the question."""
    (folder / "slow.py").write_text("SLOW\n")
    client = start(settings=WHOLE)
    asked = client.begin("workspace/diagnostic", {"previousResultIds": []})
    for version in range(1, 4):
        uri = client.open("BAD\n", f"file:///w/typed{version}.py")
        assert codes({"items": client.diagnostics(uri, 1)}) == ["INI101"]
    client.notify("$/cancelRequest", {"id": asked})
    with pytest.raises(LspError) as error:
        client.finish(asked)
    assert error.value.code == -32800


def test_folders_may_come_and_go(start: Start, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("other")
    (other / "e.py").write_text("MUTE\n")
    client = start(settings=WHOLE)
    before = pull(client)
    event = {"added": [{"uri": other.as_uri(), "name": "o"}], "removed": [{"uri": folder.as_uri(), "name": "w"}]}
    client.notify("workspace/didChangeWorkspaceFolders", {"event": event})
    ids = {file: report["resultId"] for file, report in before.items()}
    reports = pull(client, ids)
    assert codes(reports[(other / "e.py").as_uri()]) == ["INI104"]
    assert codes(reports["a.py"]) == []


def test_one_file_that_fails_costs_that_file(start: Start, folder: Path) -> None:
    (folder / "doomed.py").write_text("DOOMED\n")
    (folder / "bytes.py").write_bytes(b"\xff\xfe BAD")
    client = start(settings=WHOLE)
    assert set(pull(client)) == {"a.py", "inner/c.py"}

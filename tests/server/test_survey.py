"""The process that looks at files which are not open: it knows what is on the screen, and may die."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from lsp_client import Client, Start
from test_dependents import BASE, MODEL, QUIET, REAL
from test_workspace import WHOLE, codes, pull

pytestmark = pytest.mark.session


def children(client: Client) -> list[int]:
    """The processes that a server has started."""
    found: list[int] = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            _, parent, *_ = status.read_text("ascii", "replace").rpartition(")")[2].split()
            found += [int(status.parent.name)] if int(parent) == client.process.pid else []
    return found


def eventually(true: Callable[[], object]) -> None:
    end = time.monotonic() + 15
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.mark.skipif(sys.platform != "linux", reason="it looks for processes where Linux has them")
def test_there_is_no_process_until_somebody_asks_and_it_ends_with_the_server(start: Start, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("BAD\n")
    client = start(settings=WHOLE)
    assert client.alive() and children(client) == []
    assert codes(pull(client)["a.py"]) == ["INI101"]
    (child,) = children(client)
    client.process.kill()
    client.process.wait()
    eventually(lambda: not Path(f"/proc/{child}").exists())


def test_a_file_that_ends_the_process_costs_that_file(start: Start, tmp_path: Path) -> None:
    """The others are told, and none of them twice; when it has become another one it is looked at again."""
    for number in range(30):
        (tmp_path / f"f{number:02}.py").write_text("BAD\n" if number != 17 else "KILL BAD\n")
    client = start(settings=WHOLE)
    reports = pull(client)
    assert len(reports) == 29 and "f17.py" not in reports
    assert "f17.py ended its process" in client.logged()
    assert client.logged().count("ended its process") == 1
    # It is not tried again as it is.
    assert len(pull(client)) == 29
    assert client.logged().count("ended its process") == 1
    (tmp_path / "f17.py").write_text("BAD BAD\n")
    assert codes(pull(client)["f17.py"]) == ["INI101", "INI101"]


def test_many_deadly_files_end_the_survey_and_not_the_server(start: Start, tmp_path: Path) -> None:
    for number in range(12):
        (tmp_path / f"f{number:02}.py").write_text("KILL\n")
    client = start(settings=WHOLE)
    assert pull(client) == {}
    assert "cannot be kept alive" in client.logged()
    uri = client.open("BAD\n")
    assert [item["code"] for item in client.diagnostics(uri, 1)] == ["INI101"]


@pytest.mark.skipif(sys.platform != "linux", reason="it looks for processes where Linux has them")
def test_a_process_that_is_ended_from_outside_is_replaced(start: Start, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("BAD\n")
    client = start(settings=WHOLE)
    ids = {name: report["resultId"] for name, report in pull(client).items()}
    (child,) = children(client)
    os.kill(child, signal.SIGKILL)
    eventually(lambda: child not in children(client))
    (tmp_path / "a.py").unlink()
    (tmp_path / "b.py").write_text("MUTE\n")
    assert {name: codes(report) for name, report in pull(client, ids).items()} == {"a.py": [], "b.py": ["INI104"]}


def test_open_files_count_as_they_are_on_the_screen(start: Start, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "base.py").write_text(QUIET)
    (tmp_path / "model.py").write_text(MODEL)
    client = start(settings=WHOLE, command=REAL)
    assert pull(client) == {}
    uri = client.open(BASE, (tmp_path / "base.py").as_uri())
    assert codes(pull(client)["model.py"]) == ["INI202"]
    client.change(uri, 2, QUIET)
    assert pull(client) == {}
    client.change(uri, 3, BASE)
    assert codes(pull(client)["model.py"]) == ["INI202"]
    client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    assert pull(client) == {}


def test_settings_that_change_hold_for_the_next_survey(start: Start, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("BAD MUTE\n")
    client = start(settings=WHOLE)
    assert codes(pull(client)["a.py"]) == ["INI101", "INI104"]
    (tmp_path / "initls.toml").write_text('ignore = ["INI101"]\n')
    client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": (tmp_path / "initls.toml").as_uri()}]})
    time.sleep(1.1)
    assert codes(pull(client)["a.py"]) == ["INI104"]


def test_a_mistake_in_settings_is_shown_though_no_file_there_is_open(start: Start, tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "initls.toml").write_text('\nselekt = ["INI101"]\n')
    (tmp_path / "inner" / "a.py").write_text("BAD\n")
    client = start(settings=WHOLE)
    pull(client)
    shown = client.wait(lambda message: message.get("method") == "textDocument/publishDiagnostics")["params"]
    assert shown["uri"].endswith("inner/initls.toml")
    assert [item["range"]["start"]["line"] for item in shown["diagnostics"]] == [1]

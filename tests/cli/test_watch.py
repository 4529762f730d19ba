"""Checking again whenever something has changed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Queue

import pytest

from initls.cli import arguments, check
from initls.cli.exit import FAILED, INTERRUPTED
from initls.cli.options import options_of
from tests.cli.test_cache import LENET

REPAIRED = LENET.replace("        self._initialize_weights()\n", "", 1)
PATIENCE = 60


class Watching:
    """A run that watches, and what it prints, line by line."""

    def __init__(self, folder: Path) -> None:
        env = {**os.environ, "PYTHONUNBUFFERED": "1", "INITLS_CACHE_DIR": str(folder / "cache")}
        command = [sys.executable, "-m", "initls", "check", "--watch", "--output-format", "concise", "-q"]
        self.process = subprocess.Popen(
            command, cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self._lines: Queue[str] = Queue()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self._lines.put(line.rstrip())

    def one_run(self) -> list[str]:
        """What the next run prints."""
        lines: list[str] = []
        while True:
            line = self._lines.get(timeout=PATIENCE)
            if line.endswith("Ctrl-C ends it"):
                return lines
            lines.append(line)


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Callable[[], Watching]]:
    begun: list[Watching] = []

    def begin() -> Watching:
        begun.append(Watching(tmp_path))
        return begun[0]

    yield begin
    for one in begun:
        one.process.kill()
        one.process.wait()


def test_each_change_is_told(begin: Callable[[], Watching], tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text(LENET)
    watching = begin()
    assert [line.split()[1] for line in watching.one_run()] == ["INI202"]
    (tmp_path / "net.py").write_text(REPAIRED)
    assert "INI202" not in "".join(watching.one_run())
    (tmp_path / "more.py").write_text(LENET)
    assert [line.partition(":")[0] for line in watching.one_run() if "INI202" in line] == ["more.py"]
    (tmp_path / "initls.toml").write_text("selct = 1\n")
    assert "selct" in "".join(watching.one_run())
    (tmp_path / "initls.toml").write_text('ignore = ["INI202"]\n')
    assert "INI202" not in "".join(watching.one_run())
    watching.process.send_signal(signal.SIGINT)
    assert watching.process.wait(PATIENCE) == INTERRUPTED


def test_what_is_watched_is_not_repaired(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert check.run(options_of(arguments.parse(["check", "--watch", "--fix"]))) == FAILED
    assert "--watch: files that are watched are not repaired" in capsys.readouterr().err

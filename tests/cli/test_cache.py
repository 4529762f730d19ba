"""What is kept on disk: it is used where nothing has changed, and never anywhere else."""

from __future__ import annotations

import errno
import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from initls.check import Result
from initls.cli import arguments, cache, check, main
from initls.cli.noting import NotingChecker
from initls.cli.options import options_of
from initls.document import Document

BLOCKS = """
import torch
from torch import nn


class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.one = nn.Linear(width, width)
        self.two = nn.Linear(width, width)

    def forward(self, x):
        return self.two(torch.relu(self.one(x)))


def reset(m):
    if isinstance(m, nn.Linear):
        nn.init.zeros_(m.weight)
"""
NET = """
from torch import nn

from blocks import Block, reset


class Net(Block):
    def __init__(self):
        super().__init__(8)
        self.apply(reset)
"""
PLAIN = "import torch\n\n\ndef f(x):\n    return torch.nn.functional.relu(x)\n"
LENET = """
from torch import nn


class LeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self._initialize_weights()
        self.fc1 = nn.Linear(400, 120)
        self.fc2 = nn.Linear(120, 10)

    def _initialize_weights(self):
        for m in self.modules():
            if isinstance(m, nn.Linear):
                nn.init.kaiming_normal_(m.weight)

    def forward(self, x):
        return self.fc2(self.fc1(x).relu())
"""


class Watched(NotingChecker):
    """The analysis, with the names of the files that it was asked for."""

    looked: list[str] = []

    def check(self, document: Document, *arguments: Any, **options: Any) -> Result:
        self.looked.append(Path(document.filename).name)
        return super().check(document, *arguments, **options)


Look = Callable[..., tuple[str, list[str]]]


@pytest.fixture
def look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Look:
    """Checks the folder: what is printed, and which files were analysed for that."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("INITLS_CACHE_DIR", raising=False)
    for name, text in {"blocks.py": BLOCKS, "net.py": NET, "apart/plain.py": PLAIN, "lenet.py": LENET}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "initls.toml").write_text("")

    def look(*argv: str) -> tuple[str, list[str]]:
        Watched.looked = []
        capsys.readouterr()
        check.run(options_of(arguments.parse(["check", "-j", "1", *argv])), Watched)
        captured = capsys.readouterr()
        return captured.out, sorted(set(Watched.looked))

    return look


ALL = ["blocks.py", "lenet.py", "net.py", "plain.py"]


def fresh(look: Look, *argv: str) -> str:
    """What is printed without a cache."""
    return look("--no-cache", *argv)[0]


def test_a_second_look_prints_the_same_and_analyses_nothing(look: Look) -> None:
    for form in ("full", "concise", "json"):
        expected = fresh(look, "--output-format", form)
        assert "INI202" in expected and "INI101" in expected
        first, _ = look("--output-format", form)
        assert look("--output-format", form) == (first, [])
        assert first == expected


def test_an_edit_costs_the_file_and_those_that_rest_on_it(look: Look, tmp_path: Path) -> None:
    assert look()[1] == ALL
    (tmp_path / "apart" / "plain.py").write_text(PLAIN + "\n\nprint(f)\n")
    assert look()[1] == ["plain.py"]
    (tmp_path / "blocks.py").write_text(BLOCKS.replace("nn.init.zeros_", "nn.init.xavier_normal_"))
    expected = fresh(look)
    assert "--> net.py" not in expected
    found, looked = look()
    assert (found, {"blocks.py", "net.py"} <= set(looked), "plain.py" in looked) == (expected, True, False)


def test_touching_a_file_costs_nothing(look: Look, tmp_path: Path) -> None:
    before, _ = look()
    for path in tmp_path.rglob("*.py"):
        os.utime(path, (1, 1))
    assert look() == (before, [])


def test_a_module_that_comes_between_is_noticed(look: Look, tmp_path: Path) -> None:
    before, _ = look()
    (tmp_path / "blocks").mkdir()
    (tmp_path / "blocks" / "__init__.py").write_text(BLOCKS.replace("nn.init.zeros_", "nn.init.xavier_normal_"))
    after, looked = look("net.py")
    assert looked == ["net.py"]
    assert after == fresh(look, "net.py") != before
    shutil.rmtree(tmp_path / "blocks")
    assert look()[0] == before


def test_other_settings_are_another_question(look: Look, tmp_path: Path) -> None:
    look()
    (tmp_path / "initls.toml").write_text('ignore = ["INI202"]\n')
    found, looked = look()
    assert looked == ALL
    assert found == fresh(look)
    assert "INI202" not in found
    (tmp_path / "initls.toml").write_text("")
    assert look()[1] == []


def test_another_program_believes_nothing(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    look()
    monkeypatch.setattr(cache, "edition", lambda: "another")
    assert look()[1] == ALL


class Trap:
    """What runs something where it is read as any pickle would be."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, ("trapped",)


SPOILED: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda data: b"",
    "cut": lambda data: data[: len(data) // 2],
    "turned": lambda data: data[:30] + bytes([data[30] ^ 1]) + data[31:],
    "foreign": lambda data: cache.digest(body := pickle.dumps(Trap())) + body,
    "another shape": lambda data: cache.digest(body := pickle.dumps(("a", 1))) + body,
}


@pytest.mark.parametrize("how", SPOILED)
def test_a_damaged_entry_counts_as_none(look: Look, tmp_path: Path, how: str) -> None:
    before, _ = look()
    entries = [path for path in (tmp_path / cache.NAME).rglob("*") if path.is_file() and len(path.name) == 38]
    assert len(entries) == len(ALL)
    for entry in entries:
        entry.write_bytes(SPOILED[how](entry.read_bytes()))
    assert look() == (before, ALL)
    assert not (tmp_path / "trapped").exists()
    assert look() == (before, [])


def test_a_cache_that_cannot_be_written_costs_nothing_but_time(look: Look, tmp_path: Path) -> None:
    (tmp_path / cache.NAME).write_text("a file, and no folder")
    before, _ = look()
    assert look() == (before, ALL)


def state_of(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """All that can be seen of a folder and the files in it."""
    paths = [folder, *sorted(folder.rglob("*"))]
    return {
        str(path): (path.stat().st_mtime_ns, path.stat().st_mode, b"" if path.is_dir() else path.read_bytes())
        for path in paths
    }


def test_a_cache_that_is_only_read_stays_as_it_is(look: Look, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    look()
    before = state_of(tmp_path / cache.NAME)
    assert look("--cache-read-only")[1] == []
    (tmp_path / "apart" / "plain.py").write_text(PLAIN + "\n\nprint(f)\n")
    monkeypatch.setattr(cache, "MOST_BYTES", 0)
    assert look("--cache-read-only")[1] == ["plain.py"]
    assert look("--cache-read-only", "--cache-dir", "nothing")[1] == ALL
    assert not (tmp_path / "nothing").exists()
    assert state_of(tmp_path / cache.NAME) == before


def test_a_cache_on_a_read_only_disk_is_read(look: Look, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    look()
    before = state_of(tmp_path / cache.NAME)

    # The bits of a folder's mode would not keep root from writing.
    def refused(*arguments: object, **options: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(cache, "put", refused)
    monkeypatch.setattr(Path, "mkdir", refused)
    monkeypatch.setattr(os, "unlink", refused)
    monkeypatch.setattr(cache, "MOST_BYTES", 0)
    assert look()[1] == []
    (tmp_path / "apart" / "plain.py").write_text(PLAIN + "\n\nprint(f)\n")
    assert look()[1] == ["plain.py"]
    assert state_of(tmp_path / cache.NAME) == before


def test_the_same_program_elsewhere_believes_it(tmp_path: Path) -> None:
    """On another machine the program stands in another folder, and its files bear other times."""
    told = []
    for name in ("here", "there"):
        shutil.copytree(Path(cache.__file__).parents[1], tmp_path / name / "initls", ignore=lambda *_: ["__pycache__"])
        for path in (tmp_path / name).rglob("*.py"):
            os.utime(path, (len(told), len(told)))
        told.append(edition_of(tmp_path / name))
    assert told[0] == told[1]
    with (tmp_path / "there" / "initls" / "rules" / "ini101.py").open("a") as file:
        file.write("#\n")
    assert edition_of(tmp_path / "there") != told[0]


def edition_of(folder: Path) -> str:
    script = "from initls.cli.cache import edition; print(edition())"
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    ran = subprocess.run([sys.executable, "-c", script], cwd=folder, env=environment, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_nothing_is_kept_where_nothing_is_to_be(look: Look, tmp_path: Path) -> None:
    look("--no-cache")
    assert not (tmp_path / cache.NAME).exists()


def test_it_stands_where_the_user_wants_it(look: Look, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    look("--cache-dir", "here")
    assert (tmp_path / "here" / "CACHEDIR.TAG").is_file()
    assert (tmp_path / "here" / ".gitignore").read_text() == "*\n"
    monkeypatch.setenv("INITLS_CACHE_DIR", str(tmp_path / "there"))
    assert look()[1] == ALL
    assert look()[1] == []
    assert not (tmp_path / cache.NAME).exists()


def test_what_needs_no_repair_is_not_looked_at_for_one(look: Look, tmp_path: Path) -> None:
    look()
    diff, looked = look("--diff", "--unsafe-fixes")
    assert "plain.py" not in looked and "lenet.py" in looked
    assert diff == fresh(look, "--diff", "--unsafe-fixes")
    look("--fix", "--unsafe-fixes")
    assert "INI202" not in look()[0]


def test_several_runs_share_a_cache(tmp_path: Path, look: Look) -> None:
    for number in range(30):
        (tmp_path / f"lenet{number}.py").write_text(LENET.replace("LeNet", f"LeNet{number}"))
    command = [sys.executable, "-m", "initls", "check", "--output-format", "json", "-j", "2"]
    runs = [subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(3)]
    printed = {run.communicate(timeout=100)[0] for run in runs}
    assert len(printed) == 1
    assert look("--output-format", "json") == (printed.pop().decode(), [])


def test_it_stays_small(look: Look, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    look()
    monkeypatch.setattr(cache, "MOST_BYTES", 1500)
    (tmp_path / "apart" / "plain.py").write_text(PLAIN + "\n")
    look()
    kept = [path.stat().st_size for path in (tmp_path / cache.NAME).rglob("*") if len(path.name) == 38]
    assert kept
    assert sum(kept) <= 1500


def test_clean_takes_it_away_and_nothing_else(look: Look, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    look()
    assert main.main(["clean"]) == 0
    assert "removed" in capsys.readouterr().err
    assert not (tmp_path / cache.NAME).exists()
    assert main.main(["clean", "--cache-dir", str(tmp_path)]) == 0
    assert "there is no cache" in capsys.readouterr().err
    assert (tmp_path / "net.py").exists()

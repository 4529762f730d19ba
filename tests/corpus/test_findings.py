"""Promise: no false alarm that a reader of the code would laugh at.

The whole of timm, transformers and diffusers is checked as a user would check it, and what is found is held to a list
in which each finding has a verdict. Nothing may be skipped without a word.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.corpus.packages import CORPUS, PACKAGES

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

LIST = tomllib.loads(Path(__file__).with_name("findings.toml").read_text(encoding="utf-8"))

MOST_FALSE_PER_LINES = 100_000
"""There may be fewer false alarms than one in so many lines."""

pytestmark = [pytest.mark.corpus, pytest.mark.timeout(3000)]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in the folder of the corpora."""
    command = [sys.executable, "-m", "initls", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    return subprocess.run(command, cwd=CORPUS, env=environment, capture_output=True, text=True, check=False)


def listed(package: str, kind: str) -> list[tuple[str, ...]]:
    """The entries of the reviewed list about one package."""
    keys = ("file", "code", "line") if kind == "findings" else ("file", "code")
    return sorted(tuple(e[k] for k in keys) for e in LIST[kind] if e["file"].startswith(f"{package}/"))


@pytest.mark.parametrize("package", PACKAGES)
def test_finds_what_the_reviewed_list_says(package: str) -> None:
    """No crash, no traceback, no file passed over, and no finding without a verdict."""
    shown = run("check", "--isolated", "--show-files", package)
    files = [line for line in shown.stdout.splitlines() if line.endswith(".py")]
    assert len(files) == sum(1 for _ in (CORPUS / package).rglob("*.py"))

    checked = run("check", "--isolated", "--exit-zero", "-j", "1", "--output-format", "json", package)
    assert checked.returncode == 0, checked.stderr
    assert "Traceback" not in checked.stderr
    assert not checked.stderr.strip()
    found: list[dict[str, Any]] = json.loads(checked.stdout)
    findings: list[tuple[str, ...]] = []
    problems: list[tuple[str, ...]] = []
    for entry in found:
        path = Path(entry["filename"])
        name = (path.relative_to(CORPUS) if path.is_absolute() else path).as_posix()
        if entry["code"].startswith("INI"):
            line = (CORPUS / name).read_text(encoding="utf-8").splitlines()[entry["location"]["row"] - 1].strip()
            findings.append((name, entry["code"], line))
        else:
            problems.append((name, entry["code"]))
    assert sorted(findings) == listed(package, "findings")
    assert sorted(problems) == listed(package, "unreadable")


def test_false_alarms_are_rare() -> None:
    """Fewer than one in a hundred thousand lines."""
    lines = sum(path.read_bytes().count(b"\n") for package in PACKAGES for path in (CORPUS / package).rglob("*.py"))
    false = [entry for entry in LIST["findings"] if entry["verdict"] != "true"]
    assert len(false) * MOST_FALSE_PER_LINES < lines


@pytest.mark.parametrize("entry", LIST["silent"], ids=lambda e: e["file"].rpartition("/")[2])
def test_is_silent_about_what_is_right(entry: dict[str, str]) -> None:
    """The places that were read and found right are still there, and still pass without a word."""
    text = (CORPUS / entry["file"]).read_text(encoding="utf-8")
    assert entry["line"] in {line.strip() for line in text.splitlines()}
    assert not [e for e in LIST["findings"] if (e["file"], e["line"]) == (entry["file"], entry["line"])]

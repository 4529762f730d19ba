"""Promise: no false alarm that a reader of the code would laugh at.

Whole public packages are checked as a user would check them, and what is found is held to a list in which each finding
has a verdict. Nothing may be skipped without a word.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.corpus.findings import LIST, listed, printed_of, read_of, run
from tests.corpus.modes import once_more
from tests.corpus.packages import PACKAGES, folder_of

MOST_FALSE_PER_LINES = 100_000
"""There may be fewer false alarms than one in so many lines."""

FEWEST_LINES = 3_000_000

pytestmark = [pytest.mark.corpus, pytest.mark.timeout(3000)]


@pytest.mark.parametrize("package", PACKAGES)
def test_finds_what_the_reviewed_list_says(package: str, tmp_path: Path) -> None:
    """No crash, no traceback, no file passed over, and no finding without a verdict; and each time the same."""
    shown = run(package, "check", "--isolated", "--show-files")
    files = [line for line in shown.stdout.splitlines() if line.endswith(".py")]
    assert len(files) == sum(1 for _ in (folder_of(package) / package).rglob("*.py"))

    printed = printed_of(package)
    findings, problems, words = read_of(package, printed)
    known = listed(package)
    assert findings == known, [(f, words[f]) for f in findings if f not in known]
    unreadable = [entry for entry in LIST["unreadable"] if entry["file"].startswith(f"{package}/")]
    assert problems == sorted((entry["file"], entry["code"]) for entry in unreadable)

    # Now it is in the cache, so that the ways that find it there cost little; `test_modes` has the others.
    for way, again in once_more(package, tmp_path):
        assert again.decode() == printed, way


def test_false_alarms_are_rare() -> None:
    """Fewer than one in a hundred thousand lines, and none that calls itself an error."""
    texts = [path for package in PACKAGES for path in (folder_of(package) / package).rglob("*.py")]
    lines = sum(path.read_bytes().count(b"\n") for path in texts)
    assert lines >= FEWEST_LINES
    assert {entry["verdict"] for entry in LIST["findings"]} <= {"true", "false"}
    false = [entry for entry in LIST["findings"] if entry["verdict"] != "true"]
    assert len(false) * MOST_FALSE_PER_LINES < lines
    assert not [entry for entry in false if entry.get("severity") == "error"]


@pytest.mark.parametrize("entry", LIST["silent"], ids=lambda e: e["file"].rpartition("/")[2])
def test_is_silent_about_what_is_right(entry: dict[str, str]) -> None:
    """The places that were read and found right are still there, and still pass without a word."""
    package = entry["file"].partition("/")[0]
    text = (folder_of(package) / entry["file"]).read_text(encoding="utf-8")
    assert entry["line"] in {line.strip() for line in text.splitlines()}
    assert not [e for e in LIST["findings"] if (e["file"], e["line"]) == (entry["file"], entry["line"])]

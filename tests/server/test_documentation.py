"""The page on the server names tests that there are, and settings as they are."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from initls.server.preferences import FOR_THE_CLIENT, PREFERENCES, Preferences, read

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "server.md").read_text(encoding="utf-8")
TESTS = frozenset(
    name
    for path in (ROOT / "tests").rglob("test_*.py")
    for name in re.findall(r"^(?:async )?def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
)


def rows(heading: str) -> list[list[str]]:
    """The cells of the table below a heading."""
    section = PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")][2:]
    return [[cell.strip() for cell in line.strip("| ").split(" |")] for line in lines]


def test_every_test_that_is_named_exists() -> None:
    named = set(re.findall(r"`(test_\w+)`", PAGE))
    assert len(named) > 50
    assert named <= TESTS


def test_every_complaint_is_answered() -> None:
    complaints = rows("What users of other servers complain of")
    assert [row[0] for row in complaints] == [str(number) for number in range(1, 49)]
    assert all(len(row) == 3 and len(row[2]) >= 8 for row in complaints)


def test_every_method_has_a_test_or_a_reason() -> None:
    for row in rows("What is spoken"):
        assert len(row) == 6, row
        assert "`test_" in row[2] or row[1].startswith("no"), row


@pytest.mark.parametrize("row", rows("Settings of the editor"), ids=lambda row: row[0])
def test_every_setting_is_known_with_its_default(row: list[str]) -> None:
    values = {"`true`": True, "`false`": False}
    for key in re.findall(r"`(\w+)`", row[0]):
        default = values.get(row[1], row[1].strip('`"'))
        given = default if row[1].startswith("`") else {"configuration": "", "positionEncoding": None}[key]
        wanted, complaints = read({key: given})
        assert complaints == []
        assert wanted == Preferences(), key


def test_every_setting_of_the_editor_is_on_the_page() -> None:
    told = [key for row in rows("Settings of the editor") for key in re.findall(r"`(\w+)`", row[0])]
    assert sorted(told) == sorted(preference.key for preference in PREFERENCES)


EXTENSION = json.loads((ROOT / "editors" / "vscode" / "package.json").read_text(encoding="utf-8"))
PROPERTIES = EXTENSION["contributes"]["configuration"]["properties"]


@pytest.mark.parametrize("name", PROPERTIES)
def test_every_setting_of_the_extension_is_one_of_the_server(name: str) -> None:
    key = name.removeprefix("initls.").partition(".")[0]
    assert key in FOR_THE_CLIENT or read({key: PROPERTIES[name]["default"]}) == (Preferences(), []), name

"""The README keeps up with the program."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from initls.cli.arguments import build
from initls.rulebook import all_rules
from initls.workspace.options import KEYS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_family_of_rules_has_its_line() -> None:
    table = README.split("<!-- rules")[1].split("<!-- /rules -->")[0]
    families = re.findall(r"^\| `(INI\d)xx` \|", table, re.MULTILINE)
    assert sorted(families) == sorted({code[:4] for code in all_rules()})


def test_every_setting_has_its_line() -> None:
    table = README.split("## Settings")[1].split("```")[0]
    assert re.findall(r"^\| `([a-z-]+)` \|", table, re.MULTILINE) == list(KEYS)


def test_flags_that_are_mentioned_exist() -> None:
    text = README.split("## On the command line")[1].split("## Rules")[0]
    known = build().format_help() + _help_of("check")
    for flag in re.findall(r"--[a-z-]+", text):
        assert flag in known


def _help_of(command: str) -> str:
    for action in build()._actions:
        if isinstance(action.choices, dict) and command in action.choices:
            return str(action.choices[command].format_help())
    pytest.fail(f"there is no command {command}")


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_links_lead_somewhere(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)", text):
        if not target.startswith("https://"):
            assert (ROOT / target).exists(), f"{name} links to {target}"


def test_every_verb_that_is_mentioned_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    verbs = set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE))
    for name in ("README.md", "CONTRIBUTING.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        for command in re.findall(r"(?:^    |`)make ((?:[a-z]+ ?)+)", text, re.MULTILINE):
            assert set(command.split()) <= verbs, f"{name} mentions make {command}"

"""The page on the report keeps up with the program."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from initls.cli.arguments import build
from initls.cli.main import main
from tests.proofs.models import cases

PAGE = (Path(__file__).parents[1] / "docs" / "report.md").read_text(encoding="utf-8")
PROGRAM = PAGE.split("```python\n")[1].split("```")[0]
SHOWN = PAGE.split("```text\n")[1].split("```")[0]


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "deep.py"
    path.write_text(PROGRAM, encoding="utf-8")
    return path


def test_the_example_is_what_the_program_says(program: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "deep.py:Deep", "--width", "118"]) == 0
    assert capsys.readouterr().out == SHOWN


def test_every_key_is_described(program: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "deep.py", "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    section = PAGE.split("## As JSON")[1].split("\n## ")[0]
    described = set(re.findall(r"`(\w+)`", section))
    model = told["models"][0]
    keys = {*told, *model, *model["parameters"][0], *model["signal"][0], *model["location"], *model["assumed"]}
    keys |= {*model["forward"], *model["deeper"]}
    assert keys <= described, keys - described


def test_every_option_is_described() -> None:
    action = next(action for action in build()._actions if isinstance(action.choices, dict))
    assert action.choices is not None
    known = {option for one in dict(action.choices)["report"]._actions for option in one.option_strings}
    section = PAGE.split("## An example")[0]
    assert set(re.findall(r"`(--?[a-z-]+)`", section)) == known - {"-h", "--help"}


def test_the_number_of_models_is_right() -> None:
    assert f"builds {len(list(cases()))} models" in PAGE

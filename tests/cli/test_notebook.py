"""Notebooks on the command line: cells are named, and repaired in place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run


def notebook(*cells: tuple[str, str], language: str = "python") -> str:
    made = [
        {"cell_type": kind, "metadata": {}, "source": source.splitlines(keepends=True)}
        | ({"outputs": [], "execution_count": None} if kind == "code" else {})
        for kind, source in cells
    ]
    return json.dumps(
        {"cells": made, "metadata": {"language_info": {"name": language}}, "nbformat": 4, "nbformat_minor": 5}, indent=1
    )


CELLS = (("markdown", "# bad"), ("code", "%bad magic\nimport torch"), ("code", "x = 1\n\ny = bad\nz = risky"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "a.ipynb"
    path.write_text(notebook(*CELLS))
    return path


def test_findings_name_their_cell(path: Path, run: Run) -> None:
    ran = run("--output-format", "concise")
    places = [line.partition(": ")[0] for line in ran.out.splitlines()[:2]]
    assert places == ["a.ipynb:cell 3:3:5", "a.ipynb:cell 3:4:5"]
    assert ran.status == 1


def test_the_frame_shows_the_cell(path: Path, run: Run) -> None:
    out = run().out
    assert " --> a.ipynb:cell 3:3:5\n" in out
    assert "1 | x = 1\n" in out and "import torch" not in out


def test_json_counts_in_cells(path: Path, run: Run) -> None:
    found = run("--output-format", "json").json
    assert [(one["cell"], one["location"]) for one in found] == [
        (3, {"row": 3, "column": 5}),
        (3, {"row": 4, "column": 5}),
    ]
    assert [one["noqa_row"] for one in found] == [3, 4]
    (edit,) = found[0]["fix"]["edits"]
    assert (edit["cell"], edit["location"]["row"], edit["content"]) == (3, 3, "good")


def test_a_repair_changes_its_line_and_nothing_else(path: Path, run: Run) -> None:
    before = path.read_text()
    run("--fix")
    assert path.read_text() == before.replace('"y = bad\\n"', '"y = good\\n"')


def test_a_diff_names_the_cell(path: Path, run: Run) -> None:
    before = path.read_text()
    out = run("--diff", "--unsafe-fixes").out
    assert out.startswith("--- a.ipynb:cell 3\n+++ a.ipynb:cell 3\n")
    assert "-y = bad\n" in out and "+y = good\n" in out
    assert path.read_text() == before


def test_standard_input_may_be_a_notebook(run: Run) -> None:
    text = notebook(*CELLS)
    ran = run("--fix", "--stdin-filename", "b.ipynb", "-", stdin=text.encode())
    assert ran.out == text.replace('"y = bad\\n"', '"y = good\\n"')


def test_what_is_no_notebook_is_said_so(tmp_path: Path, run: Run) -> None:
    (tmp_path / "a.ipynb").write_text("{")
    ran = run("a.ipynb")
    assert ran.status == 2
    assert "a.ipynb: line 1: the notebook is not valid JSON" in ran.err


def test_a_notebook_of_another_language_is_left_out(tmp_path: Path, run: Run) -> None:
    (tmp_path / "a.ipynb").write_text(notebook(*CELLS, language="julia"))
    ran = run("a.ipynb")
    assert (ran.status, "another language than Python" in ran.err) == (0, True)
    assert run().err == ""


def test_copies_that_jupyter_keeps_are_left_out(path: Path, run: Run) -> None:
    folder = path.parent / ".ipynb_checkpoints"
    folder.mkdir()
    path.rename(folder / "a-checkpoint.ipynb")
    assert "no Python files" in run().err

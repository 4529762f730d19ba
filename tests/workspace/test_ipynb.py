"""Notebooks on disk: what is not a changed line of a code cell stays byte for byte."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from initls.workspace.ipynb import parse
from initls.workspace.source import UnreadableError


def raw(*cells: Any, **metadata: Any) -> dict[str, Any]:
    return {"cells": list(cells), "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def code(source: Any, **more: Any) -> dict[str, Any]:
    return {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": source, **more}


def text_cell(source: Any) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": source}


STYLES: tuple[dict[str, Any], ...] = (
    {"indent": 1, "ensure_ascii": False},
    {"indent": 4, "ensure_ascii": True},
    {"indent": "\t"},
    {"separators": (",", ":")},
    {},
)
LINES = st.text(st.sampled_from('ab"\\\n\té🐍\u2028{}[],:'), max_size=20)


def as_list(source: str) -> list[str]:
    lines = [line + "\n" for line in source.split("\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]


@given(st.lists(st.tuples(LINES, LINES, st.booleans(), st.booleans()), max_size=5), st.sampled_from(STYLES))
def test_changed_cells_read_as_they_should_and_all_else_stays(
    cells: list[tuple[str, str, bool, bool]], style: dict[str, Any]
) -> None:
    def written(index: int) -> str:
        made = [
            code(as_list(cell[index]) if listed else cell[index], outputs=[{"source": ["é"]}]) if is_code
            else text_cell(cell[0])
            for cell in cells
            for listed, is_code in (cell[2:],)
        ]  # fmt: skip
        return json.dumps(raw(*made, language_info={"name": "python"}), **style) + "\n"

    before, after = written(0), written(1)
    notebook = parse(before)
    assert notebook is not None
    ours = [cell for cell in cells if cell[3]]
    assert notebook.sources == tuple(cell[0] for cell in ours)
    assert notebook.with_sources([cell[0] for cell in ours]) == before
    changed = notebook.with_sources([cell[1] for cell in ours])
    assert json.loads(changed) == json.loads(after)
    reread = parse(changed)
    assert reread is not None
    assert reread.with_sources([cell[0] for cell in ours]).count('"outputs"') == before.count('"outputs"')


def test_lines_that_go_leave_those_behind_them() -> None:
    notebook = parse('{"cells": [{"cell_type": "code", "source": ["a\\n", "b\\n", "c"]}]}')
    assert notebook is not None
    for left in ("c", "b\nc", "a\nc", "a\n", ""):
        changed = parse(notebook.with_sources([left]))
        assert changed is not None
        assert changed.sources == (left,)


def test_a_changed_line_is_all_that_changes() -> None:
    before = '{"cells": [\n {"source": [ "a\\n",   "\\u00e9\\n",\n"c"], "cell_type" :"code"}], "x": 1.50}'
    notebook = parse(before)
    assert notebook is not None
    assert notebook.with_sources(["a\né\nd"]) == before.replace('"c"', '"d"')


def test_cells_are_counted_as_people_count_them() -> None:
    notebook = parse(json.dumps(raw(text_cell("# a"), code("x"), text_cell("b"), code(["y\n", "z"]))))
    assert notebook is not None
    assert notebook.numbers == (2, 4)
    assert notebook.sources == ("x", "y\nz")


def test_cells_of_other_languages_are_left_out() -> None:
    foreign = code("SELECT 1", metadata={"vscode": {"languageId": "sql"}})
    notebook = parse(json.dumps(raw(foreign, code("x"), {"cell_type": "raw", "source": "x"})))
    assert notebook is not None and notebook.numbers == (2,)


@pytest.mark.parametrize(
    ("metadata", "ours"),
    [
        ({}, True),
        ({"language_info": {"name": "python"}}, True),
        ({"language_info": {"name": "julia"}, "kernelspec": {"language": "python"}}, False),
        ({"kernelspec": {"language": "R"}}, False),
        ({"language_info": None, "kernelspec": []}, True),
    ],
)
def test_notebooks_of_other_languages_are_left_out(metadata: dict[str, Any], ours: bool) -> None:
    assert (parse(json.dumps(raw(code("x"), **metadata))) is not None) is ours


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "line 1: the notebook is not valid JSON"),
        ('{"cells": [\n  {]}', "line 2: the notebook is not valid JSON"),
        ("[]", "no notebook of format 4"),
        ('{"worksheets": []}', "nbconvert"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_what_is_no_notebook_is_said_so(text: str, words: str) -> None:
    with pytest.raises(UnreadableError, match=words):
        parse(text)


@given(st.recursive(st.none() | st.booleans() | st.text(max_size=3), lambda x: st.lists(x) | st.dictionaries(
    st.sampled_from(["cells", "source", "cell_type", "metadata", "x"]), x)))  # fmt: skip
def test_any_json_is_read_or_refused(value: Any) -> None:
    try:
        notebook = parse(json.dumps(value))
    except UnreadableError:
        return
    assert notebook is None or notebook.with_sources(list(notebook.sources)) == notebook.text

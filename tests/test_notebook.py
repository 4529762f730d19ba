"""The cells of a notebook as one text: nothing is lost, and every line keeps its place."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from initls.check import Checker
from initls.document import Document
from initls.findings import Applicability, Edit, Fix
from initls.fixes.cells import fitted
from initls.localized import localized, localized_fix
from initls.notebook import join
from initls.settings import Settings
from initls.syntax.span import Point, Span
from initls.syntax.text import Text, split

SOURCES = st.lists(st.text(st.sampled_from("ab%!?='\"\\\n\r \t(#x1"), max_size=30), max_size=5)


@given(SOURCES)
def test_cells_come_out_as_they_went_in(sources: list[str]) -> None:
    text, cells = join(sources)
    assert cells.sources(text) == sources


@given(SOURCES)
def test_every_line_of_a_cell_is_a_line_of_the_text(sources: list[str]) -> None:
    text, cells = join(sources)
    lines = split(text)
    assert len(cells) == len(sources)
    assert cells.starts[-1] == len(lines) - 1 == sum(len(split(source)) for source in sources)
    for cell, source in enumerate(sources):
        for number in range(len(split(source))):
            assert cells.at(cells.starts[cell] + number) == cell


@pytest.mark.parametrize(
    "source",
    [
        "%matplotlib inline",
        "!pip install torch \\\n    --quiet",
        "files = !ls",
        "a, b = %env HOME",
        "torch.nn?",
        "?torch.nn",
        "net.forward??",
        "%%bash\nfor x in $(ls); do echo '$x; done",
        "%%writefile a.py\nimport (",
        "%%time\nx = 1",
        "\n\n%%capture out\nx = 1",
        "if True:\n    %time x = 1\nelse:\n    !ls",
        "%%writefile serve.sh\npython serve.py \\\n  --port=1\nfor x in y; do\n    sleep 8s\ndone",
        " !tts --text a \\\n      --out b",
        "    def f(x):\n        return x\n\n    y = f(1)",
        "\n  x = 1\nif x:\n    y = 2",
        "pip install torch",
        "\n  ls ./embeddings/\n",
        "cd ..",
        "run train.py --epochs 3",
    ],
)
def test_what_is_no_python_is_masked(source: str) -> None:
    text, cells = join([source])
    ast.parse(text)
    assert len(split(text)) == len(split(source)) + 1
    assert cells.sources(text) == [source]


@pytest.mark.parametrize(
    "source",
    [
        "x = (7\n    % 3)",
        'x = """\n%d\n! no\n"""',
        "x = 5 \\\n    % 3",
        "x = y != 3",
        "x %= 3",
        "# what?",
        "x = 'why?'",
        "ls = 3",
        "run (model)",
        "time * 2",
        "load",
        "cat\nx = 1",
        "torch is None",
    ],
)
def test_python_is_not_masked(source: str) -> None:
    assert join([source])[0] == source + "\n"


def test_a_magic_without_its_sign_stands_alone() -> None:
    assert join(["pip install torch\nimport torch"])[0] == "pip install torch\nimport torch\n"


def test_of_a_cell_that_begins_indented_the_rest_is_looked_at() -> None:
    text, _ = join(["  x = 1\n  y = 2\nif x:\n    y = 2"])
    hidden, also, *rest = split(text)
    assert hidden.startswith("pass  #") and also.startswith("pass  #")
    assert rest == ["if x:\n", "    y = 2\n", ""]


def test_a_cell_magic_for_python_hides_its_own_line_alone() -> None:
    text, _ = join(["%%time\nx = 1"])
    assert split(text)[1] == "x = 1\n"


# --------------------------------------------------------------------------- edits


def document(*sources: str) -> Document:
    return Document.of_cells("a.ipynb", sources)


def fix(*edits: tuple[tuple[int, int], tuple[int, int], str]) -> Fix:
    made = tuple(Edit(Span(Point(*start), Point(*end)), content) for start, end, content in edits)
    return Fix("", Applicability.SAFE, made)


@pytest.mark.parametrize(
    ("edit", "cells"),
    [
        # Where a block ends with its cell, what is to stand at its end would open the next one.
        (((2, 0), (2, 0), "    y = 2\n"), ["if x:\n    z = 1\n    y = 2", "w = 3"]),
        (((2, 0), (2, 0), "import y\n"), ["if x:\n    z = 1", "import y\nw = 3"]),
        # The line end between two cells is nobody's.
        (((1, 0), (2, 0), "    y = 2\n"), ["if x:\n    y = 2", "w = 3"]),
        (((1, 4), (1, 5), "q"), ["if x:\n    q = 1", "w = 3"]),
        (((0, 3), (2, 1), "q"), None),
    ],
)
def test_an_edit_stays_in_its_cell(edit: tuple[tuple[int, int], tuple[int, int], str], cells: list[str] | None) -> None:
    before = document("if x:\n    z = 1", "w = 3")
    fitting = fitted(before, fix(edit))
    if cells is None:
        assert fitting is None
        return
    assert fitting is not None and before.cells is not None
    (made,) = fitting.edits
    after = before.edit(0, made.span, made.content)
    assert after.cells is not None
    assert after.cells.sources(after.source) == cells
    # The same edit in the terms of its cell does the same to it.
    (local,) = localized_fix(fitting, before.cells).edits
    texts = [Text.of(source) for source in before.cells.sources(before.source)]
    texts[local.part] = texts[local.part].replace(local.span, local.content)
    assert [text.source for text in texts] == cells


def test_an_edit_does_not_touch_what_is_no_python() -> None:
    before = document("%time x = 1\ny = 2", "%%time\nz = 3")
    assert fitted(before, fix(((0, 2), (0, 4), ""))) is None
    assert fitted(before, fix(((2, 0), (2, 0), "import q\n"))) is None  # It would stand in front of the magic.
    assert fitted(before, fix(((0, 0), (0, 0), "import q\n"))) is not None
    assert fitted(before, fix(((3, 0), (3, 0), "import q\n"))) is not None


def test_what_an_edit_moves_keeps_its_magic() -> None:
    before = document("%time x = 1\ny = 2")
    assert before.cells is not None
    masked = before.text.lines[0]
    moved = fix(((0, 0), (1, 0), ""), ((1, 5), (1, 5), "\n" + masked.rstrip("\n")))
    fitting = fitted(before, moved)
    assert fitting is not None
    after = before
    for edit in reversed(fitting.edits):
        after = after.edit(0, edit.span, edit.content)
    assert after.cells is not None
    assert after.cells.sources(after.source) == ["y = 2\n%time x = 1"]
    assert localized_fix(fitting, before.cells).edits[1].content == "\n%time x = 1"


def test_findings_are_told_in_the_lines_of_their_cells() -> None:
    cells = (
        "%pip install torch\nimport torch\nfrom torch import nn",
        "class Net(nn.Module):\n    def __init__(self):\n        self.fc = nn.Linear(2, 2)\n        super().__init__()",
    )
    before = document(*cells)
    (finding,) = Checker().check(before, Settings()).findings
    inside = localized(finding, before.cells)
    assert (inside.code, inside.part, inside.span.start) == ("INI201", 1, Point(2, 8))
    assert [(one.part, one.span.start.line) for one in inside.related] == [(1, 3)]

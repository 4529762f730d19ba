"""What counts as code: texts that differ in nothing else have the same facts."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from initls.document import Document
from initls.facts import ir
from initls.facts.store import extract
from initls.syntax.code import code
from initls.syntax.segments import Segment

ROOT = Path(__file__).parents[2]

PLAIN = "def f(x):\n    y = g(x)\n    return [\n        y,\n    ]\n"

SAME = {
    "a comment behind a line": "def f(x):  # why\n    y = g(x)\n    return [\n        y,\n    ]\n",
    "a comment on its own line": "def f(x):\n# why\n    y = g(x)\n    return [\n        # inside\n        y,\n    ]\n",
    "blank lines": "def f(x):\n\n    y = g(x)\n   \n    return [\n\n        y,\n    ]\n\n",
    "spaces at the ends of lines": "def f(x): \n    y = g(x)\t\n    return [ \n        y,\n    ]\n",
    "another kind of newline": PLAIN.replace("\n", "\r\n"),
}

OTHER = {
    "another name": PLAIN.replace("g(", "h("),
    "another indentation": PLAIN.replace("    return", "  return"),
    "a string with a hash": PLAIN.replace("g(x)", "g('# x')"),
    "code in place of a comment": PLAIN.replace("y = g(x)", "y = g(x); z"),
    "a string that is an argument": PLAIN.replace("        y,\n", '        "y"\n        "z",\n'),
    "documentation where there was none": PLAIN.replace("(x):\n", '(x):\n    """What it does."""\n'),
}


@pytest.mark.parametrize("text", SAME.values(), ids=SAME)
def test_what_is_said_to_people_is_no_code(text: str) -> None:
    assert text != PLAIN
    assert code(text) == code(PLAIN)


@pytest.mark.parametrize("text", OTHER.values(), ids=OTHER)
def test_what_is_said_to_python_is_code(text: str) -> None:
    assert code(text) != code(PLAIN)


def test_the_words_of_a_docstring_are_no_code() -> None:
    one, other = (f'def f():\n    """Say {word}.\n\n    At length."""\n    return 1\n' for word in ("a", "b # c"))
    assert code(one) == code(other) != code("def f():\n    return 1\n")


@pytest.mark.parametrize(
    "text",
    [
        'x = 1\n"""open\n',
        "x = 1\n'cut off\n",
        'x = 1\nf"{y}"\n',
        'x = 1\nb"bytes"\n',
        'x = 1\n"one" "two"\n',
        'x = (\n"one"\n)\n',
        'x = 1; "tail"\n',
    ],
)
def test_strings_that_may_matter_are_kept(text: str) -> None:
    assert (code(text) or "").replace("x", "") != (code("x = 1\n") or "").replace("x", "")
    assert any(word in (code(text) or "") for word in ("open", "cut", "{y}", "bytes", "one", "tail"))


@pytest.mark.parametrize("text", ["x = 1 \\\n    + 2\n", "x = 1 \\ \n", "x = 1  # \0\n", "x = 1  # \ud800\n"])
def test_what_takes_more_than_a_glance_has_none(text: str) -> None:
    assert code(text) is None


def facts(segment: Segment) -> object:
    found = extract(segment)
    return found.fingerprint if isinstance(found, ir.Facts) else None


@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("*.py")), ids=lambda path: path.stem)
def test_code_has_the_facts_of_its_text(path: Path) -> None:
    for _, _, segment in Document.of(path.name, path.read_text(encoding="utf-8")).parts[0].outline.placed:
        essence = code(segment.text)
        assert essence is not None
        assert facts(segment) == facts(Segment.of(segment.kind, segment.name, essence))


PIECES = st.sampled_from(
    [
        "#",
        '"',
        '"""',
        "'",
        "\\",
        "\n",
        "\n    ",
        " ",
        "x",
        "=",
        "(",
        ")",
        "[",
        "]",
        ":",
        "def f():",
        "if x:",
        ";",
        "r",
        "f",
        "\t",
        "\r\n",
    ]
)


@given(st.lists(PIECES, max_size=14).map("".join))
def test_any_code_is_as_sound_as_its_text(text: str) -> None:
    """For half-typed text as well: what is broken stays broken, and what is whole says the same."""
    (_, _, segment), *_ = Document.of("any.py", text).parts[0].outline.placed
    essence = code(segment.text)
    if essence is not None:
        assert facts(segment) == facts(Segment.of(segment.kind, segment.name, essence))

from __future__ import annotations

import io
import tokenize
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from initls.syntax import scan
from initls.syntax.scan import CLEAN, State, advance, comments, layout
from tests.syntax.snippets import sources


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("", CLEAN),
        ("x = (1, [2], {3: '('})  # (\n", CLEAN),
        ("x = foo(\n", State(depth=1)),
        ("x = ([{\n", State(depth=3)),
        ("x = )\n", State(bad=True)),
        ("x = it's\n", State(bad=True)),
        ('x = """a\n', State(quote='"""')),
        ("x = '''a\\'''\n", State(quote="'''")),
        ('x = """a""""\n', State(bad=True)),
        ('x = r"\\"\n', State(bad=True)),
        ("x = 1 + \\\n", State(continued=True)),
        ("x = 1 # \\\n", CLEAN),
        ("x = 'a\\\n", State(quote="'")),
        ("x = 'a\\\r\n", State(quote="'")),
        ("x = 'a\\\nb'\n", CLEAN),
        ('f("""a""", "", \'\', "#")\n', CLEAN),
        ("x = a ? \\ b\n", State(bad=True)),
        ('foo("""\n', State(depth=1, quote='"""')),
    ],
)
def test_state_behind_a_text(text: str, state: State) -> None:
    assert advance(text) == state


@given(sources(), sources())
def test_reading_on_is_like_reading_at_once(first: str, second: str) -> None:
    """Atoms are read one by one; together they must say what the whole text says."""
    if first and first[-1] not in "\r\n":
        first += "\n"
    if first.endswith("\r") and second.startswith("\n"):
        second = second[1:]
    assert advance(second, advance(first)) == advance(first + second)


@given(st.text(alphabet="\"'\\\n\r#()x ", max_size=60))
def test_any_text_can_be_read(text: str) -> None:
    state = advance(text)
    assert state.depth >= 0
    plan = layout(text)
    lines = len(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    covered = [line for first, last in plan.statements for line in range(first, last + 1)]
    assert covered == sorted(set(covered)), "no line is in two statements"
    assert all(0 <= line < lines for line in [*covered, *plan.comments])


def by_tokenize(source: str) -> tuple[dict[int, tuple[int, str]], list[tuple[int, int]]]:
    """Comments and logical lines as Python's own tokenizer has them."""
    found: dict[int, tuple[int, str]] = {}
    statements: list[tuple[int, int]] = []
    first: int | None = None
    silent = (tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER, tokenize.ENCODING)
    for token in tokenize.generate_tokens(io.StringIO(source, newline="").readline):
        if token.type == tokenize.COMMENT:
            found[token.start[0] - 1] = (token.start[1], token.string)
        elif token.type == tokenize.NEWLINE:
            assert first is not None
            statements.append((first, token.start[0] - 1))
            first = None
        elif first is None and token.type not in silent:
            first = token.start[0] - 1
    return found, statements


@pytest.mark.parametrize("module", ["tokenize", "argparse", "textwrap", "typing", "inspect", "pdb", "turtle"])
def test_comments_and_statements_are_those_of_the_tokenizer(module: str) -> None:
    path = Path(tokenize.__file__).with_name(f"{module}.py")
    source = path.read_text("utf-8")
    expected, statements = by_tokenize(source)
    plan = layout(source)
    assert {line: (comment.column, comment.text) for line, comment in plan.comments.items()} == expected
    assert list(plan.statements) == statements
    assert {line for first, last in statements for line in range(first, last)} <= plan.open_lines


def test_where_a_comment_can_be_put() -> None:
    plan = layout('x = foo(\n    1,\n    """a\nb""",\n)\ny = 1 + \\\n    2\n')
    assert plan.statements == ((0, 4), (5, 6))
    assert plan.open_lines == {0, 1, 2, 3, 5}
    assert plan.inside_strings == {2, 5}
    assert plan.statement_at(3) == (0, 4)
    assert plan.statement_at(7) is None


def test_a_number_sign_in_a_string_is_no_comment() -> None:
    found = comments("x = '#'  # one\ny = '''\n# none\n'''\n    # two")
    assert {line: (comment.column, comment.text) for line, comment in found.items()} == {
        0: (9, "# one"),
        4: (4, "# two"),
    }


def test_positions_are_found_again_behind_a_long_string() -> None:
    text = "x = '" + "\\'" * 5000 + "'  # here\n"
    assert scan.comments(text)[0].column == len(text) - 7

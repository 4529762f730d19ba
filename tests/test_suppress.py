"""Comments that silence findings, and what is said about them."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from initls.document import Part
from initls.findings import Finding, Fix, Severity
from initls.suppress import (
    INVALID,
    UNUSED,
    Applied,
    Suppressions,
    apply,
    comment_line,
    may_suppress,
    parse,
    suppression_edit,
    suppression_fix,
)
from initls.syntax.scan import layout
from initls.syntax.span import Point, Span
from initls.syntax.text import Text

KNOWN = ("INI001", "INI002", "INI101", "INI102", "INI202")


def finding(line: int, code: str = "INI101") -> Finding:
    return Finding(code, "name", Severity.WARNING, "message", Span(Point(line, 0), Point(line, 1)), f"{code}:{line}")


def part(source: str) -> Part:
    return Part.of("model.py", source)


def suppressions(source: str) -> Suppressions:
    """As the analysis asks for them: of the segments that may hold any."""
    outline = part(source).outline
    return parse(outline, [placed.unit for placed in outline.placed if may_suppress(placed.segment.text)])


def run(
    source: str, *findings: Finding, selects: Callable[[str], bool] = lambda code: True, broken: bool = False
) -> Applied:
    return apply(findings, suppressions(source), Text.of(source), known=KNOWN, selects=selects, broken=broken)


def silences(source: str, line: int, code: str = "INI101") -> bool:
    return not run(source, finding(line, code)).kept


def said(source: str, *findings: Finding) -> list[tuple[str, str]]:
    return [(report.finding.code, report.finding.message) for report in run(source, *findings).reports]


def edited(source: str, fix: Fix) -> str:
    text = Text.of(source)
    for edit in reversed(fix.edits):
        text = text.replace(edit.span, edit.content)
    return text.source


# ------------------------------------------------------------------- what is silenced


def test_a_string_that_is_being_typed_swallows_no_comment_below() -> None:
    source = 'def f():\n    """half\n\n\ndef g():\n    x = 1  # initls: ignore[INI101]\n'
    assert silences(source, 5)


def test_a_comment_at_the_end_of_a_method_speaks_of_the_next_one() -> None:
    first = "class A:\n    def f(self):\n        pass\n    # initls: ignore[INI101]\n"
    source = first + "    @staticmethod\n    def g():\n        pass\n"
    assert silences(source, 4)
    assert not silences(source, 5)
    assert not silences(source.replace("    @static", "\n    @static"), 5)
    assert silences("x = 1\n\n# initls: ignore[INI101]\ndef f(\n    a,\n):\n    pass\n", 4)


def test_a_whole_file_is_silenced_above_the_first_statement() -> None:
    rows = ["# a", '"""Of the module."""', "", "x = 1", "", "", "def f():", "    pass", ""]
    assert silences("\n".join(["# initls: ignore-file[INI101]", *rows]), 7)
    assert not silences("\n".join([*rows[:3], "# initls: ignore-file[INI101]", *rows[3:]]), 7)
    assert not silences("\n".join([*rows[:7], "    # initls: ignore-file[INI101]", *rows[7:]]), 8)


@pytest.mark.parametrize(
    "comment",
    [
        "# initls: ignore[INI101]",
        "# initls: ignore",
        "#initls:ignore[INI101]",
        "# initls: ignore[INI202, INI101]",
        "# initls: ignore[INI101] the head must start at zero",
        "# type: ignore # initls: ignore[INI101] # fmt: skip",
        "# noqa",
        "# NOQA",
        "# noqa: INI101",
        "# noqa:E501,INI101",
        "# noqa: E501 INI101",
        "# noqa: INI1",
        "# zero on purpose  # noqa: INI101",
    ],
)
def test_a_comment_silences_its_line(comment: str) -> None:
    assert silences(f"x = 1\ny = 2  {comment}\nz = 3\n", 1)
    assert not silences(f"x = 1\ny = 2  {comment}\nz = 3\n", 0)
    assert not silences(f"x = 1\ny = 2  {comment}\nz = 3\n", 2)


@pytest.mark.parametrize(
    "comment",
    [
        "# initls: ignore[INI102]",
        "# initls: ignore[INI1]",
        "# initls: ignore[ini101]",
        "# initls: ignore[INI101",
        "# initls: ignore[]",
        "# initls: ignored[INI101]",
        "# initls ignore[INI101]",
        "# noqa: INI102",
        "# noqa: because",
        "# noqaINI101",
        "# flake8: noqa",
        "'# initls: ignore[INI101]'",
    ],
)
def test_a_comment_that_means_something_else_does_not(comment: str) -> None:
    assert not silences(f"y = 2, {comment}\n" if comment.startswith("'") else f"y = 2  {comment}\n", 0)


STATEMENT = """\
before = 0
nn.init.constant_(
    self.fc.weight,  # {0}
    # {1}
    0.5,
)  # {2}
after = 0
"""


@pytest.mark.parametrize("place", [0, 1, 2])
def test_any_line_of_a_statement_counts(place: int) -> None:
    comments = ["", "", ""]
    comments[place] = "initls: ignore[INI101]"
    source = STATEMENT.format(*comments)
    assert [line for line in range(7) if silences(source, line)] == [1, 2, 3, 4, 5]


def test_alone_on_a_line_it_speaks_of_the_statement_below() -> None:
    source = "x = 1\n# initls: ignore[INI101]\ny = f(\n  2)\nz = 3\n"
    assert [line for line in range(5) if silences(source, line)] == [2, 3]


def test_alone_on_a_line_with_a_gap_it_speaks_of_nothing() -> None:
    assert not silences("# initls: ignore[INI101]\n\ny = 2\n", 2)


def test_noqa_alone_on_a_line_speaks_of_nothing() -> None:
    assert not silences("# noqa: INI101\ny = 2\n", 1)


def test_a_header_is_a_statement_of_its_own() -> None:
    source = "if x:  # initls: ignore[INI101]\n    y = 2\n"
    assert silences(source, 0)
    assert not silences(source, 1)


def test_the_end_of_a_multi_line_string_counts() -> None:
    source = 'x = f("""\n# initls: ignore[INI101]\n""")\n'
    assert not silences(source, 0)
    assert silences('x = f("""\n\n""")  # initls: ignore[INI101]\n', 0)


@pytest.mark.parametrize("top", ["", "#!/usr/bin/python\n\n", "# a comment\n"])
def test_the_whole_file(top: str) -> None:
    source = top + "# initls: ignore-file[INI101]\n\nx = 1\ny = 2\n"
    last = source.count("\n") - 1
    assert silences(source, last)
    assert not silences(source, last, "INI202")
    assert silences(top + "# initls: ignore-file\nx = 1\n", top.count("\n") + 1, "INI202")


@pytest.mark.parametrize("source", ["x = 1  # initls: ignore-file\ny = 2\n", "x = 1\n# initls: ignore-file\ny = 2\n"])
def test_ignore_file_counts_at_the_top_alone(source: str) -> None:
    assert not silences(source, source.count("\n") - 1)
    assert [code for code, _ in said(source)] == [INVALID]


def test_a_suppression_holds_while_the_text_is_broken() -> None:
    source = "def f(:\n    x = \ny = 2  # initls: ignore[INI101]\n"
    assert not run(source, finding(2), broken=True).kept


# ------------------------------------------------------------------- what is said about them


def test_a_used_comment_is_not_mentioned() -> None:
    assert said("y = 2  # initls: ignore[INI101]\n", finding(0)) == []
    assert said("y = 2  # initls: ignore\n", finding(0)) == []
    assert said("# initls: ignore-file[INI101]\ny = 2\n", finding(1)) == []


def test_an_unused_comment_is_reported_with_its_codes() -> None:
    assert said("y = 2  # initls: ignore[INI101]\n") == [
        (UNUSED, "There is no INI101 here that this comment could silence")
    ]
    assert said("y = 2  # initls: ignore[INI202, INI101]\n", finding(0)) == [
        (UNUSED, "There is no INI202 here that this comment could silence")
    ]
    assert said("y = 2  # initls: ignore\n") == [(UNUSED, "There is nothing here that this comment could silence")]


def test_an_unknown_code_is_reported_and_not_called_unused() -> None:
    assert said("y = 2  # initls: ignore[INI1O1]\n") == [
        (INVALID, "initls has no rule `INI1O1`; did you mean `INI101`?")
    ]


@pytest.mark.parametrize(
    ("comment", "words"),
    [
        ("# initls: ignore[INI101", "no closing bracket"),
        ("# initls: ignore[ ]", "is empty"),
        ("# initls: ignroe[INI101]", "knows no comment `ignroe`"),
        ("# initls: disable[INI101]", "knows no comment `disable`"),
    ],
)
def test_a_misspelt_comment_is_reported(comment: str, words: str) -> None:
    [(code, message)] = said(f"y = 2  {comment}\n", finding(0))
    assert code == INVALID
    assert words in message


@pytest.mark.parametrize("comment", ["# noqa", "# noqa: INI101", "# noqa: INI999", "# initls: see below", "# initls"])
def test_what_is_not_ours_is_never_mentioned(comment: str) -> None:
    assert said(f"y = 2  {comment}\n") == []


def test_nothing_is_said_while_the_text_is_broken() -> None:
    source = "y = 2  # initls: ignore[INI101]\nz = 3  # initls: ignore[INI9]\n"
    assert run(source, broken=True).reports == ()
    assert len(run(source).reports) == 2


def test_codes_that_are_not_selected_are_not_called_unused() -> None:
    source = "y = 2  # initls: ignore[INI101, INI202]\nz = 3  # initls: ignore\n"
    reports = run(source, selects=lambda code: code != "INI101").reports
    assert [report.finding.message for report in reports] == ["There is no INI202 here that this comment could silence"]
    assert run(source, selects=lambda code: code not in (UNUSED, INVALID)).reports == ()


def test_reports_can_be_silenced_by_name_alone() -> None:
    assert said("y = 2  # initls: ignore[INI101, INI001]\n") == []
    assert said("# initls: ignore-file[INI001, INI002]\ny = 2  # initls: ignore[INI101, INI9]\n") == []


def test_reports_of_equal_comments_can_be_told_apart() -> None:
    reports = run("y = 2  # initls: ignore\nz = 2  # initls: ignore\n").reports
    assert len({report.finding.identity for report in reports}) == 2


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("y = 2  # initls: ignore[INI101]\n", "y = 2\n"),
        ("y = 2  # initls: ignore[INI101]\r\nz = 3\r\n", "y = 2\r\nz = 3\r\n"),
        ("y = 2  # why  # initls: ignore[INI101]\n", "y = 2  # why\n"),
        ("y = 2  # initls: ignore[INI101]  # why\n", "y = 2  # why\n"),
        ("y = 2  # initls: ignore[INI101, INI202]\n", "y = 2  # initls: ignore[INI202]\n"),
        ("y = 2  # initls: ignore[INI202,INI101] kept\n", "y = 2  # initls: ignore[INI202] kept\n"),
        ("if y:\n    # initls: ignore[INI101]\n    z = 2\n", "if y:\n    z = 2\n"),
        ("# initls: ignore-file[INI101]\ny = 2\n", "y = 2\n"),
        ("y = 2\n# initls: ignore[INI101]", "y = 2\n"),
        ("y = f(  # a\n    # initls: ignore[INI101]\n    2)\n", "y = f(  # a\n\n    2)\n"),
        ("y = 2  # initls: ignore[NONE1, INI202]\n", "y = 2  # initls: ignore[INI202]\n"),
    ],
)
def test_the_fix_removes_what_is_unused_and_nothing_else(before: str, after: str) -> None:
    [report] = run(before, *(finding(line, "INI202") for line in range(3))).reports
    assert edited(before, report.fix) == after
    assert report.fix.preferred


# ------------------------------------------------------------------- adding one


@pytest.mark.parametrize(
    ("before", "line", "after"),
    [
        ("y = 2\n", 0, "y = 2  # initls: ignore[INI101]\n"),
        ("y = 2", 0, "y = 2  # initls: ignore[INI101]"),
        ("y = 2 \t\r\nz = 3\r\n", 0, "y = 2  # initls: ignore[INI101]\r\nz = 3\r\n"),
        ("y = 2  # why\n", 0, "y = 2  # why  # initls: ignore[INI101]\n"),
        ("y = 2  # initls: ignore[INI202]\n", 0, "y = 2  # initls: ignore[INI202, INI101]\n"),
        ("# initls: ignore[INI202]\ny = 2\n", 1, "# initls: ignore[INI202, INI101]\ny = 2\n"),
        ("y = f(\n  2,\n)\n", 1, "y = f(\n  2,  # initls: ignore[INI101]\n)\n"),
        ("y = f(\n  2,\n)  # initls: ignore[INI202]\n", 1, "y = f(\n  2,\n)  # initls: ignore[INI202, INI101]\n"),
        ("y = f('''\na\n''')\n", 0, "y = f('''\na\n''')  # initls: ignore[INI101]\n"),
        ("y = f('''\na\n''', [\n1])\n", 0, "y = f('''\na\n''', [  # initls: ignore[INI101]\n1])\n"),
        ("y = 1 + \\\n  2\n", 0, "y = 1 + \\\n  2  # initls: ignore[INI101]\n"),
        ("y = 2  # noqa: E501\n", 0, "y = 2  # noqa: E501  # initls: ignore[INI101]\n"),
    ],
)
def test_the_comment_goes_where_it_counts(before: str, line: int, after: str) -> None:
    edit = suppression_edit(part(before), line, "INI101")
    assert edit is not None
    assert Text.of(before).replace(edit.span, edit.content).source == after
    assert silences(after, line)


@pytest.mark.parametrize("comment", ["# initls: ignore", "# initls: ignore[INI101]", "# noqa", "# noqa: INI101"])
def test_nothing_is_added_where_it_is_silent_already(comment: str) -> None:
    assert suppression_edit(part(f"y = 2  {comment}\n"), 0, "INI101") is None


def test_the_offer_names_the_code() -> None:
    fix = suppression_fix(part("y = 2\n"), finding(0))
    assert fix is not None
    assert fix.title == "Ignore INI101 here"
    assert not fix.preferred


# ------------------------------------------------------------------- whatever the code is

EXPRESSIONS = st.recursive(
    st.sampled_from(
        ["x", "1", "'a'", '"#"', "'''a\nb'''", '"""\n# c\n"""', "f'{x}'", "'a' \\\n 'b'", "r'#'", "b'''\n'''"]
    ),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda two: f"f({two[0]},\n  {two[1]})"),
        st.lists(inner, min_size=1, max_size=3).map(lambda items: "[\n" + ",  # note\n".join(items) + "\n]"),
        st.tuples(inner, inner).map(lambda two: f"({two[0]} +\n\n {two[1]})"),
    ),
    max_leaves=6,
)
STATEMENTS = st.one_of(
    EXPRESSIONS.map(lambda value: f"y = {value}"),
    EXPRESSIONS.map(lambda value: f"if {value}:\n    z = 1"),
    EXPRESSIONS.map(lambda value: f"class A(\n  B):\n    def f(self, a={value}):  # why\n        return a"),
    st.sampled_from(["# a comment", "", "y = 1  # why", "# initls: ignore[INI202]", "y = 1  # initls: ignore[INI202]"]),
)
SOURCES = st.tuples(st.lists(STATEMENTS, min_size=1, max_size=5), st.sampled_from(["\n", "\r\n"]), st.booleans()).map(
    lambda made: made[1].join("\n".join(made[0]).split("\n")) + made[1] * made[2]
)


@given(SOURCES, st.data())
def test_an_added_comment_changes_no_code_and_silences_the_line(source: str, data: st.DataObject) -> None:
    statements = layout(source).statements
    if not statements:
        return
    first, last = data.draw(st.sampled_from(statements))
    line = data.draw(st.integers(first, last))
    edit = suppression_edit(part(source), line, "INI101")
    assert edit is not None
    after = Text.of(source).replace(edit.span, edit.content).source
    assert ast.dump(ast.parse(after)) == ast.dump(ast.parse(source))
    assert silences(after, line)
    assert suppression_edit(part(after), line, "INI101") is None
    # It silences that statement and no other.
    assert [row for row in range(after.count("\n") + 1) if silences(after, row)] == list(range(first, last + 1))


@given(SOURCES, st.data())
def test_what_was_added_can_be_removed_again(source: str, data: st.DataObject) -> None:
    # An unused comment is taken away whole, and what was there before is all that stays.
    source = source.replace("# initls: ignore[INI202]", "# plain")
    statements = layout(source).statements
    if not statements:
        return
    line = data.draw(st.sampled_from(statements))[0]
    edit = suppression_edit(part(source), line, "INI101")
    assert edit is not None
    after = Text.of(source).replace(edit.span, edit.content).source
    [report] = run(after).reports
    assert edited(after, report.fix) == source
    assert report.fix.applicability.value == "safe"


@given(SOURCES)
def test_comments_are_those_of_python(source: str) -> None:
    tokens = tokenize.generate_tokens(io.StringIO(source, newline="").readline)
    expected = {token.start[0] - 1 for token in tokens if token.type == tokenize.COMMENT and "initls" in token.string}
    assert {directive.line for directive in suppressions(source).directives} == expected
    assert may_suppress(source) >= bool(expected)


@given(st.text(alphabet="# initls:gnoreqa[]INI10,\n\t'\"\\()", max_size=60))
def test_no_text_brings_it_down(source: str) -> None:
    lines = source.count("\n") + 1
    applied = run(source, *(finding(line) for line in range(lines)))
    for report in applied.reports:
        edited(source, report.fix)
    for line in range(lines):
        assert line <= comment_line(part(source), line) < lines
        suppression_edit(part(source), line, "INI101")

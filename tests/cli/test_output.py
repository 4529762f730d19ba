"""The formats, letter by letter where people or programs read them."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from initls.cli.console import Paint
from initls.cli.output.frame import Line, Mark, frame
from initls.cli.output.patch import changes, small
from initls.syntax.span import Point, Span
from tests.cli.conftest import Run

PLAIN = Paint(False)


def span(line: int, column: int, end_line: int, end_column: int) -> Span:
    return Span(Point(line, column), Point(end_line, end_column))


def framed(source: str, *marks: Mark) -> str:
    return "\n".join(frame(source.split("\n"), marks, "a.py:1:1", PLAIN, "error"))


FULL = """\
error[INI101] [*] the word `bad` stands here
 --> a.py:2:5
  |
1 | import torch
2 | x = bad
  |     ^^^
  |
help: Write `good`
  |
1 | import torch
  - x = bad
2 + x = good
  |

warning[INI203] the word `risky` stands here
 --> a.py:6:5
  |
1 | import torch
  | - the first line
...
4 |
5 | def f():
6 |     risky
  |     ^^^^^
  |
help: Write `sound`
  |
5 | def f():
  -     risky
6 +     sound
  |
note: this changes the values that the model starts from; --fix applies it with --unsafe-fixes
  or: Write nothing

Found 2 problems (1 error, 1 warning).
[*] 1 fixable with `--fix` (1 unsafe fix available with `--fix --unsafe-fixes`).
"""


def test_full(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import torch\nx = bad\n\n\ndef f():\n    risky\n")
    assert run().out == FULL


def test_full_in_colour_says_the_same(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import torch\nx = bad\n\n\ndef f():\n    risky\n")
    coloured = run("--color", "always").out
    assert "\x1b[1;31merror[INI101]\x1b[0m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == run("--color", "never").out


@pytest.mark.parametrize(
    ("variable", "value", "colour"), [("NO_COLOR", "1", False), ("FORCE_COLOR", "1", True), ("TERM", "xterm", False)]
)
def test_the_environment_decides_on_colour(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, colour: bool
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv(variable, value)
    (tmp_path / "a.py").write_text("bad\n")
    assert ("\x1b[" in run().out) is colour


def test_concise(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("bad\n\N{BLACK HEART SUIT} = risky\n")
    assert run("--output-format", "concise").out == (
        "a.py:1:1: INI101 [*] the word `bad` stands here\n"
        "a.py:2:5: INI203 the word `risky` stands here\n"
        "Found 2 problems (1 error, 1 warning).\n"
        "[*] 1 fixable with `--fix` (1 unsafe fix available with `--fix --unsafe-fixes`).\n"
    )
    assert run("--output-format", "concise", "--unsafe-fixes").out.endswith(
        "[*] 2 fixable with `--fix --unsafe-fixes`.\n"
    )


def test_clean(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("pass\n")
    assert run().out == "All checks passed!\n"
    assert run("-q").out == ""


def test_json(run: Run, tmp_path: Path) -> None:
    # Columns count code points: the smiling face is one, two units of UTF-16, four of UTF-8.
    (tmp_path / "a.py").write_text("#\n#\n#\n#\n'\N{SMILING FACE WITH OPEN MOUTH}'; risky\n", encoding="utf-8")
    filename = str(tmp_path / "a.py")
    place = {"location": {"row": 5, "column": 6}, "end_location": {"row": 5, "column": 11}}
    best = {
        "applicability": "unsafe",
        "message": "Write `sound`",
        "edits": [{"filename": filename, "content": "sound", **place}],
    }
    other = {
        "applicability": "display",
        "message": "Write nothing",
        "edits": [{"filename": filename, "content": "", **place}],
    }
    ran = run("--output-format", "json")
    [found] = ran.json
    url = found.pop("url")
    assert url.startswith("https://")
    assert url.endswith("INI203.md")
    assert found == {
        "cell": None,
        "noqa_row": 5,
        "code": "INI203",
        "name": "overwritten-init",
        "severity": "warning",
        "message": "the word `risky` stands here",
        "filename": filename,
        **place,
        "fix": best,
        "fixes": [best, other],
        "related": [
            {
                "message": "the first line",
                "filename": filename,
                "location": {"row": 1, "column": 1},
                "end_location": {"row": 1, "column": 2},
            }
        ],
    }
    assert "SMILING" not in ran.out


def test_json_of_nothing_is_an_empty_array(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("pass\n")
    assert run("--output-format", "json").out == "[]\n"


def test_json_names_the_row_where_a_comment_counts(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text('f(bad, """\n\n""")\n')
    [found] = run("--output-format", "json").json
    assert (found["location"]["row"], found["noqa_row"]) == (1, 3)


def test_statistics(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("bad\nodd\nodd\nrisky\n")
    assert run("--statistics", "-q").out == (
        "2\tINI103\t[ ] degenerate-init\n1\tINI101\t[*] constant-weight\n1\tINI203\t[ ] overwritten-init\n"
    )
    assert run("--statistics", "--output-format", "json").json == [
        {"code": "INI103", "name": "degenerate-init", "count": 2, "fixable": False},
        {"code": "INI101", "name": "constant-weight", "count": 1, "fixable": True},
        {"code": "INI203", "name": "overwritten-init", "count": 1, "fixable": False},
    ]


# ------------------------------------------------------------------- frames


def test_a_frame_marks_wide_characters_and_tabs_where_they_stand() -> None:
    source = "\ta\t= '日本' + x"
    assert framed(source, Mark(span(0, 12, 0, 13), "here")).split("\n") == [
        " --> a.py:1:1",
        "  |",
        "1 |     a   = '日本' + x",
        "  |                    ^ here",
        "  |",
    ]


def test_a_frame_draws_a_bar_for_several_lines() -> None:
    source = "before\nfor m in self.modules():\n    a\n    b\nafter"
    assert framed(source, Mark(span(1, 0, 3, 5))).split("\n")[2:] == [
        "1 |   before",
        "2 | / for m in self.modules():",
        "3 | |     a",
        "4 | |     b",
        "  | |_____^",
        "5 |   after",
        "  |",
    ]


def test_a_long_place_shows_its_two_ends() -> None:
    source = "\n".join(f"line{number}" for number in range(40))
    text = framed(source, Mark(span(5, 0, 30, 6)))
    assert "line5" in text
    assert "line30" in text
    assert "line15" not in text
    assert "\n...\n" in text
    assert text.count("\n") < 20


def test_a_very_long_line_is_cut_around_the_mark() -> None:
    text = framed("a" * 5000 + "bad" + "b" * 1_000_000, Mark(span(0, 5000, 0, 5003)))
    shown, underline = text.split("\n")[2:4]
    assert len(shown) < 200
    assert shown[underline.index("^") :][:3] == "bad"


def test_a_frame_hides_nothing_behind_control_characters() -> None:
    shown = Line("x = '\u202e' \x1b[31m # \0").shown
    assert not any(unicodedata.category(character) in ("Cc", "Cf") for character in shown)


def test_an_empty_place_gets_a_caret() -> None:
    assert framed("x", Mark(span(0, 1, 0, 1))).split("\n")[3] == "  |  ^"


@given(st.text(max_size=300), st.integers(0, 320), st.integers(0, 320))
def test_any_line_can_be_framed(text: str, start: int, length: int) -> None:
    line = text.replace("\n", "").replace("\r", "")
    shown = frame([line], [Mark(span(0, start, 0, start + length))], "a:1:1", PLAIN, "hint")
    assert len(shown) >= 3
    assert all("\n" not in row for row in shown)


# ------------------------------------------------------------------- small diffs


def test_a_move_shows_both_places() -> None:
    old = ["def f():", "    init()", "    a = 1", "    b = 2", "    c = 3", "    d = 4", "    e = 5"]
    new = [old[0], *old[2:], old[1]]
    assert small(old, new, PLAIN) == [
        "  |",
        "1 | def f():",
        "  -     init()",
        "2 |     a = 1",
        "...",
        "6 |     e = 5",
        "7 +     init()",
        "  |",
    ]


def test_a_moved_block_takes_the_empty_line_behind_it_along() -> None:
    old = ["def f():", "", "    init()", "", "    a = 1", "    b = 2", "", "def g():"]
    new = ["def f():", "", "    a = 1", "    b = 2", "", "    init()", "", "def g():"]
    [run] = changes(old, new)
    assert [f"{change.sign}{change.text}" for change in run if change.sign != " "] == [
        "-    init()",
        "-",
        "+",
        "+    init()",
    ]


LINES = st.lists(st.sampled_from(["a", "b", "c", ""]), max_size=12)


@given(LINES, LINES, st.integers(0, 3))
def test_a_small_diff_tells_the_whole_change(old: list[str], new: list[str], context: int) -> None:
    """Going through the new text with the diff in hand gives the old one back."""
    runs = changes(old, new, context)
    assert all(new[change.row] == change.text for run in runs for change in run if change.sign == " ")
    assert all(any(change.sign != " " for change in run) for run in runs)
    removed = [change.text for run in runs for change in run if change.sign == "-"]
    added = {change.row: change.text for run in runs for change in run if change.sign == "+"}
    assert all(new[row] == text for row, text in added.items())
    assert sorted(old + list(added.values())) == sorted(new + removed)
    kept_new = [text for row, text in enumerate(new) if row not in added]
    rows = [change.row for run in runs for change in run if change.sign == "-"]
    assert kept_new == [text for row, text in enumerate(old) if row not in rows]

"""What is there today and is left for another time: baselines, and comments with a reason."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from initls.check import Checker
from initls.cli.work import Task, perform
from initls.settings import Settings
from tests.cli.conftest import Ran, Run

SOURCE = (
    "def f():\n    bad\n\n\nclass Net:\n    risky\n\n    def g(self):\n        bad\n        bad\n\n    odd\n\n\nbad\n"
)


def write(root: Path, name: str, text: str) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def recorded(run: Run, tmp_path: Path) -> Path:
    """A project whose findings are all in a baseline."""
    write(tmp_path, "pkg/a.py", SOURCE)
    write(tmp_path, "b.py", "bad\n")
    done = run("--baseline", "known.json", "--write-baseline")
    assert (done.status, done.out) == (0, "")
    assert "Recorded 7 problems in known.json." in done.err
    return tmp_path


def check(run: Run, *more: str) -> Ran:
    return run("--baseline", "known.json", "--output-format", "concise", *more)


def test_a_baseline_names_files_codes_and_scopes_and_no_lines(recorded: Path) -> None:
    baseline = json.loads((recorded / "known.json").read_text())
    found = [tuple(entry.values()) for entry in baseline["findings"]]
    assert found == [
        ("b.py", "INI101", "<module>", 1),
        ("pkg/a.py", "INI101", "<module>", 1),
        ("pkg/a.py", "INI101", "Net.g", 2),
        ("pkg/a.py", "INI101", "f", 1),
        ("pkg/a.py", "INI103", "Net", 1),
        ("pkg/a.py", "INI203", "Net", 1),
    ]
    # An entry a line, so that two branches that take some away can be merged.
    assert sum("INI" in line for line in (recorded / "known.json").read_text().splitlines()) == len(found)


def test_a_baseline_is_renewed_in_one_step(run: Run, recorded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = (recorded / "known.json").rename(recorded / "kept.json")
    (recorded / "known.json").symlink_to(kept)
    before = kept.read_text()
    (recorded / "b.py").unlink()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.replace", full)
        done = run("--baseline", "known.json", "--write-baseline")
    assert (done.status, kept.read_text()) == (2, before)
    assert "known.json: the baseline cannot be written (No space left on device)" in done.err
    assert run("--baseline", "known.json", "--write-baseline").status == 0
    assert (recorded / "known.json").is_symlink()
    assert "b.py" in before
    assert "b.py" not in kept.read_text()


def test_what_is_known_is_left_out(run: Run, recorded: Path) -> None:
    done = check(run)
    assert done.status == 0
    assert "Left out 7 problems that known.json knows." in done.err
    assert "All checks passed!" in done.out
    assert check(run, "-q").err == ""


def test_a_baseline_outlives_edits(run: Run, recorded: Path) -> None:
    moved = "import os\n\n\ndef new():\n    return 1\n\n\n" + SOURCE.replace(
        "class Net:", "# it is old\nclass Net(Base):"
    )
    write(recorded, "pkg/a.py", moved)
    assert check(run).status == 0


def test_what_is_new_is_told(run: Run, recorded: Path) -> None:
    write(recorded, "pkg/a.py", SOURCE + "\n\ndef h():\n    bad\n")
    done = check(run)
    assert done.status == 1
    assert done.out.startswith("pkg/a.py:19:5: INI101")
    assert "Found 1 problem" in done.out


def test_of_one_more_in_the_same_place_all_are_told(run: Run, recorded: Path) -> None:
    write(recorded, "pkg/a.py", SOURCE.replace("    def g(self):\n", "    def g(self):\n        bad\n"))
    out = check(run).out
    assert out.count("INI101") == 3
    assert "Found 3 problems" in out


def test_what_is_mended_is_told_of_and_does_no_harm(run: Run, recorded: Path) -> None:
    write(
        recorded, "pkg/a.py", SOURCE.replace("        bad\n        bad\n", "        bad\n").replace("    risky\n", "")
    )
    done = check(run)
    assert done.status == 0
    stale = [line for line in done.err.splitlines() if "--write-baseline" in line]
    assert stale == [
        "warning: known.json: INI101 in Net.g of pkg/a.py: 1 of 2 are left; write it anew with --write-baseline",
        "warning: known.json: INI203 in Net of pkg/a.py: it is not there any more; write it anew with --write-baseline",
    ]
    run("--baseline", "known.json", "--write-baseline")
    assert "warning" not in check(run).err


def test_a_file_that_is_gone_is_told_of(run: Run, recorded: Path) -> None:
    (recorded / "b.py").unlink()
    assert "INI101 in <module> of b.py: the file is gone" in check(run, "pkg").err
    run("--baseline", "known.json", "--write-baseline", "pkg")
    assert "b.py" not in (recorded / "known.json").read_text()


def test_who_was_not_asked_is_not_missed(run: Run, recorded: Path) -> None:
    assert "warning" not in check(run, "b.py").err
    assert "warning" not in check(run, "--ignore", "INI101").err
    before = (recorded / "known.json").read_bytes()
    for part in (("b.py",), ("--select", "INI203"), ("pkg", "--ignore", "INI1")):
        run("--baseline", "known.json", "--write-baseline", *part)
        assert (recorded / "known.json").read_bytes() == before, part


def test_what_cannot_be_read_is_never_known(run: Run, tmp_path: Path) -> None:
    write(tmp_path, "a.py", "broken\nbad\n")
    run("--baseline", "known.json", "--write-baseline")
    done = check(run)
    assert done.status == 1
    assert "invalid-syntax" in done.out and "INI101" not in done.out


def test_paths_count_from_the_baseline(run: Run, recorded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(recorded / "pkg")
    assert run("--baseline", "../known.json", "--output-format", "concise").status == 0


def test_standard_input_has_its_place_in_it(run: Run, recorded: Path) -> None:
    done = run("--baseline", "known.json", "--stdin-filename", "b.py", "-", stdin=b"x\nbad\n")
    assert done.status == 0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "there is no such file; --write-baseline makes it"),
        ("{", "not valid JSON"),
        ("[]", "no baseline of version 1"),
        ('{"version": 2, "findings": []}', "no baseline of version 1"),
        ('{"version": 1, "findings": [{"path": "a.py", "line": 3}]}', "none that initls has written"),
        ('{"version": 1, "findings": [{"path": "a", "code": "b", "name": "c", "count": 0}]}', "none that initls has"),
    ],
)
def test_a_baseline_that_is_none_ends_the_run(run: Run, tmp_path: Path, text: str | None, words: str) -> None:
    write(tmp_path, "a.py", "bad\n")
    if text is not None:
        write(tmp_path, "known.json", text)
    done = check(run)
    assert done.status == 2
    assert words in done.err and "known.json" in done.err


# --------------------------------------------------------------------------- comments with a reason


def test_a_hook_that_names_excluded_files_leaves_them_alone(run: Run, tmp_path: Path) -> None:
    path = write(tmp_path, "build/a.py", "bad\n")
    assert run("--force-exclude", "--fix", "build/a.py").status == 0
    assert path.read_text() == "bad\n"
    assert run("build/a.py").status == 1


def test_comments_say_the_reason(run: Run, tmp_path: Path) -> None:
    path = write(tmp_path, "a.py", "x = [\n    bad,\n]\nrisky  # why not\n\u00e9 = bad and odd\r\n")
    done = run("--add-ignore", "old code, see issue 12")
    assert (done.status, done.out) == (0, "Silenced 4 problems.\n")
    assert path.read_bytes().decode() == (
        "x = [\n    bad,  # initls: ignore[INI101] old code, see issue 12\n]\n"
        "risky  # why not  # initls: ignore[INI203] old code, see issue 12\n"
        "\u00e9 = bad and odd  # initls: ignore[INI101, INI103] old code, see issue 12\r\n"
    )


def test_the_examples_are_silenced_and_still_compile(tmp_path: Path) -> None:
    checker = Checker()
    for path in sorted((Path(__file__).parents[2] / "examples").glob("*.py")):
        copy = write(tmp_path, path.name, path.read_text(encoding="utf-8"))
        found = perform(Task(copy, copy.name, Settings()), checker).shown
        left = perform(Task(copy, copy.name, Settings(), "fix", silence="it is an example"), checker)
        assert left.shown == ()
        text = copy.read_text(encoding="utf-8")
        compile(text, copy.name, "exec")
        assert text.count("it is an example") == len(found)


def test_the_selection_says_what_is_silenced(run: Run, tmp_path: Path) -> None:
    path = write(tmp_path, "a.py", "bad\nrisky\n")
    run("--add-ignore", "later", "--select", "INI203")
    assert path.read_text() == "bad\nrisky  # initls: ignore[INI203] later\n"


def test_with_diff_nothing_is_written(run: Run, tmp_path: Path) -> None:
    path = write(tmp_path, "a.py", "bad\n")
    done = run("--add-ignore", "later", "--diff")
    assert "+bad  # initls: ignore[INI101] later" in done.out
    assert "Would silence 1 problem." in done.err
    assert path.read_text() == "bad\n"


def test_standard_input_comes_out_with_its_comments(run: Run) -> None:
    done = run("--add-ignore", "later", "-", stdin=b"bad\n")
    assert done.out == "bad  # initls: ignore[INI101] later\n"


def test_nothing_to_silence_is_said(run: Run, tmp_path: Path) -> None:
    write(tmp_path, "a.py", "good\n")
    assert run("--add-ignore", "later").out == "There is nothing to silence.\n"


def test_what_cannot_be_read_stays(run: Run, tmp_path: Path) -> None:
    path = write(tmp_path, "a.py", "broken\n")
    done = run("--add-ignore", "later")
    assert done.status == 1 and "Nothing that was found can be silenced." in done.out
    assert path.read_text() == "broken\n"


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["--add-ignore", "a.py"], "takes the reason"),
        (["--add-ignore", "  "], "takes the reason"),
        (["--add-ignore", "two\nlines"], "of one line"),
        (["--add-ignore", "later", "--fix"], "neither --fix nor --baseline"),
        (["--add-ignore", "later", "--baseline", "k.json"], "neither --fix nor --baseline"),
        (["--write-baseline"], "the file that --baseline names"),
        (["--baseline", "k.json", "--write-baseline", "--fix"], "changes no file"),
    ],
)
def test_what_cannot_be_meant_changes_nothing(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str], argv: list[str], words: str
) -> None:
    path = write(tmp_path, "a.py", "bad\n")
    with pytest.raises(SystemExit) as left:
        run(*argv)
    assert left.value.code == 2
    assert words in capsys.readouterr().err
    assert path.read_text() == "bad\n"

"""`initls check`: what it reads, what it prints, what it writes and how it ends."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from initls.cli import work
from tests.cli.conftest import Run


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pkg").mkdir()
    (tmp_path / "a.py").write_text("x = bad\ny = risky\n")
    (tmp_path / "pkg/b.py").write_text("z = odd\n")
    (tmp_path / "pkg/clean.py").write_text("pass\n")
    return tmp_path


# ------------------------------------------------------------------- exit status


@pytest.mark.parametrize(
    ("source", "argv", "status"),
    [
        ("fine", [], 0),
        ("bad", [], 1),
        ("risky", [], 1),
        ("odd", [], 0),
        ("broken", [], 1),
        ("deep", [], 0),
        ("odd", ["--exit-on", "information"], 1),
        ("risky", ["--exit-on", "error"], 0),
        ("bad", ["--exit-zero"], 0),
        ("bad", ["--fix"], 0),
        ("risky", ["--fix"], 1),
        ("risky", ["--fix", "--unsafe-fixes"], 0),
        ("bad", ["--diff"], 1),
        ("risky", ["--diff"], 0),
        ("risky", ["--diff", "--unsafe-fixes"], 1),
        ("bad", ["--diff", "--exit-zero"], 0),
        ("bad", ["--ignore", "INI101"], 0),
        ("crash", [], 2),
    ],
)
def test_exit_status(run: Run, tmp_path: Path, source: str, argv: list[str], status: int) -> None:
    (tmp_path / "a.py").write_text(source + "\n")
    assert run(*argv).status == status


def test_a_named_file_that_is_missing_fails_the_run_but_does_not_stop_it(run: Run, project: Path) -> None:
    ran = run("none.py", "a.py", "--exit-zero")
    assert ran.status == 2
    assert "warning: none.py: no such file or folder; check the name" in ran.err
    assert "INI101" in ran.out


def test_nothing_to_check_is_said(run: Run) -> None:
    ran = run()
    assert ran.status == 0
    assert "no Python files were found" in ran.err


def test_a_bad_selector_ends_the_run(run: Run, project: Path) -> None:
    ran = run("--select", "INI1O1")
    assert ran.status == 2
    assert "error: --select: `INI1O1` is neither a rule's code nor the beginning of one" in ran.err
    assert ran.out == ""


def test_a_bad_settings_file_ends_the_run(run: Run, project: Path) -> None:
    (project / "initls.toml").write_text("selct = 1\n")
    ran = run()
    assert ran.status == 2
    assert "initls.toml:1: `selct`: there is no such setting; did you mean `select`?" in ran.err


# ------------------------------------------------------------------- which findings


def codes(out: str) -> list[str]:
    return [line.split()[1] for line in out.splitlines() if ":" in line]


@pytest.mark.parametrize(
    ("argv", "expected"),
    [
        ([], ["INI101", "INI203", "INI103"]),
        (["--select", "INI2"], ["INI203"]),
        (["--select", "INI1,INI2", "--ignore", "INI103"], ["INI101", "INI203"]),
        (["--select", "INI101", "--select", "INI103"], ["INI101", "INI103"]),
        (["--select", "INI2", "--extend-select", "INI101"], ["INI101", "INI203"]),
        (["--config", "ignore=['INI1']"], ["INI203"]),
    ],
)
def test_selection(run: Run, project: Path, argv: list[str], expected: list[str]) -> None:
    assert codes(run("--output-format", "concise", "-q", *argv).out) == expected


def test_settings_come_from_the_nearest_file(run: Run, project: Path) -> None:
    (project / "pkg/initls.toml").write_text('ignore = ["INI103"]')
    assert codes(run("--output-format", "concise", "-q").out) == ["INI101", "INI203"]
    assert codes(run("--output-format", "concise", "-q", "--isolated").out) == ["INI101", "INI203", "INI103"]


def test_a_settings_file_by_hand(run: Run, project: Path) -> None:
    (project / "strict.toml").write_text('select = ["INI103"]')
    assert codes(run("--output-format", "concise", "-q", "--config", "strict.toml").out) == ["INI103"]
    assert run("--config", "strict.toml", "--isolated").status == 2
    assert run("--config", "nowhere.toml").status == 2


def test_a_setting_by_hand_that_is_not_toml_is_explained(run: Run, project: Path) -> None:
    ran = run("--config", "distribution=uniform")
    assert ran.status == 2
    assert "--config distribution=uniform" in ran.err
    assert "not valid TOML" in ran.err


def test_severity_can_be_set(run: Run, project: Path) -> None:
    ran = run("--output-format", "json", "--config", "severity = {INI2 = 'hint'}", "a.py")
    assert [one["severity"] for one in ran.json] == ["error", "hint"]


# ------------------------------------------------------------------- fixing


def test_fix_applies_safe_fixes_and_reports_the_rest(run: Run, project: Path) -> None:
    ran = run("--fix", "a.py")
    assert (project / "a.py").read_text() == "x = good\ny = risky\n"
    assert "Found 2 problems (1 fixed, 1 remaining)." in ran.out
    assert ran.out.endswith("\n1 unsafe fix available with `--fix --unsafe-fixes`.\n")
    assert "bad" not in ran.out


def test_unsafe_fixes_go_further(run: Run, project: Path) -> None:
    ran = run("--fix", "--unsafe-fixes", "a.py")
    assert (project / "a.py").read_text() == "x = good\ny = sound\n"
    assert "Found 2 problems (2 fixed, 0 remaining)." in ran.out


def test_fix_keeps_every_other_byte(run: Run, tmp_path: Path) -> None:
    before = b"\xef\xbb\xbf# \xc3\xa4\r\nx\t= bad \r\n\x0cy = 1\r# end"
    path = tmp_path / "a.py"
    path.write_bytes(before)
    path.chmod(0o750)
    run("--fix")
    assert path.read_bytes() == before.replace(b"bad", b"good")
    assert stat.S_IMODE(path.stat().st_mode) == 0o750


def test_fix_keeps_the_encoding(run: Run, tmp_path: Path) -> None:
    before = b"# coding: latin-1\nx = '\xe4', bad\n"
    (tmp_path / "a.py").write_bytes(before)
    run("--fix")
    assert (tmp_path / "a.py").read_bytes() == before.replace(b"bad", b"good")


def test_a_clean_file_is_not_written(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("risky\n")
    os.utime(path, ns=(1, 1))
    run("--fix")
    assert path.stat().st_mtime_ns == 1


def test_a_file_that_cannot_be_written_is_reported(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.py").write_text("bad\n")

    def refuse(path: Path, data: bytes) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(work, "write", refuse)
    ran = run("--fix", "--output-format", "concise")
    assert ran.status == 1
    assert "the fixes could not be written ([Errno 13] Permission denied); the file is as it was" in ran.err
    assert codes(ran.out) == ["INI101"]


def test_diff_shows_and_changes_nothing(run: Run, project: Path) -> None:
    ran = run("--diff")
    assert ran.out == "--- a.py\n+++ a.py\n@@ -1,2 +1,2 @@\n-x = bad\n+x = good\n y = risky\n"
    assert ran.err == "Would fix 1 problem (1 additional fix available with `--unsafe-fixes`).\n"
    assert (project / "a.py").read_text() == "x = bad\ny = risky\n"


def test_diff_wins_over_fix(run: Run, project: Path) -> None:
    assert run("--diff", "--fix").out.startswith("--- a.py")
    assert (project / "a.py").read_text() == "x = bad\ny = risky\n"


def test_diff_of_a_last_line_without_end(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"a\r\nbad")
    assert run("--diff").out == (
        "--- a.py\n+++ a.py\n@@ -1,2 +1,2 @@\n a\r\n-bad\n\\ No newline at end of file\n"
        "+good\n\\ No newline at end of file\n"
    )


def test_diff_without_fixes(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("odd\n")
    assert run("--diff").err == "No fixes available.\n"
    (tmp_path / "a.py").write_text("risky\n")
    assert run("--diff").err == "No safe fixes available (1 fix available with `--unsafe-fixes`).\n"


# ------------------------------------------------------------------- standard input


def test_standard_input(run: Run) -> None:
    ran = run("-", "--output-format", "concise", stdin=b"x = bad\n")
    assert ran.status == 1
    assert ran.out.startswith("-:1:5: INI101 [*] the word `bad` stands here\n")


def test_standard_input_by_its_name(run: Run, tmp_path: Path) -> None:
    (tmp_path / "initls.toml").write_text('[per-file-ignores]\n"gen/*" = ["INI101"]')
    assert run("--stdin-filename", "src/a.py", "--output-format", "concise", stdin=b"bad\n").out.startswith(
        "src/a.py:1:1:"
    )
    assert run("-", "--stdin-filename", "gen/a.py", stdin=b"bad\n").status == 0


def test_standard_input_is_fixed_to_standard_output(run: Run) -> None:
    ran = run("-", "--fix", stdin=b"x = bad\r\ny = risky\r\n")
    assert ran.out == "x = good\r\ny = risky\r\n"
    assert "1 fixed, 1 remaining" in ran.err
    assert ran.status == 1


def test_standard_input_without_fixes_comes_out_as_it_went_in(run: Run) -> None:
    assert run("-", "--fix", stdin=b"\xef\xbb\xbfx\r\n").out.encode() == b"\xef\xbb\xbfx\r\n"


def test_standard_input_as_a_diff(run: Run) -> None:
    ran = run("-", "--diff", "--stdin-filename", "a.py", stdin=b"bad\n")
    assert ran.out == "--- a.py\n+++ a.py\n@@ -1 +1 @@\n-bad\n+good\n"
    assert ran.status == 1


def test_standard_input_that_is_no_text(run: Run) -> None:
    ran = run("-", stdin=b"# coding: klingon\nbad\n")
    assert ran.status == 2
    assert "error: -: line 1: the file declares the unknown encoding klingon" in ran.err


def test_standard_input_that_is_excluded(run: Run, tmp_path: Path) -> None:
    (tmp_path / "initls.toml").write_text('extend-exclude = ["gen"]')
    argv = ("-", "--stdin-filename", "gen/a.py")
    assert run(*argv, stdin=b"bad\n").status == 1
    assert run(*argv, "--force-exclude", stdin=b"bad\n").status == 0
    assert run(*argv, "--force-exclude", "--fix", stdin=b"bad\n").out == "bad\n"


# ------------------------------------------------------------------- files that make trouble


def test_a_file_that_cannot_be_decoded_is_named_and_the_rest_is_checked(run: Run, project: Path) -> None:
    (project / "pkg/zebra.py").write_bytes(b"\xff\xfea\0")
    ran = run("--output-format", "concise")
    assert "warning: pkg/zebra.py: line 1: the file is UTF-16" in ran.err
    assert "save it as UTF-8" in ran.err
    assert ran.status == 1
    assert "INI101" in ran.out
    assert run("pkg/zebra.py").status == 2


def test_a_crash_costs_one_file(run: Run, project: Path) -> None:
    (project / "aa.py").write_text("crash\n")
    ran = run("--output-format", "concise")
    assert ran.status == 2
    assert "warning: aa.py: the analysis failed on this file (ValueError: no such thing)" in ran.err
    assert codes(ran.out) == ["INI101", "INI203", "INI103"]


def test_a_rule_that_failed_is_logged(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("fault\nbad\n")
    ran = run("--output-format", "concise")
    assert "warning: a.py: the rule INI101 failed" in ran.err
    assert codes(ran.out) == ["INI101"]


def test_what_cannot_be_read_is_a_finding(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("deep\n    broken # bad\n")
    found = run("--output-format", "json").json
    assert found[0]["message"] == "not analysed: nested too deep"
    assert [(one["code"], one["severity"], one["location"]) for one in found] == [
        ("unreadable", "information", {"row": 1, "column": 1}),
        ("invalid-syntax", "error", {"row": 2, "column": 5}),
        ("INI101", "error", {"row": 2, "column": 14}),
    ]


# ------------------------------------------------------------------- about the run itself


def test_show_files(run: Run, project: Path) -> None:
    ran = run("--show-files")
    assert ran.out.splitlines() == [str(project / name) for name in ("a.py", "pkg/b.py", "pkg/clean.py")]


@pytest.mark.parametrize(
    "text", ["", 'ignore = ["INI101"]\n[severity]\nINI2 = "hint"\n[per-file-ignores]\n"a \\" b" = ["INI1"]\n']
)
def test_show_settings_can_be_read_back(run: Run, project: Path, text: str) -> None:
    (project / "initls.toml").write_text(text)
    shown = run("--show-settings", "a.py")
    assert shown.status == 0
    assert str(project / "initls.toml") in shown.out.splitlines()[0]
    (project / "initls.toml").write_text(shown.out)
    assert run("--show-settings", "a.py").out == shown.out


def test_paths_are_shown_from_here(run: Run, project: Path) -> None:
    assert run("--output-format", "concise", "-q", str(project / "pkg")).out.startswith("pkg/b.py:1:5:")

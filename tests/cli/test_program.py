"""The program as it is started, with the real analysis behind it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from initls import __version__
from initls.cli.main import main
from initls.rulebook import all_rules

ROOT = Path(__file__).parents[2]

BUG = """\
import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        self.fc = nn.Linear(3, 3)
        super().__init__()
"""


def program(*argv: str, cwd: Path | None = None, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    env = {key: value for key, value in os.environ.items() if key not in ("FORCE_COLOR", "CLICOLOR_FORCE")}
    return subprocess.run(
        [sys.executable, "-m", "initls", *argv], cwd=cwd, input=stdin, env=env, capture_output=True, text=True
    )


def imported(code: str) -> set[str]:
    """The modules that are loaded after `code` has run in a fresh interpreter."""
    script = f"import sys\n{code}\nprint('\\n'.join(sys.modules), file=sys.stderr)"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(ran.stderr.split())


@pytest.mark.parametrize("argv", [["--version"], ["-V"], ["version"], ["--version", "check"]])
def test_version(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(argv) == 0
    assert capsys.readouterr().out == f"initls {__version__}\n"


def test_the_version_is_that_of_the_package() -> None:
    assert __version__ == metadata.version("initls")


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["chekc"], "invalid choice"),
        (["check", "--nonsense"], "unrecognized arguments"),
        (["check", "-j", "0"], "expected a number of processes, 1 or more, got `0`"),
        (["check", "--exit-on", "fatal"], "invalid choice"),
        (["server", "--tcp", "2087"], "expected HOST:PORT such as 127.0.0.1:2087, got `2087`"),
        (["rule"], "initls rule takes a code, or --all"),
        (["rule", "INI101", "--all"], "initls rule takes a code, or --all, not both"),
    ],
)
def test_wrong_usage_ends_with_two(argv: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(argv)
    assert left.value.code == 2
    assert words in capsys.readouterr().err


def test_no_command_prints_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main([])
    assert left.value.code == 2
    assert "check" in capsys.readouterr().out


def test_the_version_needs_nothing_of_the_program() -> None:
    loaded = imported("from initls.cli.main import main\nmain(['--version'])")
    assert {name for name in loaded if name.startswith("initls")} == {"initls", "initls.cli", "initls.cli.main"}
    assert not {"argparse", "importlib.metadata", "typing"} & (loaded - imported("pass"))


def test_the_help_needs_no_analysis() -> None:
    loaded = imported(
        "from initls.cli.main import main\ntry:\n    main(['check', '--help'])\nexcept SystemExit:\n    pass"
    )
    assert not {"libcst", "rich", "initls.check", "pathspec"} & loaded


def test_checking_needs_no_protocol(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text(BUG)
    loaded = imported(f"from initls.cli.main import main\nmain(['check', {str(path)!r}, '--isolated'])")
    assert "initls.check" in loaded
    assert not {"pygls", "lsprotocol", "initls.server", "asyncio"} & loaded


def test_what_is_known_needs_no_analysis(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(BUG)
    again = f"import os\nos.chdir({str(tmp_path)!r})\nfrom initls.cli.main import main\nmain(['check'])"
    assert "initls.check" in imported(again)
    assert not {"libcst", "initls.check", "initls.model", "multiprocessing", "asyncio"} & imported(again)


# ------------------------------------------------------------------- the whole way


def test_check_from_end_to_end(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(BUG)
    ran = program("check", "--output-format", "json", "--isolated", cwd=tmp_path)
    assert ran.stderr == ""
    assert ran.returncode == 1
    [found] = json.loads(ran.stdout)
    assert (found["code"], found["location"]["row"]) == ("INI201", 6)


def test_a_cluster_needs_dask(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.py").write_text(BUG)
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert main(["check", "--isolated", "-n", "--dask", "tcp://127.0.0.1:8786", str(tmp_path)]) == 2
    assert "`pip install 'initls[dask]'`" in capsys.readouterr().err


def test_fix_from_end_to_end(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(BUG)
    ran = program("check", "--fix", "--isolated", cwd=tmp_path)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    lines = (tmp_path / "a.py").read_text().splitlines()
    assert lines[5:] == ["        super().__init__()", "        self.fc = nn.Linear(3, 3)"]


def test_a_suppressed_finding_is_silent_and_counts_as_used(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(BUG.replace("(3, 3)", "(3, 3)  # initls: ignore[INI201]"))
    assert program("check", "--isolated", cwd=tmp_path).stdout == "All checks passed!\n"


def test_an_unused_suppression_is_found_and_removed(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import torch\n\nx = 1  # initls: ignore[INI201]\n")
    ran = program("check", "--isolated", "--output-format", "concise", cwd=tmp_path)
    assert "a.py:3:25: INI001 [*]" in ran.stdout
    assert program("check", "--isolated", "--fix", cwd=tmp_path).returncode == 0
    assert (tmp_path / "a.py").read_text() == "import torch\n\nx = 1\n"


def test_standard_input_from_end_to_end() -> None:
    ran = program("check", "-", "--isolated", "--output-format", "concise", stdin=BUG)
    assert ran.returncode == 1
    assert ran.stdout.startswith("-:6:")


READER = """\
import sys
from initls.cli import arguments, check
from initls.cli.options import options_of
from tests.cli.fake import FakeChecker

sys.exit(check.run(options_of(arguments.parse(["check", "--isolated", sys.argv[1]])), FakeChecker))
"""


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    # More than any pipe takes in at once.
    (tmp_path / "a.py").write_text("bad\n" * 2000)
    command = [sys.executable, "-c", READER, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        complaint = process.stderr.read()
    assert complaint == b""
    assert process.returncode == 1


def test_an_odd_file_name_can_be_printed(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/\xff.py"
    try:
        with open(path, "w") as file:
            file.write(BUG)
    except OSError:
        pytest.skip("this file system takes no such name")
    ran = program("check", "--isolated", "--output-format", "concise", cwd=tmp_path)
    assert ran.returncode == 1
    assert ran.stdout.startswith(r"\udcff.py:6:")


def test_examples_show_every_rule_and_the_healthy_one_none() -> None:
    ran = program("check", "--isolated", "--output-format", "json", "examples", cwd=ROOT)
    found = {(Path(one["filename"]).name, one["code"]) for one in json.loads(ran.stdout)}
    assert {
        ("attention.py", "INI102"),
        ("attention.py", "INI104"),
        ("degenerate.py", "INI103"),
        ("lenet.py", "INI202"),
        ("lora.py", "INI104"),
        ("mlp_zero.py", "INI101"),
        ("mlp_zero.py", "INI104"),
        ("overwritten.py", "INI203"),
        ("super_order.py", "INI201"),
    } == found


# ------------------------------------------------------------------- explaining rules


def test_a_rule_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rule", "ini001"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("# unused-suppression (INI001)\n")
    assert "\nWhy it hurts\n---" in out


def test_a_rule_may_be_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rule", "unused-suppression", "--output-format", "json"]) == 0
    rule = json.loads(capsys.readouterr().out)
    assert rule["code"] == "INI001"
    assert set(rule) == {"name", "code", "summary", "fixable", "explanation", "url"}


def test_all_rules(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rule", "--all", "--output-format", "json"]) == 0
    rules = json.loads(capsys.readouterr().out)
    assert [rule["code"] for rule in rules] == sorted(all_rules())
    assert {"INI001", "INI002", "INI101", "INI102", "INI103", "INI104", "INI201", "INI202", "INI203"} <= set(
        all_rules()
    )
    assert main(["rule", "--all", "--output-format", "markdown"]) == 0
    assert capsys.readouterr().out.count("\nWhat it does\n---") == len(rules)


def test_an_unknown_rule(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rule", "INI1O1"]) == 2
    assert "no rule has the code `INI1O1`; did you mean `INI101`?" in capsys.readouterr().err

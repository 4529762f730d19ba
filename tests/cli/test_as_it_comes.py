"""What is found is printed while the run goes on, in the order of the files."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from initls.cli.pool import FILES_A_PROCESS

ROOT = Path(__file__).parents[2]

SCRIPT = """\
import sys
import time
from pathlib import Path

from initls.cli import arguments, check
from initls.cli.options import options_of
from tests.cli.fake import FakeChecker


class Waiting(FakeChecker):
    "Looks at the last file once there is leave to."

    def check(self, document, settings, *, syntax=False):
        if document.filename.endswith("zz.py"):
            until = time.monotonic() + 60
            while not Path("leave").exists() and time.monotonic() < until:
                time.sleep(0.02)
        return super().check(document, settings, syntax=syntax)


if __name__ == "__main__":
    sys.exit(check.run(options_of(arguments.parse(["check", *sys.argv[1:]])), Waiting))
"""


@pytest.mark.parametrize(
    ("jobs", "form", "last"),
    [
        ("1", "concise", "Found 31 problems (31 errors).\n"),
        ("2", "concise", "Found 31 problems (31 errors).\n"),
        ("1", "github", "::error title=initls (INI101)"),
    ],
)
def test_findings_are_printed_before_the_last_file_is_done(tmp_path: Path, jobs: str, form: str, last: str) -> None:
    project = tmp_path / "project"
    project.mkdir()
    for number in range(30):
        (project / f"f{number:02}.py").write_text("bad\n")
    (project / "zz.py").write_text("bad\n")
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    command = [sys.executable, str(script), "--isolated", "-n", "-j", jobs, "--output-format", form]
    with subprocess.Popen(
        command, cwd=project, env={"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        early = [process.stdout.readline() for _ in range(FILES_A_PROCESS)]
        assert not (project / "leave").exists()
        (project / "leave").touch()
        late = process.stdout.readlines()
    named = [line for line in early + late if "INI101" in line]
    assert len(named) == 31
    assert sorted(named) == named
    assert late[-2 if form == "concise" else -1].startswith(last)

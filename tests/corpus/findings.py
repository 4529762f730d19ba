"""What initls says of whole packages, held to the list in which each finding has a verdict.

Run as a program it prints what is found and not listed, ready to be judged, and what is listed and found no more:

    INITLS_CORPUS=.corpus python -m tests.corpus.findings [PACKAGE ...]
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from tests.corpus.packages import PACKAGES, folder_of

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

LIST = tomllib.loads(Path(__file__).with_name("findings.toml").read_text(encoding="utf-8"))


class Found(NamedTuple):
    """One finding: the file below the folder of packages, the code, and the line as it stands there, stripped."""

    file: str
    code: str
    line: str


def run(package: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in the folder of a package."""
    command = [sys.executable, "-m", "initls", *arguments, package]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    return subprocess.run(command, cwd=folder_of(package), env=environment, capture_output=True, text=True, check=False)


def printed_of(package: str) -> str:
    """What one process prints of a package, as JSON."""
    checked = run(package, "check", "--isolated", "--exit-zero", "-j", "1", "--output-format", "json")
    assert checked.returncode == 0, checked.stderr
    assert not checked.stderr.strip(), checked.stderr
    return checked.stdout


def read_of(package: str, printed: str) -> tuple[list[Found], list[tuple[str, str]], dict[Found, tuple[int, str, str]]]:
    """The findings in a package and the files that could not be read; and where each is, how bad, and what it says."""
    findings: list[Found] = []
    problems: list[tuple[str, str]] = []
    words: dict[Found, tuple[int, str, str]] = {}
    folder = folder_of(package)
    for entry in json.loads(printed):
        path = Path(entry["filename"])
        name = (path.relative_to(folder) if path.is_absolute() else path).as_posix()
        if not entry["code"].startswith("INI"):
            problems.append((name, entry["code"]))
            continue
        row = entry["location"]["row"]
        line = (folder / name).read_text(encoding="utf-8").splitlines()[row - 1].strip()
        findings.append(Found(name, entry["code"], line))
        words[findings[-1]] = (row, entry["severity"], entry["message"])
    return sorted(findings), sorted(problems), words


def listed(package: str) -> list[Found]:
    """The entries of the reviewed list about one package."""
    own = [entry for entry in LIST["findings"] if entry["file"].startswith(f"{package}/")]
    return sorted(Found(entry["file"], entry["code"], entry["line"]) for entry in own)


def main(packages: list[str]) -> None:
    for package in packages or PACKAGES:
        findings, problems, words = read_of(package, printed_of(package))
        known, own = Counter(listed(package)), Counter(findings)
        for finding in (own - known).elements():
            row, severity, message = words[finding]
            quoted = ", ".join(f"{key} = {json.dumps(value)}" for key, value in finding._asdict().items())
            print(f"# {finding.file}:{row} {severity} {finding.code}: {message}")
            print(f'  {{ {quoted}, verdict = "", why = "" }},', flush=True)
        for finding in (known - own).elements():
            print(f"# found no more: {finding}")
        for problem in problems:
            print(f"# could not be read: {problem}")


if __name__ == "__main__":
    main(sys.argv[1:])

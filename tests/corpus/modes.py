"""The ways of looking at files, and the files of the packages that the dear ones among them are tried on."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.corpus.findings import LIST
from tests.corpus.packages import CORPUS, PACKAGES, folder_of

ROOT = Path(__file__).parents[2]

BYTES = 60_000
"""So much of each package is taken, besides the files in which something is found."""

PARTS = 3


def initls(folder: Path, *argv: str) -> bytes:
    """What the command line prints in a folder; whether anything is found there makes no difference."""
    command = [sys.executable, "-m", "initls", argv[0], "--exit-zero", *argv[1:]]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(command, cwd=folder, env=environment, capture_output=True)
    assert (ran.returncode, ran.stderr.decode()) == (0, "")
    return ran.stdout


def in_parts(folder: Path, where: Path, *argv: str) -> list[str]:
    """The files in which the parts of a run are left."""
    files = []
    for number in range(1, PARTS + 1):
        file = where / f"{number}.json"
        file.write_bytes(initls(folder, "check", *argv, "--shard", f"{number}/{PARTS}", "--output-format", "json"))
        files.append(str(file))
    return files


def once_more(package: str, where: Path) -> Iterator[tuple[str, bytes]]:
    """What is printed of a package that has been checked before, by each way that finds it in the cache."""
    folder, check = folder_of(package), ["--isolated", package]
    yield "warm, several processes", initls(folder, "check", "-j", "2", "--output-format", "json", *check)
    yield "warm, in parts", initls(folder, "merge", *in_parts(folder, where, *check))


def some_files() -> list[str]:
    """Files of all packages, as seen from the folder of all: those of the reviewed list, and by a rule some others.

    The others come in the order of a digest of their names, as long as they are no more than so many bytes together.
    """
    chosen = [_below(folder_of(entry["file"].partition("/")[0]) / entry["file"]) for entry in LIST["findings"]]
    for package in PACKAGES:
        left = BYTES
        for path in sorted((folder_of(package) / package).rglob("*.py"), key=_lot):
            if path.stat().st_size <= left:
                left -= path.stat().st_size
                chosen.append(_below(path))
    return sorted(set(chosen))


def _below(path: Path) -> str:
    return path.relative_to(CORPUS).as_posix()


def _lot(path: Path) -> bytes:
    return hashlib.sha256(_below(path).encode()).digest()

"""Compares two states of the program by the instructions that the scenarios take, with callgrind as the counter.

    python -m tests.work.instructions main        this tree against the commit `main`

Instructions see what calls do not: the parsers, regular expressions, the garbage collector. Two runs of one state
differ by less than a thousandth, but another build of Python takes others; so nothing is pinned, and both states run
here, one after the other. The status is 1 where a scenario takes a twentieth more than it did. It takes minutes.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.work.count import ROOT, SCENARIOS

MOST_GROWTH = 1.05

_REFERENCES = re.compile(r"Collected : (\d+)")


def instructions(name: str, tree: Path) -> int:
    """What a scenario takes with the `initls` of a tree, in millions; getting ready is taken off."""
    _ran([], name, tree, work=True)  # Compiles what has not been compiled yet.
    return _taken(name, tree, work=True) - _taken(name, tree, work=False)


def _taken(name: str, tree: Path, *, work: bool) -> int:
    said = _ran(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"], name, tree, work=work)
    return int(_REFERENCES.findall(said)[-1]) // 1_000_000


def _ran(under: list[str], name: str, tree: Path, *, work: bool) -> str:
    """Run a scenario; what was said on standard error."""
    program = f"from tests.work.count import run; run({name!r}, work={work})"
    environment = {**os.environ, "PYTHONHASHSEED": "0", "PYTHONPATH": os.pathsep.join([str(tree), str(ROOT)])}
    command = [*under, sys.executable, "-c", program]
    ran = subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stderr


def main() -> int:
    """Compare, and tell."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("before", metavar="COMMIT", help="the state to compare with")
    parser.add_argument("--only", choices=SCENARIOS, action="append", help="a scenario [default: all of them]")
    asked = parser.parse_args()
    grown = False
    with tempfile.TemporaryDirectory() as folder:
        archive = subprocess.run(
            ["git", "archive", asked.before, "initls"], cwd=ROOT, stdout=subprocess.PIPE, check=True
        )
        subprocess.run(["tar", "-x", "-C", folder], input=archive.stdout, check=True)
        for name in asked.only or SCENARIOS:
            before, now = instructions(name, Path(folder)), instructions(name, ROOT)
            print(f"{name:20} {before:>8,} {now:>8,} million {now / before - 1:+.1%}", flush=True)
            grown |= now > before * MOST_GROWTH
    return 1 if grown else 0


if __name__ == "__main__":
    sys.exit(main())

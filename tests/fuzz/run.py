"""Fuzz the text buffer and the segmentation, guided by the coverage of the code under test.

python -m tests.fuzz.run --seconds 60              all targets, in processes of their own, sharing the time
python -m tests.fuzz.run --target cut --seconds 60
python -m tests.fuzz.run --target cut INPUT        one input again, as a failure names it
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".fuzz"
"""Where each target keeps what it has found to lead somewhere new, and the inputs that failed."""

NAMES = ("buffer", "files", "cut", "read")

TOO_LONG = 30
"""Seconds after which an input counts as one that hangs; a busy machine may stand still for ten."""

STACK = 64 << 20
"""The stack of the thread that analyses (`initls.deep.STACK`)."""

FILES = (
    b"# -*- coding: latin-1 -*-\nx = '\xe9'\n",
    b"\xef\xbb\xbf# coding: utf-8\r\nx = 1\r\n",
    b"#!/usr/bin/env python\n# vim: set fileencoding=cp1252 :\nx = '\x80'\n",
    b"\xff\xfex\x00",
    b"\n# coding: utf-7\n+AGE-",
    b"# coding: shift_jis\n\x83\x5c",
    b"\xf0\x9f\x94\xa5\xed\xa0\x80\r\r\n",
    b"# coding: hz\n~{",
    b"# coding: rot13\nk",
    b"# coding: idna\nx",
    b"# coding: unicode_escape\n\\x41",
)
"""Files of several encodings, some of which lie."""


def seeds(name: str) -> list[bytes]:
    """Inputs to begin with, the same each time."""
    chance = random.Random(name)
    tapes = [chance.randbytes(chance.randint(8, 400)) for _ in range(150)]
    return [*FILES, *tapes] if name == "files" else tapes


def every(seconds: int) -> int:
    """Run all targets, each for its share of the time; the result is the number of those that failed."""
    failed = 0
    for name in NAMES:
        command = [sys.executable, "-m", "tests.fuzz.run", "--target", name, "--seconds", str(seconds // len(NAMES))]
        began = time.monotonic()
        # Time is up when the fuzzer says so; what the clock of the fuzzer does not see is a hang in foreign code.
        patience = seconds // len(NAMES) + 60
        try:
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, errors="replace", timeout=patience)
            status, told = done.returncode, done.stderr
        except subprocess.TimeoutExpired as error:
            status, told = -1, (error.stderr or b"").decode(errors="replace")
        runs = [line.split()[-1] for line in told.splitlines() if line.startswith("stat::number_of_executed_units")]
        verdict = "ok" if status == 0 else f"FAILED with status {status}\n{told[-6000:]}"
        print(f"{name}: {runs[0] if runs else 'some'} inputs in {time.monotonic() - began:.0f} s, {verdict}")
        failed += status != 0
    print(f"{len(NAMES) - failed} passed, {failed} failed in {seconds:.2f}s")
    return failed


def one(name: str, seconds: int, inputs: list[str]) -> None:
    """Run one target with the fuzzer, which ends the process."""
    _deepen_the_stack()
    import atheris

    with atheris.instrument_imports(include=["initls.syntax", "initls.document"]):
        from tests.fuzz.targets import TARGETS

    kept = FOLDER / name
    kept.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds(name)):
        (kept / f"seed-{number}").write_bytes(seed)
    options = [
        f"-max_total_time={seconds}",
        f"-timeout={TOO_LONG}",
        "-rss_limit_mb=2048",
        "-max_len=1024",
        "-print_final_stats=1",
        f"-artifact_prefix={kept}/",
    ]
    atheris.Setup([sys.argv[0], *options, *(inputs or [str(kept)])], TARGETS[name])
    atheris.Fuzz()


def _deepen_the_stack() -> None:
    """Give the main thread, which the fuzzer insists on, the stack that the analysis has; this starts Python anew."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_STACK)
    if soft not in (resource.RLIM_INFINITY, STACK) and hard in (resource.RLIM_INFINITY, STACK):
        resource.setrlimit(resource.RLIMIT_STACK, (STACK, hard))
        os.execv(sys.executable, [sys.executable, "-m", "tests.fuzz.run", *sys.argv[1:]])


def main() -> int:
    """Do what the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--target", choices=NAMES)
    parser.add_argument("inputs", nargs="*")
    arguments = parser.parse_args()
    if arguments.target is None:
        return 1 if every(arguments.seconds) else 0
    one(arguments.target, arguments.seconds, arguments.inputs)
    return 0


if __name__ == "__main__":
    sys.exit(main())

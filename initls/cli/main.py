"""The entry point. Who asks for the version alone, as editors do before they start a server, loads nothing else."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from initls import __version__


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program with the arguments `argv` (those of the process by default); the result is its exit status."""
    arguments = sys.argv[1:] if argv is None else [*argv]
    if arguments in (["--version"], ["-V"]):
        print(f"initls {__version__}")
        return 0
    from initls.cli.commands import run

    return run(arguments)

"""Reads the arguments and hands over to one command.

Nothing heavy is imported before it is known what is wanted, so that `initls --version` and a usage error are instant.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any

from initls import __version__
from initls.cli.arguments import parse
from initls.cli.exit import FAILED, INTERRUPTED


def run(argv: Sequence[str]) -> int:
    """Run the program with the arguments `argv`; the result is its exit status."""
    arguments = parse(argv)
    for stream in (sys.stdout, sys.stderr):
        # Neither an odd file name nor a narrow terminal encoding may end a run.
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
    try:
        return _COMMANDS[arguments.command](arguments)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        from initls.cli.console import mute

        mute()
        return FAILED


def _check(arguments: Any) -> int:
    from initls.cli import check
    from initls.cli.options import options_of

    return check.run(options_of(arguments))


def _merge(arguments: Any) -> int:
    from initls.cli import merge
    from initls.cli.options import options_of

    return merge.run(options_of(arguments))


def _rule(arguments: Any) -> int:
    from initls.cli import rule

    return rule.run(arguments.code, every=arguments.all, output=arguments.output_format)


def _report(arguments: Any) -> int:
    from initls.cli import model_report

    return model_report.run(arguments)


def _server(arguments: Any) -> int:
    from initls.cli import server

    return server.run(tcp=arguments.tcp)


def _clean(arguments: Any) -> int:
    from initls.cli import clean

    return clean.run(arguments.cache_dir)


def _version(arguments: Any) -> int:
    print(f"initls {__version__}")
    return 0


_COMMANDS: dict[str, Callable[[Any], int]] = {
    "check": _check,
    "clean": _clean,
    "merge": _merge,
    "report": _report,
    "rule": _rule,
    "server": _server,
    "version": _version,
}

"""The arguments of the program, in the words that users of ruff already know."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Sequence
from pathlib import Path

from initls.cli.formats import FORMATS, Format
from initls.cli.shards.shard import Shard

_DESCRIPTION = "Finds weight-initialization bugs in PyTorch code, and repairs them."

_EXIT = """\
exit status:
  0  nothing of the level of --exit-on or above was found
  1  something was found, or --diff has something to show
  2  the run itself failed
"""

_REPORT_EXIT = """\
exit status:
  0  the report was made
  2  it could not be made: no such file or class, or none that is a model
"""


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """The arguments `argv` as a namespace whose `command` says what is wanted; leaves the program on wrong usage."""
    parser = build()
    arguments = parser.parse_args(argv)
    if arguments.version:
        arguments.command = "version"
    if arguments.command is None:
        parser.print_help()
        parser.exit(2)
    if arguments.command == "rule" and bool(arguments.code) == arguments.all:
        parser.error("initls rule takes a code, or --all" + (", not both" if arguments.all else ""))
    if arguments.command in ("check", "merge") and (mistake := _mistake(arguments)):
        parser.error(mistake)
    return arguments


def _mistake(arguments: argparse.Namespace) -> str | None:
    """What cannot be meant by flags that are right one by one."""
    if arguments.write_baseline and arguments.baseline is None:
        return "--write-baseline writes the file that --baseline names"
    return _mistake_of_check(arguments) if arguments.command == "check" else None


def _mistake_of_check(arguments: argparse.Namespace) -> str | None:
    reason = arguments.add_ignore
    if arguments.shard is not None:
        if arguments.fix or arguments.diff or reason is not None:
            return "--shard is for runs that check; what is to be changed is changed in one run"
        if arguments.write_baseline:
            return "a baseline is of a whole run; `initls merge --baseline FILE --write-baseline` makes it of shards"
        if "-" in arguments.paths or arguments.stdin_filename:
            return "standard input is one file, and has no shards"
    if arguments.write_baseline and (arguments.fix or arguments.diff):
        return "--write-baseline records what is found, and changes no file"
    if reason is None:
        return None
    if arguments.fix or arguments.baseline is not None:
        return "--add-ignore silences what is found; it goes with neither --fix nor --baseline"
    # Without this, a forgotten reason would take a path for one and silence the whole folder.
    if not reason.strip() or os.path.exists(reason):
        return f"--add-ignore takes the reason that the comments are to say, and `{reason}` is none"
    if len(reason.splitlines()) > 1:
        return "--add-ignore takes a reason of one line"
    return None


def build() -> argparse.ArgumentParser:
    """The parser for the whole program."""
    parser = argparse.ArgumentParser("initls", description=_DESCRIPTION)
    parser.add_argument("-V", "--version", action="store_true", help="print the version")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    _add_check(commands)
    _add_merge(commands)
    _add_report(commands)
    _add_rule(commands)
    _add_server(commands)
    _add_clean(commands)
    commands.add_parser("version", help="print the version")
    return parser


def _add_check(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    check = commands.add_parser(
        "check",
        help="find bugs in files and folders",
        description="Finds weight-initialization bugs in files and folders.",
        epilog=_EXIT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    check.add_argument("paths", nargs="*", metavar="PATH", help="files and folders; `-` is standard input [default: .]")

    rules = check.add_argument_group("which rules")
    for flag, what in (
        ("--select", "codes or their beginnings to report, instead of the settings' choice"),
        ("--ignore", "codes or their beginnings to leave out"),
        ("--extend-select", "codes or their beginnings to report as well"),
    ):
        rules.add_argument(flag, action="append", default=[], metavar="CODES", help=what)

    fixes = check.add_argument_group("repairs")
    fixes.add_argument("--fix", action="store_true", help="apply the safe fixes to the files")
    fixes.add_argument(
        "--unsafe-fixes", action="store_true", help="also those that change the values of a model that runs"
    )
    fixes.add_argument("--diff", action="store_true", help="print what --fix would change, and change nothing")

    today = check.add_argument_group("what is there today")
    today.add_argument(
        "--add-ignore",
        metavar="REASON",
        help="silence what is found by comments that say the reason, instead of reporting it; with --diff, show them",
    )
    _add_baseline(today)
    _add_output(check.add_argument_group("output"), "full", "full")

    files = check.add_argument_group("files and settings")
    files.add_argument("--stdin-filename", metavar="NAME", help="the name that standard input goes by")
    files.add_argument("--force-exclude", action="store_true", help="leave out excluded files even when they are named")
    files.add_argument(
        "--config",
        action="append",
        default=[],
        metavar="FILE|KEY=VALUE",
        help="a settings file, or one setting in TOML",
    )
    files.add_argument("--isolated", action="store_true", help="look at no settings file")
    files.add_argument("--show-settings", action="store_true", help="print the settings in force, check nothing")
    files.add_argument("--show-files", action="store_true", help="print the files that would be checked, check none")

    run = check.add_argument_group("the run")
    _add_exit(run)
    run.add_argument("-j", "--jobs", type=_jobs, metavar="N", help="processes [default: by the number of files]")
    run.add_argument(
        "--dask",
        metavar="ADDRESS",
        help="have the workers of a Dask cluster do the work: the address of its scheduler, or the file it has written",
    )
    run.add_argument(
        "--shard",
        type=_shard,
        metavar="K/N",
        help="check the Kth of N parts of the files; `initls merge` makes one result of the parts' JSON or SARIF",
    )
    run.add_argument("-w", "--watch", action="store_true", help="check again whenever a file has changed")
    run.add_argument("-n", "--no-cache", action="store_true", help="neither read nor keep what is found on disk")
    run.add_argument(
        "--cache-read-only", action="store_true", help="use what is kept on disk, and neither add to it nor prune it"
    )
    _add_cache_dir(run)


def _add_baseline(group: argparse._ActionsContainer) -> None:
    group.add_argument("--baseline", metavar="FILE", help="leave out what is recorded in FILE")
    group.add_argument(
        "--write-baseline", action="store_true", help="record what is found in the file of --baseline, report nothing"
    )


def _add_output(group: argparse._ActionsContainer, default: Format | None, said: str) -> None:
    group.add_argument(
        "--output-format",
        choices=FORMATS,
        default=default,
        metavar="FORMAT",
        help=f"{', '.join(FORMATS[:-1])} or {FORMATS[-1]} [default: {said}]",
    )
    group.add_argument("--statistics", action="store_true", help="print how often each rule was broken, nothing else")
    group.add_argument("--color", choices=("auto", "always", "never"), default="auto", help="[default: auto]")
    group.add_argument("-q", "--quiet", action="store_true", help="print findings and nothing else")


def _add_exit(group: argparse._ActionsContainer) -> None:
    group.add_argument("--exit-zero", action="store_true", help="end with status 0 whatever was found")
    group.add_argument(
        "--exit-on",
        choices=("hint", "information", "warning", "error"),
        default="warning",
        metavar="LEVEL",
        help="the least level that makes the status 1: hint, information, warning or error [default: warning]",
    )


def _add_merge(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    merge = commands.add_parser(
        "merge",
        help="make one result of the shards of a run",
        description=(
            "Makes one result of what the shards of a run have printed as JSON or SARIF, as one run would have printed "
            "it in this folder, in any format and with the same exit status."
        ),
        epilog=_EXIT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    merge.add_argument(
        "paths", nargs="+", metavar="FILE", help="what `initls check --shard K/N --output-format json` has printed"
    )
    _add_baseline(merge.add_argument_group("what is there today"))
    output = merge.add_argument_group("output")
    _add_output(output, None, "that of the first file")
    output.add_argument("--unsafe-fixes", action="store_true", help="show unsafe fixes as ones that would be applied")
    _add_exit(merge.add_argument_group("the run"))


def _add_cache_dir(group: argparse._ActionsContainer) -> None:
    group.add_argument(
        "--cache-dir",
        type=Path,
        metavar="FOLDER",
        help="where what is found is kept [default: $INITLS_CACHE_DIR, or .initls_cache beside the settings]",
    )


def _add_report(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    report = commands.add_parser(
        "report",
        help="tell what a model holds when training starts, and how large its signal is",
        description=(
            "Tells of each parameter of a model who wrote it, what it holds when training starts, and its standard "
            "deviation beside the recommended one; and, layer by layer, how large the signal and the gradient are "
            "expected to be. Nothing is imported or run. What is not known is said to be unknown, with the reason."
        ),
        epilog=_REPORT_EXIT,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    report.add_argument(
        "target", metavar="PATH[:CLASS]", help="a file or a folder, and the class to report on [default: all in it]"
    )
    report.add_argument(
        "--format", choices=("table", "json", "html"), default="table", help="how to tell it [default: table]"
    )
    report.add_argument("-o", "--output", metavar="FILE", help="write to a file instead of standard output")
    report.add_argument(
        "--image-size",
        type=_size,
        default=224,
        metavar="N",
        help="the height and width of images that go in, which no program shows [default: 224]",
    )
    report.add_argument(
        "--tokens", type=_size, default=128, metavar="N", help="the length of sequences that go in [default: 128]"
    )
    report.add_argument("--width", type=_size, metavar="N", help="the width of tables [default: that of the terminal]")


def _add_rule(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    rule = commands.add_parser("rule", help="explain a rule", description="Explains a rule, or all of them.")
    rule.add_argument("code", nargs="?", metavar="CODE", help="the code of the rule, such as INI202")
    rule.add_argument("--all", action="store_true", help="all rules")
    rule.add_argument("--output-format", choices=("text", "json", "markdown"), default="text", help="[default: text]")


def _add_server(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    server = commands.add_parser(
        "server", help="run the language server", description="Runs the language server on standard input and output."
    )
    way = server.add_mutually_exclusive_group()
    way.add_argument("--stdio", action="store_true", help="talk on standard input and output (as without any option)")
    way.add_argument("--tcp", type=_address, metavar="HOST:PORT", help="listen there instead, for debugging")


def _add_clean(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    clean = commands.add_parser(
        "clean", help="remove the cache", description="Removes what `initls check` keeps on disk."
    )
    _add_cache_dir(clean)


def _size(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() else 0
    if not 1 <= number <= MOST_POSITIONS:
        raise argparse.ArgumentTypeError(f"expected a number from 1 to {MOST_POSITIONS}, got `{text}`")
    return number


MOST_POSITIONS = 1_000_000


def _jobs(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"expected a number of processes, 1 or more, got `{text}`")
    return number


def _shard(text: str) -> Shard:
    shard = Shard.named(text)
    if shard is None:
        raise argparse.ArgumentTypeError(f"expected a part and how many there are, such as 2/3, got `{text}`")
    return shard


def _address(text: str) -> tuple[str, int]:
    match = re.fullmatch(r"(.+):(\d+)", text)
    if not match or int(match.group(2)) > 65535:
        raise argparse.ArgumentTypeError(f"expected HOST:PORT such as 127.0.0.1:2087, got `{text}`")
    return match.group(1).strip("[]"), int(match.group(2))

"""The end of a run: what is printed, and with which status the program leaves."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence

from initls.cli.console import out, paint, warn
from initls.cli.exit import CLEAN, FAILED, FOUND
from initls.cli.options import Options
from initls.cli.outcome import Outcome
from initls.cli.output import concise, full, github, gitlab, json, junit, patch, sarif, summary

_FOR_PROGRAMS: Mapping[str, Callable[[Sequence[Outcome]], str]] = {
    "json": json.render,
    "sarif": sarif.render,
    "gitlab": gitlab.render,
    "github": lambda outcomes: "".join(github.render(outcomes)),
    "junit": junit.render,
}
"""The formats that hold nothing but the findings."""


def report(outcomes: Sequence[Outcome], options: Options, *, to_stderr: bool = False) -> int:
    """Print what was found and what became of it; the result is the exit status."""
    failed = False
    for outcome in outcomes:
        if outcome.failure is not None:
            warn(f"{outcome.task.name}: {outcome.failure}")
            failed = failed or outcome.crashed or outcome.task.named
        for note in outcome.notes:
            warn(f"{outcome.task.name}: {note}")
    stream = sys.stderr if to_stderr else sys.stdout
    colours = paint(options.color, stream)
    unsafe = options.unsafe_fixes
    if options.mode == "diff":
        for outcome in outcomes:
            for part, before, after in outcome.changed:
                name = f"{outcome.task.name}:cell {outcome.cells[part]}" if outcome.cells else outcome.task.name
                out(patch.unified(before, after, name, colours))
        if not options.quiet:
            silencing = options.add_ignore is not None
            last = summary.silenced(outcomes, wanted=True) if silencing else summary.would_fix(outcomes, unsafe=unsafe)
            print(last, file=sys.stderr)
    else:
        text = "".join(_lines(outcomes, options))
        if to_stderr:
            sys.stderr.write(text)
        else:
            out(text)
    if failed:
        return FAILED
    if options.exit_zero:
        return CLEAN
    if options.mode == "diff":
        return FOUND if any(outcome.after is not None for outcome in outcomes) else CLEAN
    least = options.exit_on.rank
    counts = any(one.finding.severity.rank >= least for outcome in outcomes for one in outcome.shown)
    return FOUND if counts else CLEAN


def _lines(outcomes: Sequence[Outcome], options: Options) -> Iterator[str]:
    unsafe = options.unsafe_fixes
    colours = paint(options.color, sys.stdout)
    if options.statistics and options.output_format == "json":
        yield summary.statistics_json(outcomes, unsafe=unsafe)
        return
    if options.output_format in _FOR_PROGRAMS and not options.statistics:
        yield _FOR_PROGRAMS[options.output_format](outcomes)
        return
    if options.statistics:
        yield from (line + "\n" for line in summary.statistics(outcomes, colours, unsafe=unsafe))
    elif options.output_format == "concise":
        yield from concise.render(outcomes, colours, unsafe=unsafe)
    else:
        yield from full.render(outcomes, colours, unsafe=unsafe)
    if options.quiet:
        return
    if options.add_ignore is not None:
        yield summary.silenced(outcomes) + "\n"
    else:
        closing = summary.closing(outcomes, colours, fixing=options.mode == "fix", unsafe=unsafe)
        yield from (line + "\n" for line in closing)

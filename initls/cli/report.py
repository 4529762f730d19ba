"""What a run prints, and with which status the program leaves.

What is for people, and what a service reads line by line, is printed as it comes; the other formats are one value each,
which is there in the end.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext

from initls.cli.console import Paint, out, paint, warn
from initls.cli.exit import CLEAN, FAILED, FOUND
from initls.cli.options import Options
from initls.cli.outcome import Outcome
from initls.cli.output import concise, full, github, gitlab, json, junit, patch, sarif, summary
from initls.cli.shards.document import Part

PartMaker = Callable[[Sequence[Outcome]], Part]
"""What a shard leaves behind for the whole run."""

Aside = Callable[[], AbstractContextManager[None]]
"""Makes room on the terminal for as long as something is printed."""

_AS_IT_COMES: Mapping[str | None, Callable[[Outcome, Paint, bool], Iterable[str]]] = {
    "full": lambda outcome, colours, unsafe: full.render([outcome], colours, unsafe=unsafe),
    "concise": lambda outcome, colours, unsafe: concise.render([outcome], colours, unsafe=unsafe),
    "github": lambda outcome, colours, unsafe: github.render([outcome]),
}

_IN_THE_END: Mapping[str | None, Callable[[Sequence[Outcome], Part | None], str]] = {
    "json": json.render,
    "sarif": sarif.render,
    "gitlab": lambda outcomes, part: gitlab.render(outcomes),
    "junit": lambda outcomes, part: junit.render(outcomes),
}

_FOR_PEOPLE = ("full", "concise")
"""The formats that have some closing words."""


class Report:
    """Prints what was found in files and what became of them, one after the other in their order."""

    def __init__(
        self,
        options: Options,
        part: PartMaker | None = None,
        *,
        aside: Aside = nullcontext,
        to_stderr: bool = False,
    ) -> None:
        """Nothing has been told yet; `part` is for a shard, and whatever is printed early is printed `aside`."""
        self._options = options
        self._part = part
        self._aside = aside
        self._stream = sys.stderr if to_stderr else sys.stdout
        self._colours = paint(options.color, self._stream)
        self._outcomes: list[Outcome] = []

    def tell(self, outcome: Outcome) -> None:
        """Print what can be said of the next file by itself."""
        self._outcomes.append(outcome)
        words = outcome.notes if outcome.failure is None else (outcome.failure, *outcome.notes)
        text = "".join(self._of_one(outcome))
        if not words and not text:
            return
        with self._aside():
            for one in words:
                warn(f"{outcome.task.name}: {one}")
            self._write(text)

    def end(self) -> int:
        """Print what can be said of all files; the result is the exit status."""
        options = self._options
        if options.mode != "diff":
            self._write("".join(self._of_all()))
        elif not options.quiet:
            silencing = options.add_ignore is not None
            unsafe = options.unsafe_fixes
            would = summary.would_fix(self._outcomes, unsafe=unsafe)
            print(summary.silenced(self._outcomes, wanted=True) if silencing else would, file=sys.stderr)
        return self._status()

    def _status(self) -> int:
        options = self._options
        failures = [outcome for outcome in self._outcomes if outcome.failure is not None]
        if any(outcome.crashed or outcome.task.named for outcome in failures):
            return FAILED
        if options.exit_zero:
            return CLEAN
        if options.mode == "diff":
            return FOUND if any(outcome.after is not None for outcome in self._outcomes) else CLEAN
        least = options.exit_on.rank
        counts = any(one.finding.severity.rank >= least for outcome in self._outcomes for one in outcome.shown)
        return FOUND if counts else CLEAN

    def _of_one(self, outcome: Outcome) -> Iterable[str]:
        options = self._options
        if options.mode == "diff":
            return self._patches(outcome)
        if options.statistics or options.output_format not in _AS_IT_COMES:
            return ()
        return _AS_IT_COMES[options.output_format](outcome, self._colours, options.unsafe_fixes)

    def _patches(self, outcome: Outcome) -> Iterator[str]:
        for part, before, after in outcome.changed:
            name = f"{outcome.task.name}:cell {outcome.cells[part]}" if outcome.cells else outcome.task.name
            yield patch.unified(before, after, name, self._colours)

    def _of_all(self) -> Iterator[str]:
        options, outcomes = self._options, self._outcomes
        unsafe = options.unsafe_fixes
        if options.statistics and options.output_format == "json":
            yield summary.statistics_json(outcomes, unsafe=unsafe)
            return
        if options.statistics:
            yield from (line + "\n" for line in summary.statistics(outcomes, self._colours, unsafe=unsafe))
        elif options.output_format in _IN_THE_END:
            yield _IN_THE_END[options.output_format](outcomes, None if self._part is None else self._part(outcomes))
        if options.quiet or not (options.statistics or options.output_format in _FOR_PEOPLE):
            return
        if options.add_ignore is not None:
            yield summary.silenced(outcomes) + "\n"
        else:
            closing = summary.closing(outcomes, self._colours, fixing=options.mode == "fix", unsafe=unsafe)
            yield from (line + "\n" for line in closing)

    def _write(self, text: str) -> None:
        if self._stream is sys.stderr:
            sys.stderr.write(text)
        elif text:
            out(text)

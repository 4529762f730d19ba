"""What comes of the files of a run, one after the other in their order, and at the end the exit status."""

from __future__ import annotations

import sys
from contextlib import nullcontext

from msgspec.structs import replace

from initls.cli import baseline as baselines
from initls.cli.baseline import Baseline
from initls.cli.console import fail, warn
from initls.cli.exit import FAILED
from initls.cli.options import Options
from initls.cli.outcome import Outcome, named
from initls.cli.output.summary import plural
from initls.cli.report import Aside, PartMaker, Report


class Conclusion:
    """Reports what the baseline does not know, or writes it anew."""

    def __init__(
        self,
        options: Options,
        baseline: Baseline | None,
        *,
        part: PartMaker | None = None,
        aside: Aside = nullcontext,
        to_stderr: bool = False,
    ) -> None:
        """Nothing has been heard yet; see `Report` for the rest."""
        self._baseline = baseline
        self._renewing = options.write_baseline
        # What could not be read is in no baseline, and stays to be said.
        shown = replace(options, quiet=True) if self._renewing else options
        self._report = Report(shown, part, aside=aside, to_stderr=to_stderr)
        self._quiet = options.quiet
        self._outcomes: list[Outcome] = []
        self._known = 0

    def hear(self, outcome: Outcome) -> None:
        """Tell what became of the next file."""
        left = outcome
        if self._baseline is not None:
            self._outcomes.append(outcome)
            left = replace(outcome, shown=()) if self._renewing else self._baseline.without_known(outcome)
            self._known += len(outcome.shown) - len(left.shown)
        self._report.tell(left)

    def end(self) -> int:
        """Tell what is left to tell; the result is the exit status."""
        if self._baseline is not None:
            name = named(self._baseline.file)
            if self._renewing:
                renewed = self._baseline.renewed(self._outcomes)
                try:
                    baselines.write(renewed)
                except OSError as error:
                    fail(f"{name}: the baseline cannot be written ({error.strerror})")
                    return FAILED
                self._say(f"Recorded {plural(sum(renewed.counts.values()), 'problem')} in {name}.")
            else:
                for words in self._baseline.stale(self._outcomes):
                    warn(f"{name}: {words}; write it anew with --write-baseline")
                if self._known:
                    self._say(f"Left out {plural(self._known, 'problem')} that {name} knows.")
        return self._report.end()

    def _say(self, words: str) -> None:
        if not self._quiet:
            print(words, file=sys.stderr)

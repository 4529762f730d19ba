"""From a document to findings: the stages in their order, each remembered by the identity of what it reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from initls import cancel, suppress
from initls.document import Document
from initls.facts import abstract
from initls.findings import Applicability, Finding, Fix
from initls.fixes.apply import apply, disjoint
from initls.fixes.cells import fitted
from initls.fixes.plans import Plan
from initls.inquiry import Inquiry
from initls.library import Shelf
from initls.model.traces.trace import Trace
from initls.positions import Shown
from initls.programs import ABOUT_OTHERS, ABOUT_TORCH, ABOUT_US, Broken, Programs
from initls.rules.codes import QUIET
from initls.rules.registry import RULES
from initls.settings import Settings
from initls.syntax.outline import Outline
from initls.syntax.span import Span

if TYPE_CHECKING:
    from initls.accounts import Model

MOST_CHARACTERS = 2_000_000
"""Longer texts are looked at for syntax errors segment by segment alone."""

MOST_TRIED = 20_000
"""The work, in writes that are followed, after which no more fixes of one result are tried out."""

MOST_ROUNDS = 20
"""Rounds of fix-all; each one repairs what the one before has uncovered."""

KNOWN = frozenset({*RULES, *suppress.RULES})
"""The codes that there are."""


class Problem(Struct, frozen=True):
    """Something that the analysis could not read or do, in words for a user or a log.

    `kind` is `invalid-syntax` (a segment that libcst does not take), `unreadable` (too deep, too large, not text,
    out of time) or `internal` (a rule failed). Lines are zero-based.
    """

    kind: str
    message: str
    line: int
    part: int = 0


class Result(Struct, frozen=True, eq=False):
    """What was found in one document; repairs are worked out when asked for."""

    document: Document
    findings: tuple[Finding, ...]
    problems: tuple[Problem, ...]
    settings: Settings
    plans: Mapping[str, tuple[Plan, ...]] = field(default_factory=dict)
    ready: Mapping[str, Fix] = field(default_factory=dict)
    """Fixes that needed no working out: those of findings about comments."""
    checker: Checker | None = None
    others: frozenset[str] = frozenset()
    """The other files that the findings rest on, by their absolute names."""
    trials: Counter[str] = field(default_factory=Counter)
    """The work that trying fixes out has taken, in writes that were followed."""
    accounts: dict[str, Model | None] = field(default_factory=dict)
    """The models that were asked about, by their units."""

    def fixes(self, finding: Finding, check: cancel.Check = cancel.never) -> tuple[Fix, ...]:
        """The repairs for one of `findings`, preferred first.

        Each has been tried on a copy: it takes the finding away and brings no new one.
        In a file with hundreds of findings the later ones get their fixes once the first have been taken.
        Raises `Cancelled` when `check` does.
        """
        if finding.identity in self.ready:
            fix = fitted(self.document, self.ready[finding.identity])
            return () if fix is None else (fix,)
        plans = self.plans.get(finding.identity)
        if not plans or self.checker is None or self.trials["writes"] > MOST_TRIED:
            return ()
        check()
        # What rewrites a text takes long to load, and most texts need no fix.
        from initls.fixes.build import build

        return self.checker.proven(self, finding, build(plans, self.document, self.settings), check)


class Checker:
    """Checks documents, and remembers what it worked out.

    One checker serves any number of documents; it is not thread-safe, give it one thread.
    """

    def __init__(self, shelf: Shelf | None = None, *, passing: bool = False) -> None:
        """Start with nothing remembered. Imported names are followed into the files of `shelf`, if there is one.

        With `passing` files are looked at one after the other and forgotten, and the next may import what the last did.
        """
        self.programs = Programs(shelf, passing=passing)
        self._rules = Inquiry()
        self._shown: dict[str, Shown] = {}

    def check(
        self, document: Document, settings: Settings, check: cancel.Check = cancel.never, *, syntax: bool = False
    ) -> Result:
        """The findings of `document`, sorted by place; suppressed ones are gone.

        With `syntax` every segment is looked at for problems, not only those that the analysis had to read.
        Raises `Cancelled` when `check` does.
        """
        part = document.parts[0]
        about = self.programs.about(part.outline)
        self.programs.look()
        self.programs.open(document)
        others: frozenset[str] = frozenset()
        findings: list[Finding] = []
        plans: dict[str, tuple[Plan, ...]] = {}
        problems: list[Problem] = []
        broken: Broken = {}
        if about & (ABOUT_TORCH | ABOUT_OTHERS):
            program = self.programs.program(document, broken, check)
            others = program.others
            asked = self._rules.ask(program, settings, check)
            problems += [Problem("internal", failure, 0) for failure in asked.failures]
            shown = Shown.after(self._shown.get(part.filename), document, frozenset(broken), settings)
            self._shown[part.filename] = shown
            elsewhere = self.programs.elsewhere(document)
            for rule, report in asked.reports:
                finding = shown.finding(rule, report, elsewhere)
                if finding is not None and finding.identity not in plans:
                    findings.append(finding)
                    plans[finding.identity] = report.plans
        if syntax and not _is_python(document.source):
            for placed in part.outline.placed:
                self.programs.read(document, broken, placed)
        problems += _problems(part.outline, broken)
        findings.sort(key=lambda finding: (finding.span, finding.code))
        ready: dict[str, Fix] = {}
        kept = tuple(findings)
        if about & ABOUT_US:
            kept, ready = self._suppressed(document, kept, settings, broken=bool(broken))
        carried = self.programs.carried(document)
        self.programs.open(carried)
        return Result(carried, kept, tuple(problems), settings, plans, ready, self, others=others)

    def fix_all(
        self, document: Document, settings: Settings, *, unsafe: bool, check: cancel.Check = cancel.never
    ) -> Document:
        """The document with the first non-overlapping preferred fixes applied in source order, to a fixed point."""
        allowed = {Applicability.SAFE, Applicability.UNSAFE} if unsafe else {Applicability.SAFE}
        for _ in range(MOST_ROUNDS):
            check()
            result = self.check(document, settings, check)
            fixed = self._fix_once(result, allowed, check)
            if fixed is None:
                break
            document = fixed
        return document

    def look(self, document: Document, settings: Settings) -> Result:
        """A document that is to be asked about, without a look for findings."""
        self.programs.look()
        self.programs.open(document)
        return Result(document, (), (), settings, checker=self)

    def load_fixes(self) -> None:
        """Load what `Result.fixes` needs, for somebody who will want it soon and quickly."""
        from initls.fixes import build  # noqa: F401

    def look_again(self) -> None:
        """Believe nothing any more that was found on the disk."""
        self.programs.look_again()

    def forget(self, filename: str) -> None:
        """Drop what is remembered of a file that is closed."""
        self._rules.forget(filename)
        self._shown.pop(filename, None)
        self.programs.forget(filename)

    def proven(
        self, result: Result, finding: Finding, fixes: tuple[Fix, ...], check: cancel.Check = cancel.never
    ) -> tuple[Fix, ...]:
        """Those of `fixes` that take `finding` away and bring no new one, as a look at the fixed text shows.

        Alternatives that edit the same places stand or fall together: they differ in the initializer they name.
        """
        before = self.tally(result.document, result.settings, check)
        verdicts: dict[tuple[Span, ...], bool] = {}
        kept: list[Fix] = []
        for fix in filter(None, [fitted(result.document, fix) for fix in fixes]):
            places = tuple(edit.span for edit in fix.edits)
            if places not in verdicts:
                after = self.tally(apply(result.document, fix.edits), result.settings, check, trial=True)
                result.trials["writes"] += 50 + sum(len(trace.log) for trace in self.traces(result.document))
                verdicts[places] = after[finding.code] < before[finding.code] and not after - before
            if verdicts[places]:
                kept.append(fix)
        if kept and not kept[0].preferred and kept[0].applicability is not Applicability.DISPLAY:
            # The one that was to be preferred is out, and the next takes its place.
            kept[0] = replace(kept[0], preferred=True)
        return tuple(kept)

    def traces(self, document: Document) -> tuple[Trace, ...]:
        """The traces that the rules were last asked about."""
        asked = self._rules.known(document.filename)
        program = None if asked is None else asked.program()
        return () if program is None else program.traces

    def tally(
        self, document: Document, settings: Settings, check: cancel.Check, *, trial: bool = False
    ) -> Counter[str]:
        """How often each rule speaks of a document, comments aside."""
        program = self.programs.program(document, {}, check, trial=trial)
        found = self._rules.ask(program, settings, check, trial=trial)
        return Counter(rule.code for rule, _ in found.reports)

    def _suppressed(
        self, document: Document, findings: tuple[Finding, ...], settings: Settings, *, broken: bool
    ) -> tuple[tuple[Finding, ...], dict[str, Fix]]:
        """The findings that no comment silences, and those about the comments themselves, with their fixes."""
        outline = document.parts[0].outline
        applied = suppress.apply(
            findings,
            suppress.parse(outline, self.programs.commented(outline)),
            document.text,
            known=KNOWN,
            quiet=QUIET,
            selects=lambda code: settings.selects(code, default=code not in QUIET),
            broken=broken,
        )
        about = [
            replace(report.finding, severity=settings.severity_of(report.finding.code, report.finding.severity))
            for report in applied.reports
        ]
        kept = sorted((*applied.kept, *about), key=lambda finding: (finding.span, finding.code))
        return tuple(kept), {report.finding.identity: report.fix for report in applied.reports}

    def _fix_once(self, result: Result, allowed: set[Applicability], check: cancel.Check) -> Document | None:
        wanted: list[Fix] = []
        for finding in result.findings:
            if finding.fixable:
                offered = result.fixes(finding, check)
                wanted += [fix for fix in offered if fix.preferred and fix.applicability in allowed][:1]
        fixed = apply(result.document, [edit for fix in disjoint(wanted) for edit in fix.edits])
        return None if fixed.source == result.document.source else fixed


def _is_python(source: str) -> bool:
    """Whether the running Python takes the text; if not, it may still be valid in a newer one.

    A text beyond any that people write is not tried: its tree could fill the memory, where segments have a limit.
    """
    if len(source) > MOST_CHARACTERS:
        return False
    return abstract.is_python(source.removeprefix("\ufeff"))


def _problems(outline: Outline, broken: Broken) -> list[Problem]:
    return [
        Problem(found.kind, found.reason, outline.line_of(unit) + found.line)
        for unit, found in broken.items()
        if outline.get(unit) is not None
    ]

"""From a document to findings: the stages in their order, each remembered by the identity of what it reads."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from initls import cancel, suppress
from initls.accounts import Model, Parameter, told
from initls.document import Carried, Document
from initls.facts import abstract, ir
from initls.facts.place import Place, file_of, inside, name_of
from initls.facts.store import FactStore
from initls.findings import Applicability, Finding, Fix
from initls.fixes.apply import apply, disjoint
from initls.fixes.cells import fitted
from initls.fixes.plans import Plan
from initls.inquiry import Inquiry
from initls.library import Library, Shelf
from initls.model.answers.idioms import Recognized, recognized
from initls.model.machine.scope import ALONE, Files
from initls.model.traces import declarations
from initls.model.traces.program import Program, Tracer
from initls.model.traces.source import FileSource
from initls.model.traces.trace import Trace
from initls.positions import NOWHERE, Elsewhere, Shown, span_of
from initls.rules.registry import RULES
from initls.settings import Settings
from initls.syntax.guards import Unreadable
from initls.syntax.outline import Outline
from initls.syntax.scan import layout
from initls.syntax.segments import CLASS_NAME, Placed
from initls.syntax.span import Point, Span

if TYPE_CHECKING:
    from initls.model.expected.values import Assumed
    from initls.reports.report import Report as ModelReport

MARK = re.compile(r"\btorch\b")
"""What a text must hold to be about PyTorch at all: every way to its names leads through an import of it."""

MOST_CHARACTERS = 2_000_000
"""Longer texts are looked at for syntax errors segment by segment alone."""

MOST_TRIED = 20_000
"""The work, in writes that are followed, after which no more fixes of one result are tried out."""

ABOUT_TORCH, ABOUT_US, ABOUT_OTHERS = 1, 2, 4
"""What the text of a segment may speak of, as bits: PyTorch, comments that silence findings, Keras and its like."""

MOST_SEGMENTS = 20_000
"""Segments of which is remembered what they speak of."""

MOST_MODELS = 3
"""Models that are asked what a function of a file does to them."""

MOST_GONE = 200
MOST_GONE_TEXT = 200_000
"""Units that are remembered though the text has them no more, and the characters that they may have together."""

MOST_ROUNDS = 20
"""Rounds of fix-all; each one repairs what the one before has uncovered."""


class Problem(Struct, frozen=True):
    """Something that the analysis could not read or do, in words for a user or a log.

    `kind` is `invalid-syntax` (a segment that libcst does not take), `unreadable` (too deep, too large, not text,
    out of time) or `internal` (a rule failed). Lines are zero-based.
    """

    kind: str
    message: str
    line: int
    part: int = 0


@dataclass(frozen=True)
class Result:
    """What was found in one document; repairs are worked out when asked for."""

    document: Document
    findings: tuple[Finding, ...]
    problems: tuple[Problem, ...]
    settings: Settings
    plans: Mapping[str, tuple[Plan, ...]] = field(default_factory=dict, repr=False)
    ready: Mapping[str, Fix] = field(default_factory=dict, repr=False)
    """Fixes that needed no working out: those of findings about comments."""
    checker: Checker | None = field(default=None, repr=False)
    others: frozenset[str] = frozenset()
    """The other files that the findings rest on, by their absolute names."""
    trials: Counter[str] = field(default_factory=Counter, repr=False, compare=False)
    """The work that trying fixes out has taken, in writes that were followed."""
    accounts: dict[str, Model | None] = field(default_factory=dict, repr=False, compare=False)
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
        # What rewrites a text is loaded when somebody asks for it.
        from initls.fixes.build import build

        return self.checker.proven(self, finding, build(plans, self.document, self.settings), check)


@dataclass
class _Reading:
    """What one look at a document takes from its segments."""

    broken: dict[str, Unreadable] = field(default_factory=dict)


class Checker:
    """Checks documents, and remembers what it worked out.

    One checker serves any number of documents; it is not thread-safe, give it one thread.
    """

    def __init__(self, shelf: Shelf | None = None) -> None:
        """Start with nothing remembered. Imported names are followed into the files of `shelf`, if there is one."""
        self.facts = FactStore()
        self.library = None if shelf is None else Library(shelf, self.facts)
        self.tracer = Tracer()
        self._rules = Inquiry()
        self._shown: dict[str, Shown] = {}
        self._speaks: dict[bytes, int] = {}
        """What segments speak of, by their keys."""
        self._last_about: tuple[Outline | None, int] = None, 0
        """The outline that was asked about last, and the answer."""

    def check(
        self, document: Document, settings: Settings, check: cancel.Check = cancel.never, *, syntax: bool = False
    ) -> Result:
        """The findings of `document`, sorted by place; suppressed ones are gone.

        With `syntax` every segment is looked at for problems, not only those that the analysis had to read.
        Raises `Cancelled` when `check` does.
        """
        part = document.parts[0]
        about = self._about(part.outline)
        if self.library is not None:
            self.library.shelf.look()
            self.library.open(document)
        others: frozenset[str] = frozenset()
        findings: list[Finding] = []
        plans: dict[str, tuple[Plan, ...]] = {}
        problems: list[Problem] = []
        reading = _Reading()
        if about & (ABOUT_TORCH | ABOUT_OTHERS):
            program = self._program(document, reading, check)
            others = program.others
            asked = self._rules.ask(program, settings, check)
            problems += [Problem("internal", failure, 0) for failure in asked.failures]
            shown = self._shown[part.filename] = Shown.after(self._shown.get(part.filename), settings)
            for rule, report in asked.reports:
                finding = shown.finding(document, reading.broken, rule, report, self._elsewhere(document))
                if finding is not None and finding.identity not in plans:
                    findings.append(finding)
                    plans[finding.identity] = report.plans
        if syntax and not _is_python(document.source):
            for placed in part.outline.placed:
                self._read(document, reading, placed)
        problems += _problems(part.outline, reading)
        findings.sort(key=lambda finding: (finding.span, finding.code))
        ready: dict[str, Fix] = {}
        kept = tuple(findings)
        if about & ABOUT_US:
            kept, ready = self._suppressed(document, kept, settings, broken=bool(reading.broken))
        carried = self._carry(document)
        if self.library is not None:
            self.library.open(carried)
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

    def forget(self, filename: str) -> None:
        """Drop what is remembered of a file that is closed."""
        self.tracer.forget(filename)
        self._rules.forget(filename)
        self._shown.pop(filename, None)
        if self.library is not None:
            self.library.close(filename)
        if not self.tracer.remembers:
            # Nothing that is open shares its facts, so there is nobody to keep them for.
            self.facts.clear()

    def proven(
        self, result: Result, finding: Finding, fixes: tuple[Fix, ...], check: cancel.Check = cancel.never
    ) -> tuple[Fix, ...]:
        """Those of `fixes` that take `finding` away and bring no new one, as a look at the fixed text shows.

        Alternatives that edit the same places stand or fall together: they differ in the initializer they name.
        """
        before = self._tally(result.document, result.settings, check)
        verdicts: dict[tuple[Span, ...], bool] = {}
        kept: list[Fix] = []
        for fix in filter(None, [fitted(result.document, fix) for fix in fixes]):
            places = tuple(edit.span for edit in fix.edits)
            if places not in verdicts:
                after = self._tally(apply(result.document, fix.edits), result.settings, check, trial=True)
                result.trials["writes"] += 50 + sum(len(trace.log) for trace in self._traces(result.document))
                verdicts[places] = after[finding.code] < before[finding.code] and not after - before
            if verdicts[places]:
                kept.append(fix)
        if kept and not kept[0].preferred and kept[0].applicability is not Applicability.DISPLAY:
            # The one that was to be preferred is out, and the next takes its place.
            kept[0] = replace(kept[0], preferred=True)
        return tuple(kept)

    def idioms(
        self, result: Result, point: Point, check: cancel.Check = cancel.never
    ) -> tuple[tuple[Recognized, Span], ...]:
        """The initializations at a point of a document that are right though they may look wrong, with their spans.

        Where a call leads to one elsewhere, it stands for it. Raises `Cancelled` when `check` does.
        """
        document = result.document
        outline = document.parts[0].outline
        if not self._about(outline) & ABOUT_TORCH:
            return ()
        reading = _Reading()
        source, files = self._source(document, reading)
        program = self.tracer.program(source, check, files)
        here = outline.placed[outline.at(point.line)].unit
        found: dict[Recognized, Span] = {}
        for trace in program.traces:
            places = {
                place
                for _, write in trace.log
                if write.explicit
                for place in (write.place, *write.path)
                if not place.foreign and place.unit == here
            }
            spans = {place: span for place in places if (span := span_of(document, reading.broken, place)) is not None}
            hit = {place: span for place, span in spans.items() if span.touches(Span(point, point))}
            if not hit:
                continue
            check()
            source, files = self._source(document, reading)
            followed = self.tracer.followed(source, trace, check, files)
            for one in () if followed is None else recognized(followed, test=program.is_test):
                where = [hit[place] for place in one.places if place in hit]
                if where:
                    found.setdefault(one, where[0])
        return tuple(found.items())

    def models(self, result: Result, check: cancel.Check = cancel.never) -> tuple[tuple[str, Span], ...]:
        """The classes of modules in a document: their units, and where their names stand."""
        document = result.document
        if not self._about(document.parts[0].outline) & ABOUT_TORCH:
            return ()
        check()
        source, files = self._source(document, _Reading())
        return tuple((unit, _name_of_class(document, unit)) for unit in self.tracer.models(source, files))

    def account(self, result: Result, unit: str, check: cancel.Check = cancel.never) -> Model | None:
        """Who wrote each parameter of a class of modules last, and what that leaves; None where it is no such class.

        Raises `Cancelled` when `check` does.
        """
        if unit not in result.accounts:
            result.accounts[unit] = self._account(result.document, unit, check)
        return result.accounts[unit]

    def _account(self, document: Document, unit: str, check: cancel.Check) -> Model | None:
        reading = _Reading()
        trace = self._model(document, unit, reading, check)
        if trace is None:
            return None
        span = _name_of_class(document, unit)
        return told(name_of(unit), span, trace, lambda place: span_of(document, reading.broken, place))

    def _model(self, document: Document, unit: str, reading: _Reading, check: cancel.Check) -> Trace | None:
        if document.parts[0].outline.get(unit) is None:
            return None
        source, files = self._source(document, reading)
        return self.tracer.model(source, unit, check, files)

    def look(self, document: Document, settings: Settings) -> Result:
        """A document that is to be asked about, without a look for findings."""
        if self.library is not None:
            self.library.shelf.look()
            self.library.open(document)
        return Result(document, (), (), settings, checker=self)

    def report(
        self, result: Result, unit: str, assumed: Assumed | None = None, check: cancel.Check = cancel.never
    ) -> ModelReport | None:
        """All that there is to say of a class of modules, the signal with it; None where it is no such class.

        Raises `Cancelled` when `check` does.
        """
        # Only those who ask for a report pay for what it takes.
        from initls.model.expected.values import USUAL
        from initls.reports import report as reports

        document, reading = result.document, _Reading()
        trace = self._model(document, unit, reading, check)
        if trace is None:
            return None
        elsewhere = self._elsewhere(document)

        def spot_of(place: Place) -> reports.Spot | None:
            home, broken, inner = document, reading.broken, place
            if place.foreign:
                other = elsewhere(file_of(place.unit))
                if other is None:
                    return None
                home, broken, inner = other, {}, Place(inside(place.unit), place.site)
            span = span_of(home, broken, inner)
            return None if span is None else reports.Spot(file_of(place.unit), span)

        check()
        span = _name_of_class(document, unit)
        model = told(name_of(unit), span, trace, lambda place: span_of(document, reading.broken, place))
        return reports.build(name_of(unit), unit, span, trace, spot_of, assumed or USUAL, model)

    def initializer(self, result: Result, unit: str, check: cancel.Check = cancel.never) -> Fix | None:
        """The edits that give a class of modules an initialization; None where it has one, or none would suit.

        The result has been looked at: it says nothing new. Raises `Cancelled` when `check` does.
        """
        from initls.fixes import initializer
        from initls.fixes.verify import sound

        document = result.document
        if document.parts[0].outline.get(unit) is None:
            return None
        source, files = self._source(document, _Reading())
        trace = self.tracer.model(source, unit, check, files)
        found = None if trace is None else initializer.advice(trace, result.settings.distribution)
        fix = None if trace is None or found is None else initializer.written(document, unit, trace, found)
        fix = None if fix is None else fitted(document, fix)
        if fix is None or not sound(document, fix.edits):
            return None
        before = self._tally(document, result.settings, check)
        after = self._tally(apply(document, fix.edits), result.settings, check, trial=True)
        return None if after - before else fix

    def parameters_at(
        self, result: Result, span: Span, check: cancel.Check = cancel.never
    ) -> tuple[tuple[Parameter, Span], ...]:
        """The parameters that are made or written where `span` is, or else on its line, with the place.

        Of a function that writes the parameters of many models those of the first are told.

        Raises `Cancelled` when `check` does.
        """
        document = result.document
        outline = document.parts[0].outline
        if not self._about(outline) & ABOUT_TORCH:
            return ()
        placed = outline.placed[outline.at(span.start.line)]
        units = [placed.owner or placed.unit]
        if placed.owner is None and outline.get(placed.unit) is not None:
            # A function for all models of the file, or a visitor: whoever it writes to tells what it does.
            units += [
                trace.root
                for trace in self._traces(document)
                if trace.kind == "class" and any(write.place.unit == placed.unit for _, write in trace.log)
            ]
        here: dict[str, tuple[Parameter, Span]] = {}
        near: dict[str, tuple[Parameter, Span]] = {}
        for unit in units[:MOST_MODELS]:
            model = self.account(result, unit, check)
            for parameter in () if model is None else model.parameters:
                for place in (parameter.written, parameter.made):
                    if place is None:
                        continue
                    if place.touches(span):
                        here.setdefault(parameter.name, (parameter, place))
                    elif place.start.line == span.start.line:
                        near.setdefault(parameter.name, (parameter, place))
        return tuple((here or near).values())

    def _traces(self, document: Document) -> tuple[Trace, ...]:
        asked = self._rules.known(document.filename)
        return () if asked is None else asked.traces

    def _tally(
        self, document: Document, settings: Settings, check: cancel.Check, *, trial: bool = False
    ) -> Counter[str]:
        """How often each rule speaks of a document, comments aside."""
        reading = _Reading()
        program = self._program(document, reading, check, trial=trial)
        ask = self._rules.trial if trial else self._rules.ask
        found = ask(program, settings, check)
        return Counter(rule.code for rule, _ in found.reports)

    # ----------------------------------------------------------------- the stages

    def _about(self, outline: Outline) -> int:
        """What a text speaks of. A segment that is known is not searched again."""
        if self._last_about[0] is outline:
            return self._last_about[1]
        about = 0
        known = self._speaks
        for _, _, segment in outline.placed:
            found = known.get(segment.key)
            if found is None:
                if len(known) >= MOST_SEGMENTS:
                    known.clear()
                found = known[segment.key] = _speaks_of(segment.text)
            about |= found
        self._last_about = outline, about
        return about

    def _program(self, document: Document, reading: _Reading, check: cancel.Check, *, trial: bool = False) -> Program:
        source, files = self._source(document, reading)
        about = self._about(document.parts[0].outline)
        trace = self.tracer.trial if trial else self.tracer.program
        return trace(source, check, files, torch=bool(about & ABOUT_TORCH), declared=bool(about & ABOUT_OTHERS))

    def _source(self, document: Document, reading: _Reading) -> tuple[FileSource, Files]:
        """A document as the model reads it, among the files around it."""
        part = document.parts[0]
        source = FileSource(
            part.filename, part.outline, lambda placed: self._read(document, reading, placed), reading.broken
        )
        return source, ALONE if self.library is None else self.library.around(part.filename)

    def _elsewhere(self, document: Document) -> Elsewhere:
        """How other files are found in which a finding points at something."""
        return NOWHERE if self.library is None else self.library.around(document.filename).document

    def _read(self, document: Document, reading: _Reading, placed: Placed) -> ir.Facts | None:
        """The facts of a segment; where it is broken, those of its last good state."""
        found = self.facts.facts(placed.segment)
        if isinstance(found, ir.Facts):
            return found
        reading.broken[placed.unit] = found
        carried = document.carried.get((0, placed.unit))
        if carried is None:
            return None
        last = self.facts.facts(carried.segment)
        return last if isinstance(last, ir.Facts) else None

    def _carry(self, document: Document) -> Document:
        """The document with the sound states of its units, for the time when they are broken.

        What was read for an earlier version counts as well: it may not have been asked for again.
        """
        carried = document.carried
        sound: dict[tuple[int, str], Carried] = {}
        for unit, _, segment in document.parts[0].outline.placed:
            known = carried.get((0, unit))
            if (known is None or known.segment is not segment) and self.facts.reads(segment):
                sound[0, unit] = Carried(segment)
        if not sound:
            return document
        now = {**carried, **sound}
        index = document.parts[0].outline.index
        gone = [key for key in now if key[1] not in index]
        if len(gone) > MOST_GONE or sum(len(now[key].segment.text) for key in gone) > MOST_GONE_TEXT:
            # What has gone may come back, as what an open quote swallows does; but not all that ever was.
            for key in gone:
                del now[key]
        return document.carry(now)

    def _suppressed(
        self, document: Document, findings: tuple[Finding, ...], settings: Settings, *, broken: bool
    ) -> tuple[tuple[Finding, ...], dict[str, Fix]]:
        """The findings that no comment silences, and those about the comments themselves, with their fixes."""
        text = document.text
        applied = suppress.apply(
            findings,
            suppress.parse(layout(text.source)),
            text,
            known=frozenset({*RULES, *suppress.RULES}),
            quiet=frozenset(code for code, rule in RULES.items() if not rule.default),
            selects=lambda code: settings.selects(code, default=code not in RULES or RULES[code].default),
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


def _name_of_class(document: Document, unit: str) -> Span:
    """Where the name of a class stands, behind its decorators."""
    outline = document.parts[0].outline
    first = outline.line_of(unit)
    for line in range(first, len(document.text.lines)):
        found = CLASS_NAME.match(document.text.lines[line])
        if found:
            return Span(Point(line, found.start(1)), Point(line, found.end(1)))
    return Span(Point(first, 0), Point(first, 0))


def _speaks_of(text: str) -> int:
    torch = ABOUT_TORCH if MARK.search(text) else 0
    others = ABOUT_OTHERS if declarations.speaks(text) else 0
    return torch | others | (ABOUT_US if suppress.may_suppress(text) else 0)


def _is_python(source: str) -> bool:
    """Whether the running Python takes the text; if not, it may still be valid in a newer one.

    A text beyond any that people write is not tried: its tree could fill the memory, where segments have a limit.
    """
    if len(source) > MOST_CHARACTERS:
        return False
    return isinstance(abstract.tree_of(source.removeprefix("\ufeff")), list)


def _problems(outline: Outline, reading: _Reading) -> list[Problem]:
    return [
        Problem(found.kind, found.reason, outline.line_of(unit) + found.line)
        for unit, found in reading.broken.items()
        if outline.get(unit) is not None
    ]

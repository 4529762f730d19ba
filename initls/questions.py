"""What people ask about a document besides its findings: its models, who wrote what, a report, an initializer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from initls import cancel
from initls.accounts import Model, Parameter, told
from initls.check import Checker, Result
from initls.document import Document
from initls.facts.place import Place, file_of, inside, name_of
from initls.findings import Fix
from initls.fixes.apply import apply
from initls.fixes.cells import fitted
from initls.model.answers.idioms import Recognized, recognized
from initls.model.traces.trace import Trace
from initls.positions import span_of
from initls.programs import ABOUT_TORCH, Broken
from initls.syntax.segments import CLASS_NAME
from initls.syntax.span import Point, Span

if TYPE_CHECKING:
    from initls.model.expected.values import Assumed
    from initls.reports.report import Report

MOST_MODELS = 3
"""Models that are asked what a function of a file does to them."""


def models(checker: Checker, result: Result, check: cancel.Check = cancel.never) -> tuple[tuple[str, Span], ...]:
    """The classes of modules in a document: their units, and where their names stand."""
    document = result.document
    if not checker.programs.about(document.parts[0].outline) & ABOUT_TORCH:
        return ()
    check()
    source, files = checker.programs.source(document, {})
    return tuple((unit, _name_of_class(document, unit)) for unit in checker.programs.tracer.models(source, files))


def account(checker: Checker, result: Result, unit: str, check: cancel.Check = cancel.never) -> Model | None:
    """Who wrote each parameter of a class of modules last, and what that leaves; None where it is no such class.

    Raises `Cancelled` when `check` does.
    """
    if unit not in result.accounts:
        result.accounts[unit] = _account(checker, result.document, unit, check)
    return result.accounts[unit]


def _account(checker: Checker, document: Document, unit: str, check: cancel.Check) -> Model | None:
    broken: Broken = {}
    trace = _model(checker, document, unit, broken, check)
    return None if trace is None else _told(document, unit, trace, broken)


def _model(checker: Checker, document: Document, unit: str, broken: Broken, check: cancel.Check) -> Trace | None:
    if document.parts[0].outline.get(unit) is None:
        return None
    source, files = checker.programs.source(document, broken)
    return checker.programs.tracer.model(source, unit, check, files)


def _told(document: Document, unit: str, trace: Trace, broken: Broken) -> Model:
    span = _name_of_class(document, unit)
    return told(name_of(unit), span, trace, lambda place: span_of(document, broken, place))


def report(
    checker: Checker, result: Result, unit: str, assumed: Assumed | None = None, check: cancel.Check = cancel.never
) -> Report | None:
    """All that there is to say of a class of modules, the signal with it; None where it is no such class.

    Raises `Cancelled` when `check` does.
    """
    # Only those who ask for a report pay for what it takes.
    from initls.model.expected.values import USUAL
    from initls.reports import report as reports

    document = result.document
    broken: Broken = {}
    trace = _model(checker, document, unit, broken, check)
    if trace is None:
        return None
    elsewhere = checker.programs.elsewhere(document)

    def spot_of(place: Place) -> reports.Spot | None:
        if not place.foreign:
            span = span_of(document, broken, place)
        else:
            other = elsewhere(file_of(place.unit))
            span = None if other is None else span_of(other, {}, Place(inside(place.unit), place.site))
        return None if span is None else reports.Spot(file_of(place.unit), span)

    check()
    model = _told(document, unit, trace, broken)
    span = _name_of_class(document, unit)
    return reports.build(name_of(unit), unit, span, trace, spot_of, assumed or USUAL, model)


def initializer(checker: Checker, result: Result, unit: str, check: cancel.Check = cancel.never) -> Fix | None:
    """The edits that give a class of modules an initialization; None where it has one, or none would suit.

    The result has been looked at: it says nothing new. Raises `Cancelled` when `check` does.
    """
    from initls.fixes import initializer
    from initls.fixes.verify import sound

    document = result.document
    trace = _model(checker, document, unit, {}, check)
    found = None if trace is None else initializer.advice(trace, result.settings.distribution)
    fix = None if trace is None or found is None else initializer.written(document, unit, trace, found)
    fix = None if fix is None else fitted(document, fix)
    if fix is None or not sound(document, fix.edits):
        return None
    before = checker.tally(document, result.settings, check)
    after = checker.tally(apply(document, fix.edits), result.settings, check, trial=True)
    return None if after - before else fix


def parameters_at(
    checker: Checker, result: Result, span: Span, check: cancel.Check = cancel.never
) -> tuple[tuple[Parameter, Span], ...]:
    """The parameters that are made or written where `span` is, or else on its line, with the place.

    Of a function that writes the parameters of many models those of the first are told.

    Raises `Cancelled` when `check` does.
    """
    document = result.document
    outline = document.parts[0].outline
    if not checker.programs.about(outline) & ABOUT_TORCH:
        return ()
    placed = outline.placed[outline.at(span.start.line)]
    units = [placed.owner or placed.unit]
    if placed.owner is None and outline.get(placed.unit) is not None:
        # A function for all models of the file, or a visitor: whoever it writes to tells what it does.
        units += [
            trace.root
            for trace in checker.traces(document)
            if trace.kind == "class" and any(write.place.unit == placed.unit for _, write in trace.log)
        ]
    here: dict[str, tuple[Parameter, Span]] = {}
    near: dict[str, tuple[Parameter, Span]] = {}
    for unit in units[:MOST_MODELS]:
        model = account(checker, result, unit, check)
        for parameter in () if model is None else model.parameters:
            for place in (parameter.written, parameter.made):
                if place is None:
                    continue
                if place.touches(span):
                    here.setdefault(parameter.name, (parameter, place))
                elif place.start.line == span.start.line:
                    near.setdefault(parameter.name, (parameter, place))
    return tuple((here or near).values())


def idioms(
    checker: Checker, result: Result, point: Point, check: cancel.Check = cancel.never
) -> tuple[tuple[Recognized, Span], ...]:
    """The initializations at a point of a document that are right though they may look wrong, with their spans.

    Where a call leads to one elsewhere, it stands for it. Raises `Cancelled` when `check` does.
    """
    document = result.document
    outline = document.parts[0].outline
    if not checker.programs.about(outline) & ABOUT_TORCH:
        return ()
    broken: Broken = {}
    source, files = checker.programs.source(document, broken)
    program = checker.programs.tracer.program(source, check, files)
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
        spans = {place: span for place in places if (span := span_of(document, broken, place)) is not None}
        hit = {place: span for place, span in spans.items() if span.touches(Span(point, point))}
        if not hit:
            continue
        check()
        source, files = checker.programs.source(document, broken)
        followed = checker.programs.tracer.followed(source, trace, check, files)
        for one in () if followed is None else recognized(followed, test=program.is_test):
            where = [hit[place] for place in one.places if place in hit]
            if where:
                found.setdefault(one, where[0])
    return tuple(found.items())


def _name_of_class(document: Document, unit: str) -> Span:
    """Where the name of a class stands, behind its decorators."""
    outline = document.parts[0].outline
    first = outline.line_of(unit)
    for line in range(first, len(document.text.lines)):
        found = CLASS_NAME.match(document.text.lines[line])
        if found:
            return Span(Point(line, found.start(1)), Point(line, found.end(1)))
    return Span(Point(first, 0), Point(first, 0))

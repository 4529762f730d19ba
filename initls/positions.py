"""From places of the model to positions in a document: what a report looks like to whoever shows it."""

from __future__ import annotations

from collections.abc import Container
from typing import TypeAlias

from initls.document import Document, moved
from initls.facts.place import Place
from initls.facts.sites import spans
from initls.findings import Finding, Related
from initls.rules.rule import Report, Rule
from initls.settings import Settings
from initls.syntax.segments import Segment
from initls.syntax.span import Point, Span

Broken: TypeAlias = Container[str]
"""The units that cannot be read now; they are shown as they were when they last could."""

Where: TypeAlias = "tuple[tuple[Segment, int, Segment | None] | None, ...]"
"""All that positions in a finding hang on: the segment of each place, its line, and its last good state if broken."""


class Shown:
    """The findings of one file as they were last shown: most of them stand where they stood, and are taken again."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._before: dict[tuple[str, Place], tuple[Report, Where, Finding | None]] = {}
        self._now: dict[tuple[str, Place], tuple[Report, Where, Finding | None]] = {}

    @staticmethod
    def after(before: Shown | None, settings: Settings) -> Shown:
        """For the next version of the file."""
        shown = Shown(settings)
        if before is not None and before._settings == settings:
            shown._before = before._now
        return shown

    def finding(self, document: Document, broken: Broken, rule: Rule, report: Report) -> Finding | None:
        """A report in the terms of the document; None where an edit has met the place since it was good."""
        key = (rule.code, report.place)
        places = (report.place, *[place for _, place in report.related])
        where = tuple([_where(document, broken, place) for place in places])
        known = self._before.get(key)
        if known is None or known[1] != where or known[0] != report:
            known = (report, where, _finding(document, broken, rule, report, self._settings))
        self._now[key] = known
        return known[2]


def _where(document: Document, broken: Broken, place: Place) -> tuple[Segment, int, Segment | None] | None:
    outline = document.parts[0].outline
    placed = outline.get(place.unit)
    if placed is None:
        return None
    carried = document.carried.get((0, place.unit)) if place.unit in broken else None
    return placed.segment, outline.line_of(place.unit), None if carried is None else carried.segment


def _finding(document: Document, broken: Broken, rule: Rule, report: Report, settings: Settings) -> Finding | None:
    """A report in the terms of the document; None where an edit has met the place since it was good."""
    span = _span(document, broken, report.place)
    if span is None:
        return None
    related = tuple(
        Related(message, where)
        for message, place in report.related
        if (where := _span(document, broken, place)) is not None
    )
    return Finding(
        rule.code,
        rule.name,
        settings.severity_of(rule.code, report.severity),
        report.message,
        span,
        f"{rule.code}:{report.place.unit}:{report.place.site}",
        related,
        fixable=bool(report.plans),
        unnecessary=report.unnecessary,
    )


def _span(document: Document, broken: Broken, place: Place) -> Span | None:
    part = document.parts[0]
    placed = part.outline.get(place.unit)
    if placed is None:
        return None
    segment: Segment = placed.segment
    carried = document.carried.get((0, place.unit)) if place.unit in broken else None
    if carried is not None:
        found = _site(carried.segment, place.site)
        found = None if found is None else moved(carried.segment.text, segment.text, found)
    else:
        found = _site(segment, place.site)
    if found is None:
        return None
    found = found.shifted(part.outline.line_of(place.unit))
    if segment.text.startswith("\ufeff") and found.start.line == 0:
        # The parser does not count the byte order mark as a column of the first line.
        end = Point(0, found.end.column + 1) if found.end.line == 0 else found.end
        found = Span(Point(0, found.start.column + 1), end)
    return found


def _site(segment: Segment, site: int) -> Span | None:
    found = spans(segment)
    return found[site] if 0 <= site < len(found) else None

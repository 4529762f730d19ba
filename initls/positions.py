"""From places of the model to positions in a document: what a report looks like to whoever shows it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterator
from typing import TypeAlias

from initls.document import Document, moved
from initls.facts.place import Place, file_of, inside
from initls.facts.sites import spans
from initls.findings import Finding, Related
from initls.rules.rule import Report, Rule
from initls.settings import Settings
from initls.syntax.outline import differing
from initls.syntax.segments import Segment
from initls.syntax.span import Point, Span

Broken: TypeAlias = Container[str]
"""The units that cannot be read now; they are shown as they were when they last could."""

Elsewhere: TypeAlias = "Callable[[str], Document | None]"
"""Gives the other files that a finding may point at."""


def NOWHERE(filename: str) -> None:  # It stands for a constant.
    """Where there are no other files."""


Where: TypeAlias = "tuple[tuple[Segment, int, Segment | None] | None, ...]"
"""All that positions in a finding hang on: the segment of each place, its line, and its last good state if broken."""


class Shown:
    """The findings of one file as they were last shown: most of them stand where they stood, and are taken again."""

    def __init__(self, document: Document, broken: Collection[str], settings: Settings) -> None:
        self._document = document
        self._broken = broken
        self._settings = settings
        self._moved: Container[str] | None = None
        """The units that may stand or read otherwise than in the version before; None where all may."""
        self._before: dict[tuple[str, Place], tuple[Report, Where, Finding | None]] = {}
        self._now: dict[tuple[str, Place], tuple[Report, Where, Finding | None]] = {}

    @staticmethod
    def after(before: Shown | None, document: Document, broken: Collection[str], settings: Settings) -> Shown:
        """For the next version of the file, of which the units in `broken` cannot be read."""
        shown = Shown(document, broken, settings)
        if before is not None and before._settings == settings:
            shown._before = before._now
            old, new = before._document.parts[0].outline, document.parts[0].outline
            first, old_stop, stop = differing(old, new)
            if old.line(old_stop) == new.line(stop):
                edited = (*old.placed[first:old_stop], *new.placed[first:stop])
                shown._moved = {*(placed.unit for placed in edited), *before._broken, *broken}
        return shown

    def finding(self, rule: Rule, report: Report, elsewhere: Elsewhere = NOWHERE) -> Finding | None:
        """A report in the terms of the document; None where an edit has met the place since it was good.

        One about a place in another file is shown when that file is looked at.
        """
        if report.place.foreign:
            return None
        key = (rule.code, report.place)
        known = self._before.get(key)
        if known is None or known[0] is not report or not self._stands(report):
            where = tuple([_where(self._document, self._broken, place, elsewhere) for place in _places(report)])
            if known is None or known[1] != where or known[0] != report:
                found = _finding(self._document, self._broken, rule, report, self._settings, elsewhere)
                known = (report, where, found)
        self._now[key] = known
        return known[2]

    def _stands(self, report: Report) -> bool:
        """Whether all that a report speaks of is as it was, and where it was."""
        moved = self._moved
        return moved is not None and not any(place.foreign or place.unit in moved for place in _places(report))


def _places(report: Report) -> Iterator[Place]:
    yield report.place
    for _, place in report.related:
        yield place


def _home(
    document: Document, broken: Broken, place: Place, elsewhere: Elsewhere
) -> tuple[Document | None, str, Container[str]]:
    """The document that a place is in, its unit there, and the units of it that are broken."""
    if not place.foreign:
        return document, place.unit, broken
    other = elsewhere(file_of(place.unit))
    # Of another file only those units are carried that may be broken; whichever is sound is as it stands.
    return other, inside(place.unit), frozenset()


def _where(
    document: Document, broken: Broken, place: Place, elsewhere: Elsewhere
) -> tuple[Segment, int, Segment | None] | None:
    home, unit, damaged = _home(document, broken, place, elsewhere)
    placed = None if home is None else home.parts[0].outline.get(unit)
    if home is None or placed is None:
        return None
    carried = home.carried.get((0, unit)) if unit in damaged else None
    return placed.segment, home.parts[0].outline.line_of(unit), None if carried is None else carried.segment


def _finding(
    document: Document, broken: Broken, rule: Rule, report: Report, settings: Settings, elsewhere: Elsewhere
) -> Finding | None:
    """A report in the terms of the document; None where an edit has met the place since it was good."""
    span = span_of(document, broken, report.place)
    if span is None:
        return None
    related: list[Related] = []
    for message, place in report.related:
        home, unit, damaged = _home(document, broken, place, elsewhere)
        where = None if home is None else span_of(home, damaged, Place(unit, place.site))
        if home is None or where is None:
            continue
        foreign = (file_of(place.unit), home.text) if place.foreign else (None, None)
        related.append(Related(message, where, 0, *foreign))
    return Finding(
        rule.code,
        rule.name,
        settings.severity_of(rule.code, report.severity),
        report.message,
        span,
        f"{rule.code}:{report.place.unit}:{report.place.site}",
        tuple(related),
        fixable=bool(report.plans),
        unnecessary=report.unnecessary,
        deprecated=report.deprecated,
    )


def span_of(document: Document, broken: Broken, place: Place) -> Span | None:
    """Where a place stands in the document; None where an edit has met it since it was good."""
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

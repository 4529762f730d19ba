"""Findings for a person to read: the place in its surroundings, and the repair on offer."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence

from initls.cli.console import Paint
from initls.cli.outcome import Outcome, Shown, place_of
from initls.cli.output.concise import mark_of
from initls.cli.output.frame import Mark, frame
from initls.cli.output.patch import small
from initls.findings import Applicability, Fix, Related
from initls.syntax.text import Text, content

_NOTES = {
    Applicability.SAFE: "",
    Applicability.UNSAFE: "this changes the values that the model starts from; --fix applies it with --unsafe-fixes",
    Applicability.DISPLAY: "--fix leaves this choice to you",
}
"""What a reader should know of a fix before taking it."""


def render(outcomes: Iterable[Outcome], paint: Paint, *, unsafe: bool) -> Iterator[str]:
    """The findings of all files, a paragraph each."""
    for outcome in outcomes:
        texts = [Text.of(text) for text in outcome.texts]
        for shown in outcome.shown:
            yield "\n".join(_paragraph(outcome, shown, texts, paint, unsafe)) + "\n\n"


def _paragraph(outcome: Outcome, shown: Shown, texts: Sequence[Text], paint: Paint, unsafe: bool) -> Iterator[str]:
    finding = shown.finding
    text = texts[finding.part]
    kind = finding.severity.value
    code = paint(kind, f"{kind}[{finding.code}]")
    yield f"{code}{mark_of(shown, paint, unsafe=unsafe)} {paint('bold', finding.message)}"
    marks = [Mark(finding.span)]
    elsewhere: list[Related] = []
    for related in finding.related:
        if related.filename is None and related.part == finding.part:
            marks.append(Mark(related.span, related.message, primary=False))
        else:
            elsewhere.append(related)
    yield from frame(_contents(text), marks, place_of(outcome, finding.part, *finding.span.start), paint, kind)
    for related in elsewhere:
        yield f"{paint('help', 'note')}: {related.message} ({_where(outcome, related)})"
    if shown.fixes:
        yield from _help(shown.fixes, texts, paint)


def _where(outcome: Outcome, related: Related) -> str:
    start = related.span.start
    if related.filename is None:
        return place_of(outcome, related.part, *start)
    return f"{os.path.relpath(related.filename)}:{start.line + 1}:{start.column + 1}"


def _help(fixes: tuple[Fix, ...], texts: Sequence[Text], paint: Paint) -> Iterator[str]:
    best, *others = fixes
    yield f"{paint('help', 'help')}: {paint('bold', best.title)}"
    for part in dict.fromkeys(edit.part for edit in best.edits):
        yield from small(_contents(texts[part]), _contents(_edited(texts[part], best, part)), paint)
    if note := _NOTES[best.applicability]:
        yield f"{paint('help', 'note')}: {note}"
    for other in others:
        yield f"{paint('help', '  or')}: {other.title}"


def _contents(text: Text) -> list[str]:
    """The lines without their endings."""
    return [content(line) for line in text.lines]


def _edited(text: Text, fix: Fix, part: int) -> Text:
    # From the end backwards, so that no edit moves the place of another.
    for edit in reversed([edit for edit in fix.edits if edit.part == part]):
        text = text.replace(edit.span, edit.content)
    return text

"""Findings for a person to read: the place in its surroundings, and the repair on offer."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from initls.cli.console import Paint
from initls.cli.output.concise import mark_of
from initls.cli.output.frame import Mark, frame
from initls.cli.output.patch import small
from initls.cli.work import Outcome, Shown
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
        text = Text.of(outcome.text)
        for shown in outcome.shown:
            yield "\n".join(_paragraph(outcome.task.name, shown, text, paint, unsafe)) + "\n\n"


def _paragraph(name: str, shown: Shown, text: Text, paint: Paint, unsafe: bool) -> Iterator[str]:
    finding = shown.finding
    kind = finding.severity.value
    code = paint(kind, f"{kind}[{finding.code}]")
    yield f"{code}{mark_of(shown, paint, unsafe=unsafe)} {paint('bold', finding.message)}"
    marks = [Mark(finding.span)]
    here = [related for related in finding.related if related.filename is None]
    marks += [Mark(related.span, related.message, primary=False) for related in here]
    start = finding.span.start
    yield from frame(_contents(text), marks, f"{name}:{start.line + 1}:{start.column + 1}", paint, kind)
    for related in finding.related:
        if related.filename is not None:
            yield f"{paint('help', 'note')}: {related.message} ({_where(related)})"
    if shown.fixes:
        yield from _help(shown.fixes, text, paint)


def _where(related: Related) -> str:
    start = related.span.start
    return f"{os.path.relpath(related.filename or '')}:{start.line + 1}:{start.column + 1}"


def _help(fixes: tuple[Fix, ...], text: Text, paint: Paint) -> Iterator[str]:
    best, *others = fixes
    yield f"{paint('help', 'help')}: {paint('bold', best.title)}"
    yield from small(_contents(text), _contents(_edited(text, best)), paint)
    if note := _NOTES[best.applicability]:
        yield f"{paint('help', 'note')}: {note}"
    for other in others:
        yield f"{paint('help', '  or')}: {other.title}"


def _contents(text: Text) -> list[str]:
    """The lines without their endings."""
    return [content(line) for line in text.lines]


def _edited(text: Text, fix: Fix) -> Text:
    # From the end backwards, so that no edit moves the place of another.
    for edit in reversed(fix.edits):
        text = text.replace(edit.span, edit.content)
    return text

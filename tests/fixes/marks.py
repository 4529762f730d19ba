"""Places named by the code that stands there, and fixes tried out on small texts."""

from __future__ import annotations

from collections.abc import Sequence

from initls.document import Document
from initls.facts.extract import nodes
from initls.facts.place import Place
from initls.facts.sites import spans
from initls.findings import Fix
from initls.fixes.apply import apply
from initls.fixes.build import build
from initls.fixes.plans import Plan
from initls.settings import Settings


def place(document: Document, code: str, number: int = 0) -> Place:
    """The site whose text is `code`, the `number`-th of them; for a compound statement its first line will do."""
    outline = document.parts[0].outline
    found: list[Place] = []
    for unit, _, segment in outline.placed:
        assert nodes(segment) is not None, f"{unit} does not parse"
        marked = segment.text.startswith("\ufeff")
        for site, span in enumerate(spans(segment)):
            line = outline.line_of(unit)
            text = document.text.slice(span.shifted(line))
            if marked and span.start.line == 0:
                text = document.text.lines[0][span.start.column + 1 : span.end.column + 1]
            if text == code or text.splitlines()[0].rstrip() == code:
                found.append(Place(unit, site))
    assert len(found) > number, f"{code!r} stands nowhere in {document.source!r}"
    return found[number]


def fixes(document: Document, *plans: Plan, settings: Settings | None = None) -> tuple[Fix, ...]:
    return build(plans, document, settings or Settings())


def results(document: Document, *plans: Plan, settings: Settings | None = None) -> Sequence[str]:
    """What the text becomes by each fix that is offered."""
    return [apply(document, fix.edits).source for fix in fixes(document, *plans, settings=settings)]

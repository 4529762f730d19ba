"""What comments do to the findings of a text, and what is to say about comments that do nothing."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from initls.findings import Finding, Fix, Severity
from initls.suppress.comments import Code, Directive, Suppressions
from initls.suppress.edits import removal
from initls.suppress.pages import INVALID, RULES, UNUSED
from initls.syntax.span import Point, Span
from initls.syntax.text import Text


class Report(Struct, frozen=True):
    """A finding about a comment, with the edit that mends it."""

    finding: Finding
    fix: Fix


class Applied(Struct, frozen=True):
    """What is left of the findings of a text, and what is to say about its comments."""

    kept: tuple[Finding, ...]
    reports: tuple[Report, ...] = ()


def apply(
    findings: Iterable[Finding],
    suppressions: Suppressions,
    text: Text,
    *,
    known: Collection[str],
    selects: Callable[[str], bool],
    quiet: Collection[str] = (),
    broken: bool = False,
    part: int = 0,
) -> Applied:
    """The findings that no comment silences, and reports on our own comments that silence nothing.

    All of it is about one `part` of a document: its findings, its comments and its text.
    `known` are the codes that exist, `quiet` those of them that are off unless asked for, `selects` says which of them
    are reported at all. While the text is `broken` there are no reports: a finding may be missing only because its
    code could not be read.
    """
    used: set[tuple[Directive, str]] = set()
    kept: list[Finding] = []
    for finding in findings:
        matching = list(suppressions.matching(finding))
        used.update((directive, finding.code) for directive in matching)
        if not matching:
            kept.append(finding)
    if broken:
        return Applied(tuple(kept))
    reports: list[Report] = []
    for directive in suppressions.directives:
        if directive.kind != "noqa":
            reports += _reports(directive, used, text, known, quiet, selects)
    numbered = [_placed(report, number, part) for number, report in enumerate(reports)]
    # A comment may silence these as well, but only by naming them: a bare one that is unused would silence itself.
    return Applied(tuple(kept), tuple(report for report in numbered if not _named(report.finding, suppressions)))


def _named(finding: Finding, suppressions: Suppressions) -> bool:
    return any(directive.codes is not None for directive in suppressions.matching(finding))


def _placed(report: Report, number: int, part: int) -> Report:
    """The report in its part, with its number among the reports there: equal comments must be told apart."""
    finding, fix = report.finding, report.fix
    identity = f"{finding.code}:{part}:{number}:{finding.message}"
    edits = tuple(replace(edit, part=part) for edit in fix.edits)
    return Report(replace(finding, identity=identity, part=part), replace(fix, edits=edits))


def _reports(
    directive: Directive,
    used: Collection[tuple[Directive, str]],
    text: Text,
    known: Collection[str],
    quiet: Collection[str],
    selects: Callable[[str], bool],
) -> Iterator[Report]:
    if directive.trouble:
        if selects(INVALID):
            yield Report(
                _finding(INVALID, directive.trouble, directive.span), removal(directive, directive.codes, text)
            )
        return
    if directive.codes is None:
        # With some code switched off nobody can tell whether the comment would have silenced it.
        unused = not any(one == directive for one, _ in used) and all(
            selects(code) for code in known if code not in quiet
        )
        if unused and selects(UNUSED):
            yield Report(
                _finding(UNUSED, "There is nothing here that this comment could silence", directive.span),
                removal(directive, None, text),
            )
        return
    strangers = [code for code in directive.codes if code.text not in known]
    if selects(INVALID):
        for code in strangers:
            near = difflib.get_close_matches(code.text, known, n=1, cutoff=0.5)
            hint = f"; did you mean `{near[0]}`?" if near else ""
            span = Span(Point(directive.line, code.start), Point(directive.line, code.end))
            yield Report(
                _finding(INVALID, f"initls has no rule `{code.text}`{hint}", span), removal(directive, (code,), text)
            )
    idle = tuple(code for code in directive.codes if _is_idle(code, directive, used, strangers, selects))
    if idle and selects(UNUSED):
        names = " and ".join(code.text for code in idle)
        first, last = idle[0], idle[-1]
        span = Span(Point(directive.line, first.start), Point(directive.line, last.end))
        yield Report(
            _finding(UNUSED, f"There is no {names} here that this comment could silence", span),
            removal(directive, idle, text),
        )


def _is_idle(
    code: Code,
    directive: Directive,
    used: Collection[tuple[Directive, str]],
    strangers: Collection[Code],
    selects: Callable[[str], bool],
) -> bool:
    if code in strangers or code.text in (UNUSED, INVALID) or not selects(code.text):
        return False
    return (directive, code.text) not in used


def _finding(code: str, message: str, span: Span) -> Finding:
    name = RULES[code].name
    return Finding(code, name, Severity.WARNING, message, span, identity=code, fixable=True, unnecessary=code == UNUSED)

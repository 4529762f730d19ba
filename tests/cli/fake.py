"""A small analysis in the shape of `initls.check.Checker`, so that the command line can be tested by itself.

It understands four words, wherever they stand in a line: `bad` is an error with a safe fix (`good`), `risky` a warning
with an unsafe fix (`sound`) and an alternative, `odd` is information without a fix, and `broken` is not Python.
Comments that silence findings are obeyed.
"""

from __future__ import annotations

import os
import re

from initls.check import Problem, Result
from initls.document import Document
from initls.findings import Applicability, Edit, Finding, Fix, Related, Severity
from initls.settings import Settings
from initls.suppress import parse
from initls.syntax.span import Point, Span

WORDS = {
    "bad": ("INI101", "constant-weight", Severity.ERROR),
    "risky": ("INI203", "overwritten-init", Severity.WARNING),
    "odd": ("INI103", "degenerate-init", Severity.INFORMATION),
}
CURES = {"bad": ("good", Applicability.SAFE), "risky": ("sound", Applicability.UNSAFE)}


class FakeResult(Result, frozen=True, eq=False):
    """A result whose fixes follow from the word that is found."""

    def fixes(self, finding: Finding) -> tuple[Fix, ...]:
        word = self.document.text.slice(finding.span)
        if word not in CURES:
            return ()
        cure, applicability = CURES[word]
        best = Fix(f"Write `{cure}`", applicability, (Edit(finding.span, cure),), preferred=True)
        other = Fix("Write nothing", Applicability.DISPLAY, (Edit(finding.span, ""),))
        return (best, other) if word == "risky" else (best,)


class FakeChecker:
    """The analysis; the word `crash` makes it raise, `kill` ends the process."""

    def check(self, document: Document, settings: Settings, *, syntax: bool = False) -> FakeResult:
        findings = []
        problems = []
        text = document.text
        outline = document.parts[0].outline
        directives = parse(outline, [placed.unit for placed in outline.placed]).directives
        for number, line in enumerate(text.lines):
            if "crash" in line:
                raise ValueError("no such thing")
            if "kill" in line:
                os._exit(3)
            if "broken" in line:
                problems.append(Problem("invalid-syntax", "this is not Python", number))
            if "deep" in line:
                problems.append(Problem("unreadable", "nested too deep", number))
            if "fault" in line:
                problems.append(Problem("internal", "the rule INI101 failed", number))
            for match in re.finditer(r"\b(bad|risky|odd)\b", line):
                code, name, severity = WORDS[match.group()]
                silent = any(
                    directive.target and directive.target[0] <= number <= directive.target[1] and directive.covers(code)
                    for directive in directives
                )
                if settings.selects(code) and not silent:
                    span = Span(Point(number, match.start()), Point(number, match.end()))
                    related = (Related("the first line", Span(Point(0, 0), Point(0, 1))),) if number > 3 else ()
                    findings.append(
                        Finding(
                            code,
                            name,
                            settings.severity_of(code, severity),
                            f"the word `{match.group()}` stands here",
                            span,
                            f"{number}:{match.start()}",
                            related,
                            fixable=match.group() in CURES,
                        )
                    )
        return FakeResult(document, tuple(findings), tuple(problems), settings)

    def fix_all(self, document: Document, settings: Settings, *, unsafe: bool) -> Document:
        result = self.check(document, settings)
        for finding in reversed(result.findings):
            for fix in result.fixes(finding)[:1]:
                if fix.applicability is Applicability.SAFE or unsafe:
                    document = document.edit(0, fix.edits[0].span, fix.edits[0].content)
        return document

    def forget(self, filename: str) -> None:
        """There is nothing that this one remembers."""

    def asked(self) -> None:
        """Nobody notes what this one asks, so that nothing of it is kept."""

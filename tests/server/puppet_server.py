"""The real server around an analysis that the text itself pulls the strings of.

BAD is a warning with two repairs, LIKE a second one with the same first repair, MUTE is one without a repair, FADED is
code without effect, SAFE can be mended without a look. SLOW never comes to an end unless it is cancelled, STUCK is not
even to be cancelled, DOOMED fails, LATE gives up by itself, BROKEN cannot be read.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass

from initls.cancel import Cancelled, Check, never
from initls.check import Checker, Problem, Result
from initls.document import Document
from initls.findings import Applicability, Edit, Finding, Fix, Related, Severity
from initls.server.main import serve
from initls.settings import Settings
from initls.syntax.span import Point, Span

WORD = re.compile(r"\b(BAD|LIKE|MUTE|FADED|SAFE)\b")

CODES = {"BAD": "INI101", "LIKE": "INI103", "MUTE": "INI104", "FADED": "INI203", "SAFE": "INI202"}


@dataclass(frozen=True)
class PuppetResult(Result):
    def fixes(self, finding: Finding) -> tuple[Fix, ...]:
        edit = (Edit(finding.span, "GOOD"),)
        return (
            Fix("Write GOOD", Applicability.UNSAFE, edit, preferred=True),
            Fix("Write FINE", Applicability.DISPLAY, (Edit(finding.span, "FINE"),)),
        )


class Puppet(Checker):
    def check(self, document: Document, settings: Settings, check: Check = never) -> Result:
        text = document.text
        source = text.source
        if "DOOMED" in source:
            raise RuntimeError("the text asked for it")
        if "PRINT" in source:
            print("printed by the analysis")
        if "LATE" in source:
            raise Cancelled
        if "STUCK" in source:
            time.sleep(30)
        while "SLOW" in source:
            check()
            time.sleep(0.002)
        findings = []
        for number, line in enumerate(text.lines):
            for match in WORD.finditer(line):
                word = match.group()
                if settings.selects(CODES[word]):
                    span = Span(Point(number, match.start()), Point(number, match.end()))
                    findings.append(self._finding(word, span, len(findings)))
        problems = [
            Problem("invalid-syntax", "this line cannot be read", number)
            for number, line in enumerate(text.lines)
            if "BROKEN" in line
        ]
        return PuppetResult(document, tuple(findings), tuple(problems))

    def _finding(self, word: str, span: Span, number: int) -> Finding:
        return Finding(
            CODES[word],
            "puppet",
            Severity.WARNING,
            f"{word} is not good",
            span,
            f"{word}:{number}",
            related=(Related("it began here", Span(Point(0, 0), Point(0, 1))),) if word == "BAD" else (),
            fixable=word != "MUTE",
            unnecessary=word == "FADED",
        )

    def fix_all(self, document: Document, settings: Settings, *, unsafe: bool, check: Check = never) -> Document:
        assert not unsafe
        for number, line in enumerate(document.text.lines):
            for match in reversed(list(re.finditer("SAFE", line))):
                span = Span(Point(number, match.start()), Point(number, match.end()))
                document = document.edit(0, span, "GOOD")
        return document


if __name__ == "__main__":
    serve(make_checker=Puppet)

"""The real server around an analysis that the text itself pulls the strings of.

BAD is a warning with two repairs, LIKE another, TWIN is both at once, MUTE has no repair, FADED is code without effect,
SAFE can be mended without a look, and the repair of CURSED fails. SLOW never comes to an end unless it is cancelled,
STUCK is not even to be cancelled, DOOMED fails, KILL ends the process, LATE gives up by itself, PRINT writes where it
should not, BROKEN is
what cannot be read.
"""

from __future__ import annotations

import os
import re
import time

from initls.cancel import Cancelled, Check, never
from initls.check import Checker, Problem, Result
from initls.document import Document
from initls.findings import Applicability, Edit, Finding, Fix, Related, Severity
from initls.server.main import serve
from initls.settings import Settings
from initls.syntax.span import Point, Span

WORD = re.compile(r"\b(BAD|LIKE|TWIN|MUTE|FADED|SAFE|CURSED)\b")

CODES = {
    "BAD": ("INI101",),
    "LIKE": ("INI103",),
    "TWIN": ("INI101", "INI103"),
    "MUTE": ("INI104",),
    "FADED": ("INI203",),
    "SAFE": ("INI202",),
    "CURSED": ("INI102",),
}


class PuppetResult(Result, frozen=True, eq=False):
    def fixes(self, finding: Finding, check: Check = never) -> tuple[Fix, ...]:
        if finding.message.startswith("CURSED"):
            raise RuntimeError("the text asked for it")
        edit = (Edit(finding.span, "GOOD"),)
        return (
            Fix("Write GOOD", Applicability.UNSAFE, edit, preferred=True),
            Fix("Write FINE", Applicability.DISPLAY, (Edit(finding.span, "FINE"),)),
        )


class Puppet(Checker):
    def check(self, document: Document, settings: Settings, check: Check = never, *, syntax: bool = False) -> Result:
        text = document.text
        source = text.source
        if "DOOMED" in source:
            raise RuntimeError("the text asked for it")
        if "KILL" in source:
            os.abort()
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
                span = Span(Point(number, match.start()), Point(number, match.end()))
                for code in filter(settings.selects, CODES[word]):
                    findings.append(self._finding(word, code, span, len(findings)))
        problems = [
            Problem("invalid-syntax", "this line cannot be read", number)
            for number, line in enumerate(text.lines)
            if "BROKEN" in line
        ]
        return PuppetResult(document, tuple(findings), tuple(problems) if syntax else (), settings)

    def _finding(self, word: str, code: str, span: Span, number: int) -> Finding:
        return Finding(
            code,
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
        # Unsafe repairs are wanted only for one rule, which the settings then select alone.
        assert unsafe == (len(settings.select) == 1 and settings.select != Settings().select)
        words = "|".join(word for word, codes in CODES.items() if {*codes} & {*settings.select}) if unsafe else "SAFE"
        for number, line in enumerate(document.text.lines):
            for match in reversed(list(re.finditer(words, line))):
                span = Span(Point(number, match.start()), Point(number, match.end()))
                document = document.edit(0, span, "GOOD")
        return document


if __name__ == "__main__":
    # By the name under which other processes of the server find it too.
    from puppet_server import Puppet as Named

    serve(make_checker=Named)

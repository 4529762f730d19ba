"""Comments that silence findings, and findings about those comments.

    self.head.weight.data.zero_()  # initls: ignore[INI101]

silences one code on the statement that the comment stands in, or, alone on a line, on the statement right below it.
Without the brackets it silences every code. `# initls: ignore-file[INI101]`, alone on a line above the first statement,
does so for the whole file. Of other tools' words `# noqa` and `# noqa: INI101` are honoured, and never complained of.

Everything works on the comments and statements of a text as `initls.syntax.scan` lays them out, not on parsed code: a
suppression holds while the code around it is broken.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from initls.findings import Applicability, Edit, Finding, Fix, Severity
from initls.rules.rule import Rule
from initls.syntax.scan import Layout, layout
from initls.syntax.span import Point, Span
from initls.syntax.text import Text

UNUSED = "INI001"
INVALID = "INI002"

Kind = Literal["ignore", "ignore-file", "noqa", "unknown"]

_OURS = re.compile(
    r"#\s*initls\s*:\s*(?P<word>[\w-]*)"
    r"(?:\s*\[(?P<codes>[^\]#]*)(?P<close>\])?)?"
)
_NOQA = re.compile(r"#\s*noqa\b(?:(?P<colon>\s*:)(?P<codes>[\sA-Za-z0-9,]*))?", re.IGNORECASE)
_NOQA_CODE = re.compile(r"[A-Za-z]+[0-9]+\b")
_CODE = re.compile(r"[^\s,]+")
_LIKE_CODE = re.compile(r"[A-Z]+[0-9]+\Z")


@dataclass(frozen=True, slots=True)
class Code:
    """One code in a comment, and the columns that it covers."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Directive:
    """One suppression in a comment; a comment may hold several, behind each other."""

    kind: Kind
    line: int
    start: int
    end: int
    """The columns from its `#` to the end of what belongs to it, a reason included."""
    codes: tuple[Code, ...] | None
    """None stands for every code."""
    target: tuple[int, int] | None = None
    """The first and last line of the statement that is meant; None for a whole file and for no statement at all."""
    alone: bool = False
    """Whether nothing but comments stands on its line."""
    trouble: str = ""
    """What is wrong with the way it is written; it silences nothing then."""

    def covers(self, code: str) -> bool:
        """Whether findings of `code` are meant."""
        if self.codes is None:
            return True
        if self.kind == "noqa":
            return any(code.startswith(named.text.upper()) for named in self.codes)
        return any(code == named.text for named in self.codes)

    @property
    def span(self) -> Span:
        """The place of the directive."""
        return Span(Point(self.line, self.start), Point(self.line, self.end))


@dataclass(frozen=True, slots=True)
class Suppressions:
    """All directives of a text."""

    directives: tuple[Directive, ...]

    def matching(self, finding: Finding) -> Iterator[Directive]:
        """The directives that silence `finding`, by the line that it starts on."""
        line = finding.span.start.line
        for directive in self.directives:
            if directive.trouble or not directive.covers(finding.code):
                continue
            target = directive.target
            if directive.kind == "ignore-file" or (target is not None and target[0] <= line <= target[1]):
                yield directive


def may_suppress(source: str) -> bool:
    """A quick look whether `source` has any suppression, so that most texts need no second."""
    return "initls" in source or "noqa" in source.casefold()


def parse(lines: Layout) -> Suppressions:
    """The directives in the comments of a text."""
    starts = {first: (first, last) for first, last in lines.statements}
    top = lines.statements[0][0] if lines.statements else None
    found: list[Directive] = []
    for line, comment in sorted(lines.comments.items()):
        if "initls" not in comment.text and "noqa" not in comment.text.casefold():
            continue
        around = lines.statement_at(line)
        # A comment of its own speaks of the statement that begins right below it.
        target = around or starts.get(line + 1)
        for directive in _directives(comment.text, line, comment.column):
            directive = replace(directive, target=target, alone=around is None)
            if directive.kind == "ignore-file":
                directive = replace(directive, target=None)
                if around is not None or (top is not None and line > top):
                    misplaced = "counts only alone on a line above the first statement of the file"
                    directive = replace(directive, trouble=f"`ignore-file` {misplaced}")
            elif directive.kind == "noqa" and around is None:
                # Other tools take it for its own line alone, and so do we.
                continue
            found.append(directive)
    return Suppressions(tuple(found))


def _directives(text: str, line: int, column: int) -> Iterator[Directive]:
    for match in _OURS.finditer(text):
        end = text.find("#", match.end())
        end = len(text.rstrip()) if end < 0 else len(text[:end].rstrip())
        word = match.group("word")
        kind: Kind = "ignore" if word == "ignore" else "ignore-file" if word == "ignore-file" else "unknown"
        codes = None
        trouble = ""
        if kind == "unknown":
            if match.group("codes") is None and not difflib.get_close_matches(word, ("ignore", "ignore-file")):
                # Prose that happens to begin with our name.
                continue
            trouble = f"initls knows no comment `{word}`; there are `ignore` and `ignore-file`"
        elif match.group("codes") is not None:
            offset = column + match.start("codes")
            codes = tuple(
                Code(code.group(), offset + code.start(), offset + code.end())
                for code in _CODE.finditer(match.group("codes"))
            )
            if not match.group("close"):
                trouble = "the list of codes has no closing bracket"
            elif not codes:
                trouble = "the list of codes is empty"
        yield Directive(kind, line, column + match.start(), column + end, codes, trouble=trouble)
    for match in _NOQA.finditer(text):
        codes = None
        if match.group("colon"):
            offset = column + match.start("codes")
            codes = tuple(
                Code(code.group(), offset + code.start(), offset + code.end())
                for code in _NOQA_CODE.finditer(match.group("codes"))
            )
        yield Directive("noqa", line, column + match.start(), column + match.end(), codes)


# --------------------------------------------------------------------------- what they do


@dataclass(frozen=True, slots=True)
class Report:
    """A finding about a comment, with the edit that mends it."""

    finding: Finding
    fix: Fix


@dataclass(frozen=True, slots=True)
class Applied:
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
    broken: bool = False,
    part: int = 0,
) -> Applied:
    """The findings that no comment silences, and reports on our own comments that silence nothing.

    All of it is about one `part` of a document: its findings, its comments and its text.
    `known` are the codes that exist, `selects` says which of them are reported at all. While the text is `broken`
    there are no reports: a finding may be missing only because its code could not be read.
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
            reports += _reports(directive, used, text, known, selects)
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
    selects: Callable[[str], bool],
) -> Iterator[Report]:
    if directive.trouble:
        if selects(INVALID):
            yield Report(
                _finding(INVALID, directive.trouble, directive.span), _removal(directive, directive.codes, text)
            )
        return
    if directive.codes is None:
        # With some code switched off nobody can tell whether the comment would have silenced it.
        unused = not any(one == directive for one, _ in used) and all(selects(code) for code in known)
        if unused and selects(UNUSED):
            yield Report(
                _finding(UNUSED, "There is nothing here that this comment could silence", directive.span),
                _removal(directive, None, text),
            )
        return
    strangers = [code for code in directive.codes if code.text not in known]
    if selects(INVALID):
        for code in strangers:
            near = difflib.get_close_matches(code.text, known, n=1, cutoff=0.5)
            hint = f"; did you mean {near[0]}?" if near else ""
            span = Span(Point(directive.line, code.start), Point(directive.line, code.end))
            yield Report(
                _finding(INVALID, f"initls has no rule `{code.text}`{hint}", span), _removal(directive, (code,), text)
            )
    idle = tuple(code for code in directive.codes if _is_idle(code, directive, used, strangers, selects))
    if idle and selects(UNUSED):
        names = " and ".join(code.text for code in idle)
        first, last = idle[0], idle[-1]
        span = Span(Point(directive.line, first.start), Point(directive.line, last.end))
        yield Report(
            _finding(UNUSED, f"There is no {names} here that this comment could silence", span),
            _removal(directive, idle, text),
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


def _removal(directive: Directive, codes: tuple[Code, ...] | None, text: Text) -> Fix:
    """Takes `codes` out of the comment, or the whole directive when none would be left."""
    every = directive.codes
    if codes is None or every is None or len(codes) == len(every) or directive.trouble:
        return Fix("Remove the suppression comment", Applicability.SAFE, (_whole(directive, text),), preferred=True)
    left = [code.text for code in every if code not in codes]
    span = Span(Point(directive.line, every[0].start), Point(directive.line, every[-1].end))
    title = f"Remove {', '.join(code.text for code in codes)} from the suppression comment"
    return Fix(title, Applicability.SAFE, (Edit(span, ", ".join(left)),), preferred=True)


def _whole(directive: Directive, text: Text) -> Edit:
    line = text.line(directive.line)
    before, behind = line[: directive.start], line[directive.end :]
    if not before.strip() and not behind.strip():
        if directive.line < text.end.line and directive.alone:
            return Edit(Span(Point(directive.line, 0), Point(directive.line + 1, 0)), "")
        return Edit(Span(Point(directive.line, 0), Point(directive.line, len(line))), "")
    if behind.strip():
        # Another comment follows, and keeps the place of this one.
        skipped = len(behind) - len(behind.lstrip())
        return Edit(Span(Point(directive.line, directive.start), Point(directive.line, directive.end + skipped)), "")
    return Edit(Span(Point(directive.line, len(before.rstrip())), Point(directive.line, len(line))), "")


# --------------------------------------------------------------------------- adding one


def comment_line(source: str, line: int) -> int:
    """The line, at or below `line`, where a comment that speaks of the statement there can stand."""
    lines = layout(source)
    statement = lines.statement_at(line)
    if statement is None:
        return line
    return next((row for row in range(line, statement[1] + 1) if row not in lines.inside_strings), statement[1])


def suppression_edit(text: Text, line: int, code: str) -> Edit | None:
    """The edit that silences `code` on the statement of `line`; None where a comment does so already.

    A comment of ours that speaks of the statement takes the code in. Else a new one goes to the end of the line, or,
    where that is inside a string or behind a backslash, to the next line of the statement that can bear it.
    """
    lines = layout(text.source)
    for directive in parse(lines).directives:
        if directive.target is None or not directive.target[0] <= line <= directive.target[1] or directive.trouble:
            continue
        if directive.covers(code):
            return None
        if directive.kind == "ignore" and directive.codes:
            end = Point(directive.line, directive.codes[-1].end)
            return Edit(Span(end, end), f", {code}")
    row = comment_line(text.source, line)
    content = text.line(row)
    start = len(content.rstrip())
    comment = f"# initls: ignore[{code}]"
    return Edit(
        Span(Point(row, start), Point(row, len(content))), f"  {comment}" if content[:start].strip() else comment
    )


def suppression_fix(text: Text, finding: Finding) -> Fix | None:
    """`suppression_edit` as something to offer in a menu."""
    edit = suppression_edit(text, finding.span.start.line, finding.code)
    if edit is None:
        return None
    return Fix(f"Ignore {finding.code} here", Applicability.SAFE, (replace(edit, part=finding.part),))


# --------------------------------------------------------------------------- their documentation

_UNUSED_PAGE = """\
What it does
------------
Finds comments of the form `# initls: ignore[...]` that silence nothing, or that name codes which are not found there.

Why is this bad?
----------------
A suppression that has outlived its reason hides the next bug on the same line.

Example
-------
```python
nn.init.kaiming_normal_(self.fc.weight)  # initls: ignore[INI101]
```

Use instead
-----------
```python
nn.init.kaiming_normal_(self.fc.weight)
```

When it is silent
-----------------
For `# noqa`, which belongs to other tools as well; for codes that are not selected; and as long as some part of the
file cannot be parsed, because a finding may be missing for that reason alone.

Fix safety
----------
The fix is safe: it changes a comment.
"""

_INVALID_PAGE = """\
What it does
------------
Finds `# initls:` comments that cannot do what they are meant to do: they name a code that does not exist, are written
in a form that is not understood, or stand where they do not count.

Why is this bad?
----------------
A suppression with a typing error silences nothing, and does not say so.

Example
-------
```python
self.fc.weight.data.zero_()  # initls: ignore[INI1O1]
```

Use instead
-----------
```python
self.fc.weight.data.zero_()  # initls: ignore[INI101]
```

When it is silent
-----------------
For `# noqa`, which belongs to other tools as well, and as long as some part of the file cannot be parsed.

Fix safety
----------
The fix is safe: it removes a comment, or a code from it, that has no effect.
"""

RULES: dict[str, Rule] = {
    rule.code: rule
    for rule in (
        Rule(
            UNUSED,
            "unused-suppression",
            "A suppression comment silences nothing.",
            _UNUSED_PAGE,
            fixable=True,
            ask=lambda program: iter(()),
        ),
        Rule(
            INVALID,
            "invalid-suppression",
            "A suppression comment cannot do what it is meant to do.",
            _INVALID_PAGE,
            fixable=True,
            ask=lambda program: iter(()),
        ),
    )
}
"""The rules about comments. They ask nothing of the model: `apply` answers them."""

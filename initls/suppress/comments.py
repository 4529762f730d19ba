"""The suppressions that stand in the comments of a text, and which findings they mean."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from initls.bounded import remembered
from initls.findings import Finding
from initls.pattern import pattern
from initls.syntax.outline import Outline
from initls.syntax.scan import layout
from initls.syntax.segments import Segment, key_of
from initls.syntax.span import Point, Span

MOST_READ = 1_000
"""Segments with comments for us whose directives are remembered."""

Kind = Literal["ignore", "ignore-file", "noqa", "unknown"]

_OURS = pattern(
    r"#\s*initls\s*:\s*(?P<word>[\w-]*)"
    r"(?:\s*\[(?P<codes>[^\]#]*)(?P<close>\])?)?"
)
_NOQA = pattern(r"#\s*noqa\b(?:(?P<colon>\s*:)(?P<codes>[\sA-Za-z0-9,]*))?", re.IGNORECASE)
_NOQA_CODE = pattern(r"[A-Za-z]+[0-9]+\b")
_CODE = pattern(r"[^\s,]+")
_LIKE_CODE = pattern(r"[A-Z]+[0-9]+\Z")


class Code(Struct, frozen=True):
    """One code in a comment, and the columns that it covers."""

    text: str
    start: int
    end: int


class Directive(Struct, frozen=True):
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


class Suppressions(Struct, frozen=True):
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


def parse(outline: Outline, units: Iterable[str]) -> Suppressions:
    """The directives of a text, whose comments stand in the segments that `units` names.

    What an open string in one definition swallows is lost to that definition alone, as it is to the analysis.
    """
    found: list[Directive] = []
    for unit in sorted(units, key=lambda unit: outline.index[unit]):
        index = outline.index[unit]
        line = outline.line(index)
        for directive in _inside(outline.placed[index].segment):
            target = directive.target
            if directive.alone and target is None and directive.line + 1 == outline.counts[index]:
                target = _at_the_top_of(outline, index + 1, outline.counts[index])
            if directive.kind == "ignore-file":
                if not directive.alone or line + directive.line > _top(outline):
                    misplaced = "counts only alone on a line above the first statement of the file"
                    directive = replace(directive, trouble=f"`ignore-file` {misplaced}")
                target = None
            shifted = None if target is None else (target[0] + line, target[1] + line)
            found.append(replace(directive, line=directive.line + line, target=shifted))
    return Suppressions(tuple(found))


def _top(outline: Outline) -> int:
    """The line of the first statement, or the number of all lines."""
    for index, placed in enumerate(outline.placed):
        statements = layout(placed.segment.text).statements
        if statements:
            return outline.line(index) + statements[0][0]
    return outline.line(len(outline.placed))


def _at_the_top_of(outline: Outline, index: int, line: int) -> tuple[int, int] | None:
    """The statement that a segment begins with, when the segment begins on `line`."""
    if index == len(outline.placed):
        return None
    first, last = next(iter(layout(outline.placed[index].segment.text).statements), (1, 1))
    return None if first else (line, line + last)


@remembered(MOST_READ, key=key_of)
def _inside(segment: Segment) -> tuple[Directive, ...]:
    """The directives of a segment by its own lines, with those as targets that it holds."""
    lines = layout(segment.text)
    starts = {first: (first, last) for first, last in lines.statements}
    found: list[Directive] = []
    for line, comment in sorted(lines.comments.items()):
        if not may_suppress(comment.text):
            continue
        around = lines.statement_at(line)
        # A comment of its own speaks of the statement that begins right below it.
        target = around or starts.get(line + 1)
        for directive in _directives(comment.text, line, comment.column):
            if directive.kind == "noqa" and around is None:
                # Other tools take it for its own line alone, and so do we.
                continue
            found.append(replace(directive, target=target, alone=around is None))
    return tuple(found)


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

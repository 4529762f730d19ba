"""Edits that put a suppression into a text, and take one out."""

from __future__ import annotations

from msgspec.structs import replace

from initls.document import Part
from initls.findings import Applicability, Edit, Finding, Fix
from initls.suppress.comments import Code, Directive, parse
from initls.syntax.scan import layout
from initls.syntax.span import Point, Span
from initls.syntax.text import Text


def comment_line(part: Part, line: int) -> int:
    """The line, at or below `line`, where a comment that speaks of the statement there can stand."""
    outline = part.outline
    index = outline.at(line)
    first = outline.line(index)
    lines = layout(outline.placed[index].segment.text)
    statement = lines.statement_at(line - first)
    if statement is None:
        return line
    rows = range(line - first, statement[1] + 1)
    return first + next((row for row in rows if row not in lines.inside_strings), statement[1])


def suppression_edit(part: Part, line: int, code: str, reason: str = "") -> Edit | None:
    """The edit that silences `code` on the statement of `line`; None where a comment does so already.

    A comment of ours that speaks of the statement takes the code in. Else a new one goes to the end of the line, or,
    where that is inside a string or behind a backslash, to the next line of the statement that can bear it. A new one
    says the `reason`.
    """
    # A comment may stand in the segment of its statement, or at the end of the one in front.
    index = part.outline.at(line)
    around = [placed.unit for placed in part.outline.placed[max(index - 1, 0) : index + 1]]
    for directive in parse(part.outline, around).directives:
        if directive.target is None or not directive.target[0] <= line <= directive.target[1] or directive.trouble:
            continue
        if directive.covers(code):
            return None
        if directive.kind == "ignore" and directive.codes:
            end = Point(directive.line, directive.codes[-1].end)
            return Edit(Span(end, end), f", {code}")
    row = comment_line(part, line)
    content = part.text.line(row)
    start = len(content.rstrip())
    comment = f"# initls: ignore[{code}] {reason}".rstrip()
    return Edit(
        Span(Point(row, start), Point(row, len(content))), f"  {comment}" if content[:start].strip() else comment
    )


def suppression_fix(part: Part, finding: Finding) -> Fix | None:
    """`suppression_edit` as something to offer in a menu."""
    edit = suppression_edit(part, finding.span.start.line, finding.code)
    if edit is None:
        return None
    return Fix(f"Ignore {finding.code} here", Applicability.SAFE, (replace(edit, part=finding.part),))


def removal(directive: Directive, codes: tuple[Code, ...] | None, text: Text) -> Fix:
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

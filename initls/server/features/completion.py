"""Codes and words of the comments that silence findings, while they are typed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from initls import rulebook
from initls.pattern import pattern
from initls.server.params import document_uri, field, position
from initls.syntax.scan import advance
from initls.syntax.span import Point, Span

if TYPE_CHECKING:
    from initls.server.server import Server

_CODES = pattern(r"#\s*(?:initls\s*:\s*ignore(?:-file)?\s*\[|noqa\s*:)(?P<before>[^\]#]*?)(?P<word>[\w-]*)\Z")
_WORD = pattern(r"#\s*initls\s*:\s*(?P<word>[\w-]*)\Z")

WORDS = {
    "ignore": "Silence findings of the statement on this line, or of the one below a comment that stands alone.",
    "ignore-file": "Silence findings of the whole file; alone on a line above the first statement.",
}
"""What may stand behind `# initls:`, and what it does."""

ENUM_MEMBER, KEYWORD = 20, 14
"""The protocol's numbers for what is completed."""


def register(server: Server) -> None:
    """Offer it."""
    options = types.CompletionOptions(trigger_characters=["[", ",", ":"], resolve_provider=False)
    server.offer(types.TEXT_DOCUMENT_COMPLETION, options)(completion)


def completion(server: Server, params: Any) -> Any:
    """What may stand where the cursor is, in a comment of ours; nothing anywhere else."""
    found = server.documents.piece(document_uri(params))
    if found is None:
        return None
    _, piece = found
    line, column = server.wire.point(piece, position(field(params, "position", dict)))
    row = line - piece.first
    before = piece.text.line(row)[:column] if row < len(piece.text.lines) else ""
    if "#" not in before or not _is_comment(piece.text.lines[:row], before):
        return None

    def item(label: str, kind: int, start: int, detail: str, documentation: str) -> dict[str, Any]:
        place = Span(Point(line, column - start), Point(line, column))
        edit = {"range": server.wire.range(piece.text, place.shifted(-piece.first)), "newText": label}
        return {"label": label, "kind": kind, "detail": detail, "documentation": documentation, "textEdit": edit}

    if match := _CODES.search(before):
        taken = set(re.findall(r"[\w-]+", match["before"]))
        rules = [rule for code, rule in rulebook.all_rules().items() if code not in taken]
        return [
            # Who knows the name of a rule finds its code by that.
            {
                **item(rule.code, ENUM_MEMBER, len(match["word"]), rule.name, rule.summary),
                "filterText": rule.code,
                "sortText": rule.code,
            }
            for rule in rules
        ] + [
            {
                **item(rule.code, ENUM_MEMBER, len(match["word"]), rule.code, rule.summary),
                "label": rule.name,
                "filterText": rule.name,
                "sortText": f"~{rule.name}",
            }
            for rule in rules
        ]
    if match := _WORD.search(before):
        return [item(word, KEYWORD, len(match["word"]), "initls", told) for word, told in WORDS.items()]
    return None


def _is_comment(lines: tuple[str, ...], before: str) -> bool:
    """Whether the last `#` of a line begins a comment, and not a piece of a string."""
    state = advance("".join(lines))
    behind = advance(before[: before.rindex("#")], state)
    return not behind.quote and not behind.bad

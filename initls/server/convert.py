"""Between our values and the protocol's. Positions are converted here and nowhere else in the server.

What goes out is built as plain JSON values: on a keystroke, building objects only to take them apart again would cost
more than the rest of the answer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, NamedTuple

from initls import rulebook
from initls.findings import Edit, Finding, Related, Severity
from initls.server.client import DEPRECATED, UNNECESSARY, Client
from initls.server.params import Position, Range
from initls.server.transport import encoded
from initls.syntax.encoding import Encoding, from_units, to_units
from initls.syntax.span import Point, Span
from initls.syntax.text import Text

if TYPE_CHECKING:
    from initls.check import Problem, Result
    from initls.server.snapshot import Piece, Snapshot

SOURCE = "initls"

SEVERITIES = {Severity.ERROR: 1, Severity.WARNING: 2, Severity.INFORMATION: 3, Severity.HINT: 4}

JSON = dict[str, Any]

MOST_TOLD = 32
"""Files of which is remembered what was told."""


class Item(NamedTuple):
    """One diagnostic, and the file or cell that it is shown in."""

    uri: str
    shown: JSON


def point_in(text: Text, position: Position, encoding: Encoding) -> Point:
    """The point that a client means; one that is outside of the text is the nearest one inside."""
    line, units = position
    if line >= len(text.lines):
        return text.end
    return Point(line, from_units(text.lines[line], units, encoding))


def span_in(text: Text, range_: Range, encoding: Encoding) -> Span:
    """The span that a client means."""
    return Span(point_in(text, range_[0], encoding), point_in(text, range_[1], encoding))


class Wire:
    """Speaks to one client: in its units, and of nothing that it cannot show."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._encoding = client.encoding
        self._told: dict[str, dict[int, tuple[Finding, Item]]] = {}
        """The findings that each file had last, with what they were told as. A keystroke leaves most as they are."""

    def point(self, piece: Piece, position: Position) -> Point:
        """The point of the document that the client means by a position in a piece of it."""
        line, column = point_in(piece.text, position, self._encoding)
        return Point(line + piece.first, column)

    def span(self, piece: Piece, range_: Range) -> Span:
        """The span of the document that the client means by a range in a piece of it."""
        return piece.outside(span_in(piece.text, range_, self._encoding))

    def place(self, snapshot: Snapshot, span: Span) -> JSON:
        """A span of a document as the client knows it: the `uri`, and the `range` there."""
        piece, inner = snapshot.place(span)
        return {"uri": piece.uri, "range": self.range(piece.text, inner)}

    def position(self, text: Text, point: Point) -> JSON:
        """A point in the client's units."""
        line, column = text.clamp(point)
        return {"line": line, "character": to_units(text.lines[line], column, self._encoding)}

    def range(self, text: Text, span: Span) -> JSON:
        """A span in the client's units."""
        return {"start": self.position(text, span.start), "end": self.position(text, span.end)}

    def diagnostics(self, snapshot: Snapshot, result: Result, syntax_errors: bool) -> list[Item]:
        """The findings as the client shows them, in their order, and behind them the `syntax_errors` if wanted."""
        items = self._items(snapshot, result.findings)
        if syntax_errors:
            broken = (problem for problem in result.problems if problem.kind == "invalid-syntax")
            items += [self.syntax_error(snapshot, problem) for problem in broken]
        return items

    def _items(self, snapshot: Snapshot, findings: Iterable[Finding]) -> list[Item]:
        if snapshot.cells is not None:
            # A cell may have moved, with its findings.
            return [self.diagnostic(snapshot, finding) for finding in findings]
        before = self._told.pop(snapshot.uri, {})
        now: dict[int, tuple[Finding, Item]] = {}
        for finding in findings:
            known = before.get(id(finding))
            if known is None or known[0] is not finding:
                known = finding, self.diagnostic(snapshot, finding)
            now[id(finding)] = known
        self._told[snapshot.uri] = now
        if len(self._told) > MOST_TOLD:
            del self._told[next(iter(self._told))]
        return [item for _, item in now.values()]

    def diagnostic(self, snapshot: Snapshot, finding: Finding) -> Item:
        """One finding as the client shows it."""
        client = self._client
        piece, span = snapshot.place(finding.span)
        item: JSON = {
            "range": self.range(piece.text, span),
            "severity": SEVERITIES[finding.severity],
            "code": finding.code,
            "source": SOURCE,
            "message": finding.message,
        }
        if client.shows_code_description and (url := rulebook.url_of(finding.code)) is not None:
            item["codeDescription"] = {"href": url}
        tags = [UNNECESSARY] * (client.fades_unnecessary and finding.unnecessary)
        tags += [DEPRECATED] * (client.strikes_deprecated and finding.deprecated)
        if tags:
            item["tags"] = tags
        if finding.related:
            if client.shows_related:
                item["relatedInformation"] = [
                    {
                        "location": self._location(snapshot, related),
                        "message": related.message,
                    }
                    for related in finding.related
                ]
            else:
                lines = [f"{_line(related)}: {related.message}" for related in finding.related]
                item["message"] = "\n".join([finding.message, *lines])
        if client.keeps_data:
            item["data"] = {"id": finding.identity, "fingerprint": fingerprint(finding)}
        return Item(piece.uri, item)

    def _location(self, snapshot: Snapshot, related: Related) -> JSON:
        if related.filename is None or related.text is None:
            return self.place(snapshot, related.span)
        return {"uri": Path(related.filename).as_uri(), "range": self.range(related.text, related.span)}

    def syntax_error(self, snapshot: Snapshot, problem: Problem) -> Item:
        """A line that cannot be read, for users without another tool that shows them."""
        line = min(problem.line, len(snapshot.text.lines) - 1)
        span = Span(Point(line, 0), Point(line, len(snapshot.text.line(line))))
        piece, inner = snapshot.place(span)
        item = {
            "range": self.range(piece.text, inner),
            "severity": SEVERITIES[Severity.ERROR],
            "code": "invalid-syntax",
            "source": SOURCE,
            "message": problem.message,
        }
        return Item(piece.uri, item)

    def workspace_edit(self, snapshot: Snapshot, edits: Iterable[Edit]) -> JSON:
        """Edits of one version of a document, which the client is told where it can make use of it."""
        changes: dict[str, list[JSON]] = {}
        versions: dict[str, int | None] = {}
        for edit in edits:
            piece, span = snapshot.place(edit.span)
            content = edit.content if snapshot.cells is None else snapshot.cells.unmasked(edit.content)
            changes.setdefault(piece.uri, []).append({"range": self.range(piece.text, span), "newText": content})
            versions[piece.uri] = piece.version
        if not self._client.versions_edits:
            return {"changes": changes}
        return {
            "documentChanges": [
                {"textDocument": {"uri": uri, "version": versions[uri]}, "edits": own} for uri, own in changes.items()
            ]
        }


def _line(related: Related) -> str:
    line = f"line {related.span.start.line + 1}"
    return line if related.filename is None else f"{PurePath(related.filename).name}, {line}"


def fingerprint(finding: Finding) -> str:
    """A short name for what a finding says, wherever it stands."""
    said = f"{finding.code} {finding.severity.value} {finding.message}"
    return hashlib.blake2b(said.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def result_id(items: list[JSON]) -> str:
    """The name of a list of diagnostics: two lists have the same one when they hold the same."""
    return hashlib.blake2b(encoded(items), digest_size=12).hexdigest()

"""Between our values and the protocol's. Positions are converted here and nowhere else in the server.

What goes out is built as plain JSON values: on a keystroke, building objects only to take them apart again would cost
more than the rest of the answer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from initls import rulebook
from initls.findings import Edit, Finding, Related, Severity
from initls.server.client import DEPRECATED, UNNECESSARY, Client
from initls.server.params import Position, Range
from initls.syntax.encoding import Encoding, from_units, to_units
from initls.syntax.span import Point, Span
from initls.syntax.text import Text

if TYPE_CHECKING:
    from initls.check import Problem, Result
    from initls.server.documents import Snapshot

SOURCE = "initls"

SEVERITIES = {Severity.ERROR: 1, Severity.WARNING: 2, Severity.INFORMATION: 3, Severity.HINT: 4}

JSON = dict[str, Any]


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

    def point(self, text: Text, position: Position) -> Point:
        """The point that the client means."""
        return point_in(text, position, self._encoding)

    def span(self, text: Text, range_: Range) -> Span:
        """The span that the client means."""
        return span_in(text, range_, self._encoding)

    def position(self, text: Text, point: Point) -> JSON:
        """A point in the client's units."""
        line, column = text.clamp(point)
        return {"line": line, "character": to_units(text.lines[line], column, self._encoding)}

    def range(self, text: Text, span: Span) -> JSON:
        """A span in the client's units."""
        return {"start": self.position(text, span.start), "end": self.position(text, span.end)}

    def diagnostics(self, snapshot: Snapshot, result: Result, syntax_errors: bool) -> list[JSON]:
        """The findings as the client shows them, in their order, and behind them the `syntax_errors` if wanted."""
        items = [self.diagnostic(snapshot, finding) for finding in result.findings]
        if syntax_errors:
            broken = (problem for problem in result.problems if problem.kind == "invalid-syntax")
            items += [self.syntax_error(snapshot, problem) for problem in broken]
        return items

    def diagnostic(self, snapshot: Snapshot, finding: Finding) -> JSON:
        """One finding as the client shows it."""
        client, text = self._client, snapshot.text
        item: JSON = {
            "range": self.range(text, finding.span),
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
                        "location": {
                            "uri": Path(related.filename).as_uri() if related.filename else snapshot.uri,
                            "range": self.range(related.text or text, related.span),
                        },
                        "message": related.message,
                    }
                    for related in finding.related
                ]
            else:
                lines = [f"{_line(related)}: {related.message}" for related in finding.related]
                item["message"] = "\n".join([finding.message, *lines])
        if client.keeps_data:
            item["data"] = {"id": finding.identity, "fingerprint": fingerprint(finding)}
        return item

    def syntax_error(self, snapshot: Snapshot, problem: Problem) -> JSON:
        """A line that cannot be read, for users without another tool that shows them."""
        line = min(problem.line, len(snapshot.text.lines) - 1)
        span = Span(Point(line, 0), Point(line, len(snapshot.text.line(line))))
        return {
            "range": self.range(snapshot.text, span),
            "severity": SEVERITIES[Severity.ERROR],
            "code": "invalid-syntax",
            "source": SOURCE,
            "message": problem.message,
        }

    def workspace_edit(self, snapshot: Snapshot, edits: Iterable[Edit]) -> JSON:
        """Edits of one version of a document, which the client is told where it can make use of it."""
        changes = [{"range": self.range(snapshot.text, edit.span), "newText": edit.content} for edit in edits]
        if not self._client.versions_edits:
            return {"changes": {snapshot.uri: changes}}
        identifier = {"uri": snapshot.uri, "version": snapshot.version}
        return {"documentChanges": [{"textDocument": identifier, "edits": changes}]}


def _line(related: Related) -> str:
    line = f"line {related.span.start.line + 1}"
    return line if related.filename is None else f"{PurePath(related.filename).name}, {line}"


def fingerprint(finding: Finding) -> str:
    """A short name for what a finding says, wherever it stands."""
    said = f"{finding.code} {finding.severity.value} {finding.message}"
    return hashlib.blake2b(said.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()

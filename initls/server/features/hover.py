"""What a finding means, at the place where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types

from initls import rulebook
from initls.findings import Finding
from initls.server.analyses import Settled
from initls.server.params import Position, document_uri, field, position
from initls.syntax.span import Span

if TYPE_CHECKING:
    from initls.server.server import Server


def register(server: Server) -> None:
    """Offer it."""
    server.offer(types.TEXT_DOCUMENT_HOVER)(hover)


def hover(server: Server, params: Any) -> Any:
    """An explanation of the findings under the pointer, if there are any."""
    uri, place = document_uri(params), position(field(params, "position", dict))
    if not server.preferences.hover or uri not in server.documents:
        return None
    return _hover(server, server.analyses.settled(uri), place)


async def _hover(server: Server, settled: Settled, place: Position) -> dict[str, Any] | None:
    analysed = await settled
    if analysed is None:
        return None
    text = analysed.snapshot.text
    point = server.wire.point(text, place)
    here = [finding for finding in analysed.findings if finding.span.touches(Span(point, point))]
    if not here:
        return None
    markdown = server.client.shows_markdown
    separator = "\n\n---\n\n" if markdown else "\n\n"
    explained = separator.join(explain(finding, markdown=markdown) for finding in here)
    return {
        "contents": {"kind": "markdown" if markdown else "plaintext", "value": explained},
        "range": server.wire.range(text, here[0].span),
    }


def explain(finding: Finding, *, markdown: bool) -> str:
    """The finding and its rule, in a few lines."""
    rule = rulebook.all_rules().get(finding.code)
    summary = rule.summary if rule else ""
    if not markdown:
        return "\n\n".join(filter(None, [f"{finding.code} {finding.name}: {finding.message}", summary]))
    title = f"[{finding.code}]({rule.url})" if rule else finding.code
    return "\n\n".join(filter(None, [f"**{title}** {finding.name}", finding.message, summary]))

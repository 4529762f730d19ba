"""What a finding means, at the place where it stands, and why an initialization is right that looks wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from initls import rulebook
from initls.findings import Finding
from initls.knowledge.idioms import IDIOMS, Idiom
from initls.server.analyses import Analysed, Settled
from initls.server.params import Position, document_uri, field, position
from initls.syntax.span import Point, Span

if TYPE_CHECKING:
    from initls.accounts import Parameter
    from initls.server.server import Server


def register(server: Server) -> None:
    """Offer it."""
    server.offer(types.TEXT_DOCUMENT_HOVER)(hover)


def hover(server: Server, params: Any) -> Any:
    """An explanation of the findings under the pointer, if there are any."""
    uri, place = document_uri(params), position(field(params, "position", dict))
    found = server.documents.piece(uri)
    if not server.preferences.hover or found is None:
        return None
    return _hover(server, server.analyses.settled(found[0]), uri, place)


async def _hover(server: Server, settled: Settled, uri: str, place: Position) -> dict[str, Any] | None:
    analysed = await settled
    piece = None if analysed is None else analysed.snapshot.piece(uri)
    if analysed is None or piece is None:
        return None
    point = server.wire.point(piece, place)
    here = [finding for finding in analysed.findings if finding.span.touches(Span(point, point))]
    if not here:
        return await _idiom(server, analysed, point) or await _parameters(server, analysed, point)
    markdown = server.client.shows_markdown
    separator = "\n\n---\n\n" if markdown else "\n\n"
    numbers = await _numbers(server, analysed, here[0].span)
    explained = separator.join([*(explain(finding, markdown=markdown) for finding in here), *numbers])
    return {
        "contents": {"kind": "markdown" if markdown else "plaintext", "value": explained},
        "range": server.wire.place(analysed.snapshot, here[0].span)["range"],
    }


async def _parameters(server: Server, analysed: Analysed, point: Point) -> dict[str, Any] | None:
    """What a layer starts with, or what an initialization leaves."""
    result = analysed.result
    if result is None or result.checker is None or not server.analyses.is_current(analysed.snapshot):
        return None
    span = Span(point, point)
    # Like the analysis itself, it is loaded when it is needed.
    from initls import questions

    found = await server.analyses.run(lambda checker, check: questions.parameters_at(checker, result, span, check))
    if not found:
        return None
    markdown = server.client.shows_markdown
    value = tabled([parameter for parameter, _ in found], markdown=markdown)
    return {
        "contents": {"kind": "markdown" if markdown else "plaintext", "value": value},
        "range": server.wire.place(analysed.snapshot, found[0][1])["range"],
    }


async def _numbers(server: Server, analysed: Analysed, span: Span) -> list[str]:
    """The numbers of the layer that a finding is about, where they are known."""
    result = analysed.result
    if result is None or result.checker is None or not server.analyses.is_current(analysed.snapshot):
        return []
    # Like the analysis itself, it is loaded when it is needed.
    from initls import questions

    found = await server.analyses.run(lambda checker, check: questions.parameters_at(checker, result, span, check))
    matrices = [parameter for parameter, _ in found if parameter.matrix]
    return [tabled(matrices, markdown=server.client.shows_markdown)] if matrices else []


def tabled(parameters: Sequence[Parameter], *, markdown: bool) -> str:
    """What parameters hold when training starts, a line each."""
    # What it takes to tell is loaded with the analysis, which there is by now.
    from initls.accounts import sentence

    lines = [sentence(parameter, markdown=markdown) for parameter in parameters[:MOST_LINES]]
    if len(parameters) > MOST_LINES:
        lines.append(f"and {len(parameters) - MOST_LINES} more")
    return "\n\n".join(lines) if markdown else "\n".join(lines)


MOST_LINES = 4
"""Parameters of which a hover tells."""


async def _idiom(server: Server, analysed: Analysed, point: Point) -> dict[str, Any] | None:
    """What is right under the pointer, though it may look wrong."""
    result = analysed.result
    if result is None or result.checker is None or not server.analyses.is_current(analysed.snapshot):
        return None
    # Like the analysis itself, it is loaded when it is needed.
    from initls import questions

    found = await server.analyses.run(lambda checker, check: questions.idioms(checker, result, point, check))
    if not found:
        return None
    names: dict[str, list[str]] = {}
    for one, _ in found:
        names.setdefault(one.idiom.id, []).append(one.name)
    markdown = server.client.shows_markdown
    told = [tell(IDIOMS[id], list(dict.fromkeys(own)), markdown=markdown) for id, own in names.items()]
    return {
        "contents": {"kind": "markdown" if markdown else "plaintext", "value": "\n\n".join(told)},
        "range": server.wire.place(analysed.snapshot, found[0][1])["range"],
    }


MOST_NAMES = 3
"""Parameters that are named one by one."""


def tell(idiom: Idiom, names: Sequence[str], *, markdown: bool) -> str:
    """What an idiom is, why it is right, and who introduced it."""
    quote = "`" if markdown else ""
    shown = ", ".join(f"{quote}{name}{quote}" for name in names[:MOST_NAMES])
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    source = f"[{idiom.source}]({idiom.url})" if markdown and idiom.url else idiom.source
    title = f"**{idiom.title}**" if markdown else idiom.title
    return f"{title} ({shown}{more}): {idiom.why} {source}."


def explain(finding: Finding, *, markdown: bool) -> str:
    """The finding and its rule, in a few lines."""
    rule = rulebook.all_rules().get(finding.code)
    summary = rule.summary if rule else ""
    if not markdown:
        return "\n\n".join(filter(None, [f"{finding.code} {finding.name}: {finding.message}", summary]))
    title = f"[{finding.code}]({rule.url})" if rule else finding.code
    return "\n\n".join(filter(None, [f"**{title}** {finding.name}", finding.message, summary]))

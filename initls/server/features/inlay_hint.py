"""The standard deviation that each layer starts with, behind the line that makes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types

from initls.cancel import Check
from initls.server import params as read
from initls.server.analyses import Settled
from initls.syntax.span import Point, Span

if TYPE_CHECKING:
    from initls.accounts import Parameter
    from initls.check import Checker, Result
    from initls.server.server import Server


def register(server: Server) -> None:
    """Offer it."""
    server.offer(types.TEXT_DOCUMENT_INLAY_HINT, types.InlayHintOptions(resolve_provider=False))(inlay_hint)


def inlay_hint(server: Server, params: Any) -> Any:
    """The hints for a range of lines."""
    uri, range_ = read.document_uri(params), read.range_(read.field(params, "range", dict))
    found = server.documents.piece(uri)
    return [] if found is None else _hints(server, server.analyses.settled(found[0]), uri, range_)


async def _hints(server: Server, settled: Settled, uri: str, range_: read.Range) -> list[dict[str, Any]]:
    analysed = await settled
    piece = None if analysed is None else analysed.snapshot.piece(uri)
    result = None if analysed is None else analysed.result
    if analysed is None or piece is None or result is None:
        return []
    shown = server.wire.span(piece, range_)

    # What it takes to tell is loaded with the analysis, which there is by now.
    from initls.accounts import sentence

    def work(checker: Checker, check: Check) -> dict[Point, list[Parameter]]:
        return _matrices(checker, result, shown, check)

    hints: list[dict[str, Any]] = []
    for point, parameters in (await server.analyses.run(work)).items():
        place = server.wire.place(analysed.snapshot, Span(point, point))
        if place["uri"] == uri:
            words = dict.fromkeys(_words(parameter) for parameter in parameters)
            tip = "\n".join(sentence(parameter) for parameter in parameters)
            hints.append(
                {"position": place["range"]["start"], "label": ", ".join(words), "paddingLeft": True, "tooltip": tip}
            )
    return hints


def _words(parameter: Parameter) -> str:
    if parameter.constant:
        return parameter.holds
    return f"std {parameter.deviation:.3g}"


def _matrices(checker: Checker, result: Result, shown: Span, check: Check) -> dict[Point, list[Parameter]]:
    """The matrices that are made in a span and whose spread is known, by the end of the statement that makes them."""
    # Like the analysis itself, it is loaded when it is needed.
    from initls import questions

    found: dict[Point, list[Parameter]] = {}
    models = questions.models(checker, result, check)
    ends = [name.start for _, name in models[1:]] + [Point(len(result.document.text.lines), 0)]
    for (unit, name), end in zip(models, ends, strict=True):
        if name.start > shown.end or end < shown.start:
            continue
        model = questions.account(checker, result, unit, check)
        for parameter in () if model is None else model.parameters:
            known = parameter.matrix and parameter.deviation is not None
            made = parameter.made
            if known and made is not None and shown.start.line <= made.end.line <= shown.end.line:
                found.setdefault(made.end, []).append(parameter)
    return found

"""A line above each model: how many parameters it has, and by whom they are initialized."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types

from initls.server.analyses import Settled
from initls.server.params import document_uri, field

if TYPE_CHECKING:
    from initls.server.server import Server

SHOW_REPORT = "initls.showReport"
"""The client's command that a lens runs, with the document and the model for its arguments, if the client has it."""


def register(server: Server) -> None:
    """Offer it."""
    server.offer(types.TEXT_DOCUMENT_CODE_LENS, types.CodeLensOptions(resolve_provider=True))(code_lens)
    server.offer(types.CODE_LENS_RESOLVE)(resolve)


def code_lens(server: Server, params: Any) -> Any:
    """The models of a document; what there is to say of each is worked out when its line is on the screen."""
    uri = document_uri(params)
    found = server.documents.piece(uri)
    return [] if found is None else _lenses(server, server.analyses.settled(found[0]), uri)


async def _lenses(server: Server, settled: Settled, uri: str) -> list[dict[str, Any]]:
    analysed = await settled
    result = None if analysed is None else analysed.result
    if analysed is None or result is None:
        return []
    # Like the analysis itself, it is loaded when it is needed.
    from initls import questions

    models = await server.analyses.run(lambda checker, check: questions.models(checker, result, check))
    places = [(unit, server.wire.place(analysed.snapshot, span)) for unit, span in models]
    return [
        {"range": place["range"], "data": {"uri": uri, "unit": unit}} for unit, place in places if place["uri"] == uri
    ]


def resolve(server: Server, params: Any) -> Any:
    """The words of one lens."""
    data = field(params, "data", dict)
    uri, unit = field(data, "uri", str), field(data, "unit", str)
    found = server.documents.piece(uri)
    settled = None if found is None else server.analyses.settled(found[0])
    return _resolved(server, settled, params, uri, unit)


async def _resolved(server: Server, settled: Settled | None, lens: Any, uri: str, unit: str) -> dict[str, Any]:
    analysed = None if settled is None else await settled
    result = None if analysed is None else analysed.result
    model = None
    if result is not None:
        # Like the analysis itself, it is loaded when it is needed.
        from initls import questions

        model = await server.analyses.run(lambda checker, check: questions.account(checker, result, unit, check))
    if model is None:
        # The model has gone since; a client that shows lenses has to be given some words.
        return {**lens, "command": {"title": "", "command": ""}}
    if SHOW_REPORT not in server.client_commands:
        # Where there is no command to run, the lens is there to be read.
        return {**lens, "command": {"title": model.summary, "command": ""}}
    return {**lens, "command": {"title": model.summary, "command": SHOW_REPORT, "arguments": [uri, unit]}}

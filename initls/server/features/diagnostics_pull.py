"""Diagnostics for clients that ask for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from initls.server.analyses import Settled
from initls.server.convert import result_id as named
from initls.server.params import document_uri
from initls.server.tasks import in_background

if TYPE_CHECKING:
    from initls.server.server import Server


def register(server: Server) -> None:
    """Offer it."""
    whole = server.preferences.whole_workspace
    options = types.DiagnosticOptions(inter_file_dependencies=True, workspace_diagnostics=whole, identifier="initls")
    server.offer(types.TEXT_DOCUMENT_DIAGNOSTIC, options)(diagnostic)
    if server.client.refreshes_diagnostics:
        # The client asks again by itself after every edit. Only of other reasons to ask must it be told.
        server.analyses.on_reviewed = lambda: in_background(server.protocol.ask(types.WORKSPACE_DIAGNOSTIC_REFRESH))


def diagnostic(server: Server, params: Any) -> Any:
    """The findings in one document, or that they are still those that the client has."""
    uri = document_uri(params)
    found = server.documents.piece(uri)
    if found is None:
        return {"kind": "full", "items": []}
    return _report(server.analyses.settled(found[0]), uri, params.get("previousResultId"))


async def _report(settled: Settled, uri: str, previous: object) -> dict[str, Any]:
    analysed = await settled
    if analysed is None:
        # There has been an edit since; the client is to ask again about what is on its screen now.
        again = {"retriggerRequest": True}
        raise JsonRpcException("the document has changed", types.LSPErrorCodes.ServerCancelled, again)
    items = analysed.shown_in(uri)
    result_id = named(items)
    if previous == result_id:
        return {"kind": "unchanged", "resultId": result_id}
    return {"kind": "full", "resultId": result_id, "items": items}

"""Diagnostics for clients that ask for them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from initls.server.analyses import Settled
from initls.server.convert import result_id as named
from initls.server.errors import Code, ResponseError
from initls.server.params import document_uri
from initls.server.tasks import in_background

if TYPE_CHECKING:
    from initls.server.server import Server


def register(server: Server) -> None:
    """Offer it."""
    whole = server.preferences.whole_workspace
    server.announce(
        diagnosticProvider={"identifier": "initls", "interFileDependencies": True, "workspaceDiagnostics": whole}
    )
    server.handle("textDocument/diagnostic", partial(diagnostic, server))
    if server.client.refreshes_diagnostics:
        # The client asks again by itself after every edit. Only of other reasons to ask must it be told.
        server.analyses.on_reviewed = lambda: in_background(server.protocol.ask("workspace/diagnostic/refresh"))


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
        raise ResponseError(Code.SERVER_CANCELLED, "the document has changed", again)
    items = analysed.shown_in(uri)
    result_id = named(items)
    if previous == result_id:
        return {"kind": "unchanged", "resultId": result_id}
    return {"kind": "full", "resultId": result_id, "items": items}

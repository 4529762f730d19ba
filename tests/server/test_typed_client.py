"""A session through a client library, which reads every answer strictly by the protocol's own types."""

from __future__ import annotations

import warnings
from collections.abc import AsyncIterator

import pytest
import pytest_lsp
from lsp_client import PUPPET, new_uri
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

CLIENTS = ["visual-studio-code", "neovim@v0.11.0", "neovim@v0.6.1", "emacs"]


@pytest_lsp.fixture(config=ClientServerConfig(server_command=PUPPET), params=CLIENTS)
async def client(request: pytest.FixtureRequest, lsp_client: LanguageClient) -> AsyncIterator[None]:
    with warnings.catch_warnings():
        # Where the server would break the protocol, the library only warns.
        warnings.simplefilter("error", pytest_lsp.LspSpecificationWarning)
        lsp_client.feature(types.CLIENT_REGISTER_CAPABILITY)(lambda params: None)
        params = types.InitializeParams(capabilities=client_capabilities(request.param))
        await lsp_client.initialize_session(params)
        yield
        await lsp_client.shutdown_session()


async def shown(client: LanguageClient, uri: str) -> list[types.Diagnostic]:
    if client.capabilities.text_document.diagnostic is not None:
        document = types.TextDocumentIdentifier(uri=uri)
        report = await client.text_document_diagnostic_async(types.DocumentDiagnosticParams(document))
        assert isinstance(report, types.RelatedFullDocumentDiagnosticReport)
        return list(report.items)
    while uri not in client.diagnostics:
        await client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    return list(client.diagnostics[uri])


async def test_open_look_mend_and_close(client: LanguageClient) -> None:
    uri = new_uri()
    item = types.TextDocumentItem(uri=uri, language_id="python", version=1, text="x\nBAD\n")
    client.text_document_did_open(types.DidOpenTextDocumentParams(item))
    (found,) = await shown(client, uri)
    assert (found.code, found.source, found.severity) == ("INI101", "initls", types.DiagnosticSeverity.Warning)
    assert found.range == types.Range(types.Position(1, 0), types.Position(1, 3))

    document = types.TextDocumentIdentifier(uri=uri)
    hover = await client.text_document_hover_async(types.HoverParams(document, types.Position(1, 1)))
    assert hover is not None and "INI101" in hover.contents.value

    actions = await client.text_document_code_action_async(
        types.CodeActionParams(document, found.range, types.CodeActionContext(diagnostics=[found]))
    )
    assert [action.title for action in actions if not action.command] == [
        "Write GOOD",
        "Write FINE (suggestion)",
        "Ignore INI101 here",
    ]
    edit = actions[0].edit
    edits = edit.changes[uri] if edit.changes else edit.document_changes[0].edits
    assert list(edits) == [types.TextEdit(found.range, "GOOD")]

    change = types.TextDocumentContentChangePartial(range=edits[0].range, text=edits[0].new_text)
    client.diagnostics.clear()
    client.text_document_did_change(
        types.DidChangeTextDocumentParams(types.VersionedTextDocumentIdentifier(version=2, uri=uri), [change])
    )
    assert await shown(client, uri) == []
    client.text_document_did_close(types.DidCloseTextDocumentParams(document))

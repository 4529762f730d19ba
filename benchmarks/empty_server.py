"""The floor: a server on pygls that keeps no document and publishes an empty list for every version at once."""

from __future__ import annotations

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.workspace import Workspace


class EmptyWorkspace(Workspace):
    """Takes documents in as any workspace does, and leaves their edits undone: keeping them is work."""

    def update_text_document(self, *_: object) -> None:
        """Leave the document as it was opened."""


class EmptyServer(LanguageServer):
    """Says of each version that there is nothing to say."""

    def say_nothing(self, document: types.VersionedTextDocumentIdentifier | types.TextDocumentItem) -> None:
        """Publish an empty list."""
        self.text_document_publish_diagnostics(
            types.PublishDiagnosticsParams(uri=document.uri, version=document.version, diagnostics=[])
        )


server = EmptyServer("empty", "1", text_document_sync_kind=types.TextDocumentSyncKind.Incremental)


@server.feature(types.INITIALIZED)
def initialized(ls: EmptyServer, params: types.InitializedParams) -> None:
    """The workspace exists by now, and becomes one that does nothing."""
    ls.workspace.__class__ = EmptyWorkspace


@server.feature(types.TEXT_DOCUMENT_DID_OPEN)
def did_open(ls: EmptyServer, params: types.DidOpenTextDocumentParams) -> None:
    """Answer the opening of a document."""
    ls.say_nothing(params.text_document)


@server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
def did_change(ls: EmptyServer, params: types.DidChangeTextDocumentParams) -> None:
    """Answer an edit."""
    ls.say_nothing(params.text_document)


if __name__ == "__main__":
    server.start_io()

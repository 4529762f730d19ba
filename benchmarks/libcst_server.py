"""What a server costs that parses the whole file anew with libcst, and asks for positions, at every edit.

It looks for calls of `constant_` and reports each one, which is next to nothing once the tree and its positions are
there: what is measured is the way to them.
"""

from __future__ import annotations

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider
from lsprotocol import types
from pygls.lsp.server import LanguageServer

server = LanguageServer("libcst", "1", text_document_sync_kind=types.TextDocumentSyncKind.Incremental)


class ConstantCalls(cst.CSTVisitor):
    """Collects where a constant is written."""

    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self) -> None:
        super().__init__()
        self.found: list[types.Diagnostic] = []

    def visit_Call(self, node: cst.Call) -> None:
        """Look at one call."""
        if isinstance(node.func, cst.Attribute) and node.func.attr.value == "constant_":
            place = self.get_metadata(PositionProvider, node)
            start = types.Position(place.start.line - 1, place.start.column)
            end = types.Position(place.end.line - 1, place.end.column)
            self.found.append(types.Diagnostic(types.Range(start, end), "a constant is written here"))


def look(ls: LanguageServer, uri: str, version: int | None) -> None:
    """Parse the document and publish what is found; nothing while it does not parse."""
    calls = ConstantCalls()
    try:
        MetadataWrapper(cst.parse_module(ls.workspace.get_text_document(uri).source), unsafe_skip_copy=True).visit(
            calls
        )
    except cst.ParserSyntaxError:
        calls.found.clear()
    ls.text_document_publish_diagnostics(
        types.PublishDiagnosticsParams(uri=uri, version=version, diagnostics=calls.found)
    )


@server.feature(types.TEXT_DOCUMENT_DID_OPEN)
def did_open(ls: LanguageServer, params: types.DidOpenTextDocumentParams) -> None:
    """Look at a document that was opened."""
    look(ls, params.text_document.uri, params.text_document.version)


@server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
def did_change(ls: LanguageServer, params: types.DidChangeTextDocumentParams) -> None:
    """Look at a document that was edited."""
    look(ls, params.text_document.uri, params.text_document.version)


if __name__ == "__main__":
    server.start_io()

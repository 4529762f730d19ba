"""What the client can do, worked out once, from the raw capabilities that it sends.

They are read leniently: a field of a shape that we do not know counts as absent.
"""

from __future__ import annotations

from typing import Any, get_args

from msgspec import Struct

from initls.syntax.encoding import Encoding

UNNECESSARY = 1
"""The protocol's number for code that editors fade."""

DEPRECATED = 2
"""The same for names that they strike through."""


class Client(Struct, frozen=True):
    """The abilities of one client that make a difference to us."""

    encoding: Encoding = "utf-16"
    """The first of the client's wishes that we know."""
    pulls: bool = False
    """It asks for diagnostics itself; then they are never pushed, or it would show them twice."""
    refreshes_diagnostics: bool = False
    keeps_data: bool = False
    """It hands the `data` of a diagnostic back with a request for code actions."""
    shows_related: bool = False
    shows_code_description: bool = False
    fades_unnecessary: bool = False
    strikes_deprecated: bool = False
    resolves_edits: bool = False
    """It asks for the edit of a code action when the user has chosen it."""
    shows_documents: bool = False
    """It opens a page on request."""
    shows_progress: bool = False
    """It shows what takes long, when the server begins to tell of it by itself."""
    versions_edits: bool = False
    """It takes edits that name the version of the document that they are for."""
    shows_markdown: bool = False
    has_configuration: bool = False
    registers_watchers: bool = False
    registers_configuration: bool = False

    @staticmethod
    def of(capabilities: object) -> Client:
        """The client that declares `capabilities`."""

        def at(*path: str) -> Any:
            value = capabilities
            for key in path:
                value = value.get(key) if isinstance(value, dict) else None
            return value

        def shown(*path: str) -> Any:
            # Newer clients say what they can show for each channel, older ones only for the channel that is pushed.
            own, pushed = at("textDocument", "diagnostic", *path), at("textDocument", "publishDiagnostics", *path)
            return pushed if own is None else own

        def refreshes() -> bool:
            # Helix has the name from a library that lost a letter of it.
            return any(at("workspace", name, "refreshSupport") is True for name in ("diagnostics", "diagnostic"))

        def has(wanted: object, values: object) -> bool:
            return isinstance(values, list) and wanted in values

        return Client(
            encoding=_encoding(at("general", "positionEncodings")),
            pulls=isinstance(at("textDocument", "diagnostic"), dict),
            refreshes_diagnostics=refreshes(),
            keeps_data=shown("dataSupport") is True,
            shows_related=shown("relatedInformation") is True,
            shows_code_description=shown("codeDescriptionSupport") is True,
            fades_unnecessary=has(UNNECESSARY, shown("tagSupport", "valueSet")),
            strikes_deprecated=has(DEPRECATED, shown("tagSupport", "valueSet")),
            resolves_edits=has("edit", at("textDocument", "codeAction", "resolveSupport", "properties")),
            shows_documents=at("window", "showDocument", "support") is True,
            shows_progress=at("window", "workDoneProgress") is True,
            versions_edits=at("workspace", "workspaceEdit", "documentChanges") is True,
            shows_markdown=has("markdown", at("textDocument", "hover", "contentFormat")),
            has_configuration=at("workspace", "configuration") is True,
            registers_watchers=at("workspace", "didChangeWatchedFiles", "dynamicRegistration") is True,
            registers_configuration=at("workspace", "didChangeConfiguration", "dynamicRegistration") is True,
        )


def _encoding(wishes: object) -> Encoding:
    known: dict[object, Encoding] = {encoding: encoding for encoding in get_args(Encoding)}
    ours = (
        [known[wish] for wish in wishes if isinstance(wish, str) and wish in known] if isinstance(wishes, list) else []
    )
    return ours[0] if ours else "utf-16"

"""A session through a client library, which reads every answer strictly by the protocol's own types.

Each editor is run in each of the three encodings. Characters of several units stand in front of every range that is
edited, and inside it.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import AsyncIterator

import pytest
import pytest_lsp
from lsp_client import CONVERTER, PUPPET, new_uri, units
from lsp_profiles import ENCODINGS, PROFILES, counting
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

pytestmark = pytest.mark.session

SNAKE, ACCENT = "\U0001f40d", "e\u0301"

OLD = ["visual-studio-code", "neovim@v0.6.1", "neovim@v0.10.0", "emacs@v29.1"]
"""Editors of before, as the library has them."""

TODAY = [(name, encoding) for name in PROFILES for encoding in ENCODINGS]


@pytest_lsp.fixture(
    config=ClientServerConfig(server_command=PUPPET),
    params=[*OLD, *TODAY],
    ids=[*OLD, *(f"{name} in {encoding}" for name, encoding in TODAY)],
)
async def client(request: pytest.FixtureRequest, lsp_client: LanguageClient) -> AsyncIterator[None]:
    capabilities = (
        client_capabilities(request.param)
        if isinstance(request.param, str)
        else CONVERTER.structure(counting(*request.param), types.ClientCapabilities)
    )
    with warnings.catch_warnings():
        # Where the server would break the protocol, the library only warns.
        warnings.simplefilter("error", pytest_lsp.LspSpecificationWarning)
        lsp_client.feature(types.CLIENT_REGISTER_CAPABILITY)(lambda params: None)
        result = await lsp_client.initialize_session(types.InitializeParams(capabilities=capabilities))
        agreed = result.capabilities.position_encoding
        lsp_client.encoding = types.PositionEncodingKind(agreed or "utf-16").value
        assert isinstance(request.param, str) or lsp_client.encoding == request.param[1]
        yield
        await lsp_client.shutdown_session()


class Screen:
    """One document as the editor has it, changed the slow and obvious way."""

    def __init__(self, client: LanguageClient, text: str) -> None:
        self.client = client
        self.text = text
        self.encoding = client.encoding
        self.uri = new_uri()
        self.version = 1
        item = types.TextDocumentItem(uri=self.uri, language_id="python", version=1, text=text)
        client.text_document_did_open(types.DidOpenTextDocumentParams(item))

    @property
    def document(self) -> types.TextDocumentIdentifier:
        return types.TextDocumentIdentifier(uri=self.uri)

    def position(self, offset: int) -> types.Position:
        before = self.text[:offset]
        return types.Position(before.count("\n"), units(before.rpartition("\n")[2], self.encoding))

    def range(self, start: int, end: int) -> types.Range:
        return types.Range(self.position(start), self.position(end))

    def offset(self, position: types.Position) -> int:
        lines = self.text.split("\n")
        line = lines[position.line]
        places = {units(line[:column], self.encoding): column for column in range(len(line) + 1)}
        # A position inside a character is no place at all, and a KeyError here.
        return sum(len(one) + 1 for one in lines[: position.line]) + places[position.character]

    def shown(self, place: types.Range) -> str:
        return self.text[self.offset(place.start) : self.offset(place.end)]

    def type(self, start: int, end: int, new: str) -> None:
        """Replace what stands between two places."""
        change = types.TextDocumentContentChangePartial(range=self.range(start, end), text=new)
        self._send([change], self.text[:start] + new + self.text[end:])

    def take(self, edit: types.WorkspaceEdit) -> None:
        """Do as an action says, and tell the server of it."""
        if edit.document_changes:
            (changed,) = edit.document_changes
            assert isinstance(changed, types.TextDocumentEdit)
            assert (changed.text_document.uri, changed.text_document.version) == (self.uri, self.version)
            edits = list(changed.edits)
        else:
            assert edit.changes is not None
            edits = list(edit.changes[self.uri])
        places = sorted(
            ((self.offset(one.range.start), self.offset(one.range.end), one) for one in edits), reverse=True
        )
        text = self.text
        changes = []
        for start, end, one in places:
            assert isinstance(one, types.TextEdit)
            text = text[:start] + one.new_text + text[end:]
            changes.append(types.TextDocumentContentChangePartial(range=one.range, text=one.new_text))
        self._send(changes, text)

    def _send(self, changes: list[types.TextDocumentContentChangePartial], text: str) -> None:
        self.text = text
        self.version += 1
        self.client.diagnostics.pop(self.uri, None)
        versioned = types.VersionedTextDocumentIdentifier(version=self.version, uri=self.uri)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(versioned, changes))

    async def diagnostics(self) -> list[types.Diagnostic]:
        declared = self.client.capabilities.text_document
        if declared is not None and declared.diagnostic is not None:
            report = await self.client.text_document_diagnostic_async(types.DocumentDiagnosticParams(self.document))
            assert isinstance(report, types.RelatedFullDocumentDiagnosticReport)
            return list(report.items)
        while self.uri not in self.client.diagnostics:
            await self.client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        return list(self.client.diagnostics[self.uri])

    async def squiggles(self) -> list[tuple[int, str]]:
        """What is underlined, and where."""
        return [(self.offset(item.range.start), self.shown(item.range)) for item in await self.diagnostics()]

    def expected(self) -> list[tuple[int, str]]:
        return [(found.start(), found.group()) for found in re.finditer(r"\b(?:BAD|SAFE)\b", self.text)]

    async def actions(
        self, place: types.Range, diagnostics: list[types.Diagnostic], only: str | None = None
    ) -> list[types.CodeAction]:
        kinds = None if only is None else [only]
        context = types.CodeActionContext(diagnostics=diagnostics, only=kinds)
        answer = await self.client.text_document_code_action_async(
            types.CodeActionParams(self.document, place, context)
        )
        assert answer is not None
        # The library takes an action that has nothing but a command, such as a page to be shown, for that command.
        return [action for action in answer if isinstance(action, types.CodeAction)]


async def edit_of(client: LanguageClient, action: types.CodeAction) -> types.WorkspaceEdit:
    """What an action does, asked for where it does not say so itself."""
    if action.edit is None:
        action = await client.code_action_resolve_async(action)
    assert action.edit is not None
    return action.edit


async def test_open_look_mend_and_close(client: LanguageClient) -> None:
    screen = Screen(client, f"x = '{SNAKE}{ACCENT}'; BAD  # {SNAKE} BAD {ACCENT}\n{SNAKE} SAFE {SNAKE} SAFE\nBAD\n")
    assert await screen.squiggles() == screen.expected()
    first = (await screen.diagnostics())[0]
    assert (first.code, first.source, first.severity) == ("INI101", "initls", types.DiagnosticSeverity.Warning)

    # Typing: in front of a finding, inside characters that stand in front of it, and over what has several units.
    snake = screen.text.index(SNAKE)
    screen.type(snake, snake, SNAKE)
    assert await screen.squiggles() == screen.expected()
    screen.type(snake + 1, snake + 2, f"{ACCENT}{SNAKE}{SNAKE}\n{SNAKE}")
    assert await screen.squiggles() == screen.expected()
    screen.type(snake, screen.text.index("BAD"), f"{SNAKE} ")
    assert await screen.squiggles() == screen.expected()

    items = await screen.diagnostics()
    inside = screen.position(screen.offset(items[1].range.start) + 1)
    hover = await client.text_document_hover_async(types.HoverParams(screen.document, inside))
    assert hover is not None and isinstance(hover.contents, types.MarkupContent)
    assert "INI101" in hover.contents.value and hover.range == items[1].range

    actions = await screen.actions(items[0].range, [items[0]])
    assert [action.title for action in actions if not action.command] == [
        "Write GOOD",
        "Write FINE (suggestion)",
        "Fix all INI101 in this file",
        "Ignore INI101 here",
    ]
    place, text = screen.offset(items[0].range.start), screen.text
    screen.take(await edit_of(client, actions[0]))
    assert screen.text == text[:place] + "GOOD" + text[place + 3 :]
    assert await screen.squiggles() == screen.expected()

    (every,) = await screen.actions(screen.range(0, 0), [], "source.fixAll")
    text = screen.text
    screen.take(await edit_of(client, every))
    assert screen.text == text.replace("SAFE", "GOOD")
    assert await screen.squiggles() == screen.expected()

    items = await screen.diagnostics()
    actions = await screen.actions(items[0].range, items[:1])
    (silence,) = [action for action in actions if action.title.startswith("Ignore ")]
    text = screen.text
    screen.take(await edit_of(client, silence))
    assert screen.text == text.replace(f"BAD {ACCENT}\n", f"BAD {ACCENT}  # initls: ignore[INI101]\n", 1)

    items = await screen.diagnostics()
    actions = await screen.actions(items[0].range, items[:1])
    (all_of_it,) = [action for action in actions if action.title.startswith("Fix all INI101")]
    screen.take(await edit_of(client, all_of_it))
    assert screen.text == text.replace("BAD", "GOOD").replace(
        f"GOOD {ACCENT}\n", f"GOOD {ACCENT}  # initls: ignore[INI101]\n", 1
    )
    assert await screen.squiggles() == []
    client.text_document_did_close(types.DidCloseTextDocumentParams(screen.document))

"""The repairs for what was found, as quick fixes; all safe ones at once when the client asks for that."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from initls.cancel import Check
from initls.check import Checker
from initls.document import Document
from initls.findings import Applicability, Edit, Finding, Fix
from initls.server import params as read
from initls.server.analyses import Analysed, Offers, Settled
from initls.server.convert import SOURCE
from initls.server.diff import line_edits
from initls.server.snapshot import Piece, Snapshot
from initls.suppress import RULES as ABOUT_COMMENTS
from initls.suppress import suppression_fix
from initls.syntax.text import Text

if TYPE_CHECKING:
    from initls.server.server import Server

QUICK_FIX = types.CodeActionKind.QuickFix.value
FIX_ALL = f"{types.CodeActionKind.SourceFixAll.value}.initls"
FIX_NOTEBOOK = f"notebook.{FIX_ALL}"
"""The same for all cells of a notebook; a client asks for it once, and for the kinds of files in every cell at once."""

SUGGESTION = " (suggestion)"
"""Behind the title of a repair that is one of several equally good ones, or that needs a hand."""


def register(server: Server) -> None:
    """Offer it."""
    options = types.CodeActionOptions(code_action_kinds=[QUICK_FIX, FIX_ALL, FIX_NOTEBOOK], resolve_provider=False)
    server.offer(types.TEXT_DOCUMENT_CODE_ACTION, options)(code_action)


def code_action(server: Server, params: Any) -> Any:
    """What can be done about the findings that the client asks about."""
    uri = read.document_uri(params)
    asked = _Question.of(params)
    found = server.documents.piece(uri)
    if found is None:
        return []
    return _actions(server, server.analyses.settled(found[0]), uri, asked)


async def _actions(server: Server, settled: Settled, uri: str, asked: _Question) -> list[dict[str, Any]]:
    analysed = await settled
    piece = None if analysed is None else analysed.snapshot.piece(uri)
    if analysed is None or piece is None:
        raise _content_modified()
    actions: list[dict[str, Any]] = []
    if analysed.result is None:
        return actions
    if asked.wants(QUICK_FIX):
        actions += await _quick_fixes(server, analysed, piece, asked)
    # Only when it is asked for by name: a light bulb on every line would help nobody.
    kind = FIX_ALL if analysed.snapshot.cells is None else FIX_NOTEBOOK
    if asked.only and asked.wants(kind):
        actions += await _fix_all(server, analysed, kind)
    if not server.analyses.is_current(analysed.snapshot):
        raise _content_modified()
    return actions


def _content_modified() -> JsonRpcException:
    return JsonRpcException("the document has changed", types.LSPErrorCodes.ContentModified)


# --------------------------------------------------------------------------------------------- what is asked for


@dataclass(frozen=True, slots=True)
class _Question:
    """What the client wants actions for: a place, the diagnostics that it shows there, and kinds."""

    place: read.Range | None
    diagnostics: tuple[dict[str, Any], ...]
    only: tuple[str, ...]

    @staticmethod
    def of(params: Any) -> _Question:
        context = params.get("context")
        context = context if isinstance(context, dict) else {}
        diagnostics, only = context.get("diagnostics"), context.get("only")
        return _Question(
            read.optional_range(params.get("range")),
            # Other servers' diagnostics are in here as well, some of them in shapes of their own.
            tuple(
                diagnostic
                for diagnostic in (diagnostics if isinstance(diagnostics, list) else ())
                if isinstance(diagnostic, dict) and diagnostic.get("source") == SOURCE
            ),
            tuple(kind for kind in only if isinstance(kind, str)) if isinstance(only, list) else (),
        )

    def wants(self, kind: str) -> bool:
        """Whether actions of `kind` are wanted: a kind asks for all kinds below it as well."""
        return not self.only or any(wanted in ("", kind) or kind.startswith(wanted + ".") for wanted in self.only)


def _meant(
    server: Server, analysed: Analysed, piece: Piece, asked: _Question
) -> Iterator[tuple[Finding, dict[str, Any]]]:
    """The findings that are asked about, each with the diagnostic that shows it to the client.

    A client that keeps our data names the finding by it. Otherwise code and place decide, and a client that sends no
    diagnostics at all gets what touches the place of its question.
    """
    place = server.wire.span(piece, asked.place) if asked.place else None
    for finding, item in zip(analysed.findings, analysed.items, strict=False):
        if item.uri != piece.uri:
            continue
        for diagnostic in asked.diagnostics:
            if _shows(server, piece, diagnostic, finding):
                yield finding, diagnostic
                break
        else:
            if place is not None and not asked.diagnostics and finding.span.touches(place):
                yield finding, item.shown


def _shows(server: Server, piece: Piece, diagnostic: dict[str, Any], finding: Finding) -> bool:
    data = diagnostic.get("data")
    if isinstance(data, dict) and isinstance(data.get("id"), str):
        return bool(data["id"] == finding.identity)
    shown = read.optional_range(diagnostic.get("range"))
    if diagnostic.get("code") != finding.code or shown is None:
        return False
    return finding.span.touches(server.wire.span(piece, shown))


# --------------------------------------------------------------------------------------------------- the answers


@dataclass(slots=True)
class _Group:
    """One action: several findings may have the same cure."""

    fix: Fix
    diagnostics: list[dict[str, Any]] = field(default_factory=list)


async def _quick_fixes(server: Server, analysed: Analysed, piece: Piece, asked: _Question) -> list[dict[str, Any]]:
    meant = list(_meant(server, analysed, piece, asked))
    if not meant:
        return []
    await _work_out(server, analysed, [finding for finding, _ in meant])
    repairs: dict[tuple[Edit, ...], _Group] = {}
    silencers: dict[tuple[Edit, ...], _Group] = {}
    for finding, diagnostic in meant:
        offered = analysed.offers[finding.identity]
        for groups, fixes in ((repairs, offered.repairs), (silencers, offered.silencers)):
            for fix in fixes:
                groups.setdefault(fix.edits, _Group(fix)).diagnostics.append(diagnostic)
    # To be silent about a problem comes last.
    return [_action(server, analysed, group) for group in (*repairs.values(), *silencers.values())]


async def _work_out(server: Server, analysed: Analysed, findings: list[Finding]) -> None:
    """Have the repairs of `findings` worked out, each once a version."""
    result, text = analysed.result, analysed.snapshot.text
    missing = [finding for finding in findings if finding.identity not in analysed.offers]
    if result is None or not missing:
        return

    def work(checker: Checker, check: Check) -> None:
        for finding in missing:
            check()
            repairs = result.fixes(finding, check) if finding.fixable else ()
            silencer = suppression_fix(text, finding) if finding.code not in ABOUT_COMMENTS else None
            analysed.offers[finding.identity] = Offers(repairs, (silencer,) if silencer else ())

    await server.analyses.run(work)


def _action(server: Server, analysed: Analysed, group: _Group) -> dict[str, Any]:
    fix = group.fix
    display = fix.applicability is Applicability.DISPLAY
    action: dict[str, Any] = {
        "title": fix.title + (SUGGESTION if display else ""),
        "kind": QUICK_FIX,
        "diagnostics": group.diagnostics,
        "edit": server.wire.workspace_edit(analysed.snapshot, fix.edits),
    }
    if fix.preferred and not display:
        action["isPreferred"] = True
    return action


async def _fix_all(server: Server, analysed: Analysed, kind: str) -> list[dict[str, Any]]:
    snapshot, settings, result = analysed.snapshot, analysed.settings, analysed.result
    assert settings is not None and result is not None

    def work(checker: Checker, check: Check) -> tuple[Edit, ...]:
        return _leading_to(snapshot, checker.fix_all(result.document, settings, unsafe=False, check=check))

    edits = await server.analyses.run(work)
    if not edits:
        return []
    title = "Fix all safely fixable problems that initls finds"
    return [{"title": title, "kind": kind, "edit": server.wire.workspace_edit(snapshot, edits)}]


def _leading_to(snapshot: Snapshot, fixed: Document) -> tuple[Edit, ...]:
    """The edits that lead from a snapshot to `fixed`, each within a file or cell."""
    texts = [fixed.source] if fixed.cells is None else fixed.cells.sources(fixed.source)
    return tuple(
        replace(edit, span=piece.outside(edit.span))
        for piece, text in zip(snapshot.pieces, texts, strict=True)
        for edit in line_edits(piece.text, Text.of(text))
    )

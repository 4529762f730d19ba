"""The repairs for what was found, as quick fixes; all safe ones at once when the client asks for that.

What takes long to work out and is seldom chosen is worked out when it has been chosen, where the client can wait.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from msgspec import Struct, field
from msgspec.structs import replace
from pygls.exceptions import JsonRpcException

from initls.cancel import Check
from initls.document import Document
from initls.findings import Applicability, Edit, Finding, Fix
from initls.server import params as read
from initls.server.analyses import Analysed, Offers, Settled
from initls.server.convert import SOURCE
from initls.server.diff import line_edits
from initls.server.features.commands import SHOW_RULE
from initls.server.snapshot import Piece, Snapshot
from initls.settings import COMMENT_CODES
from initls.syntax.segments import CLASS_NAME
from initls.syntax.text import Text

if TYPE_CHECKING:
    from initls.check import Checker
    from initls.server.server import Server

QUICK_FIX = types.CodeActionKind.QuickFix.value
FIX_ALL = f"{types.CodeActionKind.SourceFixAll.value}.initls"
FIX_NOTEBOOK = f"notebook.{FIX_ALL}"
"""The same for all cells of a notebook; a client asks for it once, and for the kinds of files in every cell at once."""

REWRITE = types.CodeActionKind.RefactorRewrite.value

SUGGESTION = " (suggestion)"
"""Behind the title of a repair that is one of several equally good ones, or that needs a hand."""


def register(server: Server) -> None:
    """Offer it."""
    kinds: list[types.CodeActionKind | str] = [QUICK_FIX, REWRITE, FIX_ALL, FIX_NOTEBOOK]
    options = types.CodeActionOptions(code_action_kinds=kinds, resolve_provider=True)
    server.offer(types.TEXT_DOCUMENT_CODE_ACTION, options)(code_action)
    server.offer(types.CODE_ACTION_RESOLVE)(resolve)


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
    if asked.wants(REWRITE) and asked.place is not None:
        actions += await _rewrites(server, analysed, piece, asked.place)
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


class _Question(Struct, frozen=True):
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


class _Group(Struct):
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
    actions = [_action(server, analysed, group) for group in repairs.values()]
    actions += await _all_of_a_rule(server, analysed, piece, meant)
    # To be silent about a problem comes behind all that does something about it.
    actions += [_action(server, analysed, group) for group in silencers.values()]
    if server.client.shows_documents:
        actions += [_documentation(code) for code in dict.fromkeys(finding.code for finding, _ in meant)]
    return actions


async def _work_out(server: Server, analysed: Analysed, findings: list[Finding]) -> None:
    """Have the repairs of `findings` worked out, each once a version."""
    result = analysed.result
    missing = [finding for finding in findings if finding.identity not in analysed.offers]
    if result is None or not missing:
        return

    # What it takes to tell is loaded with the analysis, which there is by now.
    from initls.suppress import suppression_fix

    def work(checker: Checker, check: Check) -> None:
        for finding in missing:
            check()
            repairs = result.fixes(finding, check) if finding.fixable else ()
            silencer = suppression_fix(result.document.parts[0], finding) if finding.code not in COMMENT_CODES else None
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


# ------------------------------------------------------------------------------------ worked out when it is chosen


async def _all_of_a_rule(
    server: Server, analysed: Analysed, piece: Piece, meant: list[tuple[Finding, dict[str, Any]]]
) -> list[dict[str, Any]]:
    """For each rule that speaks of several places which can be mended: the repair of all of them."""
    actions: list[dict[str, Any]] = []
    for code in dict.fromkeys(finding.code for finding, _ in meant if finding.fixable):
        if sum(finding.code == code and finding.fixable for finding in analysed.findings) < 2:
            continue
        diagnostics = [diagnostic for finding, diagnostic in meant if finding.code == code]
        action = {"title": f"Fix all {code} in this file", "kind": QUICK_FIX, "diagnostics": diagnostics}
        actions += await _later(server, analysed, action, {"uri": piece.uri, "code": code})
    return actions


async def _rewrites(server: Server, analysed: Analysed, piece: Piece, place: read.Range) -> list[dict[str, Any]]:
    """What can be made of the model whose name is on the line of the question."""
    result = analysed.result
    line = server.wire.span(piece, place).start.line
    if result is None or not CLASS_NAME.match(analysed.snapshot.text.line(line)):
        return []
    # Like the analysis itself, it is loaded when it is needed.
    from initls import questions

    models = await server.analyses.run(lambda checker, check: questions.models(checker, result, check))
    unit = next((unit for unit, name in models if name.start.line == line), None)
    if unit is None:
        return []
    # Whether there is anything to insert is known only when it has been worked out.
    edits = await _edits_of(server, analysed, {"unit": unit})
    if not edits:
        return []
    from initls.fixes.initializer import TITLE

    edit = server.wire.workspace_edit(analysed.snapshot, edits)
    return [{"title": TITLE, "kind": REWRITE, "edit": edit}]


async def _later(
    server: Server, analysed: Analysed, action: dict[str, Any], data: dict[str, Any]
) -> list[dict[str, Any]]:
    """An action whose edit is worked out when it is chosen, or at once for a client that can't ask again."""
    if server.client.resolves_edits:
        return [{**action, "data": {**data, "serial": analysed.snapshot.serial}}]
    edits = await _edits_of(server, analysed, data)
    return [{**action, "edit": server.wire.workspace_edit(analysed.snapshot, edits)}] if edits else []


def resolve(server: Server, params: Any) -> Any:
    """The edit of an action that has been chosen."""
    data = read.field(params, "data", dict)
    found = server.documents.piece(read.field(data, "uri", str))
    if found is None:
        raise _content_modified()
    return _resolved(server, server.analyses.settled(found[0]), params, data)


async def _resolved(server: Server, settled: Settled, action: Any, data: dict[str, Any]) -> dict[str, Any]:
    analysed = await settled
    if analysed is None or analysed.snapshot.serial != data.get("serial"):
        raise _content_modified()
    edits = await _edits_of(server, analysed, data)
    return {**action, "edit": server.wire.workspace_edit(analysed.snapshot, edits)}


async def _edits_of(server: Server, analysed: Analysed, data: dict[str, Any]) -> tuple[Edit, ...]:
    """What an action does, by the data that stands for it: the repair of all of a `code`, or something for a `unit`."""
    snapshot, settings, result = analysed.snapshot, analysed.settings, analysed.result
    if settings is None or result is None:
        return ()

    def work(checker: Checker, check: Check) -> tuple[Edit, ...]:
        if isinstance(code := data.get("code"), str):
            alone = replace(settings, select=(code,), ignore=(), extend_select=())
            return _leading_to(snapshot, checker.fix_all(result.document, alone, unsafe=True, check=check))
        # Like the analysis itself, it is loaded when it is needed.
        from initls import questions

        fix = questions.initializer(checker, result, read.field(data, "unit", str), check)
        return () if fix is None else fix.edits

    return await server.analyses.run(work)


def _documentation(code: str) -> dict[str, Any]:
    """The page of a rule."""
    command = {"title": f"Show the documentation of {code}", "command": SHOW_RULE, "arguments": [code]}
    return {"title": command["title"], "kind": QUICK_FIX, "command": command}


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

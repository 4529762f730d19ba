"""The report on a model, for a panel of the editor: as JSON and as a page, told anew when an edit has changed it.

`initls/report` asks for it, by the model's name or by a position inside of it. A client that asks with `follow` is
sent `initls/reportChanged` after each analysis of the document, until it asks for it with `follow` false or closes it.
What any client can run without a line of its own is the command `initls.server.report`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from initls.cancel import Check
from initls.facts.place import name_of
from initls.server.analyses import Analysed
from initls.server.params import InvalidParams, document_uri, field, integer, position

if TYPE_CHECKING:
    from initls.check import Checker
    from initls.model.expected.values import Assumed
    from initls.reports.page import Target
    from initls.reports.report import Report, Spot
    from initls.server.server import Server

REPORT, CHANGED = "initls/report", "initls/reportChanged"

FORMATS = ("json", "html")

JSON = dict[str, Any]


class Reports:
    """The reports that one client asks for, and the documents whose reports it shows."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._followed: dict[str, set[str]] = {}
        """For each document the names by which the client follows it: its own, or those of cells."""

    async def answer(self, params: Any) -> JSON | None:
        """The report that `params` ask for, and the names of all models of the document."""
        # Only those who ask for a report pay for what it takes.
        from initls.reports import page, told

        uri = document_uri(params)
        wanted = _formats(params)
        assumed = _assumed(params)
        found = self._server.documents.piece(uri)
        if found is None:
            return None
        owner, piece = found
        if params.get("follow") is False:
            self._followed.get(owner, set()).discard(uri)
        analysed = await self._server.analyses.settled(owner)
        if analysed is None or analysed.result is None:
            return None
        at = params.get("position")
        line = None if at is None else self._server.wire.point(piece, position(at)).line
        model = params.get("model")
        if model is not None and not isinstance(model, str):
            raise InvalidParams("`model` should be a string")
        result, snapshot = analysed.result, analysed.snapshot

        def work(checker: Checker, check: Check) -> tuple[list[tuple[str, JSON]], Report | None]:
            # Like the analysis itself, it is loaded when it is needed.
            from initls import questions

            models = questions.models(checker, result, check)
            outline = result.document.parts[0].outline
            unit = _meant([unit for unit, _ in models], model)
            if unit is None and line is not None:
                placed = outline.placed[outline.at(line)]
                unit = next((own for own, _ in models if own in (placed.unit, placed.owner)), None)
            places = [(own, self._server.wire.place(snapshot, span)) for own, span in models]
            return places, None if unit is None else questions.report(checker, result, unit, assumed, check)

        models, report = await self._server.analyses.run(work)
        answer: JSON = {
            "version": told.VERSION,
            "uri": owner,
            "documentVersion": snapshot.version,
            "models": [{"model": unit, "name": name_of(unit), **place} for unit, place in models],
            "model": None if report is None else report.unit,
            "title": None if report is None else f"{report.name}: {report.summary}",
        }
        if report is not None and "json" in wanted:
            answer["json"] = told.told(report, partial(self._located, analysed))
        if report is not None and "html" in wanted:
            answer["html"] = page.page([(report, partial(self._target, analysed))])
        if params.get("follow") is True:
            self._follow(analysed, uri)
        return answer

    def settled(self, analysed: Analysed) -> None:
        """Tell the client that what it shows of a document may no longer be so."""
        for uri in sorted(self._followed.get(analysed.snapshot.uri, ())):
            self._server.protocol.tell(CHANGED, {"uri": uri, "documentVersion": analysed.snapshot.version})

    def closed(self, uri: str) -> None:
        """Forget who follows a document."""
        self._followed.pop(uri, None)

    def _follow(self, analysed: Analysed, uri: str) -> None:
        """Tell of all that comes behind this analysis, and at once where something has come in the meantime."""
        self._followed.setdefault(analysed.snapshot.uri, set()).add(uri)
        if not self._server.analyses.is_current(analysed.snapshot):
            self.settled(analysed)

    def _located(self, analysed: Analysed, spot: Spot) -> Mapping[str, Any]:
        """A place in the words of the protocol, and as the command line has it."""
        start = spot.span.start
        if spot.file:
            return {"uri": Path(spot.file).as_uri(), "row": start.line + 1, "column": start.column + 1}
        place = self._server.wire.place(analysed.snapshot, spot.span)
        _, inner = analysed.snapshot.place(spot.span)
        return {**place, "row": inner.start.line + 1, "column": inner.start.column + 1}

    def _target(self, analysed: Analysed, spot: Spot) -> Target:
        from initls.reports.page import Target

        if spot.file:
            path = Path(spot.file)
            return Target(f"{path.name}:{spot.span.start.line + 1}", path.as_uri(), spot.span.start.line)
        piece, inner = analysed.snapshot.place(spot.span)
        return Target(f"line {inner.start.line + 1}", piece.uri, inner.start.line)


def _meant(units: list[str], model: str | None) -> str | None:
    """The class that a client names as the analysis does, or by its bare name; of several the last one holds."""
    if model is None:
        return None
    return next((unit for unit in reversed(units) if model in (unit, name_of(unit))), None)


def _formats(params: Any) -> tuple[str, ...]:
    given = params.get("formats")
    if given is None:
        return FORMATS
    if not isinstance(given, list) or not all(form in FORMATS for form in given):
        raise InvalidParams('`formats` should be a list of "json" and "html"')
    return tuple(given)


def _assumed(params: Any) -> Assumed:
    from initls.model.expected.values import USUAL, Assumed

    side, tokens = integer(params.get("imageSize")), integer(params.get("tokens"))
    for name, value in (("imageSize", side), ("tokens", tokens)):
        if value is not None and not 0 < value <= MOST_POSITIONS:
            raise InvalidParams(f"`{name}` should be a number from 1 to {MOST_POSITIONS}")
    return Assumed(side or USUAL.side, tokens or USUAL.tokens)


MOST_POSITIONS = 1_000_000


def register(server: Server) -> None:
    """Offer it."""
    reports = Reports(server)
    server.protocol.direct[REPORT] = reports.answer
    server.reports = reports
    settled, closed = server.analyses.on_settled, server.analyses.on_closed

    def after(analysed: Analysed) -> None:
        settled(analysed)
        reports.settled(analysed)

    def gone(uri: str) -> None:
        closed(uri)
        reports.closed(uri)

    server.analyses.on_settled, server.analyses.on_closed = after, gone


def of_command(arguments: object) -> JSON:
    """The parameters of the request that a command with these arguments stands for: the document, and the model."""
    if not isinstance(arguments, list) or not arguments or not isinstance(arguments[0], str):
        raise InvalidParams("the command takes the URI of a document, the name of a model, and the formats")
    given: JSON = {"textDocument": {"uri": arguments[0]}}
    if len(arguments) > 1:
        given["model"] = field({"model": arguments[1]}, "model", str)
    if len(arguments) > MODEL_AND_ALL:
        given["formats"] = arguments[MODEL_AND_ALL]
    return given


MODEL_AND_ALL = 2
"""Where a command has the formats among its arguments."""

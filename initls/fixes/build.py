"""From what a rule proposes to edits of the text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace as with_changes
from typing import Any

import libcst as cst

from initls.document import Document
from initls.facts.place import Place
from initls.findings import Applicability, Edit, Fix
from initls.fixes import render
from initls.fixes.delete import delete
from initls.fixes.move import move, move_super_first
from initls.fixes.parameter import initialize_parameter
from initls.fixes.plans import (
    DeleteStatement,
    InitializeParameter,
    InsertSuper,
    Move,
    MoveSuperFirst,
    Plan,
    ReplaceWrite,
    Scheme,
)
from initls.fixes.replace import replace
from initls.fixes.source import Source
from initls.fixes.supers import insert_super
from initls.fixes.verify import sound
from initls.settings import Settings


def build(plans: Sequence[Plan], document: Document, settings: Settings) -> tuple[Fix, ...]:
    """The fixes that carry out `plans`, the preferred one first; a plan that can't be carried out gives none.

    Reads trees, so it must run on a thread with a stack of `initls.syntax.parse`'s asking.
    """
    fixes: list[Fix] = []
    seen: set[tuple[Edit, ...]] = set()
    for plan in plans:
        for title, edits in _carried_out(_suited(plan, settings), document):
            ordered = tuple(sorted(_joined(edits), key=lambda edit: edit.span))
            if ordered not in seen and sound(document, ordered):
                seen.add(ordered)
                fixes.append(Fix(title, plan.applicability, ordered))
    if fixes and fixes[0].applicability is not Applicability.DISPLAY:
        fixes[0] = with_changes(fixes[0], preferred=True)
    return tuple(fixes)


def _carried_out(plan: Plan, document: Document) -> Iterator[tuple[str, tuple[Edit, ...]]]:
    found = Source.at(document, _place(plan))
    if found is None:
        return
    source, node = found
    if isinstance(plan, (ReplaceWrite, InitializeParameter)):
        schemed = (
            replace(plan, source, node) if isinstance(plan, ReplaceWrite) else initialize_parameter(plan, source, node)
        )
        for scheme, edits in schemed:
            yield render.title(scheme), edits
        return
    edits = _PLAIN[type(plan)](plan, source, node)
    if edits:
        yield _title(plan), edits


# Each builder takes the one kind of plan that stands beside it, which a mapping's type cannot say.
_PLAIN: dict[type, Callable[[Any, Source, cst.CSTNode], tuple[Edit, ...]]] = {
    Move: move,
    MoveSuperFirst: move_super_first,
    InsertSuper: insert_super,
    DeleteStatement: lambda _, source, node: delete(source, node),
}


def _place(plan: Plan) -> Place:
    return plan.before if isinstance(plan, InsertSuper) else plan.place


def _title(plan: Plan) -> str:
    if isinstance(plan, (Move, DeleteStatement)):
        return plan.title
    return "Call super().__init__() first" if isinstance(plan, MoveSuperFirst) else "Insert super().__init__()"


def _suited(plan: Plan, settings: Settings) -> Plan:
    """The plan with the distribution that the user wants, where a scheme comes with either."""
    if not isinstance(plan, (ReplaceWrite, InitializeParameter)) or settings.distribution == "normal":
        return plan
    return with_changes(plan, schemes=tuple(dict.fromkeys(_uniform(scheme) for scheme in plan.schemes)))


def _uniform(scheme: Scheme) -> Scheme:
    if scheme.function not in ("kaiming_normal_", "xavier_normal_"):
        return scheme
    return with_changes(scheme, function=scheme.function.replace("normal", "uniform"))


def _joined(edits: tuple[Edit, ...]) -> list[Edit]:
    """The edits without those that change nothing."""
    return [edit for edit in dict.fromkeys(edits) if edit.content or edit.span.start != edit.span.end]

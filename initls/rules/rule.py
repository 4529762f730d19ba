"""What a rule is, and what it reports."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from msgspec import Struct

from initls.facts.place import Place
from initls.findings import Severity
from initls.fixes.plans import Plan
from initls.rules.codes import PACKED, QUIET
from initls.settings import Settings

if TYPE_CHECKING:
    from initls.model.traces.program import Program


class Report(Struct, frozen=True):
    """One thing that a rule found, in the terms of the model."""

    place: Place
    severity: Severity
    message: str
    related: tuple[tuple[str, Place], ...] = ()
    plans: tuple[Plan, ...] = ()
    unnecessary: bool = False
    deprecated: bool = False


class Rule(Struct, frozen=True):
    """A rule: its code, its name (which reads after "allow"), its documentation and the question that it asks."""

    code: str
    name: str
    summary: str
    documentation: str
    """Markdown under fixed headings: What it does, Why it hurts, Example, Use instead, and so on."""
    fixable: bool
    ask: Callable[[Program, Settings], Iterator[Report]]
    classes: tuple[str, ...] = ()
    """The classes of bugs that it finds, by their ids in `initls.rules.catalogue`."""

    @property
    def default(self) -> bool:
        """Whether it is on where nothing is said; one that is off speaks when a longer part of its code is named."""
        return self.code not in QUIET

    @property
    def packs(self) -> tuple[str, ...]:
        """The packs of which one has to be on for it to be asked; none asks it always."""
        return PACKED.get(self.code, ())

    @property
    def url(self) -> str:
        """Where the documentation stands on the web."""
        return f"https://github.com/initls/initls/blob/main/docs/rules/{self.code}.md"

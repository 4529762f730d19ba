"""Findings and fixes: what the analysis says, in the terms of one document.

The values here stand between the analysis and whoever shows it: the server, the command line, a report.
Positions are `Span`s of zero-based lines and code-point columns.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from msgspec import Struct

from initls.syntax.span import Span
from initls.syntax.text import Text


class Severity(Enum):
    """How much is shown, not how much it annoys.

    ERROR: the line raises, or it is shown that a parameter never gets a gradient or that units can never differ.
    WARNING: it hurts, or does not do what it plainly means to.
    INFORMATION and HINT: too little is known to say more, or it is a matter of taste.
    """

    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"
    HINT = "hint"

    @property
    def rank(self) -> int:
        """0 for a hint up to 3 for an error."""
        return ("hint", "information", "warning", "error").index(self.value)


class Applicability(Enum):
    """Whether a fix may be applied without being looked at.

    SAFE: the code raises today, or only the place of a call changes.
    UNSAFE: the fix changes the values of a model that runs.
    DISPLAY: one of several equally good repairs, or one that needs a hand.
    """

    SAFE = "safe"
    UNSAFE = "unsafe"
    DISPLAY = "display"


class Edit(Struct, frozen=True):
    """Replace the characters of `span` in part `part` of the document by `content`."""

    span: Span
    content: str
    part: int = 0


class Fix(Struct, frozen=True):
    """One repair: edits that do not overlap, in text order.

    `title` is what a menu shows. At most one fix of a finding is `preferred`, and it comes first.
    """

    title: str
    applicability: Applicability
    edits: tuple[Edit, ...]
    preferred: bool = False


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that takes part in a finding, and what it does there."""

    message: str
    span: Span
    part: int = 0
    filename: str | None = None
    """The file that it is in, where that is another one; `text` is what that says."""
    text: Text | None = field(default=None, compare=False, repr=False)


class Finding(Struct, frozen=True):
    """One thing that is wrong, at one place.

    `identity` tells this finding from every other in its document and does not hang on line numbers.
    """

    code: str
    name: str
    severity: Severity
    message: str
    span: Span
    identity: str
    related: tuple[Related, ...] = ()
    part: int = 0
    fixable: bool = False
    """Whether the rule has a repair to offer; the repairs themselves are worked out when they are asked for."""
    unnecessary: bool = False
    deprecated: bool = False
    """Whether the place is code that has no effect (editors fade it)."""

"""From a document to findings: the stages in their order, each remembered by the identity of what it reads."""

from __future__ import annotations

from dataclasses import dataclass

from initls import cancel
from initls.document import Document
from initls.findings import Finding, Fix
from initls.settings import Settings


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that the analysis could not read or do, in words for a user or a log.

    `kind` is `invalid-syntax` (a segment that libcst does not take), `unreadable` (too deep, too large, not text,
    out of time) or `internal` (a rule failed). Lines are zero-based.
    """

    kind: str
    message: str
    line: int
    part: int = 0


@dataclass(frozen=True)
class Result:
    """What was found in one document; repairs are worked out when asked for."""

    document: Document
    findings: tuple[Finding, ...]
    problems: tuple[Problem, ...]

    def fixes(self, finding: Finding) -> tuple[Fix, ...]:
        """The repairs for one of `findings`, preferred first."""
        raise NotImplementedError


class Checker:
    """Checks documents, and remembers what it worked out.

    One checker serves any number of documents; it is not thread-safe, give it one thread.
    """

    def check(self, document: Document, settings: Settings, check: cancel.Check = cancel.never) -> Result:
        """The findings of `document`, sorted by place; suppressed ones are gone.

        Raises `Cancelled` when `check` does.
        """
        raise NotImplementedError

    def fix_all(self, document: Document, settings: Settings, *, unsafe: bool, check: cancel.Check = cancel.never) -> Document:
        """The document with the first non-overlapping preferred fixes applied in source order, to a fixed point."""
        raise NotImplementedError

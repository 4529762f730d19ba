"""What the formats for services share: where a finding is in a file, how it is told apart, and how a file is named."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from initls.cli.outcome import Outcome, Shown
from initls.syntax.span import Span


class Told(NamedTuple):
    """One finding, ready for a service that knows files and lines."""

    outcome: Outcome
    shown: Shown
    message: str
    span: Span | None
    """None in a notebook, whose lines are not those of its file; the message says where it is then."""
    fingerprint: str
    """The same in the next run, as long as the finding stays in its class or function; no two are equal."""


def told(outcomes: Iterable[Outcome]) -> Iterator[Told]:
    """The findings of all files."""
    for outcome in outcomes:
        seen: Counter[tuple[str, str]] = Counter()
        for shown in outcome.shown:
            finding = shown.finding
            kind = (finding.code, shown.scope)
            identity = "\0".join((relative(outcome), *kind, str(seen[kind])))
            seen[kind] += 1
            digest = hashlib.sha256(identity.encode("utf-8", "surrogateescape")).hexdigest()[:32]
            if outcome.cells:
                line = finding.span.start.line + 1
                where = f"cell {outcome.cells[finding.part]}, line {line}: "
                yield Told(outcome, shown, where + finding.message, None, digest)
            else:
                yield Told(outcome, shown, finding.message, finding.span, digest)


def absolute(outcome: Outcome) -> str:
    """The file by its whole path; standard input goes by the name that it was given."""
    return outcome.task.name if outcome.task.source else os.path.abspath(outcome.task.path)


def relative(outcome: Outcome, root: str | None = None) -> str:
    """The file from `root`, by default the folder of the run, with slashes; in full where it is not below."""
    start = root or os.getcwd()
    path = Path(os.path.abspath(outcome.task.path))
    try:
        return path.relative_to(start).as_posix()
    except ValueError:
        return path.as_posix()

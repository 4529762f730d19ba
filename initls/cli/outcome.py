"""What is to be done with one file, and what became of it.

All values here can be pickled, because files are worked on in other processes when there are many.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from msgspec import Struct

from initls.findings import Applicability, Finding, Fix, Severity
from initls.settings import Settings

if TYPE_CHECKING:
    # A run that finds everything in its cache needs none of the analysis.
    from initls.check import Result
    from initls.document import Document
    from initls.workspace.recording import Asked
    from initls.workspace.source import Source

Mode = Literal["check", "fix", "diff"]


class Cache(Protocol):
    """Where outcomes are kept; `initls.cli.cache.Cache` is one."""

    def put(self, outcome: Outcome, data: bytes, asked: Asked) -> None:
        """Keep the outcome of checking a file that has these bytes, and had these questions answered."""


class Analysis(Protocol):
    """What of `initls.check.Checker` the command line asks for."""

    def check(self, document: Document, settings: Settings, *, syntax: bool = False) -> Result:
        """The findings of `document`; with `syntax` everything that is not Python is a problem."""

    def fix_all(self, document: Document, settings: Settings, *, unsafe: bool) -> Document:
        """`document` with its preferred fixes applied."""

    def forget(self, filename: str) -> None:
        """Drop what is remembered of a file."""

    def asked(self) -> Asked | None:
        """What was asked about other files since a file was last forgotten; None where nobody has noted it."""


AnalysisMaker = Callable[[], Analysis]


PROBLEMS = {"invalid-syntax": Severity.ERROR, "unreadable": Severity.INFORMATION}
"""What stands in the place of a code where a file or a part of it could not be read, and how bad that is."""

MODULE = "<module>"
"""The qualified name of what stands in no class and no function, as tracebacks have it."""


class Task(Struct, frozen=True):
    """One file to work on. `source` is its text where that does not stand on disk."""

    path: Path
    name: str
    """What the output calls the file."""
    settings: Settings
    mode: Mode = "check"
    unsafe: bool = False
    named: bool = False
    source: Source | None = None
    silence: str | None = None
    """Why findings are to be silenced by comments, where that is done and not a repair."""
    cache: Cache | None = None
    """Where the outcome is kept, if it is."""


class Shown(Struct, frozen=True):
    """One finding with all that an output format needs to know of it."""

    finding: Finding
    fixes: tuple[Fix, ...] = ()
    comment_line: int = 0
    """The line, zero-based, where a comment that suppresses the finding counts."""
    scope: str = MODULE
    """The qualified name of the class or function that the finding stands in."""

    @property
    def is_problem(self) -> bool:
        """Whether it tells of what could not be read, and is no rule's."""
        return self.finding.code in PROBLEMS


class Outcome(Struct, frozen=True):
    """What became of one file."""

    task: Task
    shown: tuple[Shown, ...] = ()
    texts: tuple[str, ...] = ()
    """The texts that the findings speak of: the file, or each cell of a notebook; empty where there are none."""
    cells: tuple[int, ...] = ()
    """The numbers of the cells, counted from 1 and text cells with them; empty for a file."""
    fixed: int = 0
    changed: tuple[tuple[int, str, str], ...] = ()
    """The parts that fixes changed: their index, the text as it was, and what it is now."""
    after: str | None = None
    """The whole file as fixes have left it; None where they changed nothing."""
    failure: str | None = None
    """Why the file could not be worked on."""
    crashed: bool = False
    """Whether that is our fault: the file could be read, but not be analysed."""
    notes: tuple[str, ...] = ()
    """What a log should hold: rules that failed, fixes that could not be written."""


def applicable(fix: Fix, *, unsafe: bool) -> bool:
    """Whether `--fix` applies `fix`, given `--unsafe-fixes` or not."""
    return fix.applicability is Applicability.SAFE or (unsafe and fix.applicability is Applicability.UNSAFE)


def place_of(outcome: Outcome, part: int, line: int, column: int) -> str:
    """How the output names a place: `a.py:3:5`, or `a.ipynb:cell 2:3:5` in a notebook; line and column from 0."""
    cell = f"cell {outcome.cells[part]}:" if outcome.cells else ""
    return f"{outcome.task.name}:{cell}{line + 1}:{column + 1}"


def named(path: Path) -> str:
    """How the output names a file: from here where it is below, else in full."""
    try:
        return str(path.absolute().relative_to(Path.cwd()))
    except ValueError:
        return str(path)

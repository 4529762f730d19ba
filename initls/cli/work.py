"""The work on one file: read it, ask the analysis, repair it if that is wanted.

All values here can be pickled, because files are worked on in other processes when there are many.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from initls.check import Problem, Result
from initls.document import Document
from initls.findings import Applicability, Finding, Fix, Severity
from initls.settings import Settings
from initls.suppress import comment_line
from initls.syntax.span import Point, Span
from initls.syntax.text import Text
from initls.workspace.source import Source, UnreadableError, read, write

Mode = Literal["check", "fix", "diff"]


class Analysis(Protocol):
    """What of `initls.check.Checker` the command line asks for."""

    def check(self, document: Document, settings: Settings, *, syntax: bool = False) -> Result:
        """The findings of `document`; with `syntax` everything that is not Python is a problem."""

    def fix_all(self, document: Document, settings: Settings, *, unsafe: bool) -> Document:
        """`document` with its preferred fixes applied."""

    def forget(self, filename: str) -> None:
        """Drop what is remembered of a file."""


AnalysisMaker = Callable[[], Analysis]


@dataclass(frozen=True, slots=True)
class Task:
    """One file to work on. `source` is its text where that does not stand on disk."""

    path: Path
    name: str
    """What the output calls the file."""
    settings: Settings
    mode: Mode = "check"
    unsafe: bool = False
    named: bool = False
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """One finding with all that an output format needs to know of it."""

    finding: Finding
    fixes: tuple[Fix, ...] = ()
    comment_line: int = 0
    """The line, zero-based, where a comment that suppresses the finding counts."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file."""

    task: Task
    shown: tuple[Shown, ...] = ()
    text: str = ""
    """The text that the findings speak of; empty where there are none."""
    fixed: int = 0
    before: str | None = None
    """The text as it was, where fixes changed it; `after` is what they made of it."""
    after: str | None = None
    failure: str | None = None
    """Why the file could not be worked on."""
    crashed: bool = False
    """Whether that is our fault: the file could be read, but not be analysed."""
    notes: tuple[str, ...] = ()
    """What a log should hold: rules that failed, fixes that could not be written."""


def perform(task: Task, analysis: Analysis) -> Outcome:
    """Do `task`. Trouble with the one file comes back in the outcome; nothing is raised for it."""
    try:
        source = task.source or read(task.path)
    except UnreadableError as error:
        return Outcome(task, failure=str(error))
    try:
        return _perform(task, source, analysis)
    except Exception as error:  # One file must never end the run over all the others.
        return Outcome(
            task, failure=f"the analysis failed on this file ({type(error).__name__}: {error})", crashed=True
        )
    finally:
        # No file is looked at twice, and a run over thousands of them must not remember them all.
        analysis.forget(str(task.path))


def _perform(task: Task, source: Source, analysis: Analysis) -> Outcome:
    document = Document.of(str(task.path), source.text)
    result = analysis.check(document, task.settings, syntax=True)
    if task.mode == "check" or not result.findings:
        return _outcome(task, result, source.text)
    repaired = analysis.fix_all(document, task.settings, unsafe=task.unsafe)
    text = repaired.source
    if text == source.text:
        return _outcome(task, result, source.text)
    notes: tuple[str, ...] = ()
    if task.mode == "fix" and task.source is None:
        try:
            write(task.path, source.encode(text))
        except (OSError, UnreadableError) as error:
            notes = (f"the fixes could not be written ({error}); the file is as it was",)
            return _outcome(task, result, source.text, notes=notes)
    left = analysis.check(repaired, task.settings, syntax=True)
    outcome = _outcome(task, left, text)
    return Outcome(
        task,
        outcome.shown,
        outcome.text,
        fixed=max(1, len(result.findings) - len(left.findings)),
        before=source.text,
        after=text,
        notes=outcome.notes,
    )


def _outcome(task: Task, result: Result, text: str, notes: tuple[str, ...] = ()) -> Outcome:
    shown = [
        Shown(finding, result.fixes(finding), comment_line(text, finding.span.start.line))
        for finding in result.findings
    ]
    for problem in result.problems:
        if problem.kind == "internal":
            notes = (*notes, problem.message)
        else:
            shown.append(Shown(_as_finding(problem, text), comment_line=problem.line))
    shown.sort(key=lambda one: (one.finding.part, one.finding.span, one.finding.code))
    return Outcome(task, tuple(shown), text if shown else "", notes=notes)


_PROBLEM_SEVERITY = {"invalid-syntax": Severity.ERROR, "unreadable": Severity.INFORMATION}


def _as_finding(problem: Problem, text: str) -> Finding:
    """A problem in the shape of a finding, its place the line that it names without the blanks around."""
    lines = Text.of(text)
    line = lines.line(min(problem.line, lines.end.line))
    start = len(line) - len(line.lstrip())
    span = Span(Point(problem.line, start), Point(problem.line, max(start, len(line.rstrip()))))
    severity = _PROBLEM_SEVERITY.get(problem.kind, Severity.INFORMATION)
    message = f"not analysed: {problem.message}" if problem.kind == "unreadable" else problem.message
    identity = f"{problem.kind}:{problem.line}"
    return Finding(problem.kind, problem.kind, severity, message, span, identity, part=problem.part)


def applicable(fix: Fix, *, unsafe: bool) -> bool:
    """Whether `--fix` applies `fix`, given `--unsafe-fixes` or not."""
    return fix.applicability is Applicability.SAFE or (unsafe and fix.applicability is Applicability.UNSAFE)

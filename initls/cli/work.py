"""The work on one file: read it, ask the analysis, repair it if that is wanted."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from initls.check import Problem, Result
from initls.cli.outcome import MODULE, PROBLEMS, Analysis, Outcome, Shown, Task
from initls.document import Document
from initls.findings import Finding, Fix, Severity
from initls.localized import localized, localized_fix
from initls.suppress import RULES as COMMENT_RULES
from initls.suppress import comment_line, suppression_edit
from initls.syntax.segments import Kind
from initls.syntax.span import Point, Span
from initls.syntax.text import Text
from initls.workspace import ipynb
from initls.workspace.source import Source, UnreadableError, read, write


def perform(task: Task, analysis: Analysis) -> Outcome:
    """Do `task`. Trouble with the one file comes back in the outcome; nothing is raised for it."""
    try:
        source = task.source or read(task.path)
    except UnreadableError as error:
        return Outcome(task, failure=str(error))
    try:
        outcome = _perform(task, source, analysis)
        if task.cache is not None and task.mode == "check" and not outcome.notes:
            asked = analysis.asked()
            if asked is not None:
                task.cache.put(outcome, source.data, asked)
        return outcome
    except UnreadableError as error:
        return Outcome(task, failure=str(error))
    except Exception as error:  # One file must never end the run over all the others.
        return Outcome(
            task, failure=f"the analysis failed on this file ({type(error).__name__}: {error})", crashed=True
        )
    finally:
        # No file is looked at twice, and a run over thousands of them must not remember them all.
        analysis.forget(str(task.path))


def _perform(task: Task, source: Source, analysis: Analysis) -> Outcome:
    notebook: ipynb.Notebook | None = None
    if task.path.suffix == ipynb.SUFFIX:
        notebook = ipynb.parse(source.text)
        if notebook is None:
            reason = ("it is a notebook of another language than Python; left out",) if task.named else ()
            return Outcome(task, notes=reason)
    document = _document(task, source, notebook)
    result = analysis.check(document, task.settings, syntax=True)
    if task.mode == "check" or not result.findings:
        return _outcome(task, result, notebook)
    if task.silence is None:
        repaired = analysis.fix_all(document, task.settings, unsafe=task.unsafe)
    else:
        repaired = _silenced(document, result.findings, task.silence)
    changed = _changed(document, repaired)
    if not changed:
        return _outcome(task, result, notebook)
    text = repaired.source if notebook is None else notebook.with_sources(_texts(repaired))
    if task.mode == "fix" and task.source is None:
        try:
            write(task.path, source.encode(text))
        except (OSError, UnreadableError) as error:
            notes = (f"the fixes could not be written ({error}); the file is as it was",)
            return _outcome(task, result, notebook, notes=notes)
    left = analysis.check(repaired, task.settings, syntax=True)
    fixed = max(1, len(result.findings) - len(left.findings))
    return replace(_outcome(task, left, notebook), fixed=fixed, changed=changed, after=text)


def _silenced(document: Document, findings: Iterable[Finding], reason: str) -> Document:
    """`document` with a comment at each finding that silences it and says why."""
    # A comment goes to the end of its line, so none moves the place of what is still to come. Of several codes in one
    # comment the lowest comes first.
    for finding in sorted(findings, key=lambda finding: (-finding.span.start.line, finding.code)):
        if finding.code not in COMMENT_RULES:
            edit = suppression_edit(document.parts[0], finding.span.start.line, finding.code, reason)
            if edit is not None:
                document = document.edit(0, edit.span, edit.content)
    return document


def _scope(document: Document, line: int) -> str:
    """The qualified name of what `line` stands in; statements between methods stand in their class."""
    outline = document.parts[0].outline
    if not outline.placed:
        return MODULE
    unit, owner, segment = outline.placed[outline.at(line)]
    if segment.kind in (Kind.RUN, Kind.CLASS_RUN):
        return owner or MODULE
    return unit


def _document(task: Task, source: Source, notebook: ipynb.Notebook | None) -> Document:
    name = str(task.path)
    return Document.of(name, source.text) if notebook is None else Document.of_cells(name, notebook.sources)


def _texts(document: Document) -> list[str]:
    """The text of a file, or those of the cells of a notebook."""
    return [document.source] if document.cells is None else document.cells.sources(document.source)


def _changed(before: Document, after: Document) -> tuple[tuple[int, str, str], ...]:
    pairs = zip(_texts(before), _texts(after), strict=True)
    return tuple((index, old, new) for index, (old, new) in enumerate(pairs) if old != new)


def _outcome(task: Task, result: Result, notebook: ipynb.Notebook | None, notes: tuple[str, ...] = ()) -> Outcome:
    document, cells = result.document, result.document.cells
    shown: list[Shown] = []

    def show(finding: Finding, fixes: tuple[Fix, ...], line: int) -> None:
        inside = localized(finding, cells)
        row = line - (0 if cells is None else cells.starts[inside.part])
        scope = _scope(document, finding.span.start.line)
        shown.append(Shown(inside, tuple(localized_fix(fix, cells) for fix in fixes), row, scope))

    for finding in result.findings:
        show(finding, result.fixes(finding), comment_line(document.parts[0], finding.span.start.line))
    for problem in result.problems:
        if problem.kind == "internal":
            notes = (*notes, problem.message)
        else:
            show(_as_finding(problem, document.text), (), problem.line)
    shown.sort(key=lambda one: (one.finding.part, one.finding.span, one.finding.code))
    numbers = () if notebook is None else notebook.numbers
    return Outcome(task, tuple(shown), tuple(_texts(document)) if shown else (), numbers, notes=notes)


def _as_finding(problem: Problem, lines: Text) -> Finding:
    """A problem in the shape of a finding, its place the line that it names without the blanks around."""
    line = lines.line(min(problem.line, lines.end.line))
    start = len(line) - len(line.lstrip())
    span = Span(Point(problem.line, start), Point(problem.line, max(start, len(line.rstrip()))))
    severity = PROBLEMS.get(problem.kind, Severity.INFORMATION)
    message = f"not analysed: {problem.message}" if problem.kind == "unreadable" else problem.message
    identity = f"{problem.kind}:{problem.line}"
    return Finding(problem.kind, problem.kind, severity, message, span, identity, part=problem.part)

"""Where the cut by layout and Python's own grammar disagree; to be run over any files that `ast` takes."""

from __future__ import annotations

import ast
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

from initls.syntax.outline import Outline, outline
from initls.syntax.segments import Kind
from initls.syntax.text import Text, decode

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def disagreements(path: Path) -> list[str]:
    """What is cut otherwise than the grammar has it; nothing for a file that `ast` does not take."""
    source = decode(path.read_bytes())
    if not isinstance(source, str):
        return []
    return [f"{path}:{line + 1}: {what}" for line, what in compare(source)]


def compare(source: str) -> Iterator[tuple[int, str]]:
    """The lines of `source` where the outline is wrong, and how."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    cut = outline(Text.of(source))
    for statement in tree.body:
        first, last = _range(statement)
        if isinstance(statement, ast.ClassDef):
            yield from _class(cut, statement, first, last)
        elif isinstance(statement, _DEFINITIONS):
            yield from _alone(cut, statement.name, Kind.FUNCTION, first, last)
        else:
            kinds = {cut.placed[at].segment.kind for at in range(cut.at(first), cut.at(last) + 1)}
            if cut.at(first) != cut.at(last):
                yield first, "a statement is cut apart"
            elif kinds != {Kind.RUN} and not _shares_line(tree.body, statement):
                yield first, f"a statement of the module is in a {kinds}"


def _range(statement: ast.stmt) -> tuple[int, int]:
    """First and last line, decorators included, counted from 0."""
    decorators = getattr(statement, "decorator_list", [])
    first = min([statement.lineno, *(decorator.lineno for decorator in decorators)])
    return first - 1, (statement.end_lineno or first) - 1


def _shares_line(body: list[ast.stmt], statement: ast.stmt) -> bool:
    """Whether another statement ends on the line on which this one begins."""
    return any(other is not statement and other.end_lineno == statement.lineno for other in body)


def _alone(cut: Outline, name: str, kind: Kind, first: int, last: int) -> Iterator[tuple[int, str]]:
    at = cut.at(first)
    segment = cut.placed[at].segment
    if cut.at(last) != at:
        yield first, f"{name} is cut apart"
    elif cut.line(at) != first:
        yield first, f"{name} begins at line {cut.line(at) + 1}"
    elif segment.kind is not kind or segment.name != name:
        yield first, f"{name} is a {segment.kind} named {segment.name}"


def _class(cut: Outline, statement: ast.ClassDef, first: int, last: int) -> Iterator[tuple[int, str]]:
    at = cut.at(first)
    unit, _, segment = cut.placed[at]
    if cut.line(at) != first or segment.kind is not Kind.CLASS_HEAD or segment.name != statement.name:
        yield first, f"{statement.name} is a {segment.kind} named {segment.name} from line {cut.line(at) + 1}"
        return
    strangers = {cut.placed[other].owner for other in range(at + 1, cut.at(last) + 1)} - {unit}
    if strangers:
        yield first, f"{statement.name} holds segments of {strangers}"
    header = statement.body[0].lineno - 1
    for member in statement.body:
        if isinstance(member, _DEFINITIONS) and member.lineno - 1 > first and header > statement.lineno - 1:
            kind = Kind.NESTED if isinstance(member, ast.ClassDef) else Kind.METHOD
            yield from _alone(cut, member.name, kind, *_range(member))
        else:
            start, end = _range(member)
            if cut.at(start) != cut.at(end):
                yield start, f"a statement of {statement.name} is cut apart"
            elif cut.placed[cut.at(start)].segment.kind not in (Kind.CLASS_HEAD, Kind.CLASS_RUN):
                yield start, f"a statement of {statement.name} is in a {cut.placed[cut.at(start)].segment.kind}"


if __name__ == "__main__":
    wrong = [
        line for folder in sys.argv[1:] for path in sorted(Path(folder).rglob("*.py")) for line in disagreements(path)
    ]
    print(*wrong, f"{len(wrong)} disagreements", sep="\n")

"""Classes that derive from those of other files: is there anything in these that makes the class worth tracing?"""

from __future__ import annotations

from collections.abc import Callable, Collection

from initls.facts import ir
from initls.model.machine.scope import ELSEWHERE, Files, Source

DEEPEST = 6
"""Imports of imports that are followed."""

Concerned = Callable[[Source], frozenset[str]]
"""The classes of a file, by name, that initialize anything or derive from one that does."""


def derives_from_concerned(source: Source, bases: Collection[str], files: Files, concerned: Concerned) -> bool:
    """Whether one of the names among the bases of a class is that of a concerned class of another file."""
    return any(_leads_to_concerned(source, name, bases, files, concerned, DEEPEST) for name in bases)


def _leads_to_concerned(
    source: Source, name: str, others: Collection[str], files: Files, concerned: Concerned, depth: int
) -> bool:
    """Whether `name` is a concerned class where it is defined, or a module that has one under a name of `others`."""
    for file, wanted in _imported(source, name, files):
        other = files.source(file)
        if other is None or not depth:
            continue
        if wanted is None:
            if any(_is_concerned(other, one, files, concerned, depth) for one in others):
                return True
        elif _is_concerned(other, wanted, files, concerned, depth):
            return True
    return False


def _is_concerned(other: Source, name: str, files: Files, concerned: Concerned, depth: int) -> bool:
    return name in concerned(other) or _leads_to_concerned(other, name, (), files, concerned, depth - 1)


def _imported(source: Source, name: str, files: Files) -> list[tuple[str, str | None]]:
    """The files that an imported name may come from, each with its name there; None where it is the file itself."""
    found: list[tuple[str, str | None]] = []
    definitions = source.lookup(name)

    def look(module: str, level: int, wanted: str | None) -> None:
        if level or module.partition(".")[0] not in ELSEWHERE:
            file = files.find(source.filename, module, level)
            if file is not None and file != source.filename:
                found.append((file, wanted))

    for definition in definitions:
        match definition.statement:
            case ir.ImportFrom(module=module, level=level, names=names):
                for imported, alias in names:
                    if (alias or imported) == name:
                        look(module, level, imported)
                        look(f"{module}.{imported}".lstrip("."), level, None)
            case ir.Import(names=names):
                for dotted, alias in names:
                    if (alias or dotted.partition(".")[0]) == name:
                        look(dotted, 0, None)
            case _:
                pass
    if not definitions:
        for module, level in source.stars():
            look(module, level, name)
    return found

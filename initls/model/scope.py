"""The names of one file: what a module-level name is bound to, what a class has, what a unit says.

Everything that a trace reads goes through a `Reading`, which remembers each question with its answer, misses included.
A trace is still true as long as the same questions get the same answers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, TypeAlias

from initls.facts import ir


@dataclass(frozen=True, slots=True)
class Definition:
    """One binding of a module-level name: a unit of its own (`statement` is None), or a statement in a run."""

    unit: str
    kind: str
    """`function`, `class` or `statement`."""
    statement: ir.Statement | None = None


class Source(Protocol):
    """One file as the model reads it. Facts of a unit are None where its text cannot be read."""

    filename: str

    def lookup(self, name: str) -> tuple[Definition, ...]:
        """The bindings of a module-level name that may hold when the module has run; none where there is none."""

    def facts(self, unit: str) -> ir.Facts | None:
        """What a unit says."""

    def members(self, unit: str) -> Mapping[str, str]:
        """The units of the methods of a class at column 0, by name."""

    def classes(self) -> tuple[str, ...]:
        """The units of the classes at column 0, in text order."""

    def functions(self) -> tuple[str, ...]:
        """The units of the functions at column 0, in text order."""

    def runs(self) -> tuple[str, ...]:
        """The units of the statements at module level, in text order."""

    def text(self, unit: str) -> str:
        """The text of a unit, for gates that look before anything is parsed."""


class _Nothing:
    """A source that has nothing; what a finished reading holds in place of its own."""

    filename = ""

    def lookup(self, name: str) -> tuple[Definition, ...]:
        return ()

    def facts(self, unit: str) -> ir.Facts | None:
        return None

    def members(self, unit: str) -> Mapping[str, str]:
        return {}

    def classes(self) -> tuple[str, ...]:
        return ()

    def functions(self) -> tuple[str, ...]:
        return ()

    def runs(self) -> tuple[str, ...]:
        return ()

    def text(self, unit: str) -> str:
        return ""


NOTHING: Source = _Nothing()


Question: TypeAlias = "tuple[str, str] | tuple[str, str, tuple[str, ...]]"
"""What kind of question it is, about which name or unit, and sometimes in which words."""


class Reading:
    """A source whose answers are remembered, so that it can be asked later whether they still hold."""

    def __init__(self, source: Source) -> None:
        """Read from `source`."""
        self.source = source
        self.filename = source.filename
        self.answers: dict[Question, object] = {}

    def lookup(self, name: str) -> tuple[Definition, ...]:
        """The bindings of a module-level name."""
        found = self.source.lookup(name)
        self.answers["lookup", name] = _meanings(found, name)
        return found

    def facts(self, unit: str) -> ir.Facts | None:
        """What a unit says."""
        found = self.source.facts(unit)
        self.answers["facts", unit] = None if found is None else found.fingerprint
        return found

    def members(self, unit: str) -> Mapping[str, str]:
        """The units of the methods of a class, by name."""
        found = self.source.members(unit)
        self.answers["members", unit] = tuple(found.items())
        return found

    def runs(self) -> tuple[str, ...]:
        """The units of the statements at module level."""
        found = self.source.runs()
        self.answers["runs", ""] = found
        return found

    def mentioned(self, unit: str, words: tuple[str, ...]) -> frozenset[str]:
        """Those of `words` that the text of a unit has in it somewhere.

        No more of the text is to be known than that, or every keystroke in it would be news.
        """
        found = _mentioned(self.source, unit, words)
        self.answers["mentioned", unit, words] = found
        return found

    def detach(self) -> None:
        """Keep the answers and let go of the source."""
        self.source = NOTHING

    @cached_property
    def units(self) -> frozenset[str]:
        """The units that were looked into, once nothing more is asked."""
        return frozenset(question[1] for question in self.answers if question[0] in LOOKS_INSIDE)

    def still_true(self, source: Source, edited: frozenset[str] | None = None) -> bool:
        """Whether `source` would give the same answers.

        With `edited`, nothing but the inside of these units is another than when all answers were last seen to be true.
        """
        if edited is None:
            return all(_ask(source, question) == answer for question, answer in self.answers.items())
        if self.units.isdisjoint(edited):
            return True
        return all(
            _ask(source, question) == answer
            for question, answer in self.answers.items()
            if question[0] in LOOKS_INSIDE and question[1] in edited
        )


def _ask(source: Source, question: Question) -> object:
    return ASK[question[0]](source, *question[1:])


def _meanings(found: tuple[Definition, ...], name: str) -> tuple[object, ...]:
    """What the bindings of a name are to whoever looks it up.

    Of an import that is what it imports under this name: where it stands, and what it brings besides, is of no account.
    """
    return tuple([_imported(definition.statement, name) or definition for definition in found])


def _imported(statement: ir.Statement | None, name: str) -> tuple[object, ...] | None:
    match statement:
        case ir.Import(names=names):
            pairs = [pair for pair in names if (pair[1] or pair[0].partition(".")[0]) == name]
            return ("import", *pairs)
        case ir.ImportFrom(module=module, level=level, names=names):
            pairs = [pair for pair in names if (pair[1] or pair[0]) == name]
            return ("from", module, level, *pairs)
        case _:
            return None


def _fingerprint(source: Source, unit: str) -> object:
    facts = source.facts(unit)
    return None if facts is None else facts.fingerprint


def _mentioned(source: Source, unit: str, words: tuple[str, ...]) -> frozenset[str]:
    text = source.text(unit)
    return frozenset(word for word in words if word in text)


ASK: dict[str, Callable[..., object]] = {
    "lookup": lambda source, name: _meanings(source.lookup(name), name),
    "facts": _fingerprint,
    "members": lambda source, unit: tuple(source.members(unit).items()),
    "runs": lambda source, _: source.runs(),
    "mentioned": _mentioned,
}

LOOKS_INSIDE = frozenset({"facts", "mentioned"})
"""The questions whose answers hang on what a unit says; those to the others hang on which units there are."""


def bindings(body: tuple[ir.Statement, ...], name: str) -> Iterator[ir.Statement]:
    """The statements among `body`, and under its conditions, that bind `name`."""
    for statement in body:
        match statement:
            case ir.Assign(targets=targets):
                if any(_binds(target, name) for target in targets):
                    yield statement
            case ir.Import(names=names):
                if any((alias or dotted.partition(".")[0]) == name for dotted, alias in names):
                    yield statement
            case ir.ImportFrom(names=names):
                if any((alias or imported) == name for imported, alias in names):
                    yield statement
            case ir.Function(name=defined) | ir.Class(name=defined):
                if defined == name:
                    yield statement
            case ir.If(body=then, otherwise=otherwise):
                yield from bindings(then, name)
                yield from bindings(otherwise, name)
            case ir.Try(body=tried, handlers=handlers, otherwise=otherwise, final=final):
                for block in (tried, *handlers, otherwise, final):
                    yield from bindings(block, name)
            case ir.With(body=inner) | ir.For(body=inner) | ir.While(body=inner):
                yield from bindings(inner, name)
            case _:
                pass


def _binds(target: ir.Expression, name: str) -> bool:
    match target:
        case ir.Name(id=found):
            return found == name
        case ir.Sequence(items=items):
            return any(_binds(item, name) for item in items)
        case ir.Star(value=value):
            return _binds(value, name)
        case _:
            return False


_BOUND = re.compile(
    r"(?m)^[ \t]*(?:(?:def|class|async def)[ \t]+(\w+)|((?:\w+[ \t]*,[ \t]*)*\w+)[ \t]*(?::[^=\n]+)?=(?!=))"
)
_IMPORTS = re.compile(r"\bimport\b")
_WORD = re.compile(r"\w+")


def may_bind(text: str) -> frozenset[str] | None:
    """The names that a run of module-level statements may bind, by its text alone; None where it has to be read."""
    if _IMPORTS.search(text):
        return frozenset(_WORD.findall(text)) if len(text) < 20_000 else None
    names: set[str] = set()
    for match in _BOUND.finditer(text):
        names.update(_WORD.findall(match.group(1) or match.group(2)))
    return frozenset(names)

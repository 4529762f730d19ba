"""The names of a file, and of the files that it imports: what a name is bound to, what a class has, what a unit says.

A unit or name of another file has that file's name in front, as `initls.facts.place.in_file` puts it.
Everything that a trace reads goes through a `Reading`, which remembers each question with its answer, misses included.
A trace is still true as long as the same questions get the same answers.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Protocol, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from initls.facts import ir
from initls.facts.place import file_of, in_file, inside
from initls.pattern import pattern, rare


class Definition(Struct, frozen=True):
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

    def spoken(self, word: str) -> int:
        """How often a word stands anywhere in the file."""

    def used(self, word: str) -> bool:
        """Whether a word stands in the file elsewhere than where it is imported or handed on."""

    def reads(self, attribute: str) -> bool:
        """Whether anything in the file may read an attribute of that name, of whatever object."""

    def text(self, unit: str) -> str:
        """The text of a unit, for gates that look before anything is parsed."""

    def stars(self) -> tuple[tuple[str, int], ...]:
        """The modules, each with its level, of which everything is imported, the last one first."""


class Files(Protocol):
    """The other files of a program, as one of them sees them."""

    def find(self, importer: str, module: str, level: int) -> str | None:
        """The file of a module as the file `importer` names it; None where there is none."""

    def source(self, filename: str) -> Source | None:
        """What a file says; None where it cannot be read."""

    def near(self, filename: str) -> tuple[str, ...]:
        """The other files of the folder of a file and of the one above it; none where they are too many to look at."""

    def stamp(self, filename: str) -> object:
        """Something that is the same for as long as the file says the same."""

    def layout(self) -> object:
        """Something that is the same for as long as every module is found where it was."""

    def epoch(self, filename: str) -> object:
        """Something that is the same for as long as no file but `filename` changes, comes or goes."""

    def ours(self, filename: str) -> bool:
        """Whether the file is of the program itself, and not of a package that is installed beside it."""


class _Alone:
    """The other files of a file that is all there is."""

    def find(self, importer: str, module: str, level: int) -> str | None:
        return None

    def source(self, filename: str) -> Source | None:
        return None

    def near(self, filename: str) -> tuple[str, ...]:
        return ()

    def stamp(self, filename: str) -> object:
        return None

    def layout(self) -> object:
        return None

    def epoch(self, filename: str) -> object:
        return None

    def ours(self, filename: str) -> bool:
        return True


ALONE: Files = _Alone()


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

    def spoken(self, word: str) -> int:
        return 0

    def used(self, word: str) -> bool:
        return False

    def reads(self, attribute: str) -> bool:
        return False

    def text(self, unit: str) -> str:
        return ""

    def stars(self) -> tuple[tuple[str, int], ...]:
        return ()


NOTHING: Source = _Nothing()


Question: TypeAlias = "tuple[str, str] | tuple[str, str, tuple[str, ...]]"
"""What kind of question it is, about which name or unit, and sometimes in which words."""


class Reading:
    """A file, and the others through its eyes, whose answers are remembered: do they still hold?"""

    def __init__(self, source: Source, files: Files = ALONE) -> None:
        """Read from `source`, and from `files` what it imports."""
        self.source = source
        self.files = files
        self.filename = source.filename
        self.answers: dict[Question, object] = {}
        self.stamps: dict[str, object] = {}
        """The other files that were asked, with their stamps when the answers were last seen to be true."""
        self.layout = files.layout()
        self._near: tuple[str, ...] | None = None
        """The files around, if they were asked for."""
        self._facts: dict[str, ir.Facts | None] = {}
        self._members: dict[str, Mapping[str, str]] = {}
        self._bound: dict[tuple[str, str], tuple[Definition, ...]] = {}
        self._ours: dict[str, bool] = {"": True}
        """The answers themselves, for as long as questions are asked: the same few come thousands of times."""

    def find(self, importer: str, module: str, level: int = 0) -> str | None:
        """The file of a module as the file `importer` names it, empty for the file under analysis itself.

        None where there is none, and for what torch and Python bring along.
        """
        question: Question = ("find", importer, (module, str(level)))
        if question in self.answers:
            found = self.answers[question]
            return found if isinstance(found, str) else None
        answer = self._find(importer, module, level)
        self.answers[question] = answer
        return answer

    def _find(self, importer: str, module: str, level: int) -> str | None:
        if not level and module.partition(".")[0] in ELSEWHERE:
            return None
        found = self.files.find(importer or self.filename, module, level)
        return "" if found == self.filename else found

    def near(self) -> tuple[str, ...]:
        """The files around the file itself, which may speak of it without its speaking of them."""
        if self._near is None:
            self._near = self.files.near(self.filename)
        return self._near

    def ours(self, unit: str) -> bool:
        """Whether a unit is of the program itself, and not of a package that is installed beside it."""
        file = file_of(unit)
        known = self._ours.get(file)
        if known is None:
            known = self._ours[file] = self.files.ours(file)
        return known

    def lookup(self, name: str, file: str = "") -> tuple[Definition, ...]:
        """The bindings of a module-level name."""
        known = self._bound.get((file, name))
        if known is not None:
            return known
        source = self._source(file)
        found = () if source is None else source.lookup(name)
        self.answers["lookup", in_file(file, name)] = _meanings(found, name)
        bound = tuple([replace(definition, unit=in_file(file, definition.unit)) for definition in found])
        self._bound[file, name] = bound
        return bound

    def stars(self, file: str = "") -> tuple[tuple[str, int], ...]:
        """The modules of which a file imports everything, the last one first."""
        source = self._source(file)
        found = () if source is None else source.stars()
        self.answers["stars", in_file(file, "")] = found
        return found

    def facts(self, unit: str) -> ir.Facts | None:
        """What a unit says."""
        if unit in self._facts:
            return self._facts[unit]
        source = self._source(file_of(unit))
        found = self._facts[unit] = None if source is None else source.facts(inside(unit))
        self.answers["facts", unit] = None if found is None else found.fingerprint
        return found

    def members(self, unit: str) -> Mapping[str, str]:
        """The units of the methods of a class, by name."""
        known = self._members.get(unit)
        if known is not None:
            return known
        file = file_of(unit)
        source = self._source(file)
        found = {} if source is None else source.members(inside(unit))
        self.answers["members", unit] = tuple(found.items())
        if file:
            found = {name: in_file(file, member) for name, member in found.items()}
        self._members[unit] = found
        return found

    def runs(self) -> tuple[str, ...]:
        """The units of the statements at module level of the file itself."""
        found = self.source.runs()
        self.answers["runs", ""] = found
        return found

    def classes(self) -> tuple[str, ...]:
        """The units of the classes at column 0 of the file itself."""
        found = self.source.classes()
        self.answers["classes", ""] = found
        return found

    def functions(self) -> tuple[str, ...]:
        """The units of the functions at column 0 of the file itself."""
        found = self.source.functions()
        self.answers["functions", ""] = found
        return found

    def spoken(self, word: str, file: str = "") -> int:
        """How often a word stands anywhere in a file."""
        source = self._source(file)
        found = 0 if source is None else source.spoken(word)
        self.answers["spoken", in_file(file, word)] = found
        return found

    def used(self, word: str, file: str = "") -> bool:
        """Whether a word stands in a file elsewhere than where it is imported or handed on."""
        source = self._source(file)
        found = source is not None and source.used(word)
        self.answers["used", in_file(file, word)] = found
        return found

    def reads(self, attribute: str) -> bool:
        """Whether anything in the file itself may read an attribute of that name, of whatever object."""
        found = self.source.reads(attribute)
        self.answers["reads", attribute] = found
        return found

    def mentioned(self, unit: str, words: tuple[str, ...]) -> frozenset[str]:
        """Those of `words` that the text of a unit has in it somewhere.

        No more of the text is to be known than that, or every keystroke in it would be news.
        """
        source = self._source(file_of(unit))
        found = frozenset[str]() if source is None else _mentioned(source, inside(unit), words)
        self.answers["mentioned", unit, words] = found
        return found

    def _source(self, file: str) -> Source | None:
        if not file:
            return self.source
        if file not in self.stamps:
            self.stamps[file] = self.files.stamp(file)
        return self.files.source(file)

    def detach(self) -> None:
        """Keep the answers and let go of the source."""
        self.source, self.files = NOTHING, ALONE
        self._facts, self._members, self._bound = {}, {}, {}

    @cached_property
    def units(self) -> frozenset[str]:
        """The units of the file itself that were looked into, once nothing more is asked."""
        return frozenset(question[1] for question in self.answers if question[0] in LOOKS_INSIDE)

    @cached_property
    def words(self) -> frozenset[str]:
        """The words that were asked of the whole text of the file itself, once nothing more is asked."""
        return frozenset([question[1] for question, _ in self._of_whole])

    def still_true(self, source: Source, edited: frozenset[str] | None = None, files: Files = ALONE) -> bool:
        """Whether `source` and `files` would give the same answers.

        With `edited`, nothing but the inside of these units is another than when all answers were last seen to be true.
        """
        return self._true_of_others(source, files) and self._true_of(source, edited)

    def _true_of(self, source: Source, edited: frozenset[str] | None) -> bool:
        """Whether the file itself says what it said."""
        if edited is None:
            return all(_ask(source, question) == answer for question, answer in self._own)
        if edited and not all(_ask(source, question) == answer for question, answer in self._of_whole):
            return False
        if self.units.isdisjoint(edited):
            return True
        return all(
            _ask(source, question) == answer
            for question, answer in self._own
            if question[0] in LOOKS_INSIDE and question[1] in edited
        )

    def _true_of_others(self, source: Source, files: Files) -> bool:
        """Whether modules are where they were, and those that were asked say what they said."""
        layout = files.layout()
        for importer, module, level, answer in () if layout == self.layout else self._finds:
            found = files.find(importer or source.filename, module, level)
            if ("" if found == source.filename else found) != answer:
                return False
        if layout != self.layout and self._near is not None and files.near(source.filename) != self._near:
            return False
        self.layout = layout
        if not self.stamps:
            return True
        stamps = {file: files.stamp(file) for file in self.stamps}
        changed = {file for file, stamp in stamps.items() if stamp != self.stamps[file]}
        for question, answer in self._foreign if changed else ():
            file = file_of(question[1])
            if file in changed:
                other = files.source(file)
                if other is None or _ask_of(other, question) != answer:
                    return False
        self.stamps = stamps
        return True

    @cached_property
    def _own(self) -> tuple[tuple[Question, object], ...]:
        """What was asked of the file itself."""
        return tuple((q, a) for q, a in self.answers.items() if q[0] != "find" and not file_of(q[1]))

    @cached_property
    def _of_whole(self) -> tuple[tuple[Question, object], ...]:
        """What was asked of the whole text, which any edit may change."""
        return tuple((question, answer) for question, answer in self._own if question[0] in OF_WHOLE)

    @cached_property
    def _foreign(self) -> tuple[tuple[Question, object], ...]:
        """What was asked of other files."""
        return tuple((q, a) for q, a in self.answers.items() if q[0] != "find" and file_of(q[1]))

    @cached_property
    def _finds(self) -> tuple[tuple[str, str, int, object], ...]:
        """Which modules were looked for, but for those of torch and Python, which stay where they are."""
        asked = [(q[1], q[2], a) for q, a in self.answers.items() if len(q) == 3 and q[0] == "find"]
        return tuple(
            (importer, module, int(level), answer)
            for importer, (module, level), answer in asked
            if level != "0" or module.partition(".")[0] not in ELSEWHERE
        )


ELSEWHERE = frozenset({"torch", "numpy", "keras", "tensorflow", "flax", "jax", *sys.stdlib_module_names})
"""Packages that are known without being read."""


def _ask(source: Source, question: Question) -> object:
    return ASK[question[0]](source, *question[1:])


def _ask_of(other: Source, question: Question) -> object:
    """The answer of the file that a question names."""
    return ASK[question[0]](other, inside(question[1]), *question[2:])


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
    "classes": lambda source, _: source.classes(),
    "functions": lambda source, _: source.functions(),
    "spoken": lambda source, word: source.spoken(word),
    "used": lambda source, word: source.used(word),
    "reads": lambda source, attribute: source.reads(attribute),
    "stars": lambda source, _: source.stars(),
    "mentioned": _mentioned,
}

OF_WHOLE = frozenset({"spoken", "used", "reads"})
"""The questions whose answers hang on all of the text."""

LOOKS_INSIDE = frozenset({"facts", "mentioned", "members"})
"""The questions whose answers hang on what is inside a unit, the methods of a class among that.

Those to the others hang on which units there are.
"""


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


def stars(body: tuple[ir.Statement, ...]) -> Iterator[tuple[str, int]]:
    """The modules of which `body`, and what stands under its conditions, imports everything."""
    for statement in body:
        match statement:
            case ir.ImportFrom(module=module, level=level, names=names):
                if any(imported == "*" for imported, _ in names):
                    yield module, level
            case ir.If(body=then, otherwise=otherwise):
                yield from stars((*then, *otherwise))
            case ir.Try(body=tried, handlers=handlers, otherwise=otherwise):
                yield from stars((*tried, *(s for handler in handlers for s in handler), *otherwise))
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


_BOUND = pattern(
    r"(?m)^[ \t]*(?:(?:def|class|async def)[ \t]+(\w+)|((?:\w+[ \t]*,[ \t]*)*\w+)[ \t]*(?::[^=\n]+)?=(?!=))"
)
_IMPORTS = rare("import", r"\bimport\b")
_WORD = pattern(r"\w+")


def may_bind(text: str) -> frozenset[str] | None:
    """The names that a run of module-level statements may bind, by its text alone; None where it has to be read."""
    if _IMPORTS.search(text):
        return frozenset(_WORD.findall(text)) if len(text) < 20_000 else None
    names: set[str] = set()
    for match in _BOUND.finditer(text):
        names.update(_WORD.findall(match.group(1) or match.group(2)))
    return frozenset(names)

"""One file as the model reads it: the outline of its text, and the facts of its segments when they are asked for."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from functools import cached_property

from initls.bounded import remembered
from initls.facts import ir
from initls.model.machine.scope import Definition, bindings, may_bind, stars
from initls.syntax.guards import MAX_SIZE
from initls.syntax.outline import Outline, differing
from initls.syntax.segments import Kind, Placed, Segment, key_of, size_of

FactsOf = Callable[[Placed], ir.Facts | None]

STAR = "import *"
"""What a text holds that imports all the names of a module; who puts more blanks there is not followed."""

MOST_STARS = 24
"""Star imports of one file that are followed."""

IMPORT = re.compile(r"(?m)^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import\b|import[ \t]+([\w.]+(?:[ \t]*,[ \t]*[\w.]+)*))")
"""An import at the beginning of a line; of `import a as b, c` the first module is enough."""

HANDED_ON = re.compile(
    r"(?m)^[ \t]*(?:(?:from[ \t]+[\w.]+[ \t]+)?import\b[^\r\n(]*(?:\([^)]*\))?"
    r"|__all__[ \t]*\+?=[ \t]*[\[(][^\])]*[\])])"
)
"""Imports, and the list of the names that a file hands on."""

SETTER = ".setter"
"""What tells a property's second half from its first, which keeps the name."""


MOST_IMPORTS = 20_000
"""Segments of which is remembered what they import."""

MOST_BOUND = 1_000_000
"""The characters of the runs of which is remembered what they may bind: up to each word of them, where they import."""


@remembered(MOST_BOUND, key=key_of, weight=size_of)
def _may_bind(segment: Segment) -> frozenset[str] | None:
    return may_bind(segment.text) if len(segment.text) <= MAX_SIZE else frozenset()


@remembered(MOST_IMPORTS, key=key_of)
def _imports(segment: Segment) -> frozenset[str]:
    """The modules that the text of a segment imports by their full names, examples in its strings included."""
    found = IMPORT.findall(segment.text) if len(segment.text) <= MAX_SIZE else []
    modules = (module.strip() for source, plain in found for module in (source or plain).split(","))
    return frozenset(module for module in modules if not module.startswith("."))


def _imports_of(segment: Segment) -> frozenset[str]:
    # Most segments import nothing, and are not worth remembering for that.
    return _imports(segment) if "import " in segment.text else frozenset()


def _nothing(placed: Placed) -> None:
    """What is left to say of any segment when its document is gone."""


def _takes_the_place(old: Placed, new: Placed) -> bool:
    """Whether the one is what the other was to all that stands around it."""
    return (
        (old.unit, old.owner, old.segment.kind) == (new.unit, new.owner, new.segment.kind)
        and not _binds(new)
        and (SETTER in old.segment.text) == (SETTER in new.segment.text)
        and _has_parameters(old) == _has_parameters(new)
    )


def _has_parameters(placed: Placed) -> bool:
    """Whether a definition has got as far as its parameters, without which it is none."""
    return placed.segment.kind not in (Kind.FUNCTION, Kind.METHOD) or "(" in placed.segment.text


def _binds(placed: Placed) -> bool:
    """Whether a unit may bind names of the module level by what is inside it."""
    return placed.segment.kind is Kind.RUN


class FileSource:
    """Answers the questions of `initls.model.machine.scope.Source` for one outline."""

    def __init__(
        self, filename: str, outline: Outline, facts_of: FactsOf, broken: Collection[str] = frozenset()
    ) -> None:
        """Read `outline`, taking the facts of its segments from `facts_of`.

        `broken` is to hold the units of which `facts_of` has found that they cannot be read as they stand.
        """
        self.filename = filename
        self.outline = outline
        self.broken = broken
        self._facts_of = facts_of
        self._found: dict[str, tuple[Definition, ...]] = {}

    def follow(self, before: FileSource) -> frozenset[str] | None:
        """Take over what is known of an earlier state, if only the inside of some units has changed: those units.

        None where there is more to it than that: a unit has come or gone, or one that binds names has changed.
        """
        stretch = differing(before.outline, self.outline)
        if stretch is None:
            return None
        first, last = stretch
        edited = list(zip(before.outline.placed[first:last], self.outline.placed[first:last], strict=True))
        # What a broken unit is taken to say hangs on more than its text.
        doubtful = [placed for unit in before.broken if (placed := self.outline.get(unit)) is not None]
        if not all(_takes_the_place(old, new) for old, new in edited) or any(_binds(placed) for placed in doubtful):
            return None
        kept = ["_kinds", "_definitions", "_members", "_stars", "function_names"]
        if all(_imports_of(old.segment) == _imports_of(new.segment) for old, new in edited):
            kept.append("imports")
        for name in kept:
            if name in before.__dict__:
                self.__dict__[name] = before.__dict__[name]
        self._found = before._found
        return frozenset([*(placed.unit for _, placed in edited), *before.broken])

    def detach(self) -> None:
        """Keep the outline and let go of what facts come from."""
        self._facts_of = _nothing
        self.broken = frozenset(self.broken)

    def facts(self, unit: str) -> ir.Facts | None:
        """What a unit says; None where it cannot be read."""
        placed = self.outline.get(unit)
        return None if placed is None else self._facts_of(placed)

    def spoken(self, word: str) -> int:
        """How often a word stands anywhere in the file, comments and strings included."""
        texts = [placed.segment.text for placed in self.outline.placed if word in placed.segment.text]
        return sum(len(re.findall(rf"\b{re.escape(word)}\b", text)) for text in texts)

    def used(self, word: str) -> bool:
        """Whether a word stands in the file elsewhere than where it is imported or handed on in `__all__`."""
        texts = (placed.segment.text for placed in self.outline.placed if word in placed.segment.text)
        # What begins or ends with a sign, such as `.apply(`, may have anything there.
        start, end = (r"(?<!\w)" if word[0] not in ".(" else "", r"(?!\w)" if word[-1] not in ".(" else "")
        wanted = re.compile(f"{start}{re.escape(word)}{end}")
        return any(wanted.search(HANDED_ON.sub("", text)) for text in texts)

    def reads(self, attribute: str) -> bool:
        """Whether anything may read an attribute of that name: other than by assigning it, or by name in a string."""
        name = re.escape(attribute)
        read = re.compile(rf"\.\s*{name}\b(?!\s*(?::[^=\n]+)?=(?!=))|([\"']){name}\1")
        texts = (placed.segment.text for placed in self.outline.placed)
        return any(attribute in text and read.search(text) for text in texts)

    def segment(self, unit: str) -> Segment:
        """The segment of a unit that there is."""
        return self.outline.placed[self.outline.index[unit]].segment

    def text(self, unit: str) -> str:
        """The text of a unit; nothing where it is longer than any that is parsed."""
        placed = self.outline.get(unit)
        return "" if placed is None or len(placed.segment.text) > MAX_SIZE else placed.segment.text

    @cached_property
    def imports(self) -> frozenset[str]:
        """The modules that are imported by their full names anywhere in the file."""
        return frozenset[str]().union(*(_imports_of(placed.segment) for placed in self.outline.placed))

    @cached_property
    def _kinds(self) -> Mapping[Kind, tuple[str, ...]]:
        found: dict[Kind, list[str]] = {kind: [] for kind in Kind}
        for placed in self.outline.placed:
            if not self._is_begun(placed):
                found[placed.segment.kind].append(placed.unit)
        return {kind: tuple(units) for kind, units in found.items()}

    def classes(self) -> tuple[str, ...]:
        """The classes at column 0, in text order."""
        return self._kinds[Kind.CLASS_HEAD]

    def functions(self) -> tuple[str, ...]:
        """The functions at column 0, in text order."""
        return self._kinds[Kind.FUNCTION]

    @cached_property
    def function_names(self) -> frozenset[str]:
        """The names of the functions at column 0."""
        return frozenset([unit.partition("#")[0] for unit in self.functions()])

    def runs(self) -> tuple[str, ...]:
        """The statements at module level, in text order."""
        return self._kinds[Kind.RUN]

    @cached_property
    def _definitions(self) -> Mapping[str, str]:
        """The last function or class of each name."""
        return {
            placed.segment.name: placed.unit
            for placed in self.outline.placed
            if placed.segment.kind in (Kind.FUNCTION, Kind.CLASS_HEAD) and not self._is_begun(placed)
        }

    @cached_property
    def _members(self) -> Mapping[str, Mapping[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for placed in self.outline.placed:
            if placed.segment.kind is Kind.METHOD and placed.owner is not None and not self._is_begun(placed):
                methods = found.setdefault(placed.owner, {})
                name = placed.unit.rpartition(".")[2].partition("#")[0]
                if name not in methods or SETTER not in placed.segment.text:
                    methods[name] = placed.unit
        return found

    def _is_begun(self, placed: Placed) -> bool:
        """Whether a definition is only begun, and never was more. Its name would be news at every letter."""
        return not _has_parameters(placed) and self.facts(placed.unit) is None

    def members(self, unit: str) -> Mapping[str, str]:
        """The methods of a class at column 0: name to unit."""
        return self._members.get(unit, {})

    def lookup(self, name: str) -> tuple[Definition, ...]:
        """What a module-level name is bound to, the last binding in text order counting."""
        found = self._found.get(name)
        if found is None:
            found = self._found[name] = self._lookup(name)
        return found

    def _lookup(self, name: str) -> tuple[Definition, ...]:
        own = self._definitions.get(name)
        own_at = -1 if own is None else self.outline.index[own]
        for unit in reversed(self.runs()):
            index = self.outline.index[unit]
            if index < own_at:
                break
            segment = self.outline.placed[index].segment
            names = _may_bind(segment)
            if names is not None and name not in names:
                continue
            facts = self.facts(unit)
            if facts is None:
                continue
            statements = tuple(bindings(facts.body, name))
            if statements:
                return tuple(Definition(unit, "statement", statement) for statement in statements)
        if own is None:
            return ()
        kind = self.outline.placed[own_at].segment.kind
        return (Definition(own, "class" if kind is Kind.CLASS_HEAD else "function"),)

    def stars(self) -> tuple[tuple[str, int], ...]:
        """The modules of which everything is imported, the last one first."""
        return self._stars

    @cached_property
    def _stars(self) -> tuple[tuple[str, int], ...]:
        found: list[tuple[str, int]] = []
        for unit in self.runs():
            if STAR in self.segment(unit).text:
                facts = self.facts(unit)
                found += [] if facts is None else stars(facts.body)
        # What gathers hundreds of modules is the index of a package, and looking through all of them takes seconds.
        return tuple(reversed(found)) if len(found) <= MOST_STARS else ()

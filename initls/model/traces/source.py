"""One file as the model reads it: the outline of its text, and the facts of its segments when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import chain

from initls.bounded import remembered
from initls.facts import ir
from initls.model.machine.scope import Definition, bindings, may_bind, stars
from initls.model.traces.mentions import READ, SPOKEN, TOKEN, USED, Mentions
from initls.pattern import pattern
from initls.syntax.guards import MAX_SIZE
from initls.syntax.outline import Outline, differing, outline
from initls.syntax.segments import Kind, Placed, Segment, key_of, size_of
from initls.syntax.text import Text

FactsOf = Callable[[Placed], ir.Facts | None]

STAR = "import *"
"""What a text holds that imports all the names of a module; who puts more blanks there is not followed."""

MOST_STARS = 24
"""Star imports of one file that are followed."""

IMPORT = pattern(r"(?m)^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import\b|import[ \t]+([\w.]+(?:[ \t]*,[ \t]*[\w.]+)*))")
"""An import at the beginning of a line; of `import a as b, c` the first module is enough."""

SETTER = ".setter"
"""What tells a property's second half from its first, which keeps the name."""


MOST_IMPORTS = 4_000
"""Segments of which is remembered what they import."""

MOST_BOUND = 1_000_000
"""The characters of the runs of which is remembered what they may bind: up to each word of them, where they import."""


MOST_NAMES = 4_000
"""Names of which is kept what they are bound to, from one state of a file to the next: half-typed ones add up."""


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


def _texts(segments: Iterable[Placed]) -> Iterator[str]:
    return (placed.segment.text for placed in segments)


def _segments(placed: Iterable[Placed]) -> Iterator[Segment]:
    return (one.segment for one in placed)


def _common_owner(edited: Iterable[Placed]) -> str | None:
    """The class of which all these are members, if there is one."""
    owners = {placed.owner for placed in edited}
    return owners.pop() if len(owners) == 1 else None


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
    """Answers the questions of `initls.model.machine.scope.Source` for one text."""

    def __init__(
        self, filename: str, text: Outline | str, facts_of: FactsOf, broken: Collection[str] = frozenset()
    ) -> None:
        """Read a text that is cut into segments, taking the facts of these from `facts_of`.

        One that nobody edits may come as it is. Of the many files around a file no more is asked, as a rule, than
        whether a word is in them, and such a text is cut when somebody asks for more.
        `broken` is to hold the units of which `facts_of` has found that they cannot be read as they stand.
        """
        self.filename = filename
        self.broken = broken
        self._text = text
        self._facts_of = facts_of
        self._found: dict[str, tuple[Definition, ...]] = {}
        self._mentions = Mentions(len(text.placed) if isinstance(text, Outline) else 1)
        self._edited: tuple[Placed, ...] = ()
        """What the state that this one follows had in other words, as it was there and as it is here."""

    @cached_property
    def outline(self) -> Outline:
        """The segments of the text."""
        return self._text if isinstance(self._text, Outline) else outline(Text.of(self._text)).settled()

    def follow(self, before: FileSource) -> frozenset[str] | None:
        """Take over what is known of an earlier state, if only the inside of some units has changed: those units.

        A class whose methods have come or gone has changed inside. None where there is more to it than that: another
        unit has come or gone, or one that binds names has changed.
        """
        first, old_stop, stop = differing(before.outline, self.outline)
        gone, come = before.outline.placed[first:old_stop], self.outline.placed[first:stop]
        self._edited = (*gone, *come)
        if before._mentions:
            segments = len(self.outline.placed)
            self._mentions = before._mentions.followed([*_texts(gone)], [*_texts(come)], self.touched, segments)
        # What a broken unit is taken to say hangs on more than its text.
        doubtful = [placed for unit in before.broken if (placed := self.outline.get(unit)) is not None]
        same = len(gone) == len(come) and all(map(_takes_the_place, gone, come))
        owner = None if same else _common_owner(self._edited)
        if any(map(_binds, doubtful)) or not (same or owner is not None):
            return None
        kept = ["_kinds", "_definitions", "_stars", "function_names"]
        if {*map(_imports_of, _segments(gone))} == {*map(_imports_of, _segments(come))}:
            kept.append("imports")
        if owner is None:
            kept.append("_members")
        elif "_members" in before.__dict__:
            self.__dict__["_members"] = {**before._members, owner: self._methods(owner)}
        for name in kept:
            if name in before.__dict__:
                self.__dict__[name] = before.__dict__[name]
        self._found = before._found if len(before._found) <= MOST_NAMES else {}
        edited = frozenset([*(placed.unit for placed in self._edited), *before.broken])
        return edited if owner is None else edited | {owner}

    @cached_property
    def touched(self) -> frozenset[str]:
        """The words of all that was edited."""
        # An edit may have been one of a whole file, of which there is not to be a list of all words.
        return frozenset(chain.from_iterable(set(TOKEN.findall(text)) for text in _texts(self._edited)))

    def detach(self) -> None:
        """Keep the outline and let go of what facts come from."""
        self._edited = ()
        self.__dict__.pop("touched", None)
        self._facts_of = _nothing
        self.broken = frozenset(self.broken)

    def facts(self, unit: str) -> ir.Facts | None:
        """What a unit says; None where it cannot be read."""
        placed = self.outline.get(unit)
        return None if placed is None else self._facts_of(placed)

    def spoken(self, word: str) -> int:
        """How often a word stands anywhere in the file, comments and strings included."""
        return self._count(SPOKEN, word)

    def used(self, word: str) -> bool:
        """Whether a word stands in the file elsewhere than where it is imported or handed on in `__all__`."""
        return self._count(USED, word) > 0

    def reads(self, attribute: str) -> bool:
        """Whether anything may read an attribute of that name: other than by assigning it, or by name in a string."""
        return self._count(READ, attribute) > 0

    def _count(self, sense: str, word: str) -> int:
        texts = [self._text] if isinstance(self._text, str) else _texts(self._text.placed)
        return self._mentions.count(sense, word, texts)

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
        return {unit: self._methods(unit) for unit in self.classes()}

    def _methods(self, owner: str) -> Mapping[str, str]:
        """The methods of a class, of each name the last one that is not the second half of a property."""
        found: dict[str, str] = {}
        for placed in self.outline.members(owner):
            if placed.segment.kind is Kind.METHOD and not self._is_begun(placed):
                name = placed.unit.rpartition(".")[2].partition("#")[0]
                if name not in found or SETTER not in placed.segment.text:
                    found[name] = placed.unit
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

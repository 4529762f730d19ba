"""What is worth tracing in a file: the roots, found without a look at anything but texts."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TypeAlias

from msgspec import Struct

from initls.facts.place import name_of
from initls.model.machine.scope import ALONE, Files, Source
from initls.model.traces.elsewhere import derives_from_concerned
from initls.model.traces.signs import Signs, declares, signs_of
from initls.model.traces.source import FileSource
from initls.syntax.segments import Kind

Root: TypeAlias = tuple[str, str]
"""The kind and the unit of what is traced by itself."""

DECLARED = "declared"
"""What the kind of such a root begins with."""


class Roots(Struct, frozen=True):
    """What is worth tracing in one state of a file."""

    found: tuple[Root, ...] = ()
    """Classes in text order, then functions, then the module level."""
    normed: bool = False
    """Whether the file puts layers under a spectral norm, so that it matters which pass is the first one."""

    def helpers(self) -> frozenset[str]:
        """The names of the functions that initialize something."""
        return frozenset([_bare(unit) for kind, unit in self.found if kind == "function"])

    def classes(self) -> Iterator[str]:
        """The classes that initialize something."""
        return (unit for kind, unit in self.found if kind == "class")


def relevant(source: FileSource, files: Files = ALONE, elsewhere: dict[str, frozenset[str]] | None = None) -> Roots:
    """The roots worth tracing.

    `elsewhere` remembers, for as long as no other file changes, which classes of other files initialize anything.
    """
    known = {} if elsewhere is None else elsewhere
    normed = _is_normed(source)
    functions = [unit for unit in source.functions() if _is_worth_running(source, unit, normed)]
    # A class that calls such a function may initialize through it. So may a function that builds a model; but of those
    # there may be hundreds, each of which builds a whole one.
    helpers = frozenset(map(_bare, functions))
    concerned: set[str] = set()
    classes: list[str] = []
    for unit in source.classes():
        if _is_concerned(source, unit, helpers, concerned, files, known):
            concerned.add(_bare(unit))
            classes.append(unit)
    module = any(_is_worth_running(source, unit, normed) for unit in source.runs())
    return Roots(
        (
            *(("class", unit) for unit in classes),
            *(("function", unit) for unit in functions),
            *((("module", ""),) if module else ()),
        ),
        normed,
    )


def still_relevant(
    roots: Roots,
    before: FileSource,
    now: FileSource,
    edited: Collection[str],
    files: Files,
    elsewhere: dict[str, frozenset[str]],
) -> bool:
    """Whether the roots of `before` are those of `now`, of which nothing but the inside of some units is another.

    Methods of a class that have come or gone are among these units, and so is the class.
    """
    owners: set[str] = set()
    for unit in edited:
        old, new = before.outline.get(unit), now.outline.get(unit)
        said, says = (None if placed is None else signs_of(placed.segment) for placed in (old, new))
        placed = new or old
        if said == says or placed is None:
            continue
        if (said is not None and said.normed) != (says is not None and says.normed):
            return False
        if placed.segment.kind is Kind.CLASS_HEAD:
            owners.add(unit)
        elif placed.owner is not None:
            owners.add(placed.owner)
        elif said is None or says is None or _is_worth(said, roots.normed) != _is_worth(says, roots.normed):
            return False
    return all(_is_as_it_was(roots, now, owner, files, elsewhere) for owner in owners)


def _is_as_it_was(roots: Roots, now: FileSource, unit: str, files: Files, elsewhere: dict[str, frozenset[str]]) -> bool:
    """Whether a class is still a root, or still none."""
    # What is true of the class is true of those that derive from it; so if nothing is new of it, nothing is of them.
    index = now.outline.index
    concerned = {_bare(other) for other in roots.classes() if index[other] < index[unit]}
    is_concerned = _is_concerned(now, unit, roots.helpers(), concerned, files, elsewhere)
    return is_concerned == (("class", unit) in roots.found)


def _bare(unit: str) -> str:
    return unit.partition("#")[0]


def _is_worth(signs: Signs, normed: bool) -> bool:
    """Whether a function or some statements are to be run by themselves."""
    return signs.concerns or (normed and signs.evaluates)


def _is_worth_running(source: FileSource, unit: str, normed: bool) -> bool:
    return _is_worth(signs_of(source.segment(unit)), normed)


def _is_concerned(
    source: FileSource,
    unit: str,
    helpers: Collection[str],
    concerned: Collection[str],
    files: Files,
    elsewhere: dict[str, frozenset[str]],
) -> bool:
    """Whether a class initializes anything: by itself, by a function of the file, or as one that it derives from."""
    head = signs_of(source.segment(unit))
    # What a base class writes, it writes in each class that derives from it.
    return (
        head.concerns
        or any(base in concerned for base in head.bases)
        or any(
            signs.concerns or (name != "forward" and any(called in helpers for called in signs.calls))
            for name, method in source.members(unit).items()
            for signs in (signs_of(source.segment(method)),)
        )
        or _makes_again(source, unit)
        or (
            files is not ALONE
            and derives_from_concerned(source, head.bases, files, lambda other: _elsewhere(other, files, elsewhere))
        )
    )


def _elsewhere(other: Source, files: Files, known: dict[str, frozenset[str]]) -> frozenset[str]:
    """The names of the classes of another file that initialize anything."""
    if other.filename not in known:
        known[other.filename] = frozenset()  # A file that imports itself in a circle finds nothing new there.
        if isinstance(other, FileSource):
            known[other.filename] = frozenset(map(name_of, relevant(other, files, known).classes()))
    return known[other.filename]


def _is_normed(source: FileSource) -> bool:
    """Whether a file puts layers under a spectral norm, so that it matters which pass is the first one."""
    members = (method for unit in source.classes() for method in source.members(unit).values())
    return any(signs_of(source.segment(unit)).normed for unit in (*source.runs(), *source.functions(), *members))


def _makes_again(source: FileSource, unit: str) -> bool:
    """Whether the forward pass of a class, or a method that it calls, may make or initialize anything."""
    members = source.members(unit)
    if "forward" not in members:
        return False
    signs = signs_of(source.segment(members["forward"]))
    return signs.again or any(
        name in members and signs_of(source.segment(members[name])).again for name in signs.calls if name != "forward"
    )


def declaring(source: FileSource) -> Iterator[Root]:
    """The roots worth tracing for layers that are told how to initialize themselves, where anything tells them so."""
    if not any(declares(placed.segment) for placed in source.outline.placed):
        return
    for unit in source.classes():
        yield f"{DECLARED} class", unit
        for method in source.members(unit).values():
            if declares(source.segment(method)):
                yield f"{DECLARED} method", method
    for unit in source.functions():
        yield f"{DECLARED} function", unit
    yield f"{DECLARED} module", ""

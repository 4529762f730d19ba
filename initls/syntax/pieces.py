"""How the chunks of a text fall into segments.

A group is a chunk, or a few that are one. It holds a definition at column 0 and the paragraphs of statements behind it,
or paragraphs alone; a class falls into its members once more.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from initls.syntax.atoms import Atom, Role
from initls.syntax.chunks import Chunk, gather, groups, joins
from initls.syntax.scan import CLEAN, advance, layout
from initls.syntax.segments import Kind, Segment

_NAME = re.compile(r"\ufeff?\s*(?:class|(?:async\s+)?def)\s+(\w+)")
_DEFINES = re.compile(r"(?:^|(?<=[\r\n]))([ \t\f]*)(?:class|def|async[ \t]+def)\b[^\r\n]*")
_CONTINUES = re.compile(r"(?:else|elif|except|finally|case)\b")
_STATEMENT = re.compile(
    r"(?:import|from|if|for|while|with|try|raise|assert|del|global|return)\b"
    r"|[A-Za-z_][\w.]*\s*(?:[-+*/@|&^%]?=(?!=)|:\s*\w|\()"
)
_UNNAMED = "<unnamed>"
_RECOVERIES = 8
"""How often, in one group, reading may begin afresh behind something that is never closed."""


class Group:
    """Chunks that are one, with the segments that they hold and how many lines each covers."""

    __slots__ = ("chunks", "counts", "parts", "segments")

    def __init__(self, chunks: tuple[Chunk, ...], known: Mapping[tuple[Atom, ...], Pieces]) -> None:
        self.chunks = chunks
        self.parts: dict[tuple[Atom, ...], Pieces] = {}
        """The segments of each member, by its atoms, for the group that comes after an edit."""
        pieces = self._cut([atom for chunk in chunks for atom in chunk.atoms], known)
        self.segments = tuple(segment for segment, _ in pieces)
        self.counts = tuple(count for _, count in pieces)

    def _cut(self, atoms: list[Atom], known: Mapping[tuple[Atom, ...], Pieces]) -> list[tuple[Segment, int]]:
        if atoms[0].heads_definition:
            main = next((atom for atom in atoms if _defines(atom) and atom.column == 0), atoms[0])
            if main.role is Role.FUNCTION:
                return self._function(atoms, known)
            if main.role is Role.CLASS:
                return self._class(atoms, atoms.index(main), known)
        return self._runs(atoms, known)

    def _function(self, atoms: list[Atom], known: Mapping[tuple[Atom, ...], Pieces]) -> list[tuple[Segment, int]]:
        tail = _tail(atoms)
        own = tuple(atoms[:tail])
        return [*self._part(own, known, _function), *self._runs(atoms[tail:], known)]

    def _runs(self, atoms: Sequence[Atom], known: Mapping[tuple[Atom, ...], Pieces]) -> list[tuple[Segment, int]]:
        return [piece for run in _paragraphs(atoms) for piece in self._part(tuple(run), known, _run)]

    def _class(
        self, atoms: list[Atom], main: int, known: Mapping[tuple[Atom, ...], Pieces]
    ) -> list[tuple[Segment, int]]:
        column = _body_column(atoms, main)
        # No definition stands at column -1, so a class without a body of its own lines is but its head.
        chunks = [Chunk(member) for member in gather(atoms[main:], column or -1)[0]]
        dirty = [index for index, chunk in enumerate(chunks) if not chunk.alone.clean]
        pieces: list[tuple[Segment, int]] = []
        before = tuple(atoms[:main])
        members = groups(chunks, joins(chunks, dirty)) if dirty else [(chunk,) for chunk in chunks]
        for index, member in enumerate(members):
            own = before + (member[0].atoms if len(member) == 1 else tuple(a for chunk in member for a in chunk.atoms))
            before = ()
            tail = _tail(own)
            pieces += self._part(own[:tail], known, _member if index else _class_head)
            if tail < len(own):
                rest = [*own[tail:], *(a for later in members[index + 1 :] for chunk in later for a in chunk.atoms)]
                return pieces + self._runs(rest, known)
        return pieces

    def _part(
        self,
        atoms: tuple[Atom, ...],
        known: Mapping[tuple[Atom, ...], Pieces],
        make: Callable[[str, int], Pieces],
    ) -> Pieces:
        pieces = known.get(atoms)
        if pieces is None:
            text = atoms[0].text if len(atoms) == 1 else "".join([atom.text for atom in atoms])
            pieces = make(text, sum(atom.lines for atom in atoms))
        self.parts[atoms] = pieces
        return pieces


Pieces = tuple[tuple[Segment, int], ...]
"""Segments in order, each with the number of its lines."""


def _defines(atom: Atom) -> bool:
    return atom.role is Role.CLASS or atom.role is Role.FUNCTION


def _name(text: str) -> tuple[str, str]:
    """The name that the first definition of `text` gives, and the indentation of its line."""
    definition = _DEFINES.search(text.removeprefix("\ufeff"))
    if definition is None:
        return _UNNAMED, ""
    name = _NAME.match(definition.group())
    return (name.group(1) if name else _UNNAMED), definition.group(1)


def _function(text: str, lines: int) -> Pieces:
    return ((Segment.of(Kind.FUNCTION, _name(text)[0], text), lines),)


def _class_head(text: str, lines: int) -> Pieces:
    return ((Segment.of(Kind.CLASS_HEAD, _name(text)[0], text), lines),)


def _run(text: str, lines: int) -> Pieces:
    return ((Segment.of(Kind.RUN, "", text), lines),)


def _member(text: str, lines: int) -> Pieces:
    """The segments of one member: the definition, and the statements of the class body behind it."""
    definition = _DEFINES.search(text)
    if definition is None:
        return ((Segment.of(Kind.CLASS_RUN, "", text), lines),)
    name, indent = _name(text)
    kind = Kind.NESTED if definition.group().lstrip().startswith("class") else Kind.METHOD
    split = _body_end(text, definition.end(), indent)
    if split == len(text):
        return ((Segment.of(kind, name, text), lines),)
    own = text[:split]
    count = own.count("\n") + own.count("\r") - own.count("\r\n")
    return (
        (Segment.of(kind, name, own), count),
        (Segment.of(Kind.CLASS_RUN, "", text[split:]), lines - count),
    )


def _body_end(text: str, start: int, indent: str) -> int:
    """Where the first statement behind `start` begins that is indented by `indent` alone."""
    state, done = CLEAN, 0
    for line in re.compile(rf"[\r\n]{re.escape(indent)}(?=[^\s#)\]}}\\])").finditer(text, start):
        begin = line.start() + 1
        state = advance(text[done:begin], state)
        done = begin
        if state.closed:
            return begin
    return len(text)


def _tail(atoms: Sequence[Atom]) -> int:
    """The index of the atom with which the statements behind a definition begin."""
    if not any(atom.role is Role.CODE for atom in atoms):
        return len(atoms)
    state, sound = CLEAN, 0
    for index, atom in enumerate(atoms):
        if state.closed:
            if atom.role is Role.CODE:
                return index
            sound = index
        state = atom.through(state)
    return len(atoms) if state.closed else _recovery(atoms, sound)


def _recovery(atoms: Sequence[Atom], sound: int) -> int:
    """Where to begin afresh when something opened in `atoms[sound]` is never closed.

    All that follows would be lost to one half-typed line, so the next line that can hardly be anything but a statement
    of the module is taken for one.
    """
    for index in range(sound + 1, len(atoms)):
        if atoms[index].role is Role.CODE and _STATEMENT.match(atoms[index].text):
            return index
    return len(atoms)


def _paragraphs(atoms: Sequence[Atom]) -> list[Sequence[Atom]]:
    """Runs of statements, cut where a statement at column 0 follows a blank line."""
    found: list[Sequence[Atom]] = []
    start = 0
    for _ in range(_RECOVERIES):
        state, sound = CLEAN, start
        for index in range(start, len(atoms)):
            atom = atoms[index]
            if state.closed:
                if index > start and atom.role is Role.CODE and atom.after_blank and not _CONTINUES.match(atom.text):
                    found.append(atoms[start:index])
                    start = index
                    state = CLEAN
                sound = index
            state = atom.through(state)
        again = len(atoms) if state.closed else _recovery(atoms, sound)
        if again == len(atoms):
            break
        found.append(atoms[start:again])
        start = again
    if start < len(atoms):
        found.append(atoms[start:])
    return found


def _body_column(atoms: Sequence[Atom], main: int) -> int:
    """The column of the class body of `atoms[main]`; 0 where it has no body of its own lines."""
    first = next(
        (index for index in range(main + 1, len(atoms)) if atoms[index].heads_definition and atoms[index].column),
        None,
    )
    if first is None:
        return 0
    head = atoms[main].text if first == main + 1 else "".join([atom.text for atom in atoms[main:first]])
    column = _column_in(head)
    return atoms[first].column if column is None else column


@lru_cache(maxsize=1024)
def _column_in(head: str) -> int | None:
    """The column of the first statement behind the header that `head` begins with; 0 if that stands on its line.

    None where `head` has no statement behind the header.
    """
    statements = layout(head).statements
    if len(statements) < 2:
        # The header alone, or one that never ends.
        return None
    line = head.replace("\r\n", "\n").replace("\r", "\n").split("\n")[statements[1][0]]
    return len(line) and len(line[: len(line) - len(line.lstrip(" \t\f"))].rpartition("\f")[2].expandtabs(8))

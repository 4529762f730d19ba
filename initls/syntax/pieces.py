"""How the chunks of a text fall into segments.

A group is a chunk, or a few that are one. It holds a definition at column 0 and the paragraphs of statements behind it,
or paragraphs alone; a class falls into its members once more.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from msgspec import Struct

from initls.bounded import digest, remembered
from initls.pattern import pattern
from initls.syntax.atoms import Atom, Role
from initls.syntax.chunks import Chunk, gather, groups, joins
from initls.syntax.scan import CLEAN, advance, layout
from initls.syntax.segments import Kind, Segment

_DEFINES = pattern(r"\ufeff?([ \t\f]*)(?:class|def|async[ \t]+def)(?!\w)[ \t]*(\w*)[^\r\n]*")
_CONTINUES = pattern(r"(?:else|elif|except|finally|case)\b")
_STATEMENT = pattern(
    r"(?:import|from|if|for|while|with|try|raise|assert|del|global|return)\b"
    r"|[A-Za-z_][\w.]*\s*(?:[-+*/@|&^%]?=(?!=)|:\s*\w|\()"
)
_UNNAMED = "<unnamed>"
_RECOVERIES = 8
"""How often, in one group, reading may begin afresh behind something that is never closed."""

MOST_COLUMNS = 4_000
"""Heads of classes of which is remembered where their bodies begin."""


class Group:
    """Chunks that are one, with the segments that they hold and how many lines each covers."""

    __slots__ = ("chunks", "counts", "members", "parts", "segments")

    def __init__(self, chunks: tuple[Chunk, ...], known: Parts) -> None:
        self.chunks = chunks
        self.parts: dict[tuple[Make, Atoms], Pieces] = {}
        """What each run of atoms was made into, for the group that stands here after an edit."""
        pieces = self._cut([atom for chunk in chunks for atom in chunk.atoms], known)
        self.segments = tuple([segment for segment, _ in pieces])
        self.counts = tuple([count for _, count in pieces])
        self.members = len(pieces)
        """How many segments there are."""

    def _cut(self, atoms: list[Atom], known: Parts) -> Pieces:
        main = _main(atoms) if atoms[0].heads_definition else None
        if main is None:
            return self._runs(atoms, known)
        if atoms[main].role is Role.CLASS:
            return self._class(atoms, main, known)
        tail = _tail(atoms)
        return self._part(_function, tuple(atoms[:tail]), known) + self._runs(atoms[tail:], known)

    def _runs(self, atoms: Sequence[Atom], known: Parts) -> Pieces:
        return tuple([piece for run in _paragraphs(atoms) for piece in self._part(_run, tuple(run), known)])

    def _class(self, atoms: list[Atom], main: int, known: Parts) -> Pieces:
        # No definition stands at column -1, so a class without a body of its own lines is but its head.
        column = _body_column(atoms, main) or -1
        chunks = [Chunk(member) for member in gather(atoms[main:], column)[0]]
        dirty = [index for index, chunk in enumerate(chunks) if not chunk.alone.clean]
        members = [
            tuple([atom for chunk in member for atom in chunk.atoms]) for member in groups(chunks, joins(chunks, dirty))
        ]
        members[0] = (*atoms[:main], *members[0])
        pieces: list[tuple[Segment, int]] = []
        for index, member in enumerate(members):
            tail = _tail(member)
            pieces += self._part(_member if index else _class_head, member[:tail], known)
            if tail < len(member):
                behind = [atom for later in members[index + 1 :] for atom in later]
                return (*pieces, *self._runs([*member[tail:], *behind], known))
        return tuple(pieces)

    def _part(self, make: Make, atoms: Atoms, known: Parts) -> Pieces:
        pieces = known.get((make, atoms))
        if pieces is None:
            pieces = make(atoms, "".join([atom.text for atom in atoms]))
        self.parts[make, atoms] = pieces
        return pieces


Atoms: TypeAlias = tuple[Atom, ...]
Pieces: TypeAlias = tuple[tuple[Segment, int], ...]
"""Segments in order, each with the number of its lines."""
Make: TypeAlias = Callable[[Atoms, str], Pieces]
"""What makes segments of some atoms and their text."""
Parts: TypeAlias = Mapping[tuple[Make, Atoms], Pieces]


def _function(atoms: Atoms, text: str) -> Pieces:
    return ((Segment.of(Kind.FUNCTION, _Definition.of(atoms, text).name, text), _lines(atoms)),)


def _class_head(atoms: Atoms, text: str) -> Pieces:
    return ((Segment.of(Kind.CLASS_HEAD, _Definition.of(atoms, text).name, text), _lines(atoms)),)


def _run(atoms: Atoms, text: str) -> Pieces:
    return ((Segment.of(Kind.RUN, "", text), _lines(atoms)),)


def _member(atoms: Atoms, text: str) -> Pieces:
    """The segments of one member: the definition, and the statements of the class body behind it."""
    lines = _lines(atoms)
    main = _main(atoms)
    if main is None:
        return ((Segment.of(Kind.CLASS_RUN, "", text), lines),)
    kind = Kind.NESTED if atoms[main].role is Role.CLASS else Kind.METHOD
    definition = _Definition.of(atoms, text)
    split = _body_end(text, definition.end, definition.indent)
    if split == len(text):
        return ((Segment.of(kind, definition.name, text), lines),)
    own = text[:split]
    count = own.count("\n") + own.count("\r") - own.count("\r\n")
    return (
        (Segment.of(kind, definition.name, own), count),
        (Segment.of(Kind.CLASS_RUN, "", text[split:]), lines - count),
    )


def _lines(atoms: Atoms) -> int:
    return sum([atom.lines for atom in atoms])


def _main(atoms: Sequence[Atom]) -> int | None:
    """The index of the definition that `atoms` are about, behind its decorators.

    What looks like one inside a string of a decorator is none, unless there is no other.
    """
    column, state = atoms[0].column, CLEAN
    doubtful: int | None = None
    for index, atom in enumerate(atoms):
        if (atom.role is Role.CLASS or atom.role is Role.FUNCTION) and atom.column == column:
            if state.closed:
                return index
            doubtful = index if doubtful is None else doubtful
        state = atom.through(state)
    return doubtful


class _Definition(Struct, frozen=True):
    """The first line of a definition."""

    name: str
    indent: str
    end: int
    """Where the line ends that has the name, in the text of the segment."""

    @staticmethod
    def of(atoms: Atoms, text: str) -> _Definition:
        """The definition that `atoms` are about."""
        start = sum([len(atom.text) for atom in atoms[: _main(atoms) or 0]])
        found = _DEFINES.match(text, start)
        if found is None:
            return _Definition(_UNNAMED, "", start)
        return _Definition(found.group(2) or _UNNAMED, found.group(1), found.end())


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


@remembered(MOST_COLUMNS, key=digest)
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

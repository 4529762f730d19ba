"""Chunks: the definitions of one level, and what stands between them, found by layout alone.

A chunk begins at every line of its column that looks like a definition or a decorator. Some of these lines stand
inside strings; `joins` tells which, for sound and for half-typed text alike, and the chunks around them are one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from initls.syntax.atoms import MOST_STATES, Atom, Role, through
from initls.syntax.scan import CLEAN, State

_ATTEMPTS = 16
"""How many joins may come to nothing before no more are tried; only hostile texts get there."""


class Chunk:
    """Atoms that belong together as far as layout can tell. Compared by identity."""

    __slots__ = ("_through", "alone", "atoms", "lines")

    def __init__(self, atoms: tuple[Atom, ...]) -> None:
        self.atoms = atoms
        self.lines = sum(atom.lines for atom in atoms)
        self.alone = through(atoms)
        """Where the lexer stands at the end when it begins afresh."""
        self._through: dict[State, State] = {}

    @property
    def decorated(self) -> bool:
        """Whether the chunk begins with an `@`."""
        return self.atoms[0].role is Role.DECORATOR

    def through(self, state: State) -> State:
        """Where the lexer stands behind this chunk when it comes to it in `state`."""
        known = self.alone if state == CLEAN else self._through.get(state)
        if known is None:
            if len(self._through) >= MOST_STATES:
                self._through.clear()
            known = self._through[state] = through(self.atoms, state)
        return known


def gather(atoms: Iterable[Atom], column: int) -> tuple[list[tuple[Atom, ...]], bool]:
    """The atoms of each chunk, when definitions at `column` begin chunks.

    The flag says whether the last chunk is a decorator that still waits for its definition.
    A decorator waits as long as nothing but decorators follows; not when it ends inside a string or closes a bracket
    that it did not open, as lines of a docstring and operands of a matrix product do.
    """
    chunks: list[tuple[Atom, ...]] = []
    current: list[Atom] = []
    waiting: State | None = None
    for atom in atoms:
        if atom.heads_definition and atom.column == column:
            if current and not _waits(waiting):
                chunks.append(tuple(current))
                current = []
                waiting = None
            if atom.role is Role.DECORATOR:
                waiting = atom.through(waiting or CLEAN)
            else:
                waiting = None
        elif waiting is not None:
            waiting = None if atom.role is Role.CODE and waiting.closed else atom.through(waiting)
        current.append(atom)
    if current:
        chunks.append(tuple(current))
    return chunks, _waits(waiting)


def _waits(waiting: State | None) -> bool:
    return waiting is not None and not waiting.quote and not waiting.bad


def joins(chunks: Sequence[Chunk], dirty: Sequence[int]) -> list[tuple[int, int]]:
    """The runs of chunks, first and last, that are one; `dirty` are the indices of those that are not clean alone.

    A chunk that ends inside a string is joined with those behind it up to the first at whose end all is closed, if
    that one does not look sound alone, or if all behind it do. Otherwise somebody is typing a string, and only the
    chunk where it begins is broken. Inside brackets no definition can stand, so there only an `@` is doubtful.
    """
    found: list[tuple[int, int]] = []
    failed = 0
    behind = 0
    for first in dirty:
        if first < behind or failed == _ATTEMPTS:
            continue
        state = chunks[first].alone
        if state.closed or state.bad:
            continue
        for last in range(first + 1, len(chunks)):
            chunk = chunks[last]
            if not state.quote and not chunk.decorated:
                failed += 1
                break
            state = chunk.through(state)
            if state.bad:
                failed += 1
                break
            if state.closed:
                if not chunk.alone.clean or dirty[-1] <= last:
                    found.append((first, last))
                    behind = last + 1
                else:
                    failed += 1
                break
        else:
            failed += 1
    return found


def groups(chunks: Sequence[Chunk], joined: Iterable[tuple[int, int]]) -> list[tuple[Chunk, ...]]:
    """All chunks in order, the joined ones together."""
    found: list[tuple[Chunk, ...]] = []
    at = 0
    for first, last in joined:
        found.extend((chunk,) for chunk in chunks[at:first])
        found.append(tuple(chunks[first : last + 1]))
        at = last + 1
    found.extend((chunk,) for chunk in chunks[at:])
    return found

"""Atoms: the runs of lines between which a text may be cut at all.

Whether an atom begins at a line can be seen from that line and the one in front of it, so an edit leaves all other
atoms as they are. Each atom remembers what the lexer makes of it, which turns every question about a longer piece of
text into a few lookups.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import Enum

from initls.pattern import pattern
from initls.syntax.scan import CLEAN, State, advance

_MARK = "\ufeff"
_DEFINITION = pattern(r"\ufeff?([ \t\f]*)(?:(class|def|async[ \t]+def)(?!\w)|(@))")
_BLANK = pattern(r"\s*$")
# A line of statements that can neither open nor close anything; what follows it can share its atom.
_PLAIN = pattern(r"(?!class\b|def\b|async\b)[A-Za-z_][^\"'()\[\]{}\\#]*$")

MOST_STATES = 8
"""States of which each atom remembers where it leads: whoever opens brackets above comes in ever new ones."""


class Role(Enum):
    """What the first line of an atom is."""

    CLASS = "class"
    FUNCTION = "function"
    DECORATOR = "decorator"
    CODE = "code"
    """Any other statement at column 0, or what looks like one."""
    OTHER = "other"
    """Whatever a text begins with otherwise: a blank line, a comment, an indented line."""


class Atom:
    """A run of whole lines. Atoms are compared by identity; `like` compares what they say."""

    __slots__ = ("_through", "after_blank", "column", "lines", "role", "text")

    def __init__(self, text: str, lines: int, role: Role, column: int, after_blank: bool) -> None:
        self.text = text
        self.lines = lines
        self.role = role
        self.column = column
        """How far the first line of a definition is indented, tabs counted as Python counts them."""
        self.after_blank = after_blank
        self._through: dict[State, State] = {}

    @property
    def heads_definition(self) -> bool:
        """Whether the atom begins with a definition or with a decorator."""
        return self.role is not Role.CODE and self.role is not Role.OTHER

    def through(self, state: State) -> State:
        """Where the lexer stands behind this atom when it comes to it in `state`."""
        known = self._through.get(state)
        if known is None:
            if len(self._through) >= MOST_STATES:
                self._through.clear()
            known = self._through[state] = advance(self.text, state)
        return known

    def like(self, other: Atom) -> bool:
        """Whether the two stand for the same lines in the same surroundings."""
        return (
            self.text == other.text
            and self.lines == other.lines
            and self.role is other.role
            and self.column == other.column
            and self.after_blank == other.after_blank
        )


def through(atoms: Iterable[Atom], state: State = CLEAN) -> State:
    """Where the lexer stands behind `atoms` when it comes to the first in `state`."""
    for atom in atoms:
        state = atom.through(state)
    return state


def _role(line: str, previous: str) -> tuple[Role, int] | None:
    """The role of an atom that begins at `line`; None where none begins."""
    first = line[:1]
    if first == " " or first == "\t":
        # Most lines of most texts are done with here.
        head = line.lstrip()[:1]
        if not head or head not in "@cda":
            return None
    elif first == _MARK:
        first = line[1:2]
    if first and first in " \t\f@cda":
        if definition := _DEFINITION.match(line):
            indent, word, decorator = definition.groups()
            column = len(indent.rpartition("\f")[2].expandtabs(8)) if indent else 0
            if decorator:
                # Behind a backslash an `@` multiplies matrices.
                joined = "#" not in previous and previous.rstrip("\r\n").endswith("\\")
                return None if joined else (Role.DECORATOR, column)
            return (Role.CLASS if word == "class" else Role.FUNCTION), column
        if first == "\f":
            first = line.lstrip("\f")[:1]
    if not first or first in " \t\r\n#)]}\\" or first.isspace():
        return None
    return None if _PLAIN.match(previous) else (Role.CODE, 0)


def cut(lines: Sequence[str], first: int, stop: int) -> list[Atom]:
    """The atoms of `lines[first:stop]`, of which the first is taken for the beginning of an atom."""
    atoms: list[Atom] = []
    previous = lines[first - 1] if first else ""
    lines = lines[first:stop]
    start, role, column = 0, Role.OTHER, 0
    blank = bool(first) and _BLANK.match(previous) is not None
    for number, line in enumerate(lines):
        begins = _role(line, previous)
        if begins:
            if number > start:
                atoms.append(Atom("".join(lines[start:number]), number - start, role, column, blank))
            start, (role, column) = number, begins
            blank = first + number > 0 and _BLANK.match(previous) is not None
        previous = line
    if len(lines) > start:
        atoms.append(Atom("".join(lines[start:]), len(lines) - start, role, column, blank))
    return atoms

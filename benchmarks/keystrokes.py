"""What is typed: the things that people write into a model file, one keystroke after the other.

Each thing is typed at the end of a statement and then taken back with one undo, so that each begins with the same text.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

QUOTES = '"""'


@dataclass(frozen=True, slots=True)
class Position:
    """Zero-based, columns in UTF-16 units; all that is typed here is ASCII."""

    line: int
    column: int

    def behind(self, text: str) -> Position:
        """Where one is after writing `text` from here on."""
        rows = text.count("\n")
        if not rows:
            return Position(self.line, self.column + len(text))
        return Position(self.line + rows, len(text) - text.rfind("\n") - 1)


@dataclass(frozen=True, slots=True)
class Edit:
    """The text between two positions becomes another."""

    start: Position
    end: Position
    text: str

    @property
    def range(self) -> dict[str, Any]:
        """The place as the protocol writes it."""
        return {
            "start": {"line": self.start.line, "character": self.start.column},
            "end": {"line": self.end.line, "character": self.end.column},
        }

    def apply(self, lines: list[str]) -> list[str]:
        """The lines of a text after the edit."""
        before, after = lines[self.start.line][: self.start.column], lines[self.end.line][self.end.column :]
        new = f"{before}{self.text}{after}".split("\n")
        return [*lines[: self.start.line], *new, *lines[self.end.line + 1 :]]


@dataclass(frozen=True, slots=True)
class Keystroke:
    """One edit, and what was being typed when it was made."""

    kind: str
    edit: Edit


@dataclass(frozen=True, slots=True)
class Place:
    """The end of a statement in a function, where typing goes on."""

    function: str
    position: Position
    indent: str
    """What the statement is indented by."""
    outer: str
    """What the function is indented by."""


@dataclass(frozen=True, slots=True)
class Thing:
    """Something to type behind a statement. `{i}` stands for the statement's indentation, `{o}` for the function's."""

    kind: str
    text: str
    closes_quotes: bool = False
    """Whether the editor sets the closing quotes behind the opening ones by itself."""
    at_once: bool = False
    """Whether it comes out of the clipboard."""


FIFTY_LINES = "".join(f"\n{{i}}y{k} = torch.relu(self.fc(x[{k}]))" for k in range(50))

THINGS = (
    Thing("a call", "\n{i}nn.init.constant_(self.fc.weight, 0.5)"),
    Thing("a docstring", '\n{i}"""What becomes of the input, in words."""'),
    Thing("a docstring, quotes closed", '\n{i}"""What becomes of the input, in words', closes_quotes=True),
    Thing("an f-string", '\n{i}shape = f"{{self.width}} by {{len(self.blocks)}}"'),
    Thing("a dict", '\n{i}sizes = {{"stem": (3, 64), "head": [64, {{"classes": 10}}]}}'),
    Thing("a comment behind a block", "\n{o}# The rest is as it was."),
    Thing("a new method", "\n\n{o}def features(self, x):\n{o}    return self.fc(x)"),
    *(Thing("a paste of 50 lines", FIFTY_LINES, at_once=True),) * 3,
)

UNDO = "an undo"

KINDS = (*dict.fromkeys(thing.kind for thing in THINGS), UNDO)


def places(source: str, of: Collection[str] = ()) -> list[Place]:
    """Where to type: in a constructor, in a `forward` and in another method, each as near the middle as can be.

    Where classes are named, in one of them.
    """
    lines = source.split("\n")
    classes = [
        node for node in ast.parse(source).body if isinstance(node, ast.ClassDef) and (not of or node.name in of)
    ]
    methods = [node for each in classes for node in each.body if isinstance(node, ast.FunctionDef)]

    def nearest(candidates: list[ast.FunctionDef]) -> Place:
        found = min(candidates, key=lambda function: (abs(function.lineno - len(lines) // 2), function.lineno))
        return _place(found, lines)

    usable = [method for method in methods if _is_plain(method.body[-1], lines)]
    constructors = [method for method in usable if method.name == "__init__"]
    forwards = [method for method in usable if method.name == "forward"]
    others = [method for method in usable if method.name not in ("__init__", "forward")]
    return [nearest(candidates) for candidates in (constructors, forwards, others) if candidates]


def _is_plain(statement: ast.stmt, lines: list[str]) -> bool:
    """Whether a statement stands on one line, with nothing behind it."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef | ast.If | ast.For | ast.With | ast.Try | ast.While):
        return False
    return statement.lineno == statement.end_lineno and len(lines[statement.lineno - 1]) == statement.end_col_offset


def _place(function: ast.FunctionDef, lines: list[str]) -> Place:
    last = function.body[-1]
    line = lines[last.lineno - 1]
    return Place(
        function.name,
        Position(last.lineno - 1, len(line)),
        line[: last.col_offset],
        lines[function.lineno - 1][: function.col_offset],
    )


def keystrokes(place: Place) -> Iterator[Keystroke]:
    """Everything in `THINGS` typed at `place` and taken back."""
    return chain.from_iterable(by_thing(place))


def by_thing(place: Place) -> Iterator[list[Keystroke]]:
    """The same, each thing by itself."""
    return (list(_typed(thing, place)) for thing in THINGS)


def _typed(thing: Thing, place: Place) -> Iterator[Keystroke]:
    text = thing.text.format(i=place.indent, o=place.outer)
    typed = closing = ""
    for piece in [text] if thing.at_once else _pieces(text):
        here = place.position.behind(typed)
        typed += piece
        if thing.closes_quotes and not closing and typed.endswith(QUOTES):
            closing = QUOTES
            piece += closing
        yield Keystroke(thing.kind, Edit(here, here, piece))
    yield Keystroke(UNDO, Edit(place.position, place.position.behind(typed + closing), ""))


def _pieces(text: str) -> Iterator[str]:
    """What each press of a key brings: a character, and behind a line feed the indentation that the editor adds."""
    at = 0
    while at < len(text):
        end = at + 1
        if text[at] == "\n":
            while text[end : end + 1] == " ":
                end += 1
        yield text[at:end]
        at = end

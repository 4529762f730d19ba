"""What the value of a setting may be: read from loosely typed values, and told to editors as JSON Schema.

A shape does both, so that what an editor underlines by the schema is what initls refuses, and nothing else. The one
thing that a schema cannot tell is whether a string is a glob.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping
from typing import Any, Protocol, TypeAlias

from msgspec import Struct

from initls.pattern import pattern
from initls.workspace import globs

JSON: TypeAlias = dict[str, Any]

SELECTOR: JSON = {"$ref": "#/definitions/selector"}
"""Stands for the codes and beginnings of codes; whoever writes a schema defines it from the rules that there are."""

_CODE = pattern(r"[A-Z]+[0-9]*\Z")


class Misfit(Exception):
    """A value that does not have the shape; the message says what was expected and what was there."""


class Shape(Protocol):
    """What a value may be."""

    def read(self, value: object, codes: Collection[str]) -> Any:
        """The value as the program has it; raises `Misfit`. `codes` are those of the rules; without any, all are."""

    def schema(self) -> JSON:
        """The same as JSON Schema."""


class Flag(Struct, frozen=True):
    """True or false."""

    def read(self, value: object, codes: Collection[str]) -> bool:
        if not isinstance(value, bool):
            raise Misfit("expected true or false")
        return value

    def schema(self) -> JSON:
        return {"type": "boolean"}


class Word(Struct, frozen=True):
    """One of some words."""

    words: tuple[str, ...]

    def read(self, value: object, codes: Collection[str]) -> str:
        if isinstance(value, str) and value in self.words:
            return value
        quoted = [f'"{word}"' for word in self.words]
        expected = ", ".join(quoted[:-1]) + f" or {quoted[-1]}"
        hint = nearest(value, self.words) if isinstance(value, str) else ""
        raise Misfit(f"expected {expected}, got {_shown(value)}{hint}")

    def schema(self) -> JSON:
        return {"enum": list(self.words)}


class Text(Struct, frozen=True):
    """A string, of a certain form where a regular expression says so; `expected` names it, best with an example."""

    expected: str
    form: str | None = None

    def read(self, value: object, codes: Collection[str]) -> str:
        if not isinstance(value, str) or not (self.form is None or re.fullmatch(self.form, value)):
            raise Misfit(f"expected {self.expected}, got {_shown(value)}")
        return value

    def schema(self) -> JSON:
        return {"type": "string"} if self.form is None else {"type": "string", "pattern": f"^{self.form}$"}


class Selector(Struct, frozen=True):
    """A rule's code, the beginning of one, or `ALL`."""

    def read(self, value: object, codes: Collection[str]) -> str:
        text = str(value)
        if text == "ALL":
            return text
        if not _CODE.match(text) or (codes and not any(code.startswith(text) for code in codes)):
            raise Misfit(f"`{text}` is neither a rule's code nor the beginning of one" + nearest(text, codes))
        return text

    def schema(self) -> JSON:
        return SELECTOR


class Glob(Struct, frozen=True):
    """A glob of files and folders, as in an ignore file of git; `negated` lets one that begins with `!` turn around."""

    negated: bool = False

    def read(self, value: object, codes: Collection[str]) -> str:
        text = str(value)
        if not globs.readable(text.removeprefix("!") if self.negated else text):
            raise Misfit(f"`{text}` is no glob that git would understand")
        return text

    def schema(self) -> JSON:
        return {"type": "string"}


class ListOf(Struct, frozen=True):
    """A list of strings of one shape."""

    item: Shape

    def read(self, value: object, codes: Collection[str]) -> tuple[Any, ...]:
        if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
            raise Misfit(f"expected a list of strings, got {_shown(value)}")
        return tuple(self.item.read(item, codes) for item in value)

    def schema(self) -> JSON:
        return {"type": "array", "items": self.item.schema()}


class TableOf(Struct, frozen=True):
    """A table whose keys and values have each their shape; `content` says what they are."""

    key: Shape
    value: Shape
    content: str

    def read(self, value: object, codes: Collection[str]) -> tuple[tuple[Any, Any], ...]:
        if not isinstance(value, Mapping):
            raise Misfit(f"expected a table of {self.content}, got {_shown(value)}")
        return tuple((self.key.read(key, codes), self.value.read(item, codes)) for key, item in value.items())

    def schema(self) -> JSON:
        keys = self.key.schema()
        named = {} if keys == {"type": "string"} else {"propertyNames": keys}
        return {"type": "object", **named, "additionalProperties": self.value.schema()}


def nearest(text: str, names: Collection[str]) -> str:
    """A question for the one of `names` that `text` may have meant, to be put behind a message."""
    near = difflib.get_close_matches(text, names, n=1, cutoff=0.5)
    return f"; did you mean `{near[0]}`?" if near else ""


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."

"""Reading parameters as the client sent them: small functions that give a value or say what is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from pygls.uris import to_fs_path

T = TypeVar("T")

Position: TypeAlias = tuple[int, int]
"""A line and a column, as the client counts."""
Range: TypeAlias = tuple[Position, Position]
"""Two positions, in order."""


class InvalidParams(Exception):
    """The parameters do not have the shape that the protocol gives them."""


def field(params: object, name: str, kind: type[T]) -> T:
    """The field `name` of `params`, which must be of the type `kind`."""
    value = params.get(name) if isinstance(params, dict) else None
    # JSON's true and false are not numbers, whatever Python thinks.
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise InvalidParams(f"`{name}` should be {_NAMES.get(kind, kind.__name__)}")
    return value


def document_uri(params: object) -> str:
    """The document that the parameters are about."""
    return field(field(params, "textDocument", dict), "uri", str)


def version(params: object) -> int | None:
    """The version of the document that the parameters name, if they name one."""
    return integer(field(params, "textDocument", dict).get("version"))


def integer(value: object) -> int | None:
    """The value where it is a whole number; None where it is anything else, true and false with it."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def folders(value: object) -> tuple[Path, ...]:
    """The folders of a workspace that lie on our disk, each once."""
    uris = [folder.get("uri") for folder in value if isinstance(folder, dict)] if isinstance(value, list) else []
    found = [to_fs_path(uri) for uri in uris if isinstance(uri, str) and uri.startswith("file:")]
    return tuple(Path(path) for path in dict.fromkeys(found) if path)


def position(value: object) -> Position:
    """A position as the client counts: line and column. It may lie outside of the text, but not in front of it."""
    line, character = field(value, "line", int), field(value, "character", int)
    if line < 0 or character < 0:
        raise InvalidParams("a position has no negative numbers")
    return line, character


def range_(value: object) -> Range:
    """A range as the client counts, its ends in order."""
    start, end = position(field(value, "start", dict)), position(field(value, "end", dict))
    return (start, end) if start <= end else (end, start)


def optional_range(value: object) -> Range | None:
    """A range, or None where the client sends something that is not one (other servers' diagnostics may)."""
    try:
        return range_(value)
    except InvalidParams:
        return None


_NAMES: dict[type[Any], str] = {str: "a string", int: "an integer", dict: "an object", list: "an array"}

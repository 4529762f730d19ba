"""Frozen values as what JSON can say, and back again.

What a value looks like follows from its type: a struct or a dataclass is an object of its fields, a tuple an array, an
enumeration its value. A field that takes no part in comparisons is left out. Nothing but the types that are asked for
is made of what is read.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from msgspec import Struct

T = TypeVar("T")


class Misshapen(Exception):
    """What was read has another shape than it should have."""


def plain(value: Any) -> Any:
    """The value as objects, arrays, strings and numbers."""
    kind: Any = type(value)
    if issubclass(kind, Struct) or is_dataclass(kind):
        return {name: plain(getattr(value, name)) for name in _fields(kind)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    return value


def made(kind: type[T], told: Any) -> T:
    """The value of this type that `plain` has told; raises `Misshapen`."""
    asked: Any = kind
    value: T = _maker(asked)(told)
    return value


Maker = Callable[[Any], Any]


@cache
def _maker(kind: Any) -> Maker:
    """What makes values of a type of what was read."""
    parts = get_args(kind)
    if is_dataclass(kind) or (isinstance(kind, type) and issubclass(kind, Struct)):
        return _record(kind)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _one_of({one.value: one for one in kind})
    if get_origin(kind) is Literal:
        return _one_of({word: word for word in parts})
    if get_origin(kind) in (Union, UnionType):
        (some,) = (part for part in parts if part is not NoneType)
        return _optional(_maker(some))
    if get_origin(kind) is tuple:
        return _array(_maker(parts[0])) if parts[-1] is Ellipsis else _row([*map(_maker, parts)], lambda *row: row)
    if hasattr(kind, "_fields"):
        return _row([*map(_maker, get_type_hints(kind).values())], kind)
    return _scalar(kind)


@cache
def _fields(kind: Any) -> tuple[str, ...]:
    """The fields of a kind of record that take part in comparisons."""
    if is_dataclass(kind):
        return tuple(field.name for field in fields(kind) if field.compare)
    names: tuple[str, ...] = kind.__struct_fields__
    return names


def _record(kind: Any) -> Maker:
    hints = get_type_hints(kind)
    makers = {name: _maker(hints[name]) for name in _fields(kind)}

    def make(told: Any) -> Any:
        if not isinstance(told, dict) or told.keys() != makers.keys():
            raise Misshapen(f"{_quoted(told)} is no {kind.__name__}")
        return kind(**{name: make(told[name]) for name, make in makers.items()})

    return make


def _row(makers: Sequence[Maker], build: Callable[..., Any]) -> Maker:
    def make(told: Any) -> Any:
        if not isinstance(told, list) or len(told) != len(makers):
            raise Misshapen(f"{_quoted(told)} is no array of {len(makers)}")
        return build(*(make(item) for make, item in zip(makers, told, strict=True)))

    return make


def _array(item: Maker) -> Maker:
    def make(told: Any) -> Any:
        if not isinstance(told, list):
            raise Misshapen(f"{_quoted(told)} is no array")
        return tuple(map(item, told))

    return make


def _one_of(values: Mapping[Any, Any]) -> Maker:
    def make(told: Any) -> Any:
        if not isinstance(told, str) or told not in values:
            raise Misshapen(f"{_quoted(told)} is none of {', '.join(values)}")
        return values[told]

    return make


def _optional(some: Maker) -> Maker:
    return lambda told: None if told is None else some(told)


def _scalar(kind: type) -> Maker:
    def make(told: Any) -> Any:
        # A truth value is a number to Python, and not to JSON.
        if type(told) is not kind:
            raise Misshapen(f"{_quoted(told)} is no {kind.__name__}")
        return told

    return make


def _quoted(told: Any) -> str:
    text = json.dumps(told, ensure_ascii=False)
    return f"`{text}`" if len(text) <= _LONGEST else f"`{text[:_LONGEST]}...`"


_LONGEST = 60
"""Characters that a message quotes."""

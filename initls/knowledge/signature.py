"""Signatures as data: argument names in order, with their defaults."""

from __future__ import annotations

from typing import TypeAlias

Signature: TypeAlias = tuple[tuple[str, object], ...]
"""Arguments in order; a default of `REQUIRED` marks those that have none."""


class _Required:
    """The default of an argument that has none."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "REQUIRED"

    def __reduce__(self) -> str:
        return "REQUIRED"


REQUIRED = _Required()

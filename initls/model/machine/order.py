"""The order in which Python looks an attribute up in a class and its bases (C3, https://docs.python.org/3/howto/mro.html)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def resolution(name: str, bases: Mapping[str, Sequence[str]]) -> tuple[str, ...] | None:
    """The class `name` and all that it derives from, nearest first; None where Python would refuse the bases.

    `bases` are those of each class, in the order of its statement; a class that is not among them has none.
    """
    return _resolution(name, bases, {})


def _resolution(
    name: str, bases: Mapping[str, Sequence[str]], known: dict[str, tuple[str, ...] | None]
) -> tuple[str, ...] | None:
    if name not in known:
        known[name] = None  # A class that derives from itself is refused as well.
        direct = tuple(bases.get(name, ()))
        above = [_resolution(base, bases, known) for base in direct]
        lines = [line for line in above if line is not None]
        merged = _merged([*lines, direct]) if len(lines) == len(above) else None
        known[name] = None if merged is None else (name, *merged)
    return known[name]


def _merged(lines: list[tuple[str, ...]]) -> list[str] | None:
    """The names of all lines, each behind those that stand in front of it in any of them."""
    found: list[str] = []
    while lines := [line for line in lines if line]:
        first = next((line[0] for line in lines if not any(line[0] in other[1:] for other in lines)), None)
        if first is None:
            return None
        found.append(first)
        lines = [line[1:] if line[0] == first else line for line in lines]
    return found

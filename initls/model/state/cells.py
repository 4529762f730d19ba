"""Tables that are forked at a branch and joined behind it, at the cost of what the two sides changed.

A table is a stack of layers. A fork freezes what is there and lets each side write into a layer of its own; a join
looks only at what was written since the two went apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping
from typing import Any, Generic, TypeVar, cast, overload

K = TypeVar("K")
V = TypeVar("V")
T = TypeVar("T")

DEEPEST = 12
"""Layers that a look-up goes through; a table that has more is made flat when it is forked."""

_MISSING: Any = object()
_GONE: Any = object()


class _Layer(Generic[K, V]):
    """What was written between two forks, over what was there before."""

    __slots__ = ("below", "cells", "depth")

    def __init__(self, below: _Layer[K, V] | None, cells: dict[K, V]) -> None:
        self.below = below
        self.cells = cells
        self.depth: int = 1 if below is None else below.depth + 1


class Cells(MutableMapping[K, V]):
    """One side's view of a table."""

    __slots__ = ("_below", "_own")

    def __init__(self, below: _Layer[K, V] | None = None, own: dict[K, V] | None = None) -> None:
        self._below = below
        self._own: dict[K, V] = {} if own is None else own

    def fork(self) -> Cells[K, V]:
        """A copy that can go its own way."""
        if self._own:
            self._below = _Layer(self._below, self._own)
            self._own = {}
            if self._below.depth > DEEPEST:
                self._below = _Layer(None, dict(self.items()))
        return Cells(self._below)

    @overload
    def get(self, key: K, /) -> V | None: ...
    @overload
    def get(self, key: K, /, default: V | T) -> V | T: ...
    def get(self, key: K, /, default: V | T | None = None) -> V | T | None:
        """What a cell holds."""
        cells = self._own
        layer = self._below
        while key not in cells:
            if layer is None:
                return default
            cells = layer.cells
            layer = layer.below
        found = cells[key]
        return default if found is _GONE else found

    def __getitem__(self, key: K) -> V:
        cells = self._own
        layer = self._below
        while key not in cells:
            if layer is None:
                raise KeyError(key)
            cells = layer.cells
            layer = layer.below
        found = cells[key]
        if found is _GONE:
            raise KeyError(key)
        return found

    def __contains__(self, key: object) -> bool:
        return self.get(cast(K, key), _MISSING) is not _MISSING

    def __setitem__(self, key: K, value: V) -> None:
        self._own[key] = value

    def __delitem__(self, key: K) -> None:
        if key not in self:
            raise KeyError(key)
        self._own[key] = _GONE

    def __iter__(self) -> Iterator[K]:
        return iter([key for key, value in self._since(None).items() if value is not _GONE])

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _since(self, common: _Layer[K, V] | None) -> dict[K, V]:
        """What was written above a layer, the oldest first."""
        layers = [self._own] if self._own else []
        layer = self._below
        while layer is not None and layer is not common:
            layers.append(layer.cells)
            layer = layer.below
        if len(layers) == 1:
            return layers[0]
        written: dict[K, V] = {}
        for cells in reversed(layers):
            written.update(cells)
        return written


def join(first: Cells[K, V], second: Cells[K, V], merge: Callable[[V, V], V], absent: V | None = None) -> Cells[K, V]:
    """The cells of both sides; `merge` is asked for those that the two left different.

    A cell that only one side has is as that side left it, or, with `absent`, merged with that.
    """
    if first._below is second._below and not first._own and not second._own:
        return Cells(first._below)
    common = _common(first._below, second._below)
    one, two = first._since(common), second._since(common)
    joined: dict[K, V] = {}
    before: Cells[K, V] = Cells(common)
    for key in two if not one else {**two, **one}:
        a = one[key] if key in one else before.get(key, _MISSING)
        b = two[key] if key in two else before.get(key, _MISSING)
        if a is b:
            joined[key] = a
            continue
        a, b = (_MISSING if value is _GONE else value for value in (a, b))
        if a is b:
            joined[key] = _GONE
        elif absent is None and (a is _MISSING or b is _MISSING):
            joined[key] = b if a is _MISSING else a
        else:
            joined[key] = merge(
                cast(V, absent if a is _MISSING else a),
                cast(V, absent if b is _MISSING else b),
            )
    return Cells(common, joined)


def join_all(
    first: dict[T, Cells[K, V]], second: dict[T, Cells[K, V]], merge: Callable[[V, V], V], absent: V
) -> dict[T, Cells[K, V]]:
    """Several tables of both sides by name; one that only one side has is empty on the other."""
    joined: dict[T, Cells[K, V]] = {}
    for name, one in first.items():
        two = second.get(name)
        if two is None:
            joined[name] = join(one, Cells(), merge, absent)
        elif one._below is two._below and not one._own and not two._own:
            # Of the functions on the stack only the last one has changed anything, as a rule.
            joined[name] = Cells(one._below)
        else:
            joined[name] = join(one, two, merge, absent)
    for name in second.keys() - first.keys():
        joined[name] = join(Cells(), second[name], merge, absent)
    return joined


def _common(first: _Layer[K, V] | None, second: _Layer[K, V] | None) -> _Layer[K, V] | None:
    """The highest layer that two stacks share."""
    while first is not second:
        if first is None or second is None:
            return None
        if first.depth >= second.depth:
            first = first.below
        else:
            second = second.below
    return first

"""Long sequences that never change, and of which a changed one costs little.

A text of a hundred thousand lines gets another line at every keystroke. A tuple of its lines would be copied each time;
here only the block is made anew that the line is in, and the short list of blocks.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate, chain, pairwise
from operator import attrgetter, is_
from typing import Generic, TypeVar, overload

T_co = TypeVar("T_co", covariant=True)
T = TypeVar("T")

BLOCK = 256
"""The items of a block that has just been cut: about as many as a long text then has blocks."""

MOST = 2 * BLOCK
"""A block that has grown beyond this falls into several."""

LEAST = BLOCK // 4
"""A block that has shrunk below this takes its neighbour in."""

_COUNT = attrgetter("count")
_TOTAL = attrgetter("total")


class _Block(Generic[T_co]):
    """Some items in a row, and once somebody has asked, what those in front of each of them measure together."""

    __slots__ = ("_sums", "count", "items", "total")

    def __init__(self, items: tuple[T_co, ...]) -> None:
        self.items = items
        self.count = len(items)
        self.total: int | None = None
        """What all of them measure, once the sums are there."""
        self._sums: list[int] | None = None

    def sums(self, size: Callable[[T_co], int]) -> list[int]:
        """The positions of the items within the block, and behind them that of its end."""
        if self._sums is None:
            sums = list(accumulate(map(size, self.items), initial=0))
            # In this order, for texts are read by several threads: where there are sums, there is their total.
            self.total = sums[-1]
            self._sums = sums
        return self._sums


class Blocks(Sequence[T_co]):
    """A sequence that is changed by building a new one, which shares the blocks that have not changed.

    Each item has a size, as `size` tells it. Along the sequence these add up to positions, by which an item is found.
    """

    __slots__ = ("_blocks", "_positions", "_size", "_starts")

    def __init__(self, blocks: tuple[_Block[T_co], ...], size: Callable[[T_co], int]) -> None:
        self._blocks = blocks
        self._size = size
        self._starts: list[int] = list(accumulate(map(_COUNT, blocks), initial=0))
        """How many items stand in front of each block, and behind the last how many there are."""
        self._positions: list[int] | None = None
        """The same for the sizes of the items."""

    @staticmethod
    def of(items: Iterable[T], size: Callable[[T], int]) -> Blocks[T]:
        """The sequence of these items."""
        return Blocks(_cut(tuple(items)), size)

    def __len__(self) -> int:
        return self._starts[-1]

    def __iter__(self) -> Iterator[T_co]:
        return chain.from_iterable([block.items for block in self._blocks])

    @overload
    def __getitem__(self, index: int) -> T_co: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[T_co, ...]: ...

    def __getitem__(self, index: int | slice) -> T_co | tuple[T_co, ...]:
        """An item, or those of a slice as a tuple."""
        count = self._starts[-1]
        if isinstance(index, slice):
            first, stop, step = index.indices(count)
            return self._between(first, stop) if step == 1 else tuple(self)[index]
        if index < 0:
            index += count
        if not 0 <= index < count:
            raise IndexError(index)
        block = bisect_right(self._starts, index) - 1
        return self._blocks[block].items[index - self._starts[block]]

    def _between(self, first: int, stop: int) -> tuple[T_co, ...]:
        if stop <= first:
            return ()
        low, high = bisect_right(self._starts, first) - 1, bisect_right(self._starts, stop - 1) - 1
        begin = self._starts[low]
        if low == high:
            return self._blocks[low].items[first - begin : stop - begin]
        items = chain.from_iterable([block.items for block in self._blocks[low : high + 1]])
        return tuple(items)[first - begin : stop - begin]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Blocks):
            return NotImplemented
        return len(self) == len(other) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return f"Blocks({tuple(self)!r})"

    def spliced(self, first: int, stop: int, items: Sequence[T_co]) -> Blocks[T_co]:
        """The sequence with its items from `first` up to `stop` replaced by others."""
        low = max(bisect_right(self._starts, first, 0, len(self._blocks)) - 1, 0)
        high = max(bisect_right(self._starts, stop - 1, low, len(self._blocks)) - 1, low)
        begin, end = self._starts[low], self._starts[min(high + 1, len(self._blocks))]
        if end - begin - (stop - first) + len(items) < LEAST and high + 1 < len(self._blocks):
            high += 1
            end = self._starts[high + 1]
        fresh = (*self._between(begin, first), *items, *self._between(stop, end))
        return Blocks(self._blocks[:low] + _cut(fresh) + self._blocks[high + 1 :], self._size)

    def position(self, index: int) -> int:
        """What the items in front of `index` measure together; `len` gives what all of them do."""
        block = bisect_right(self._starts, index) - 1
        if block == len(self._blocks):
            return self._summed()[block]
        return self._summed()[block] + self._blocks[block].sums(self._size)[index - self._starts[block]]

    def at(self, position: int) -> int:
        """The index of the item that covers `position`, which is not negative; behind the end that is `len`."""
        positions = self._summed()
        block = bisect_right(positions, position) - 1
        if block == len(self._blocks):
            return len(self)
        sums = self._blocks[block].sums(self._size)
        return self._starts[block] + bisect_right(sums, position - positions[block]) - 1

    def _summed(self) -> list[int]:
        if self._positions is None:
            for block in self._blocks:
                if block.total is None:
                    block.sums(self._size)
            self._positions = list(accumulate(map(_TOTAL, self._blocks), initial=0))
        return self._positions

    def differing(self, other: Blocks[T]) -> tuple[int, int, int]:
        """Where the two begin to hold other items, and where that ends: here, and in `other`.

        Items are the same if they are one object. What stands behind counts from the end.
        """
        first, stop, other_stop = 0, len(self), len(other)
        for mine, theirs in zip(self._blocks, other._blocks, strict=False):
            if mine is not theirs:
                break
            first += len(mine.items)
        for mine, theirs in zip(reversed(self._blocks), reversed(other._blocks), strict=False):
            if mine is not theirs or min(stop, other_stop) - len(mine.items) < first:
                break
            stop -= len(mine.items)
            other_stop -= len(mine.items)
        ahead = alike(self._between(first, stop), other._between(first, other_stop))
        first += ahead
        behind = alike(self._between(first, stop)[::-1], other._between(first, other_stop)[::-1])
        return first, stop - behind, other_stop - behind


def alike(one: Sequence[object], other: Sequence[object]) -> int:
    """How many items the two have in common at the front."""
    same = list(map(is_, one, other))
    return len(same) if all(same) else same.index(False)


def one(item: object) -> int:
    """The size of what is merely counted."""
    return 1


def _cut(items: tuple[T, ...]) -> tuple[_Block[T], ...]:
    if len(items) <= MOST:
        return (_Block(items),) if items else ()
    count = len(items) // BLOCK
    bounds = [len(items) * number // count for number in range(count + 1)]
    return tuple([_Block(items[first:stop]) for first, stop in pairwise(bounds)])

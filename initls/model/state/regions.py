"""Which part of a tensor a write reaches: rows, a gate of an LSTM, a third of a packed projection.

No region at all (`None`) is the whole. What is known of a part is told by kind; ends are numbers, or sizes that the
program names without showing them (`hidden`, `2 * hidden`), or shares of the axis where its length is known that way.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import TypeAlias

from msgspec import Struct


class Quantity(Struct, frozen=True, gc=False):
    """A size that the program names but does not show: `factor` times whatever stands under `name`."""

    name: str
    factor: Fraction = Fraction(1)

    def times(self, factor: Fraction) -> Quantity:
        """The same, so many times over."""
        return Quantity(self.name, self.factor * factor)


Size: TypeAlias = int | Quantity
"""A length, or a position on an axis."""


class Share(Struct, frozen=True, gc=False):
    """A position on an axis as a share of its length."""

    of: Fraction


End: TypeAlias = int | Quantity | Share | None
"""Where a slice begins or ends; None where the program does not say."""


class Slice(Struct, frozen=True, gc=False):
    """A run of positions along one axis."""

    axis: int
    start: End
    stop: End

    def __str__(self) -> str:
        """The part in words."""
        shares = self.shares
        if shares is not None and shares[1] - shares[0] in _WORDS:
            return f"{_WORDS[shares[1] - shares[0]]} of axis {self.axis}"
        return f"a slice of axis {self.axis}"

    @property
    def shares(self) -> tuple[Fraction, Fraction] | None:
        """From which share of the axis to which, where that is known."""
        if isinstance(self.start, Share) and isinstance(self.stop, Share):
            return self.start.of, self.stop.of
        return None


class Index(Struct, frozen=True, gc=False):
    """One position along one axis; None where the program does not show which."""

    axis: int
    position: Size | None

    def __str__(self) -> str:
        """The part in words."""
        return f"one position of axis {self.axis}"


class Part(Struct, frozen=True, gc=False):
    """Some part, in words."""

    reason: str

    def __str__(self) -> str:
        """The part in words."""
        return self.reason


Region: TypeAlias = Slice | Index | Part

_WORDS = {Fraction(1, 2): "half", Fraction(1, 3): "a third", Fraction(1, 4): "a quarter"}


# --------------------------------------------------------------------------- making them


def slice_of(
    axis: int, start: Size | None, stop: Size | None, length: Size | None, *, sure: bool = True
) -> Region | None:
    """The part from `start` to `stop` of an axis of that length; None as an end is the end of the axis.

    It is None, the whole, where it leaves nothing out. `sure` tells that the ends are known at all.
    """
    if not sure:
        return Part("a slice with unknown ends")
    first = Share(Fraction(0)) if start is None or start == 0 else share_of(start, length) or start
    last = Share(Fraction(1)) if stop is None else share_of(stop, length) or stop
    if first == Share(Fraction(0)) and isinstance(last, Share) and last.of >= 1:
        return None
    return Slice(axis, first, last)


def share_of(position: Size | None, length: Size | None) -> Share | None:
    """A position as a share of the axis, where the length allows to tell; a negative one counts from the end."""
    match position, length:
        case int(), int() if length > 0:
            share = Fraction(position, length)
        case Quantity(), Quantity() if position.name == length.name and length.factor:
            share = position.factor / length.factor
        case _:
            return None
    return Share(min(max(share if share >= 0 else share + 1, Fraction(0)), Fraction(1)))


def equal_parts(axis: int, count: int) -> tuple[Slice, ...]:
    """An axis in so many parts of one length."""
    return tuple(Slice(axis, Share(Fraction(i, count)), Share(Fraction(i + 1, count))) for i in range(count))


# --------------------------------------------------------------------------- comparing them


def covers(later: Region | None, earlier: Region | None) -> bool:
    """Whether a write to `later` leaves nothing of what a write to `earlier` has left."""
    if later is None:
        return True
    if isinstance(later, Part) or earlier is None:
        return False
    if isinstance(later, Index):
        return later == earlier and later.position is not None
    if isinstance(earlier, Slice) and later.axis == earlier.axis:
        outer, inner = later.shares, earlier.shares
        if outer is not None and inner is not None:
            return outer[0] <= inner[0] and inner[1] <= outer[1]
        return later == earlier
    return False


def cover_all(parts: Iterable[Region | None]) -> bool:
    """Whether parts of a tensor taken together are all of it."""
    found = list(parts)
    if None in found:
        return True
    slices = [part for part in found if isinstance(part, Slice)]
    return any(_reach([s for s in slices if s.axis == axis]) for axis in {part.axis for part in slices})


def _reach(slices: list[Slice]) -> bool:
    """Whether slices of one axis follow each other from its beginning to its end, in whatever order they stand."""
    reached: set[End] = {Share(Fraction(0))}
    waiting = list(slices)
    while True:
        fitting = [s for s in waiting if s.start in reached or _inside(s, reached)]
        if not fitting:
            return Share(Fraction(1)) in reached
        reached.update(s.stop for s in fitting)
        waiting = [s for s in waiting if s not in fitting]


def _inside(part: Slice, reached: set[End]) -> bool:
    """Whether a slice begins in front of where others have come to."""
    start = part.start
    return isinstance(start, Share) and any(isinstance(end, Share) and start.of <= end.of for end in reached)

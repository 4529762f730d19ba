"""What is true at one point of an abstract run: variables, objects, and who may have written each parameter last.

A state is forked at a branch and joined behind it. Everything inside is immutable but the tables of the state itself
(`cells.py`), which share what neither side has changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from msgspec import Struct, field
from msgspec.structs import replace

from initls.essence import Essential
from initls.facts.place import Place
from initls.model.state import cells
from initls.model.state.cells import Cells
from initls.model.state.contents import Constant, Content, Unknown
from initls.model.state.regions import Region, cover_all, covers
from initls.model.state.values import ABSENT, Path, Value, either

_Pick = Callable[[Value, Value], Value]

MOST_ALTERNATIVES = 8
"""More ways than this for a parameter to end are summed up as unknown."""


class Write(Essential, frozen=True, gc=False):
    """One write to a parameter.

    `order` numbers the writes of a trace. `region` is None for a write to the whole, else the part.
    `explicit` tells a write that the program spells from what a constructor of torch does by itself.
    `visitor` is the index of the visitor run that the write belongs to, if any.
    """

    order: int
    place: Place
    path: Path
    content: Content
    region: Region | None = None
    explicit: bool = True
    visitor: int | None = None
    making: bool = False
    """Whether the write is the making of the tensor itself (`nn.Parameter(torch.zeros(3))`)."""
    through: tuple[int, str] | None = None
    """The module and the attribute by which the tensor was reached last, in front of the write.

    Two writes that differ in nothing else are equal.
    """

    def _essence(self) -> object:
        return (
            self.order, self.place, self.path, self.content, self.region, self.explicit, self.visitor, self.making,
        )  # fmt: skip


class Alternative(Struct, frozen=True, gc=False):
    """One way that a parameter may have come to its value: a write to the whole, then writes to parts of it.

    What later writes cover is left out; where the parts together are the whole, there is no write to the whole.
    """

    writes: tuple[Write, ...]
    likely: bool = True

    @property
    def content(self) -> Content:
        """What the parameter holds if no part was written apart, else unknown."""
        if len(self.writes) == 1:
            return self.writes[0].content
        if len({write.content for write in self.writes}) == 1:
            first = self.writes[0]
            # Draws with the same arguments differ with the shape of the part that they fill.
            if first.region is None or isinstance(first.content, Constant):
                return first.content
        return Unknown("parts of it are written apart")


def usual(ways: tuple[Alternative, ...]) -> tuple[Alternative, ...]:
    """The ways to come to a value without those under unusual options, if there are others."""
    return tuple([way for way in ways if way.likely]) or ways


def agreed(ways: tuple[Alternative, ...]) -> Content | None:
    """What all ways to come to a value agree on, those under unusual options aside."""
    found = {way.content for way in usual(ways)}
    return found.pop() if len(found) == 1 else None


Held = Literal["partitioned", "flat", "shard", "unsaved"]


class Away(Struct, frozen=True, gc=False):
    """By which framework and how a parameter's values are put out of reach, and where.

    `partitioned` leaves a tensor without elements, `flat` makes all parameters below the module `root` a part of one
    tensor, `shard` keeps a piece of each, flattened, under its old name. `unsaved` values are there for a while, and
    what is written then is dropped, unless the argument `keyword` of the call at `place` has them kept. `whole` tells
    that each process may have kept all values.
    """

    by: Literal["deepspeed", "fsdp"]
    how: Held
    place: Place
    path: Path
    root: int | None = None
    whole: bool = False
    keyword: str = ""
    sure: bool = True


class Items(Struct, frozen=True, gc=False):
    """What a list holds; an open one may hold more behind, though perhaps not by default."""

    values: tuple[Value, ...] = ()
    open: bool = False
    by_option: bool = False


class Entries(Struct, frozen=True, gc=False):
    """What a dict holds, in order; an open one may hold more, though perhaps not by default."""

    values: tuple[tuple[Value, Value], ...] = ()
    open: bool = False
    by_option: bool = False


class Attributes(Struct, frozen=True, gc=False):
    """What an object holds by name, in the order of assignment; an open one may hold more."""

    values: Mapping[str, Value] = {}
    open: bool = False
    ready: bool = True
    """Whether the base constructor of `nn.Module` has run."""

    def with_value(self, name: str, value: Value) -> Attributes:
        """The same with `name` set."""
        return Attributes({**self.values, name: value}, self.open, self.ready)


class State(Struct):
    """One state of an abstract run."""

    frames: dict[int, Cells[str, Value]] = field(default_factory=dict)
    lists: Cells[int, Items] = field(default_factory=Cells)
    dicts: Cells[int, Entries] = field(default_factory=Cells)
    objects: Cells[int, Attributes] = field(default_factory=Cells)
    writes: Cells[int, tuple[Alternative, ...]] = field(default_factory=Cells)
    closures: Cells[int, Cells[str, Value]] = field(default_factory=Cells)
    """The variables of functions that have come back, and that others close over; they change no more."""
    frozen: frozenset[int] = frozenset()
    away: Mapping[int, Away] = field(default_factory=dict)
    """The parameters whose values are out of reach."""
    likely: bool = True
    """False on a path that only options other than the defaults lead to."""
    certain: bool = True
    """False on a path that something leads to which could not be decided."""

    def fork(self) -> State:
        """A copy that can go its own way."""
        return State(
            {number: names.fork() for number, names in self.frames.items()},
            self.lists.fork(),
            self.dicts.fork(),
            self.objects.fork(),
            self.writes.fork(),
            self.closures.fork(),
            self.frozen,
            self.away,
            self.likely,
            self.certain,
        )

    def names(self, frame: int) -> Cells[str, Value] | None:
        """The variables of a function, whether it has come back or not."""
        found = self.frames.get(frame)
        return self.closures.get(frame) if found is None else found

    def leave(self, frame: int, *, keep: bool = False) -> None:
        """Let go of the variables of a function that has come back; `keep` them where others close over them."""
        names = self.frames.pop(frame, None)
        if keep and names is not None:
            self.closures[frame] = names

    def write(self, parameter: int, write: Write, *, must: bool = True) -> None:
        """Record a write; one to the whole that must happen leaves nothing of what was there."""
        before = self.writes.get(parameter, ())
        if write.region is None:
            fresh = (Alternative((write,), self.likely),)
            self.writes[parameter] = fresh if must else _limit(before + fresh, write)
            return
        stacked = tuple(Alternative(_stacked(way.writes, write), way.likely) for way in before)
        self.writes[parameter] = stacked if must else _limit(before + stacked, write)


MOST_PARTS = 12
"""Parts of one tensor that are told apart; of more, those in the middle are forgotten."""


def _stacked(writes: tuple[Write, ...], write: Write) -> tuple[Write, ...]:
    """The writes of a way with one more to a part, without those of which it leaves nothing."""
    left = [one for one in writes if not covers(write.region, one.region)]
    parts = [one for one in left if one.region is not None]
    if len(parts) < len(left) and cover_all([*(one.region for one in parts), write.region]):
        left = parts
    if len(left) > MOST_PARTS:
        left = [left[0], *left[-MOST_PARTS + 1 :]]
    return (*left, write)


def _limit(ways: tuple[Alternative, ...], write: Write) -> tuple[Alternative, ...]:
    """The ways without repetitions, summed up where there are too many."""
    merged: dict[tuple[Write, ...], bool] = {}
    for way in ways:
        merged[way.writes] = merged.get(way.writes, False) or way.likely
    if len(merged) > MOST_ALTERNATIVES:
        unknown = Write(write.order, write.place, write.path, Unknown("too many ways to get here"))
        return (Alternative((unknown,)),)
    return tuple(Alternative(writes, likely) for writes, likely in merged.items())


def join(first: State | None, second: State | None) -> State | None:
    """The state behind a branch: what either side may have left. A side that never arrives is None."""
    if first is None or second is None:
        return first or second
    # Where one side is only reached by unusual options, the other is what the reader has in mind.
    one, two = first.likely or not second.likely, second.likely or not first.likely

    def pick(a: Value, b: Value) -> Value:
        return either(a, b, first_likely=one, second_likely=two)

    return State(
        # A variable that only one side has may not be there.
        cells.join_all(first.frames, second.frames, pick, ABSENT),
        cells.join(first.lists, second.lists, lambda a, b: _join_items(a, b, pick, one, two)),
        cells.join(first.dicts, second.dicts, lambda a, b: _join_entries(a, b, pick, one, two)),
        cells.join(first.objects, second.objects, lambda a, b: _join_attributes(a, b, pick)),
        cells.join(first.writes, second.writes, lambda a, b: _join_ways(a, b, one, two)),
        cells.join(first.closures, second.closures, lambda a, b: cells.join(a, b, pick, ABSENT)),
        _join_frozen(first, second),
        _join_away(first, second),
        first.likely or second.likely,
        first.certain and second.certain,
    )


def _join_frozen(first: State, second: State) -> frozenset[int]:
    """What is frozen on both sides; a side on which a parameter was not even made has no say."""
    one = frozenset(number for number in first.frozen - second.frozen if number not in second.writes)
    two = frozenset(number for number in second.frozen - first.frozen if number not in first.writes)
    return (first.frozen & second.frozen) | one | two


def _join_away(first: State, second: State) -> Mapping[int, Away]:
    """What is out of reach on either side; not surely, where the other side has it at hand."""
    if first.away == second.away:
        return first.away
    found = dict(first.away)
    for number, away in second.away.items():
        found.setdefault(number, away)
    for number, away in found.items():
        one, two = (
            number in first.away or number not in first.writes,
            number in second.away or number not in second.writes,
        )
        if not (one and two):
            found[number] = replace(away, sure=False)
    return found


def _by_option(a: Items | Entries, b: Items | Entries, first_likely: bool, second_likely: bool) -> bool:
    """Whether what is open on one side or the other is so only under options other than the defaults."""
    usual = (first_likely and a.open and not a.by_option) or (second_likely and b.open and not b.by_option)
    return (a.open or b.open) and not usual


def _join_items(a: Items, b: Items, pick: _Pick, one: bool, two: bool) -> Items:
    length = max(len(a.values), len(b.values))
    left = a.values + (ABSENT,) * (length - len(a.values))
    right = b.values + (ABSENT,) * (length - len(b.values))
    values = tuple(pick(x, y) for x, y in zip(left, right, strict=True))
    return Items(values, a.open or b.open, _by_option(a, b, one, two))


def _join_entries(a: Entries, b: Entries, pick: _Pick, one: bool, two: bool) -> Entries:
    left, right = dict(a.values), dict(b.values)
    keys = dict.fromkeys((*left, *right))
    values = tuple((key, pick(left.get(key, ABSENT), right.get(key, ABSENT))) for key in keys)
    return Entries(values, a.open or b.open, _by_option(a, b, one, two))


def _join_attributes(a: Attributes, b: Attributes, pick: _Pick) -> Attributes:
    names = dict.fromkeys((*a.values, *b.values))
    values = {name: pick(a.values.get(name, ABSENT), b.values.get(name, ABSENT)) for name in names}
    return Attributes(values, a.open or b.open, a.ready and b.ready)


def _join_ways(
    a: tuple[Alternative, ...], b: tuple[Alternative, ...], first_likely: bool, second_likely: bool
) -> tuple[Alternative, ...]:
    if not a or not b or a == b:
        return a or b
    ways = tuple(Alternative(way.writes, way.likely and first_likely) for way in a)
    ways += tuple(Alternative(way.writes, way.likely and second_likely) for way in b)
    return _limit(ways, ways[0].writes[0])

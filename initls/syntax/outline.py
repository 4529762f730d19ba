"""The outline of a text: its segments in order, every line in exactly one of them.

The outline is a function of the text alone, be the text sound or not. `recut` gives the outline of an edited text at
the cost of what the edit touched.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import accumulate
from operator import attrgetter
from typing import TypeAlias
from weakref import ReferenceType, ref

from initls.essence import Essential
from initls.syntax.atoms import Atom, cut
from initls.syntax.blocks import Blocks, alike, one
from initls.syntax.chunks import Chunk, gather, groups, joins
from initls.syntax.pieces import Atoms, Group, Make, Parts, Pieces
from initls.syntax.segments import Kind, Placed, Segment
from initls.syntax.text import Text

_LINES = attrgetter("lines")
_MEMBERS = attrgetter("members")


class Outline(Essential, frozen=True, dict=True, weakref=True):
    """The segments of a text. Two outlines are equal when they say the same, however they came about."""

    placed: Blocks[Placed]
    counts: Blocks[int]
    """How many lines each segment covers."""
    chunks: Blocks[Chunk]
    joined: tuple[tuple[int, int], ...]
    groups: Blocks[Group]
    names: Mapping[str, int]
    """How many definitions and runs of the module level have each name."""

    def _essence(self) -> object:
        return self.placed, self.counts

    @cached_property
    def index(self) -> Mapping[str, int]:
        """Where each unit stands in `placed`."""
        return {unit: index for index, (unit, _, _) in enumerate(self.placed)}

    def get(self, unit: str) -> Placed | None:
        """The segment of that name."""
        index = self.index.get(unit)
        return None if index is None else self.placed[index]

    def members(self, owner: str) -> tuple[Placed, ...]:
        """The segments in the body of a class, which stand behind its head."""
        first = self.index[owner] + 1
        behind = first
        while behind < len(self.placed) and self.placed[behind].owner == owner:
            behind += 1
        return self.placed[first:behind]

    def line_of(self, unit: str) -> int:
        """The first line of a unit that the outline has."""
        return self.line(self.index[unit])

    def line(self, index: int) -> int:
        """The first line of the segment with that index in `placed`; behind the last, the number of all lines."""
        return self.counts.position(index)

    def at(self, line: int) -> int:
        """The index in `placed` of the segment that covers `line`."""
        return min(max(self.counts.at(line), 0), len(self.placed) - 1)

    def settled(self) -> Outline:
        """The same segments without what `recut` goes by, which takes more memory than they do."""
        return Outline(self.placed, self.counts, Blocks.of((), _LINES), (), Blocks.of((), _MEMBERS), {})

    @cached_property
    def dirty(self) -> bytes:
        """One byte a chunk, 1 where it does not look sound alone."""
        return bytes([not chunk.alone.clean for chunk in self.chunks])


Stretch: TypeAlias = tuple[int, int, int]
"""Where the segments of two outlines begin to differ, and where that ends in the one and in the other."""


def differing(before: Outline, now: Outline) -> Stretch:
    """From where to where the segments of two outlines differ: the first, and the ends in `before` and in `now`.

    It is worked out once for those who ask one after the other about an edit.
    """
    if before is now:
        return 0, 0, 0
    known: tuple[ReferenceType[Outline], Stretch] | None = now.__dict__.get("_since")
    if known is None or known[0]() is not before:
        first, stop, old_stop = now.placed.differing(before.placed)
        _remember(before, now, (first, old_stop, stop))
        known = now.__dict__["_since"]
    return known[1]


def _remember(before: Outline, now: Outline, stretch: Stretch) -> None:
    # What came before is of no interest for longer than to those who ask, and may be a text of its own.
    now.__dict__["_since"] = ref(before), stretch


def outline(text: Text) -> Outline:
    """The segments of `text`."""
    chunks = [Chunk(atoms) for atoms in gather(cut(text.lines, 0, len(text.lines)), 0)[0]]
    dirty = [index for index, chunk in enumerate(chunks) if not chunk.alone.clean]
    joined = tuple(joins(chunks, dirty)) if dirty else ()
    made = [Group(members, {}) for members in groups(chunks, joined)]
    names: Counter[str] = Counter()
    placed = [unit for group in made for unit in _place(group.segments, names)]
    return Outline(
        Blocks.of(placed, one),
        Blocks.of(_counts(made), int),
        Blocks.of(chunks, _LINES),
        joined,
        Blocks.of(made, _MEMBERS),
        names,
    )


def recut(previous: Outline, old: Text, new: Text, first: int, old_last: int) -> Outline:
    """The outline of `new`, which is `old` with its lines from `first` to `old_last` become others.

    It equals `outline(new)`, and shares with `previous` all that the edit left alone.
    """
    # The atom in front is cut anew as well, for its end may have moved; so is the one behind, for how it begins hangs
    # on the line in front of it.
    first, old_last = max(first - 1, 0), min(old_last + 1, len(old.lines) - 1)
    shift = len(new.lines) - len(old.lines)
    low, high = previous.chunks.at(first), min(previous.chunks.at(old_last), len(previous.chunks) - 1)
    atoms = [atom for chunk in previous.chunks[low : high + 1] for atom in chunk.atoms]
    begins = list(accumulate((atom.lines for atom in atoms), initial=previous.chunks.position(low)))
    left = bisect_right(begins, first) - 1
    right = min(bisect_right(begins, old_last), len(atoms))
    fresh = cut(new.lines, begins[left], begins[right] + shift)
    atoms = [*atoms[:left], *_shared(atoms[left:right], fresh), *atoms[right:]]
    gathered, waits = gather(atoms, 0)
    while waits and high + 1 < len(previous.chunks):
        high += 1
        atoms += previous.chunks[high].atoms
        gathered, waits = gather(atoms, 0)

    same = {chunk.atoms: chunk for chunk in previous.chunks[low : high + 1]}
    middle = [same.get(members) or Chunk(members) for members in gathered]
    chunks = previous.chunks.spliced(low, high + 1, middle)
    flags = previous.dirty[:low] + bytes(not chunk.alone.clean for chunk in middle) + previous.dirty[high + 1 :]
    dirty = _ones(flags)
    joined = tuple(joins(chunks, dirty)) if dirty else ()
    if joined or previous.joined:
        # Joins are rare, and any edit may make or undo one far away.
        old_groups = tuple(previous.groups)
        kept = {group.chunks: group for group in old_groups}
        known = _known(group for group in old_groups if not {*group.chunks}.isdisjoint(same.values()))
        members = groups(chunks, joined)
        low, high = 0, len(old_groups) - 1
        fresh_groups = [kept.get(group) or Group(group, known) for group in members]
    else:
        old_groups = previous.groups[low : high + 1]
        kept = {group.chunks: group for group in old_groups}
        known = _known(old_groups)
        fresh_groups = [kept.get((chunk,)) or Group((chunk,), known) for chunk in middle]
    result = _spliced(previous, low, high, fresh_groups, chunks, joined)
    result.__dict__["dirty"] = flags
    return result


def _spliced(
    previous: Outline,
    low: int,
    high: int,
    fresh: list[Group],
    chunks: Blocks[Chunk],
    joined: tuple[tuple[int, int], ...],
) -> Outline:
    """`previous` with its groups `low` to `high` replaced by `fresh`."""
    stale = previous.groups[low : high + 1]
    made = previous.groups.spliced(low, high + 1, fresh)
    before, behind = previous.groups.position(low), previous.groups.position(high + 1)
    counts = previous.counts.spliced(before, behind, _counts(fresh))
    old = previous.placed[before:behind]
    tops = _top_units(old, _top_names(stale), _top_names(fresh), previous.names)
    if tops is None:
        names: Counter[str] = Counter()
        placed = [unit for group in made for unit in _place(group.segments, names)]
        return Outline(Blocks.of(placed, one), counts, chunks, joined, made, names)
    units, kept_names = tops
    following = iter(units)
    fresh_units = [unit for group in fresh for unit in _place_as(group.segments, following)]
    # A segment that is the same in the same place stays the same object.
    shared = {unit: unit for unit in old}
    middle = [shared.get(unit, unit) for unit in fresh_units]
    result = Outline(previous.placed.spliced(before, behind, middle), counts, chunks, joined, made, kept_names)
    ahead = alike(old, middle)
    behind_them = alike(old[ahead:][::-1], middle[ahead:][::-1])
    _remember(previous, result, (before + ahead, behind - behind_them, before + len(middle) - behind_them))
    # The inside of a unit changes with every key, and where it stands among the others with few.
    if "index" in previous.__dict__ and [unit for unit, _, _ in middle] == [unit for unit, _, _ in old]:
        result.__dict__["index"] = previous.index
    return result


def _top_units(
    stale: Sequence[Placed], gone: list[str], come: list[str], names: Mapping[str, int]
) -> tuple[list[str], Mapping[str, int]] | None:
    """The units of the module level of an edited stretch, and how often each name occurs now.

    None where a name that came or went occurs elsewhere as well, for then the numbers of all its bearers may change.
    """
    units = [unit for unit, owner, _ in stale if owner is None]
    if gone == come:
        return units, names
    ahead = behind = 0
    most = min(len(gone), len(come))
    while ahead < most and gone[ahead] == come[ahead]:
        ahead += 1
    while behind < most - ahead and gone[-1 - behind] == come[-1 - behind]:
        behind += 1
    gone, come = gone[ahead : len(gone) - behind], come[ahead : len(come) - behind]
    counts = Counter(names)
    counts.subtract(gone)
    if any(counts[name] for name in gone) or any(counts[name] for name in come):
        return None
    for name in gone:
        counts.pop(name, None)
    local: Counter[str] = Counter()
    fresh = [_numbered(name, local) for name in come]
    counts.update(local)
    return [*units[:ahead], *fresh, *units[len(units) - behind :]], counts


def _shared(old: list[Atom], new: list[Atom]) -> list[Atom]:
    """`new`, with those at either end that say the same as in `old` replaced by these."""
    ahead = 0
    while ahead < min(len(old), len(new)) and old[ahead].like(new[ahead]):
        ahead += 1
    behind = 0
    while behind < min(len(old), len(new)) - ahead and old[-1 - behind].like(new[-1 - behind]):
        behind += 1
    return [*old[:ahead], *new[ahead : len(new) - behind], *old[len(old) - behind :]]


def _known(stale: Iterable[Group]) -> Parts:
    known: dict[tuple[Make, Atoms], Pieces] = {}
    for group in stale:
        known.update(group.parts)
    return known


def _counts(made: Iterable[Group]) -> list[int]:
    return [count for group in made for count in group.counts]


def _ones(flags: bytes) -> list[int]:
    found: list[int] = []
    at = flags.find(1)
    while at >= 0:
        found.append(at)
        at = flags.find(1, at + 1)
    return found


def _top_names(made: Iterable[Group]) -> list[str]:
    return [segment.name for group in made for segment in group.segments if not segment.kind.indented]


def _numbered(name: str, names: Counter[str]) -> str:
    number = names[name]
    names[name] = number + 1
    return f"{name}#{number}" if number else name


def _place(segments: Sequence[Segment], names: Counter[str]) -> list[Placed]:
    """The segments of a group with their units; `names` counts those of the module level seen so far."""
    tops = [_numbered(segment.name, names) for segment in segments if not segment.kind.indented]
    return _place_as(segments, iter(tops))


def _place_as(segments: Sequence[Segment], tops: Iterable[str]) -> list[Placed]:
    """The segments of a group with their units, when those of the module level are to be `tops`."""
    following = iter(tops)
    owner: str | None = None
    members: Counter[str] = Counter()
    placed: list[Placed] = []
    for segment in segments:
        if segment.kind.indented:
            placed.append(Placed(f"{owner}.{_numbered(segment.name, members)}", owner, segment))
        else:
            unit = next(following)
            if segment.kind is Kind.CLASS_HEAD:
                owner = unit
            placed.append(Placed(unit, None, segment))
    return placed

"""What the methods that give relatives of a parameter reach of it: views, slices, chunks."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from msgspec.structs import replace

from initls.knowledge.storage import Relative
from initls.model.effects import repeats, tensors, writes
from initls.model.machine import copies, iteration
from initls.model.machine.machine import Run
from initls.model.state.regions import Index, Part, Region, Share, Size, Slice, equal_parts, share_of, slice_of
from initls.model.state.values import Arguments, Keywords, Known, ListRef, ParameterRef, Tuple, Value

SPLITS = frozenset(["chunk", "split", "tensor_split", "unbind", "split_with_sizes", "hsplit", "vsplit", "dsplit"])
"""Methods that give a tensor in several parts."""


def relative(
    run: Run, ref: ParameterRef, method: str, row: Relative, arguments: Arguments, keywords: Keywords
) -> Value:
    """What a method that shares memory with a parameter gives."""
    if method in repeats.EXPANDING and run.graph is None and copies.origin(run, (ref,)) is None:
        spread = repeats.expanded(run, ref, writes.content_of(run, ref), method, arguments)
        if spread is not None:
            return spread
    plain = ref.region is None and not ref.viewed
    if method in SPLITS:
        found = split(run, ref, method, arguments, keywords) if plain else None
        if found is not None:
            return run.new_list(tuple(replace(ref, viewed=True, sizes=None, region=region) for region in found))
        return run.new_list((replace(ref, viewed=True, sizes=None, region=Part(f"a part by {method}")),), open=True)
    if method in PICKS and plain:
        return replace(ref, viewed=True, sizes=None, region=PICKS[method](run, ref, arguments, keywords))
    if row.whole:
        return (
            ref
            if row.shaped
            else replace(ref, viewed=True, sizes=repeats.viewed(run, ref, method, arguments, keywords))
        )
    return replace(ref, viewed=True, sizes=None, region=Part(f"{ref.region or ''}.{method}"))


def _given(arguments: Arguments, keywords: Keywords, position: int, *names: str) -> Value | None:
    if position < len(arguments):
        return arguments[position]
    return next((keywords[name] for name in names if name in keywords), None)


def _axis(value: Value | None) -> int | None:
    """An axis that the program shows, counted from the front."""
    if value is None:
        return 0
    known = isinstance(value, Known) and isinstance(value.value, int) and value.value >= 0
    return value.value if known and isinstance(value, Known) and isinstance(value.value, int) else None


def split(
    run: Run, ref: ParameterRef, method: str, arguments: Arguments, keywords: Keywords
) -> tuple[Region | None, ...] | None:
    """The parts into which a method cuts a whole parameter, where their number shows."""
    axis = _axis(_given(arguments, keywords, 1, "dim", "axis"))
    first = _given(arguments, keywords, 0, "chunks", "split_size", "split_sizes", "split_size_or_sections", "sections")
    if axis is None or first is None:
        return None
    length = run.parameters[ref.id].length(axis)
    if method in ("chunk", "tensor_split"):
        count = tensors.size_of(first)
        # Torch gives parts of different lengths where the count does not go into the length.
        even = isinstance(count, int) and 0 < count <= MOST_SPLITS and not (isinstance(length, int) and length % count)
        return equal_parts(axis, count) if even and isinstance(count, int) else None
    if method not in ("split", "split_with_sizes"):
        return None
    if isinstance(first, Tuple | ListRef):
        found = iteration.items(run, first)
        return None if found.open else _in_a_row(axis, [tensors.size_of(value) for value in found.values], length)
    share = share_of(tensors.size_of(first), length)
    if share is None or not share.of or share.of.numerator != 1 or share.of.denominator > MOST_SPLITS:
        return None
    return equal_parts(axis, share.of.denominator)


MOST_SPLITS = 16
"""Parts of one tensor that are looked at one by one."""


def _in_a_row(axis: int, lengths: list[Size | None], length: Size) -> tuple[Region | None, ...] | None:
    """Parts of these lengths, one behind the other."""
    found: list[Region | None] = []
    reached = Fraction(0)
    for size in lengths:
        share = share_of(size, length)
        if share is None:
            return None
        found.append(Slice(axis, Share(reached), Share(reached + share.of)))
        reached += share.of
    return tuple(found) if reached == 1 else None


def _narrow(run: Run, ref: ParameterRef, arguments: Arguments, keywords: Keywords) -> Region | None:
    axis = _axis(_given(arguments, keywords, 0, "dim", "axis"))
    start, count = _given(arguments, keywords, 1, "start"), _given(arguments, keywords, 2, "length")
    if axis is None or start is None or count is None:
        return Part("a slice")
    from initls.model.machine import expressions

    first, stop = tensors.size_of(start), tensors.size_of(expressions.binary(run, "+", start, count, 0))
    return slice_of(axis, first, stop, run.parameters[ref.id].length(axis), sure=first is not None and stop is not None)


def _select(run: Run, ref: ParameterRef, arguments: Arguments, keywords: Keywords) -> Region | None:
    axis = _axis(_given(arguments, keywords, 0, "dim", "axis"))
    position = _given(arguments, keywords, 1, "index")
    return Part("one position") if axis is None or position is None else Index(axis, tensors.size_of(position))


PICKS: dict[str, Callable[[Run, ParameterRef, Arguments, Keywords], Region | None]] = {
    "narrow": _narrow,
    "select": _select,
}
"""Methods that give one part of a tensor."""

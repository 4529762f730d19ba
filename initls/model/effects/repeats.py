"""One draw that is set down several times in a tensor: repeated, expanded, stacked, or broadcast by an assignment.

What such a tensor holds is random, and yet its rows or columns are copies of each other. To know that, the sizes of
what is repeated have to be followed through the views that give it its axes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeAlias

from initls.model.effects import dataflow, tensors, writes
from initls.model.machine import iteration
from initls.model.machine.machine import Run
from initls.model.state.contents import Constant, Content, Random, Repeated
from initls.model.state.regions import Index, Quantity, Region, Share, Size, Slice
from initls.model.state.values import (
    Arguments,
    Keywords,
    Known,
    ListRef,
    Many,
    ParameterRef,
    Tensor,
    Tuple,
    Value,
)

Sizes: TypeAlias = tuple[Size | None, ...]

EXPANDING = frozenset({"expand", "expand_as", "broadcast_to"})
"""Methods that give more elements than there is memory for."""

REPEATING = frozenset({"repeat", "tile"})

JOINING = frozenset({"stack", "cat", "concat", "concatenate"})

SPREADING = EXPANDING | REPEATING | JOINING

KEEPING = frozenset(
    {"clone", "contiguous", "to", "float", "half", "double", "bfloat16", "type", "type_as", "cuda", "cpu"}
    | {"detach", "requires_grad_", "pin_memory"}
)
"""Methods that leave each element where it is."""


def sizes_of(run: Run, value: Value) -> Sizes | None:
    """The sizes of a tensor, as far as the program shows or names them; None where not even the axes are known."""
    if isinstance(value, Tensor):
        return value.sizes
    if not isinstance(value, ParameterRef):
        return None
    if value.viewed or value.region is not None:
        return value.sizes
    info = run.parameters[value.id]
    shape = info.shape or info.sizes
    return None if shape is None else tuple(info.length(axis) for axis in range(len(shape)))


def picked(whole: Sizes | None, region: Region | None) -> Sizes | None:
    """The sizes of one position of an axis, or of the first few."""
    match region:
        case Index(axis=axis) if whole is not None and axis < len(whole):
            return whole[:axis] + whole[axis + 1 :]
        case Slice(axis=axis, start=Share(of=0), stop=stop) if whole is not None and axis < len(whole):
            length = whole[axis]
            share = stop.of * length if isinstance(stop, Share) and isinstance(length, int) else None
            count = stop if isinstance(stop, int) and stop >= 0 else None if share is None else int(share)
            return (*whole[:axis], count, *whole[axis + 1 :])
        case _:
            return None


def broadcast(content: Content, source: Sizes | None, target: Sizes | None) -> Content:
    """What lands in a tensor of the sizes `target` that is given one of the sizes `source`."""
    if source is None or target is None or len(source) > len(target):
        return content
    lead = len(target) - len(source)
    axes = [axis for axis, size in enumerate(target) if size != 1 and (axis < lead or source[axis - lead] == 1)]
    return _along(content, axes, lead, len(target))


def _along(content: Content, axes: Sequence[int], lead: int, rank: int) -> Content:
    """A content that is repeated along further axes, of which `lead` are new ones in front."""
    if isinstance(content, Repeated):
        return Repeated(content.drawn, frozenset({*axes, *(axis + lead for axis in content.axes)}), rank)
    if not isinstance(content, Random) or not axes:
        return content
    # One number that is drawn and put everywhere is a constant, if nobody knows which.
    return Constant(None) if len(axes) == rank else Repeated(content, frozenset(axes), rank)


def expanded(run: Run, value: Value, content: Content, method: str, given: Arguments) -> Tensor | None:
    """`value.expand(sizes)` and its kin; None where the sizes are not known."""
    source = sizes_of(run, value)
    if method == "expand_as":
        target = sizes_of(run, given[0]) if given else None
    else:
        target = _sizes(run, given)
    if source is None or target is None or len(target) < len(source):
        return None
    lead = len(target) - len(source)
    kept = tuple(source[axis - lead] if size == -1 and axis >= lead else size for axis, size in enumerate(target))
    more = [size for axis, size in enumerate(kept) if size != 1 and (axis < lead or source[axis - lead] == 1)]
    times = math.prod(size if isinstance(size, int) else 0 for size in more) if more else None
    return Tensor(broadcast(content, source, kept), sizes=kept, shared=times)


def repeated(run: Run, value: Value, content: Content, method: str, given: Arguments) -> Tensor:
    """`value.repeat(counts)` or `value.tile(counts)`."""
    source, counts = sizes_of(run, value), _sizes(run, given)
    if source is None or counts is None:
        return Tensor(content if not isinstance(content, Repeated) else dataflow.NOT_FOLLOWED)
    if method == "tile":
        counts = (1,) * (len(source) - len(counts)) + counts
    lead = len(counts) - len(source)
    if lead < 0:
        return Tensor(dataflow.NOT_FOLLOWED)
    padded = (1,) * lead + source
    axes = [axis for axis, count in enumerate(counts) if count != 1 and padded[axis] == 1]
    sizes = tuple(_times(size, count) for size, count in zip(padded, counts, strict=True))
    return Tensor(_along(content, axes, lead, len(counts)), sizes=sizes)


def _times(size: Size | None, count: Size | None) -> Size | None:
    if size == 1 or count == 1:
        return count if size == 1 else size
    return size * count if isinstance(size, int) and isinstance(count, int) else None


def joined(run: Run, value: Value, method: str, axis: Value | None) -> Tensor | None:
    """`torch.stack([row] * n)` or `torch.cat` of the same; None where the list holds more than one tensor."""
    found = iteration.items(run, value) if isinstance(value, Tuple | ListRef) else None
    place = 0 if axis is None else axis.value if isinstance(axis, Known) and isinstance(axis.value, int) else -1
    if found is None or len(found.values) < 2 or place < 0:
        return None
    # A tensor that each round of a comprehension draws for itself has another number in each.
    several = {item.item if isinstance(item, Many) else item for item in found.values}
    row = several.pop()
    if several or not isinstance(row, ParameterRef):
        return None
    content, source = writes.content_of(run, row), sizes_of(run, row)
    if source is None or not isinstance(content, Random) or place > len(source):
        return None
    if method == "stack":
        sizes = (*source[:place], None, *source[place:])
        return Tensor(_along(content, [place], 0, len(sizes)), sizes=sizes)
    if place == len(source) or source[place] != 1:
        return None
    sizes = (*source[:place], None, *source[place + 1 :])
    return Tensor(_along(content, [place], 0, len(sizes)), sizes=sizes)


def viewed(run: Run, value: Value, method: str, arguments: Arguments, keywords: Keywords) -> Sizes | None:
    """The sizes of a view that a method gives."""
    source = sizes_of(run, value)
    if method in ("view", "reshape"):
        found = _sizes(run, arguments)
        return None if found is None else tuple(None if size == -1 else size for size in found)
    axis = arguments[0] if arguments else keywords.get("dim")
    if source is not None and method == "unsqueeze" and isinstance(axis, Known) and isinstance(axis.value, int):
        place = axis.value if axis.value >= 0 else len(source) + 1 + axis.value
        return (*source[:place], 1, *source[place:])
    if source is not None and method in ("t", "transpose") and len(source) == 2:
        return source[::-1]
    return source if method in KEEPING else None


def with_axes(sizes: Sizes | None, words: Sequence[str]) -> Sizes | None:
    """The sizes behind an index of nothing but `None` and `:`."""
    if sizes is None or sum(word == ":" for word in words) > len(sizes):
        return None
    left = list(sizes)
    found: list[Size | None] = [1 if word == "None" else left.pop(0) for word in words]
    return (*found, *left)


def together(one: Sizes | None, other: Sizes | None) -> Sizes | None:
    """The sizes of what an operation makes of two tensors element by element."""
    if one is None or other is None:
        return None
    rank = max(len(one), len(other))
    first, second = ((1,) * (rank - len(sizes)) + sizes for sizes in (one, other))
    return tuple(b if a == 1 else a for a, b in zip(first, second, strict=True))


def _sizes(run: Run, given: Arguments) -> Sizes | None:
    """Sizes or counts, whether they are given one by one or in a tuple."""
    if len(given) == 1 and isinstance(given[0], Tuple | ListRef):
        found = iteration.items(run, given[0])
        if found.open:
            return None
        given = found.values
    elif len(given) == 1 and not isinstance(given[0], Known):
        return None  # It may be a size or a tuple of them.
    sizes = tuple(tensors.size_of(value) for value in given)
    return sizes if sizes and all(isinstance(size, int | Quantity | None) for size in sizes) else None

"""How a convolution or a pooling slides over positions: how many come out, and how much of each window lies inside."""

from __future__ import annotations

import math
from collections.abc import Mapping

from msgspec import Struct

from initls.model.expected.values import LOST, Assumed, Sides


class Window(Struct, frozen=True):
    """A window on its way over a signal."""

    sides: Sides
    """The positions that come out."""
    inside: float
    """Which part of all windows lies inside the signal, and not on the zeros around it."""
    size: int
    """How many positions it reads, or for a transposed convolution how many on average."""
    overlap: float
    """How many windows read one position."""
    reads: float
    """Positions per window, strides counted."""


def window_of(
    layer: str,
    arguments: Mapping[str, object],
    shape: tuple[int, ...] | None,
    sides: Sides | None,
    assumed: Assumed,
) -> Window | None:
    """The window of a convolution's weight of this shape; None where the sizes are not known."""
    if shape is None or len(shape) < 3:
        return None
    kernel = shape[2:]
    rank = len(kernel)
    stride, dilation = _each(arguments.get("stride", 1), rank), _each(arguments.get("dilation", 1), rank)
    if stride is None or dilation is None:
        return None
    same = arguments.get("padding") == "same"
    padding = (
        tuple((size - 1) * step // 2 for size, step in zip(kernel, dilation, strict=True))
        if same
        else (0,) * rank
        if arguments.get("padding") == "valid"
        else _each(arguments.get("padding", 0), rank)
    )
    if padding is None:
        return None
    size, steps = math.prod(kernel), math.prod(stride)
    if sides is None:
        sides = (assumed.side,) * rank
    if len(sides) == 1 and rank > 1 and sides[0] > 0:
        # A sequence that is read as an image has been one: a square, where its length says so.
        side = round(sides[0] ** (1 / rank))
        sides = (side,) * rank if side**rank == sides[0] else LOST
    if "ranspose" in layer:
        extra = _each(arguments.get("output_padding", 0), rank) or (0,) * rank
        after = (
            tuple(
                (side - 1) * step - 2 * pad + wide * (length - 1) + more + 1
                for side, step, pad, wide, length, more in zip(
                    sides, stride, padding, dilation, kernel, extra, strict=True
                )
            )
            if len(sides) == rank and sides != LOST
            else LOST
        )
        return Window(after, 1.0, size, size, size / steps)
    if len(sides) != rank or sides == LOST:
        return Window(LOST, 1.0, size, size / steps, size)
    circular = arguments.get("padding_mode", "zeros") != "zeros"
    counts: list[int] = []
    share = 1.0
    for axis in range(rank):
        count, part = _slide(sides[axis], kernel[axis], stride[axis], padding[axis], dilation[axis])
        if count < 1:
            return Window(LOST, 1.0, size, size / steps, size)
        counts.append(count)
        share *= 1.0 if circular else part
    return Window(tuple(counts), share, size, size / steps, size)


def _slide(side: int, kernel: int, stride: int, padding: int, dilation: int) -> tuple[int, float]:
    """How many windows there are along one axis, and which part of them lies inside."""
    count = (side + 2 * padding - dilation * (kernel - 1) - 1) // stride + 1
    if count < 1:
        return 0, 1.0
    if not padding:
        return count, 1.0
    hits = 0
    for offset in range(kernel):
        # Windows whose place number `offset` lies in [0, side).
        first = max(0, -((offset * dilation - padding) // stride))
        last = min(count - 1, (side - 1 + padding - offset * dilation) // stride)
        hits += max(0, last - first + 1)
    return count, hits / (count * kernel)


def fan_of(shape: tuple[int, ...], window: Window | None, *, inputs_first: bool, layer: str) -> float | None:
    """How many products are summed for one element that comes out."""
    if len(shape) < 2:
        return None
    if inputs_first:
        return float(math.prod(shape[:-1])) if len(shape) == 2 else float(shape[-2])
    if "ranspose" in layer:
        return None if window is None else shape[0] * window.reads
    return float(math.prod(shape[1:]))


def _each(value: object, rank: int) -> tuple[int, ...] | None:
    """An argument for each axis, whether it was given once or for each."""
    if isinstance(value, int) and not isinstance(value, bool):
        return (value,) * rank
    if isinstance(value, tuple | list) and len(value) == rank and all(isinstance(one, int) for one in value):
        return tuple(value)
    if isinstance(value, tuple | list) and len(value) == 1 and isinstance(value[0], int):
        return (value[0],) * rank
    return None

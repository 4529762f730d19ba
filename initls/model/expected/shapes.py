"""What moves, cuts and pools the positions of a signal."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

from msgspec.structs import replace

from initls.knowledge.tensors import SPLITS
from initls.model.expected.attention import makes_scores
from initls.model.expected.elementwise import scaled
from initls.model.expected.moments import GRID, Values, average, largest, square, together
from initls.model.expected.passing import Pass, base_of
from initls.model.expected.unrolled import Step
from initls.model.expected.values import LOST, Expected, Scores, Shares, Sides, Signal, Unsure
from initls.model.expected.windows import window_of
from initls.model.state.flow import PICKED, SCALED, Node


def unchanged(work: Pass, step: Step, inputs: Sequence[Expected]) -> Expected:
    """The same tensor."""
    return inputs[0] if inputs else Unsure("nothing")


def reshape(work: Pass, step: Step, inputs: Sequence[Expected]) -> Expected:
    """The same elements in another shape or order."""
    node = step.node
    if not inputs:
        return Unsure("a tensor that is not followed")
    signal = inputs[0]
    if node.name == SCALED:
        if isinstance(signal, Scores):
            return signal  # How wide a head is has been told from the number already.
        if isinstance(signal, Shares):
            return Unsure("the shares of attention are scaled")
        if node.number is None:
            if isinstance(signal, Signal) and makes_scores(work, step):
                return signal
            return Unsure("a number multiplies it that the program does not show")
        return scaled(signal, node.number) if isinstance(signal, Signal) else signal
    if not isinstance(signal, Signal):
        return signal
    layer = work.layer(node).rpartition(".")[2]
    if layer in RESIZING:
        return replace(signal, sides=None if signal.sides is None else _resized(layer, signal, work.arguments(node)))
    windows = _windows(work, step)
    if windows is not None:
        return replace(signal, sides=windows, last=True)
    if layer in ("PixelUnshuffle", "PixelShuffle", "Unfold", "Fold", "unfold", "fold", "pixel_shuffle"):
        return replace(signal, units=None, sides=LOST)
    if layer.lower() == "flatten":
        return _flattened(signal, node, work.arguments(node))
    if node.kind != "permute" or node.name in KEEPING:
        return signal
    return replace(signal, last=_last(node, signal))


KEEPING = frozenset({"expand", "expand_as", "repeat"})
"""Operations that set a tensor down several times along other axes than that of the units."""


def _flattened(signal: Signal, node: Node, arguments: Mapping[str, object]) -> Signal:
    """Axes in a row made one: those of the positions, or all with the units."""
    first = arguments.get("start_dim", 1 if node.module is not None else node.axes[0] if node.axes else None)
    if first == 1 and signal.positions is not None and signal.units:
        return replace(signal, units=signal.units * signal.positions, sides=(), last=True)
    if first == 2 and signal.last is False and signal.sides is not None:
        return replace(signal, sides=(math.prod(signal.sides),))
    return signal


def _windows(work: Pass, step: Step) -> Sides | None:
    """The positions of one window, where a signal is cut up into windows: (batch, rows, height, columns, width, units).

    They are lost where the program does not show them; None for other moves.
    """
    node = step.node
    if node.name not in ("permute", "transpose") or node.axes not in (WINDOWED, BETWEEN_WINDOWS):
        return None
    before = dict(work.steps.steps[step.inputs[0]].node.settings).get("sizes")
    if not isinstance(before, tuple) or len(before) != len(WINDOWED):
        return LOST if node.axes == WINDOWED else None
    height, width = before[2], before[4]
    return (height, width) if isinstance(height, int) and isinstance(width, int) and height > 0 < width else LOST


WINDOWED, BETWEEN_WINDOWS = (0, 1, 3, 2, 4, 5), (2, 3)
"""How windows come to lie one behind the other: by a permutation, or by two axes that change places."""

RESIZING = frozenset({"Upsample", "interpolate", "upsample", "upsample_nearest", "upsample_bilinear", "pad"})


def _resized(layer: str, signal: Signal, arguments: Mapping[str, object]) -> Sides | None:
    factor = arguments.get("scale_factor")
    if (
        isinstance(factor, int | float)
        and signal.sides not in (None, LOST)
        and arguments.get("mode", "nearest") == "nearest"
    ):
        return tuple(int(side * factor) for side in signal.sides)
    return LOST


def _last(node: Node, signal: Signal) -> bool | None:
    if signal.last is None or not node.axes:
        return None
    rank = 2 + len(signal.sides or ())
    if node.name == "permute" and len(node.axes) == rank:
        axis = node.axes[-1] % rank
        return axis == rank - 1 if signal.last else axis == 1 if rank > 2 else True
    if node.name in ("transpose", "swapaxes", "swapdims") and {axis % rank for axis in node.axes} == {1, rank - 1}:
        return not signal.last
    return None


def slice(work: Pass, step: Step, inputs: Sequence[Expected]) -> Expected:
    """Some of the elements."""
    signal = inputs[0] if inputs else Unsure("a tensor that is not followed")
    if not isinstance(signal, Signal):
        return signal
    node = step.node
    if node.part is not None and node.part[1] and node.even and (node.whole or node.axes in ((1,), (-1,), (0,), (2,))):
        count = node.part[1]
        units = None if signal.units is None or signal.units % count else signal.units // count
        # Other parts are other units: what one was made of says nothing of another.
        return replace(signal, units=units, terms=(), base=-1, values=())
    if node.name == PICKED and signal.last is not None:
        rank = 2 + len(signal.sides or (1,))
        axes, own = {axis % rank for axis in node.axes}, rank - 1 if signal.last else 1
        if not axes & {0, own}:
            left = tuple(
                side
                for axis, side in enumerate(signal.sides or (work.assumed.tokens,), start=1 if signal.last else 2)
                if axis not in axes
            )
            return replace(signal, sides=left, last=signal.last or not left)
    if node.name in SPLITS and len(node.axes) == 1 and signal.last is not None and signal.sides is not None:
        rank = 2 + len(signal.sides)
        if node.axes[0] % rank == (rank - 1 if signal.last else 1):
            return replace(signal, units=None, terms=(), base=-1, values=())
    return replace(signal, units=None, sides=LOST, terms=(), base=-1, values=())


def pooling(work: Pass, step: Step, inputs: Sequence[Expected]) -> Expected:
    """The mean or the largest of several positions."""
    node, signal = step.node, inputs[0] if inputs else Unsure("nothing")
    if not isinstance(signal, Signal):
        return signal if isinstance(signal, Unsure) else Unsure("a pooling inside an attention")
    name = work.layer(node).rpartition(".")[2].lower().replace("_", "")
    arguments = work.arguments(node)
    rank = int(name[-2]) if name[-2:-1].isdigit() else 2
    before = signal.sides
    if before is None:
        before = (work.assumed.side,) * rank
    if before == LOST or len(before) != rank:
        return Unsure("how many positions a pooling reads is not known")
    if name.startswith("adaptive"):
        size = arguments.get("output_size", dict(node.settings).get("kernel_size"))
        wanted = (size,) * rank if isinstance(size, int) else size
        if not isinstance(wanted, tuple | list) or len(wanted) != rank:
            return Unsure("how many positions a pooling leaves is not shown")
        after: Sides = tuple(
            one if isinstance(one, int) and one > 0 else side for one, side in zip(wanted, before, strict=True)
        )
        count = max(1, round(math.prod(max(1.0, side / one) for side, one in zip(before, after, strict=True))))
    else:
        kernel = _kernel(arguments, rank)
        stepping = {**arguments, "stride": arguments.get("stride") or arguments.get("kernel_size")}
        window = None if kernel is None else window_of("pool", stepping, (1, 1, *kernel), before, work.assumed)
        if window is None or window.sides == LOST:
            return Unsure("the window of a pooling is not shown")
        after, count = window.sides, window.size
    made = _largest(work, signal, count) if "max" in name else _averaged(signal, count) if "avg" in name else None
    if made is None:
        return Unsure(f"what `{name}` does to the size is not known here")
    return replace(made, units=signal.units, sides=after, last=signal.last)


def _kernel(arguments: Mapping[str, object], rank: int) -> tuple[int, ...] | None:
    size = arguments.get("kernel_size")
    if isinstance(size, int):
        return (size,) * rank
    if isinstance(size, tuple | list) and len(size) == rank and all(isinstance(one, int) for one in size):
        return tuple(size)
    return None


def _averaged(signal: Signal, count: int) -> Signal:
    """The mean over so many positions."""
    second = signal.near + (signal.second - signal.near) / count
    return Signal(signal.mean, second, signal.near, signal.far)


def _largest(work: Pass, signal: Signal, count: int) -> Signal | None:
    """The largest of so many positions: of the normal numbers underneath, where the function of them rises."""
    base = base_of(work, signal)
    values = signal.values
    if not values or any(after < before - 1e-12 for before, after in pairwise(values)):
        return None
    own = base if base.base == signal.base else signal
    variance = own.variance
    apart = max(0.0, 1 - (own.near - own.mean**2) / variance) if variance > 0 else 0.0
    shift, left = largest(count)
    mean = math.sqrt(apart) * shift
    spread = math.sqrt(max(0.0, 1 - apart + apart * left))
    new = tuple(_between(values, mean + spread * x) for x in GRID)
    # Neighbouring windows share positions; that is left out.
    near = (1 - apart) / (spread * spread) if spread > 0 else 1.0
    far = (own.far - own.mean**2) / variance / (spread * spread) if variance > 0 and spread > 0 else 1.0
    return Signal(average(new), square(new), together(new, near), together(new, far))


def _between(values: Values, x: float) -> float:
    place = (x - GRID[0]) / (GRID[1] - GRID[0])
    index = min(len(GRID) - 2, max(0, math.floor(place)))
    share = place - index
    return values[index] * (1 - share) + values[index + 1] * share


def reduce(work: Pass, step: Step, inputs: Sequence[Expected]) -> Expected:
    """The mean or the sum over all positions."""
    node, signal = step.node, inputs[0] if inputs else Unsure("nothing")
    if not isinstance(signal, Signal):
        return signal if isinstance(signal, Unsure) else Unsure("a mean inside an attention")
    short = node.name.rpartition(".")[2]
    rank = 2 + len(signal.sides or (1,))
    axes = {axis % rank for axis in node.axes if -rank <= axis < rank}
    own = rank - 1 if signal.last else 1 if signal.last is False else None
    if short not in ("mean", "sum") or not axes or 0 in axes:
        return Unsure(f"what `{short}` does to the size is not known here")
    if own is None or own in axes:
        return Unsure(f"over which axes `{short}` goes is not followed")
    count = work.positions(signal)
    if count is None or len(axes) != rank - 2:
        return Unsure(f"how many positions `{short}` goes over is not known")
    made = _averaged(signal, count)
    return replace(scaled(made, 1.0 if short == "mean" else float(count)), units=signal.units, sides=(), last=True)

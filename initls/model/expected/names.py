"""The names that PyTorch gives to the modules of a model, where the trace has sampled a long loop.

A loop of ten rounds leaves three modules, called `blocks.0`, `blocks.1` and `blocks.2`; they stand for `blocks.0`,
`blocks.1` to `blocks.8`, and `blocks.9`.
"""

from __future__ import annotations

import math
from itertools import groupby

from msgspec import Struct

from initls.model.traces.trace import Trace


class Numbered(Struct, frozen=True):
    """A dotted name, some of whose parts are numbers that stand for several."""

    parts: tuple[str, ...]
    first: tuple[int, ...]
    """The number of each part, -1 for one that is none."""
    times: tuple[int, ...]
    """For how many each part stands."""
    steps: tuple[int, ...]
    """How far these lie apart: as far as there are modules in one round of their loop."""

    def __str__(self) -> str:
        """As a reader would write it: `blocks.1-8.fc`."""
        return ".".join(
            part if number < 0 else _range(number, times, step)
            for part, number, times, step in zip(self.parts, self.first, self.times, self.steps, strict=True)
        )

    def at(self, round: int) -> str:
        """The name in one round of its loop; of loops in loops the outer one goes round last."""
        found: list[str] = []
        whole = list(zip(self.parts, self.first, self.times, self.steps, strict=True))
        for part, number, times, step in reversed(whole):
            if number < 0:
                found.append(part)
                continue
            found.append(str(number + step * (round % times)))
            round //= times
        return ".".join(reversed(found))

    @property
    def count(self) -> int:
        """For how many it stands."""
        return math.prod(self.times)


def _range(number: int, times: int, step: int) -> str:
    if times == 1:
        return str(number)
    last = number + step * (times - 1)
    return f"{number}-{last}" if step == 1 else f"{number},{number + step}..{last}"


class Names:
    """The names of the modules and parameters of a trace."""

    def __init__(self, trace: Trace) -> None:
        """Read off where long loops were sampled."""
        self._times: dict[str, int] = {
            name: trace.modules[number].times for number, name in trace.module_names.items() if name
        }
        self._below: dict[str, list[int]] = {}
        for name in self._times:
            holder, _, last = name.rpartition(".")
            if last.isdecimal():
                self._below.setdefault(holder, []).append(int(last))
        self._known: dict[str, Numbered] = {}

    def of(self, name: str) -> Numbered:
        """A name of the trace, in full."""
        if name not in self._known:
            self._known[name] = self._of(name)
        return self._known[name]

    def _of(self, name: str) -> Numbered:
        parts = tuple(name.split("."))
        first, times, steps = [], [], []
        for index, part in enumerate(parts):
            here, holder = ".".join(parts[: index + 1]), ".".join(parts[:index])
            if not part.isdecimal() or here not in self._times:
                first.append(-1)
                times.append(1)
                steps.append(1)
                continue
            number, own, step = self._placed(holder)[int(part)]
            first.append(number)
            times.append(own)
            steps.append(step)
        return Numbered(parts, tuple(first), tuple(times), tuple(steps))

    def _placed(self, holder: str) -> dict[int, tuple[int, int, int]]:
        """For each child by number: its true number, for how many it stands, and how far these lie apart.

        Children side by side that stand for equally many come from one loop, and its rounds take turns.
        """
        below = sorted(self._below[holder])
        own = {number: self._own(f"{holder}.{number}" if holder else str(number)) for number in below}
        found: dict[int, tuple[int, int, int]] = {}
        shift = 0
        for count, group in groupby(below, key=own.__getitem__):
            numbers = list(group)
            step = len(numbers) if count > 1 else 1
            for number in numbers:
                found[number] = (number + shift, count, step)
            shift += (count - 1) * len(numbers)
        return found

    def _own(self, name: str) -> int:
        times = self._times
        holder = name.rpartition(".")[0]
        while holder and holder not in times:
            holder = holder.rpartition(".")[0]
        around = times.get(holder, 1)
        return max(1, times[name] // around)

"""The moments of what a recurrent layer puts out, step by step through its gates.

Gates are treated as independent of each other and of the state, as they are where each has rows of its own.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from msgspec import Struct
from msgspec.structs import replace

from initls.knowledge.responses import RESPONSES
from initls.model.expected.held import held
from initls.model.expected.moments import average, square, tabulated, together
from initls.model.expected.values import Signal, Unsure
from initls.model.traces.trace import Trace

MOST_STEPS = 200
"""Steps after which what comes out has settled."""


class Level(Struct, frozen=True):
    """What one level of a recurrent layer multiplies its input and its own last output with, and adds."""

    reads: float
    feeds: float
    adds: float


def behind(trace: Trace, module: int, signal: Signal, steps: int | None) -> Signal | Unsure:
    """What comes out of a recurrent layer that reads a signal over so many steps."""
    info = trace.modules[module]
    arguments, name = info.arguments, (info.layer or "").rpartition(".")[2]
    hidden, depth = arguments.get("hidden_size"), arguments.get("num_layers", 1)
    both = arguments.get("bidirectional", False)
    if not isinstance(hidden, int) or not isinstance(depth, int) or not isinstance(both, bool) or not hidden:
        return Unsure("the sizes of a recurrent layer are not shown")
    if arguments.get("proj_size", 0):
        return Unsure("the outputs of a recurrent layer are projected")
    cell = CELLS.get("LSTM" if "LSTM" in name else "GRU" if "GRU" in name else "RNN")
    if cell is None or steps is None:
        return Unsure("how many steps a recurrent layer goes is not known")
    bend = arguments.get("nonlinearity", "tanh")
    owned = {info.name: info.id for info in trace.parameters if info.owner == module}
    width = arguments.get("input_size")
    if not isinstance(width, int):
        return Unsure("the sizes of a recurrent layer are not shown")
    for level in range(min(depth, 64)):
        suffix = f"_l{level}" if "Cell" not in name else ""
        found: list[float] = []
        for key, fan in (("weight_ih", width), ("weight_hh", hidden), ("bias_ih", 1), ("bias_hh", 1)):
            number = owned.get(key + suffix)
            if number is None:
                found.append(0.0)
                continue
            moments = held(trace, number)
            if isinstance(moments, Unsure):
                return moments
            if key.startswith("bias") and moments.mean and cell is not _plain:
                return Unsure("the gates of a recurrent layer have biases about another number than zero")
            found.append(fan * moments.second)
        if not (found[0] or found[1]):
            return Unsure("a recurrent layer holds no matrix that is known")
        made = cell(signal, Level(found[0], found[1], found[2] + found[3]), min(steps, MOST_STEPS), str(bend))
        signal = replace(made, units=hidden * (2 if both else 1), sides=signal.sides, last=True)
        width = hidden * (2 if both else 1)
        rate = arguments.get("dropout", 0.0)
        if isinstance(rate, float) and 0 < rate < 1 and level < depth - 1:
            signal = replace(signal, second=signal.second / (1 - rate))
    return signal


class State(Struct, frozen=True):
    """The mean products of a state with itself: of one step and sample, at two steps, and in two samples."""

    mean: float = 0.0
    second: float = 0.0
    near: float = 0.0
    far: float = 0.0


class Bent(Struct, frozen=True):
    """The same behind an activation of centred normal numbers."""

    mean: float
    second: float
    near: float
    far: float


def _bent(name: str, second: float, near: float, far: float) -> Bent:
    values = tabulated(RESPONSES[name], 0.0, math.sqrt(max(second, 0.0)))
    near, far = (pair / second if second > 0 else 1.0 for pair in (near, far))
    return Bent(average(values), square(values), together(values, near), together(values, far))


def _read(signal: Signal, level: Level, state: State) -> tuple[float, float, float]:
    """The products of what goes into a gate."""
    return (
        level.reads * signal.second + level.feeds * state.second + level.adds,
        level.reads * signal.near + level.feeds * state.near + level.adds,
        level.reads * signal.far + level.feeds * state.far + level.adds,
    )


def _settled(states: list[State], steps: int) -> Signal:
    """What comes out over all steps."""

    def mean(which: Callable[[State], float]) -> float:
        return math.fsum(map(which, states)) / steps

    return Signal(
        mean(lambda state: state.mean),
        mean(lambda state: state.second),
        mean(lambda state: state.near),
        mean(lambda state: state.far),
    )


def _plain(signal: Signal, level: Level, steps: int, bend: str) -> Signal:
    states: list[State] = []
    state = State()
    for _ in range(steps):
        made = _bent("relu" if bend == "relu" else "tanh", *_read(signal, level, state))
        state = State(made.mean, made.second, made.near, made.far)
        states.append(state)
    return _settled(states, steps)


def _lstm(signal: Signal, level: Level, steps: int, bend: str) -> Signal:
    """The cell is a running sum: what its summands have in common from step to step adds up."""
    states: list[State] = []
    state = State()
    cell = shared = lasting = others = 0.0
    for _ in range(steps):
        inner = _read(signal, level, state)
        gate, new = _bent("sigmoid", *inner), _bent("tanh", *inner)
        middle = gate.mean
        cross, across = 2 * middle * middle * lasting, 2 * middle * middle * others
        cell = gate.second * cell + cross + gate.second * new.second
        shared = gate.far * shared + across + gate.far * new.far
        # The mean products of the cell with the next summand, of its own sample and of another.
        lasting = middle * lasting + middle * new.near
        others = middle * others + middle * new.far
        out = _bent("tanh", cell, min(cell, lasting), min(cell, shared))
        state = State(0.0, gate.second * out.second, gate.near * out.near, gate.far * out.far)
        states.append(state)
    return _settled(states, steps)


def _gru(signal: Signal, level: Level, steps: int, bend: str) -> Signal:
    """The state is a running mean, which keeps what the candidates have in common from step to step."""
    states: list[State] = []
    state = State()
    lasting = others = 0.0
    for _ in range(steps):
        gate = _bent("sigmoid", *_read(signal, level, state))
        half = level.adds / 2
        new = _bent(
            "tanh",
            level.reads * signal.second + half + gate.second * (level.feeds * state.second + half),
            level.reads * signal.near + half + gate.near * (level.feeds * state.near + half),
            level.reads * signal.far + half + gate.far * (level.feeds * state.far + half),
        )
        middle = gate.mean
        second = _kept(middle, gate.second, new.second, state.second, lasting)
        far = _kept(middle, gate.far, new.far, state.far, others)
        lasting = (1 - middle) * new.near + middle * lasting
        others = (1 - middle) * new.far + middle * others
        state = State(0.0, second, min(second, lasting), min(second, far))
        states.append(state)
    return _settled(states, steps)


def _kept(middle: float, gates: float, fresh: float, before: float, mixed: float) -> float:
    """(1 - z) n + z h, squared; `middle` is the mean of z, `gates` its mean product, `mixed` that of n and h."""
    return (1 - 2 * middle + gates) * fresh + 2 * (middle - gates) * mixed + gates * before


CELLS: dict[str, Callable[[Signal, Level, int, str], Signal]] = {"RNN": _plain, "LSTM": _lstm, "GRU": _gru}

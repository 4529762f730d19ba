"""What the program writes into the biases of recurrent gates, and where that is not what it plainly means.

An LSTM keeps its gates one behind the other in two vectors, `bias_ih` and `bias_hh`, which are added: input, forget,
cell, output. To start with an open forget gate, the second quarter of one of them is set to one.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from fractions import Fraction

from msgspec import Struct

from initls.facts.place import Place
from initls.knowledge import layers
from initls.knowledge.parameters import Role
from initls.model.machine.machine import ParameterInfo
from initls.model.state.contents import Constant
from initls.model.state.regions import Slice
from initls.model.state.state import Alternative, Write
from initls.model.traces.program import Program
from initls.model.traces.trace import Trace

GATES = {4: ("input", "forget", "cell", "output"), 3: ("reset", "update", "new")}
"""The gates of an LSTM and of a GRU, in the order in which torch keeps them."""

FORGET = 1
"""Which of an LSTM's gates forgets."""


START = "bias_ih_"
"""What stands in front of level and direction in the name of a vector, as long as `bias_hh_` is."""


class Slip(Enum):
    """What is not as it is meant."""

    TWICE = "both vectors are set, which are added"
    OTHER = "another gate is set"
    ACROSS = "the slice is no gate of this layer"
    SOME = "other layers or directions are left out"


class GateBias(Struct, frozen=True):
    """One place that sets a gate's bias, and what is not as it is meant.

    `name` is the vector that it writes, `others` those that it leaves out or adds up with, `value` what it writes,
    `gate` the gate that it hits, and `layer` the class of the layer.
    """

    slip: Slip
    place: Place
    name: str
    others: tuple[str, ...]
    value: float
    gate: str
    layer: str
    elsewhere: Place | None = None
    """Where the other vector is written, if that is another place."""


def gate_biases(program: Program) -> tuple[GateBias, ...]:
    """The slips of a file, each place once."""
    found: dict[Place, GateBias] = {}
    for trace in program.traces:
        if trace.incomplete is None:
            for one in _of_trace(trace):
                found.setdefault(one.place, one)
    return tuple(found.values())


class _Vector(Struct, frozen=True):
    """One bias vector of a recurrent layer, and the last write to a slice of it."""

    name: str
    full: str
    way: Alternative
    gates: int
    layer: str

    def slices(self) -> Iterator[tuple[Write, tuple[Fraction, Fraction], float]]:
        """The parts that the program sets to a positive number, from which share to which."""
        for write in self.way.writes:
            content = write.content
            if isinstance(write.region, Slice) and write.explicit and isinstance(content, Constant):
                shares = write.region.shares
                if shares is not None and content.value is not None and content.value > 0:
                    yield write, shares, content.value

    def forgets(self) -> tuple[Write, float] | None:
        """The write that sets the forget gate of an LSTM, and to what."""
        wanted = (Fraction(FORGET, 4), Fraction(FORGET + 1, 4))
        return next(((write, value) for write, shares, value in self.slices() if shares == wanted), None)

    @property
    def followed(self) -> bool:
        """Whether all that was written to it is known."""
        return all(isinstance(w.region, Slice | None) and getattr(w.region, "shares", True) for w in self.way.writes)


def _of_trace(trace: Trace) -> Iterator[GateBias]:
    owners: dict[int, list[_Vector]] = {}
    for info in trace.parameters:
        vector = _vector(trace, info)
        if vector is not None and info.owner is not None:
            owners.setdefault(info.owner, []).append(vector)
    for vectors in owners.values():
        if any(True for vector in vectors for _ in vector.slices()) and all(vector.followed for vector in vectors):
            yield from _of_layer(vectors)


def _vector(trace: Trace, info: ParameterInfo) -> _Vector | None:
    layer = layers.layer(info.layer) if info.layer and info.role is Role.BIAS else None
    spec = layers.parameter(layer, info.name) if layer is not None else None
    ways = [way for way in trace.final.get(info.id, ()) if way.likely]
    if layer is None or spec is None or spec.blocks not in GATES or not info.name.startswith("bias_"):
        return None
    if len(ways) != 1 or info.id not in trace.names:
        return None
    return _Vector(info.name, trace.names[info.id], ways[0], spec.blocks, layer.name.rpartition(".")[2])


def _of_layer(vectors: list[_Vector]) -> Iterator[GateBias]:
    by_name = {vector.name: vector for vector in vectors}
    forgetting = {name: found for name, vector in by_name.items() if (found := vector.forgets()) is not None}
    if vectors[0].gates == 4:
        for name, (write, value) in forgetting.items():
            pair = forgetting.get(name.replace("bias_hh", "bias_ih"))
            if name.startswith("bias_hh") and pair is not None and value == pair[1] == 1:
                other = by_name[name.replace("bias_hh", "bias_ih")].full
                elsewhere = pair[0].place if pair[0].place != write.place else None
                vector = by_name[name]
                yield GateBias(Slip.TWICE, write.place, vector.full, (other,), value, "forget", vector.layer, elsewhere)
        levels = {name[len(START) :] for name in forgetting}
        if len(levels) == 1:
            name, (write, value) = next(iter(forgetting.items()))
            kind, vector = name[: len(START)], by_name[name]
            missing = tuple(v.full for v in vectors if v.name.startswith(kind) and v.name[len(START) :] not in levels)
            if missing:
                yield GateBias(Slip.SOME, write.place, vector.full, missing, value, "forget", vector.layer)
    for vector in vectors:
        for write, (start, stop), value in vector.slices():
            lower, upper = start * vector.gates, stop * vector.gates
            if lower.denominator != 1 or upper.denominator != 1:
                if vector.gates == 3 and (start, stop) == (Fraction(1, 4), Fraction(1, 2)):
                    yield GateBias(Slip.ACROSS, write.place, vector.full, (), value, "", vector.layer)
            elif vector.gates == 4 and upper == lower + 1 and lower != FORGET and value >= 1 and not forgetting:
                gate = GATES[4][int(lower)]
                yield GateBias(Slip.OTHER, write.place, vector.full, (), value, gate, vector.layer)

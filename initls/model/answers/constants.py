"""The writes that leave a matrix constant, or its units equal, when training starts, over all traces of a file."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct

from initls.facts.place import Place, class_of
from initls.model.answers.judgement import (
    Fate,
    Judgement,
    is_own_matrix,
    is_recurrent_weight,
    is_weight,
    judge,
    parameter_is_gain,
)
from initls.model.state.contents import Constant, Repeated, not_finite
from initls.model.state.memory import once
from initls.model.state.state import Write
from initls.model.traces.program import Program
from initls.model.traces.trace import Trace


class Matrix(Enum):
    """What kind of matrix a constant was written to."""

    LAYER = "layer"
    RECURRENT = "recurrent"
    OWN = "own"
    GAIN = "gain"
    """What a norm multiplies with: a vector, that counts where it is zero and lets nothing through."""


class Entry(Struct, frozen=True):
    """One matrix that ends constant, or with copies of one row, in one trace."""

    trace: Trace
    parameter: int
    write: Write
    kind: Matrix
    judgement: Judgement

    @property
    def name(self) -> str:
        """The dotted name of the parameter."""
        return self.trace.names.get(self.parameter, "a weight")

    @property
    def layer(self) -> str:
        """The class of the layer; empty for a parameter of the program's own."""
        return self.trace.parameters[self.parameter].layer or ""

    @property
    def sure_of_class(self) -> bool:
        """Whether all bases of the class that was traced are known."""
        return self.trace.kind != "class" or not self.trace.modules or not self.trace.modules[0].unresolved


class ConstantWrite(Struct, frozen=True):
    """One place, and all matrices that it leaves so."""

    place: Place
    entries: tuple[Entry, ...]

    @property
    def by(self) -> str:
        """The random initializer that was given no spread, where that is how it came about."""
        content = self.entries[0].write.content
        return content.by if isinstance(content, Constant) else ""

    @property
    def making(self) -> bool:
        """Whether the place makes the parameter rather than writes it."""
        return self.entries[0].write.making and not self.entries[0].layer


@once
def constant_writes(program: Program) -> tuple[ConstantWrite, ...]:
    """Every place whose constant a matrix still holds when training starts."""
    return _writes(program, Constant)


@once
def repeated_writes(program: Program) -> tuple[ConstantWrite, ...]:
    """Every place that leaves a matrix with copies of one row, until training starts."""
    return _writes(program, Repeated)


def _writes(program: Program, kind: type[Constant | Repeated]) -> tuple[ConstantWrite, ...]:
    """Every place that leaves such a content in a matrix.

    A place that some larger model of the file overwrites, loads over or freezes is left out: what is constant there
    by itself is not constant in use. Tests set constants on purpose.
    """
    if program.is_test:
        return ()
    found: dict[Place, list[Entry]] = {}
    for trace in program.traces:
        if trace.kind == "function" and trace.root.startswith("test"):
            continue
        for shown in _shown(trace):
            if not isinstance(shown.judgement.held, kind):
                continue
            entry = Entry(trace, shown.parameter, shown.write, shown.kind, shown.judgement)
            found.setdefault(shown.place, []).append(entry)
    writes: list[ConstantWrite] = []
    for place, entries in found.items():
        kept = tuple(entry for entry in entries if not _undone(program, entry))
        if kept:
            writes.append(ConstantWrite(place, kept))
    return tuple(writes)


class _Shown(Struct, frozen=True):
    """What one trace shows of a matrix that ends constant. It does not hold the trace, which holds it."""

    place: Place
    parameter: int
    write: Write
    kind: Matrix
    judgement: Judgement


@once
def _shown(trace: Trace) -> tuple[_Shown, ...]:
    """The matrices that end constant in a trace."""
    return tuple([shown for parameter in trace.final if (shown := _show(trace, parameter)) is not None])


def _show(trace: Trace, parameter: int) -> _Shown | None:
    likely = [way for way in trace.final[parameter] if way.likely]
    if not likely:
        return None  # It is only there under options that a user has to ask for.
    last = likely[0].writes[-1]
    content = trace.content(parameter)
    if not isinstance(content, Constant | Repeated) or not_finite(content):
        return None  # What is infinite has worse to it than that it is the same everywhere.
    if not any(write.explicit for way in likely for write in way.writes):
        return None
    if parameter in trace.reinitialized or parameter not in trace.names:
        return None
    kind = _kind(trace, parameter)
    if kind is None:
        return None
    judgement = judge(trace, parameter)
    place = trace.parameters[parameter].place if last.making else called_from(last)
    return None if judgement is None else _Shown(place, parameter, last, kind, judgement)


def called_from(write: Write) -> Place:
    """Where the file itself is the reason of a write.

    For one in a function of another file that is the call which leads there: what the function does is right for some
    and wrong for others. A method of another file answers for itself where that file is looked at.
    """
    if not write.place.foreign or class_of(write.place.unit) != write.place.unit:
        return write.place
    return next((place for place in reversed(write.path) if not place.foreign), write.place)


def _kind(trace: Trace, parameter: int) -> Matrix | None:
    if is_weight(trace, parameter):
        return Matrix.LAYER
    if is_recurrent_weight(trace, parameter):
        return Matrix.RECURRENT if _all_recurrent_weights(trace, parameter) else None
    if parameter_is_gain(trace, parameter):
        return Matrix.GAIN
    return Matrix.OWN if is_own_matrix(trace, parameter) else None


def _all_recurrent_weights(trace: Trace, parameter: int) -> bool:
    """Whether every matrix of the recurrent layer is constant; with one that is not, the units differ."""
    owner = trace.parameters[parameter].owner
    return all(
        isinstance(trace.content(info.id), Constant)
        for info in trace.parameters
        if info.owner == owner and is_recurrent_weight(trace, info.id)
    )


def _undone(program: Program, entry: Entry) -> bool:
    """Whether a larger model of the file undoes the write when it builds this class."""
    if entry.trace.kind != "class":
        return False
    for trace, parameter, write in program.in_use(entry.trace, entry.write.place):
        if not isinstance(trace.content(parameter), Constant | Repeated) or parameter in trace.frozen:
            return True
        final_places = {w.place for way in trace.final.get(parameter, ()) for w in way.writes}
        if write.place not in final_places:
            return True
    return False


RANK = (Fate.DEAD, Fate.PARTLY, Fate.SYMMETRIC, Fate.STARVED, Fate.COSTLY, Fate.EQUAL, Fate.NOT_SHOWN, Fate.HARMLESS)


def worst(entries: tuple[Entry, ...]) -> Entry:
    """The entry with the worst fate; of equal ones the first."""
    return min(entries, key=lambda entry: RANK.index(entry.judgement.fate))

"""Parameters that are made from memory which nobody writes: `nn.Parameter(torch.empty(3))` and nothing behind it."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct
from msgspec.structs import replace

from initls.facts.place import Place
from initls.knowledge import frameworks
from initls.knowledge.parameters import Role
from initls.model.state.contents import Content, Garbage
from initls.model.state.events import Event, Initialized
from initls.model.state.flow import VIEWS, Following, Node
from initls.model.state.memory import once
from initls.model.traces.program import Program
from initls.model.traces.trace import Subject, Trace


class Use(Enum):
    """What a forward pass does with a parameter."""

    MATRIX = "matrix"
    BIAS = "bias"
    FACTOR = "factor"
    SUMMAND = "summand"
    TOKEN = "token"
    """It is put beside others, or read as they are, as the token of a class is."""
    OTHER = "other"


class Unwritten(Struct, frozen=True):
    """A parameter that starts as whatever the memory held, in all traces that build it."""

    place: Place
    trace: Trace
    parameter: int
    use: Use | None
    """How a forward pass reads it; None where none is seen to."""
    left: Garbage
    filler: str
    """The unit of a `reset_parameters` that would write it, and that nothing calls."""

    loader: str
    """The file next to this one that builds what it is part of, and loads a checkpoint into that; none where empty."""

    @property
    def name(self) -> str:
        """The dotted name of the parameter."""
        return self.trace.names[self.parameter]

    @property
    def axes(self) -> int | None:
        """How many axes it has, where the program shows that."""
        shape = self.trace.parameters[self.parameter].shape
        return None if shape is None else len(shape)

    @property
    def sure_of_class(self) -> bool:
        """Whether all bases of the class that was traced are known."""
        return self.trace.kind != "class" or not self.trace.modules or not self.trace.modules[0].unresolved

    @property
    def following(self) -> Following:
        """What follows the product with it."""
        return self.trace.following(self.parameter)

    @property
    def inputs_first(self) -> bool:
        """Whether it is stored as (in, out)."""
        return any(
            node.inputs_first for subject in self.trace.subjects for node in subject.graph.of_weight(self.parameter)
        )

    @property
    def constructor(self) -> Place | None:
        """A place in the constructor that makes it, where that is the class's own."""
        return self.place if self.place.unit.rpartition(".")[2].partition("#")[0] == "__init__" else None


@once
def unwritten(program: Program) -> tuple[Unwritten, ...]:
    """The parameters that no trace of the file sees written, by the place where they are made."""
    if program.is_test or frameworks.is_draft(program.filename):
        return ()
    made: dict[tuple[Place, str], list[tuple[Trace, int]]] = {}
    for trace in program.traces:
        for number in trace.final:
            info = trace.parameters[number]
            if info.trainable and not info.place.foreign:
                # A layer's parameters are made at one place; what the program makes itself has a place of its own.
                made.setdefault((info.place, info.name if info.layer else ""), []).append((trace, number))
    around = program.surroundings
    found: list[Unwritten] = []
    for (place, _), entries in made.items():
        if not all(_is_left(trace, number) for trace, number in entries) or _initialized_elsewhere(program, entries):
            continue
        shown = [_entry(place, trace, number) for trace, number in entries]
        best = next((one for one in shown if one.use is not None), shown[0])
        loader = next((one.loader for one in shown if one.loader), "")
        best = replace(best, loader=loader)
        if not best.filler or not (best.filler in around.called or around.resets):
            found.append(best)
    return tuple(found)


def _is_left(trace: Trace, number: int) -> bool:
    """Whether a parameter ends a trace as the memory was, and nobody can be seen who might change that."""
    return (
        number in trace.names
        and trace.parameters[number].owner is not None
        and number not in trace.frozen
        and trace.incomplete is None
        and isinstance(trace.content(number), Garbage)
        and all(way.writes[0].making or _skipped(way.content) for way in trace.final[number])
        and trace.fillers.get(number) != ""
        and (number not in trace.reinitialized or number in trace.fillers)
        and not any(isinstance(event, Initialized) and not event.targets for event in _while_building(trace, number))
    )


def _skipped(content: Content | None) -> bool:
    return isinstance(content, Garbage) and content.at is not None


def _while_building(trace: Trace, number: int) -> list[Event]:
    """What happened in a trace behind the making of a parameter."""
    order = trace.parameters[number].order
    return [event for event in trace.events if event.order > order] if trace.kind == "class" else []


def _initialized_elsewhere(program: Program, entries: list[tuple[Trace, int]]) -> bool:
    """Whether a hook of Hugging Face's that stands in another file may write it.

    A block in a file with such models counts only where one of them is seen to hold it, hook and all.
    """
    if any(frameworks.initialized_elsewhere(_classes(trace)) for trace, _ in entries):
        return True
    if not program.surroundings.models:
        return False
    return not any(frameworks.of_transformers(_classes(trace)) for trace, _ in entries)


def _classes(trace: Trace) -> tuple[str, ...]:
    return trace.modules[0].classes if trace.kind == "class" and trace.modules else ()


def _entry(place: Place, trace: Trace, number: int) -> Unwritten:
    left = trace.content(number)
    assert isinstance(left, Garbage)
    filler, loader = trace.fillers.get(number, ""), trace.loaded.get(number, "")
    return Unwritten(place, trace, number, _use(trace, number), left, filler, loader)


USES = {"matmul": Use.MATRIX, "add": Use.SUMMAND, "multiply": Use.FACTOR}


def _reading(subject: Subject, reader: Node) -> Use:
    """What an operation makes of a parameter; put beside others of its kind it is as good as anything."""
    if reader.kind == "concat":
        return Use.TOKEN if any(_is_signal(subject, source) for source in reader.inputs) else Use.OTHER
    return USES.get(reader.kind, Use.OTHER)


def _is_signal(subject: Subject, number: int) -> bool:
    """Whether a tensor is more than a parameter, whatever form that has been brought into."""
    node = subject.graph.nodes[number]
    while node.kind in VIEWS and node.inputs:
        node = subject.graph.nodes[node.inputs[0]]
    return node.kind not in ("parameter", "constant")


def _use(trace: Trace, number: int) -> Use | None:
    """What the forward pass does with a parameter."""
    if trace.parameters[number].role is Role.BIAS:
        by_role: Use | None = Use.BIAS
    else:
        by_role = None
    for subject in trace.subjects:
        for node in subject.graph.nodes:
            if node.bias == number:
                return Use.BIAS
            if node.weight != number:
                continue
            if node.kind == "affine":
                return Use.MATRIX
            readers = subject.consumers[node.id] if node.kind == "parameter" else []
            turned = [r for reader in readers if reader.kind in VIEWS for r in subject.consumers[reader.id]]
            uses = [_reading(subject, reader) for reader in (*readers, *turned) if reader.kind not in VIEWS]
            return by_role or (uses[0] if uses else Use.OTHER)
    return None

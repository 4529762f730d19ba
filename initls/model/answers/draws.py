"""The matrices that hold drawn values when training starts, gathered over all traces of a file."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import cached_property

from msgspec import Struct

from initls.facts.place import Place
from initls.knowledge import layers
from initls.knowledge.spreads import deviation
from initls.model.answers.signal import Row, Way, layers_in, rows
from initls.model.machine.machine import ModuleInfo, ParameterInfo
from initls.model.state.contents import Random
from initls.model.state.flow import Node
from initls.model.state.memory import once
from initls.model.state.regions import Size
from initls.model.state.state import Alternative, Write
from initls.model.traces.asking import FEWEST_LAYERS, is_matrix
from initls.model.traces.program import Program
from initls.model.traces.trace import Subject, Trace


def summed(info: ParameterInfo, module: ModuleInfo) -> int | None:
    """Over how many numbers each output of a transposed convolution is a sum, where its stride has a part in it.

    The outputs of one input lie a stride apart, so that of each kernel only every so manyth number meets an output.
    None where all do, where the stride does not go into the kernel, and for any other layer.
    """
    if "ConvTranspose" not in (info.layer or "") or info.shape is None or module.arguments.get("dilation", 1) != 1:
        return None
    inputs, _, *kernel = info.shape
    stride, groups = module.arguments.get("stride"), module.arguments.get("groups", 1)
    strides = stride if isinstance(stride, tuple) else (stride,) * len(kernel)
    if not isinstance(inputs, int) or not isinstance(groups, int) or not groups or len(strides) != len(kernel):
        return None
    total, strided = inputs // groups, False
    for size, step in zip(kernel, strides, strict=True):
        if not isinstance(size, int) or not isinstance(step, int) or step < 1 or size % step:
            return None
        total, strided = total * size // step, strided or step > 1
    return total if strided else None


class Draw(Struct, frozen=True, eq=False, dict=True):
    """One matrix of a layer, or of the program's own, that ends drawn in one trace."""

    trace: Trace
    parameter: int
    write: Write
    drawn: Random

    @property
    def name(self) -> str:
        """The dotted name of the parameter."""
        return self.trace.names.get(self.parameter, "a weight")

    @property
    def info(self) -> ParameterInfo:
        """What does not change about the parameter."""
        return self.trace.parameters[self.parameter]

    @property
    def module(self) -> ModuleInfo | None:
        """The layer that owns it."""
        return self.trace.modules[self.info.owner] if self.info.owner is not None else None

    @property
    def own(self) -> bool:
        """Whether it is the program's own parameter, and not that of a layer of torch."""
        return self.info.layer is None

    @cached_property
    def arguments(self) -> dict[str, float | str | bool | None]:
        """The arguments of the initializer by name, torch's defaults included; None for what is not shown."""
        return dict(self.drawn.arguments)

    @property
    def shape(self) -> tuple[int | None, ...] | None:
        """Its sizes, where they are shown."""
        return self.info.shape

    @property
    def groups(self) -> int | None:
        """The groups of the convolution that it belongs to; 1 elsewhere."""
        return self._argument("groups", 1)

    @property
    def depthwise(self) -> bool:
        """Whether a convolution has as many groups as channels, by the same name where the number is not shown."""
        module = self.module
        if module is None or self.own:
            return False
        named = module.quantities.get("groups")
        return named is not None and named == module.quantities.get("in_channels")

    @property
    def sizes(self) -> tuple[Size | None, ...] | None:
        """Its sizes, shown or named."""
        return self.info.sizes or self.info.shape

    @property
    def stride(self) -> int | None:
        """The product of the strides of the convolution that it belongs to."""
        value = self.module.arguments.get("stride") if self.module is not None else None
        if isinstance(value, int):
            return int(value ** max(len(self.shape or ()) - 2, 1))
        if isinstance(value, tuple) and all(isinstance(one, int) for one in value):
            return math.prod(value)
        return None

    @property
    def transposed(self) -> bool:
        """Whether it belongs to a transposed convolution, and so is stored inputs first."""
        return "ConvTranspose" in (self.info.layer or "")

    def argument(self, name: str) -> int | None:
        """A number that the layer was made with, where it is shown."""
        return self._argument(name, None)

    def _argument(self, name: str, otherwise: int | None) -> int | None:
        if self.module is None or self.own:
            return otherwise
        value = self.module.arguments.get(name, otherwise if self._lacks(name) else None)
        return value if isinstance(value, int) else None

    def _lacks(self, name: str) -> bool:
        layer = layers.layer(self.info.layer or "")
        return layer is None or all(own != name for own, _ in layer.signature)

    @property
    def deviation(self) -> float | None:
        """The standard deviation of its elements, where it is shown."""
        return deviation(self.drawn.scheme, self.arguments, self.shape)

    def inputs(self, *, inputs_first: bool = False) -> int | None:
        """How many inputs each output is a sum over, where the sizes are shown; a stride is not taken into account."""
        shape = self.shape
        if shape is None or len(shape) < 2:
            return None
        if self.own and inputs_first:
            return shape[-2]
        groups = self.groups
        if self.transposed:
            first = None if groups is None or shape[0] is None else shape[0] // groups
        else:
            first = shape[1]
        sizes = [size for size in (first, *shape[2:]) if size is not None]
        return math.prod(sizes) if len(sizes) == len(shape) - 1 else None

    def used_otherwise(self, subject: Subject) -> bool:
        """Whether a model reads it in another way than as the matrix of a layer; to turn it for that is no other."""
        for node in subject.graph.of_weight(self.parameter):
            readers = subject.consumers[node.id]
            turned = all(reader.kind == "permute" and not subject.consumers[reader.id] for reader in readers)
            if node.kind != "affine" and not (node.kind == "parameter" and turned):
                return True
        return False

    def uses(self) -> Iterator[tuple[Subject, Node]]:
        """The operations whose matrix it is, in every model that is followed."""
        for subject in self.trace.subjects:
            for node in subject.graph.of_weight(self.parameter):
                if node.kind == "affine":
                    yield subject, node


class DrawnAt(Struct, frozen=True, eq=False):
    """One place, and all matrices that it leaves drawn."""

    place: Place
    draws: tuple[Draw, ...]

    @property
    def making(self) -> bool:
        """Whether the place makes the parameter rather than writes it."""
        return self.draws[0].write.making


@once
def drawn_at(program: Program) -> tuple[DrawnAt, ...]:
    """Every place whose draw a matrix still holds when training starts.

    What some larger model of the file writes over, loads over or freezes is left out.
    """
    if program.is_test:
        return ()
    found: dict[Place, list[Draw]] = {}
    for trace in program.traces:
        if trace.kind == "function" and trace.root.startswith("test"):
            continue
        for parameter, ways in trace.final.items():
            draw = _draw(trace, parameter, [way for way in ways if way.likely])
            if draw is not None and not _undone(program, draw):
                found.setdefault(_place(draw), []).append(draw)
    return tuple(DrawnAt(place, tuple(draws)) for place, draws in found.items())


class InRow(Struct, frozen=True, eq=False):
    """A draw with one use of it, and the row of layers without a norm that it stands in."""

    draw: Draw
    subject: Subject
    node: Node
    row: Row


def in_rows(program: Program, factor: Callable[[Draw, Node, Way], float | None]) -> dict[Draw, InRow]:
    """The draws that stand in a long row of draws which `factor` means: it tells how each changes a signal.

    A long row is one of six layers, of which the last need not be meant.
    """
    by_trace: dict[tuple[str, str], dict[int, Draw]] = {}
    for draw in (draw for at in drawn_at(program) for draw in at.draws if draw.trace.subjects):
        by_trace.setdefault((draw.trace.kind, draw.trace.root), {})[draw.parameter] = draw
    found: dict[Draw, InRow] = {}
    for drawn in by_trace.values():
        trace = next(iter(drawn.values())).trace

        def of(node: Node, met: Way, drawn: dict[int, Draw] = drawn) -> float | None:
            draw = None if node.weight is None else drawn.get(node.weight)
            return None if draw is None else factor(draw, node, met)

        for subject in trace.subjects:
            if layers_in(trace, subject) < FEWEST_LAYERS:
                continue
            for number, row in rows(trace, subject, of).items():
                node = subject.graph.nodes[number]
                if row.layers >= FEWEST_LAYERS - 1 and node.weight is not None:
                    found.setdefault(drawn[node.weight], InRow(drawn[node.weight], subject, node, row))
    return found


def _draw(trace: Trace, parameter: int, likely: list[Alternative]) -> Draw | None:
    drawn = trace.content(parameter)
    if not likely or not isinstance(drawn, Random) or parameter in trace.frozen or parameter in trace.reinitialized:
        return None
    write = likely[0].writes[-1]
    if not write.explicit or parameter not in trace.names or not is_matrix(trace.parameters[parameter]):
        return None
    return Draw(trace, parameter, write, drawn)


def _place(draw: Draw) -> Place:
    return draw.info.place if draw.write.making else draw.write.place


def _undone(program: Program, draw: Draw) -> bool:
    """Whether a larger model of the file undoes the draw when it builds this class."""
    if draw.trace.kind != "class":
        return False
    for trace, parameter, write in program.in_use(draw.trace, draw.write.place):
        if parameter in trace.frozen:
            return True
        if all(write.place != last.place for way in trace.final.get(parameter, ()) for last in way.writes):
            return True
    return False

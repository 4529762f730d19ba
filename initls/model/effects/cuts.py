"""How a tensor falls into parts that do not overlap: chunks, splits, and an axis that is cut in two and indexed.

A layer that makes several things at once (query, key and value; shift, scale and gate) is one matrix, whose units go
different ways. Each part knows which it is of how many, and whether it is certain that the units are what was cut.
"""

from __future__ import annotations

from msgspec.structs import replace

from initls.knowledge.tensors import SPLITS, Op
from initls.model.effects import dataflow, tensors
from initls.model.machine import iteration
from initls.model.machine.machine import Run
from initls.model.state.flow import PICKED, Graph
from initls.model.state.values import Extent, Keywords, Known, ListRef, Shape, Tensor, Tuple, Unknown, Value, known

SAME_UNITS = frozenset(
    {"contiguous", "to", "float", "half", "double", "bfloat16", "type", "type_as", "clone", "cuda", "cpu"}
    | {"flatten", "squeeze", "ravel", "requires_grad_"}
)
"""Methods behind which the units lie on the same axis, or all in a row."""

MOST_PARTS = 16
"""Parts that are told apart."""


def moved(run: Run, op: Op, signal: Value, arguments: tuple[Value, ...], keywords: Keywords, site: int) -> Value:
    """What a reshaping or permuting operation makes."""
    graph = run.graph
    assert graph is not None
    short = op.name.rpartition(".")[2]
    inputs = dataflow.nodes_in(run, graph, signal)
    given = _flat(run, arguments)
    kind = "reshape" if short in SAME_UNITS or (short in ("view", "reshape") and len(given) <= 2) else "permute"
    axes: tuple[int, ...] = ()
    whole = False
    settings: tuple[tuple[str, object], ...] = ()
    if short in ("view", "reshape"):
        settings = (("sizes", tuple(value.value if isinstance(value, Known) else None for value in given)),)
    if short in ("view", "reshape") and len(inputs) == 1:
        axes, whole = _cut(graph, inputs[0], given)
    elif short in ("unsqueeze", "transpose", "swapaxes", "swapdims"):
        found = [_whole_number(value) for value in (*given, *keywords.values())]
        axes = tuple(axis for axis in found if axis is not None) if None not in found else ()
    elif short == "flatten":
        first = _whole_number(given[0] if given else keywords.get("start_dim", Known(0, "int")))
        axes = () if first is None else (first,)
    elif short in ("expand", "repeat"):
        single = all(isinstance(value, Known | Extent | Unknown) for value in given)
        several = len(given) > 1 or (len(given) == 1 and isinstance(given[0], Known))
        axes = (len(given),) if single and several else ()
    elif short == "permute":
        axes = tuple(_whole_number(value) for value in given if _whole_number(value) is not None)  # type: ignore[misc]
        axes = axes if len(axes) == len(given) else ()
    return Tensor(
        dataflow.NOT_FOLLOWED,
        node=graph.add(kind, inputs, place=run.place(site), name=short, axes=axes, whole=whole, settings=settings),
    )


def _flat(run: Run, arguments: tuple[Value, ...]) -> tuple[Value, ...]:
    """Sizes or axes, whether they are given one by one or in a tuple."""
    if len(arguments) == 1 and isinstance(arguments[0], Tuple | ListRef):
        return iteration.items(run, arguments[0]).values
    return arguments


def _whole_number(value: Value | None) -> int | None:
    return value.value if isinstance(value, Known) and isinstance(value.value, int) and not value.soft else None


def _cut(graph: Graph, source: int, sizes: tuple[Value, ...]) -> tuple[tuple[int, ...], bool]:
    """The axis that counts the parts and their number, by the first small number that is spelled among the sizes.

    It is the units that are cut where all sizes in front are those of all other axes of what the layer read.
    """
    spelled = [
        (axis, number) for axis, size in enumerate(sizes) if 1 < (number := _whole_number(size) or 0) <= MOST_PARTS
    ]
    if not spelled:
        return (), False
    axis, number = spelled[0]
    node = graph.nodes[source]
    alike = _of_one_shape(graph, node.inputs[0]) if node.kind == "affine" and node.flat and node.inputs else frozenset()
    front = [size for size in sizes[:axis] if isinstance(size, Extent) and size.node in alike]
    rank = front[0].rank if front else None
    whole = rank is not None and len(front) == axis == rank - 1 and [size.axis for size in front] == list(range(axis))
    return (axis, number), whole


def _of_one_shape(graph: Graph, number: int) -> frozenset[int]:
    """A node, and those before it that are known to have its shape."""
    found = {number}
    while graph.nodes[number].kind in KEEPING_SHAPE and len(graph.nodes[number].inputs) == 1:
        number = graph.nodes[number].inputs[0]
        found.add(number)
    return frozenset(found)


KEEPING_SHAPE = frozenset({"norm", "dropout", "activation", "function", "shift"})
"""Operations whose result has the shape of what they read."""


def split(run: Run, op: Op, signal: Value, arguments: tuple[Value, ...], keywords: Keywords, site: int) -> Value:
    """The parts that `chunk`, `split` or `unbind` makes: one by one where their number is shown."""
    graph = run.graph
    assert graph is not None
    short = op.name.rpartition(".")[2]
    source = dataflow.node_of(run, graph, signal)
    if source is None:
        return dataflow.unknown_operation(run, (signal, *arguments), site)
    by_axis = short == "unbind"
    size = None if by_axis else arguments[0] if arguments else next(iter(keywords.values()), None)
    place = 0 if by_axis else 1
    axis = _whole_number(keywords.get("dim", arguments[place] if len(arguments) > place else Known(0, "int")))
    count, even = None, True
    if "chunk" in short or short == "tensor_split":
        count = _whole_number(size)
    elif isinstance(size, Tuple | ListRef):
        found = iteration.items(run, size)
        count = None if found.open else len(found.values)
        lengths = {value if isinstance(value, Extent) else tensors.size_of(value) for value in found.values}
        even = len(lengths) == 1 and None not in lengths
    elif by_axis and axis is not None:
        count = _counted(graph, source, axis)
    axes = () if axis is None else (axis,)
    base = graph.add("slice", (source,), place=run.place(site), name=short, axes=axes, even=even)
    if count is None or not 0 < count <= MOST_PARTS:
        return Tensor(dataflow.NOT_FOLLOWED, node=base)
    return Tuple(tuple(part(run, base, number, count, site) for number in range(count)))


def part(run: Run, base: int, number: int, count: int | None, site: int) -> Value:
    """One part of a tensor that has been split; `base` stands for all of them."""
    graph = run.graph
    assert graph is not None
    node = graph.nodes[base]
    whole = node.name in SPLITS and _cuts_units(graph, node.inputs[0], node.axes[:1])
    made = graph.add(
        "slice",
        node.inputs,
        place=run.place(site),
        name=node.name,
        part=(number, count),
        axes=node.axes,
        whole=whole,
        even=node.even,
    )
    return Tensor(dataflow.NOT_FOLLOWED, node=made)


def index(run: Run, value: Tensor, position: Value, site: int) -> Value | None:
    """`value[i]` where the first axis counts parts; None for any other index."""
    graph, number = run.graph, _whole_number(position)
    if graph is None or value.node is None or number is None:
        return None
    source = graph.now(value.node)
    count = _counted(graph, source, 0)
    if count is None or not -count <= number < count:
        return None
    base = graph.add("slice", (source,), place=run.place(site), name="unbind", axes=(0,))
    return part(run, base, number % count, count, site)


def picked(run: Run, value: Tensor, index: Value, site: int) -> Value:
    """`value[index]` for any index: the axes that it counts off one element of are told where it shows them all."""
    made = dataflow.operation(run, "slice", (value,), site)
    items = index.items if isinstance(index, Tuple) else (index,)
    plain = all(isinstance(item, Known) and isinstance(item.value, int | slice) for item in items)
    whole = all(not isinstance(item, Known) or item.value != slice(None) for item in items)
    cut = any(isinstance(item, Known) and isinstance(item.value, slice) and item.value != slice(None) for item in items)
    if run.graph is None or not isinstance(made, Tensor) or made.node is None or not plain or whole or cut:
        return made
    axes = tuple(axis for axis, item in enumerate(items) if isinstance(item, Known) and isinstance(item.value, int))
    run.graph.nodes[made.node] = replace(run.graph.nodes[made.node], name=PICKED, axes=axes)
    return made


def unpacked(run: Run, value: Value, count: int, site: int, *, starred: bool) -> tuple[Value, ...]:
    """What the names on the left get of a tensor on the right."""
    if isinstance(value, Tensor) and value.node is not None and run.graph is not None and not starred:
        node = run.graph.nodes[value.node]
        if node.kind == "slice" and node.name in SPLITS and node.part is None:
            return tuple(part(run, node.id, number, count, site) for number in range(count))
        if _counted(run.graph, run.graph.now(value.node), 0) == count:
            return tuple(index(run, value, known(number), site) or value for number in range(count))
    return tuple(dataflow.operation(run, "slice", (value,), site) for _ in range(count))


def _counted(graph: Graph, source: int, axis: int) -> int | None:
    """How many parts an axis counts, where the program has spelled it."""
    node = graph.nodes[source]
    if node.kind == "permute" and node.name == "permute" and 0 <= axis < len(node.axes):
        axis, node = node.axes[axis], graph.nodes[node.inputs[0]]
    if node.name in ("view", "reshape") and len(node.axes) == 2 and node.axes[0] == axis:
        return node.axes[1]
    return None


def _cuts_units(graph: Graph, source: int, axes: tuple[int, ...]) -> bool:
    """Whether it is certain that a split along an axis tells units apart."""
    node = graph.nodes[source]
    if node.kind == "affine":
        return axes == (-1,) if node.flat else axes == (1,)
    if _counted(graph, source, axes[0] if axes else -1) is None:
        return False
    if node.kind == "permute" and node.name == "permute":
        node = graph.nodes[node.inputs[0]]
    return node.whole


def size(shape: Shape, axis: Value) -> Value:
    """One size of a tensor of a forward pass."""
    number = _whole_number(axis)
    return (
        Unknown("a size") if number is None or number < 0 else Extent("a size", node=shape.node, axis=number, rank=None)
    )


def sizes(shape: Shape, count: int) -> Value:
    """The sizes of a tensor that has so many."""
    return Tuple(tuple(Extent("a size", node=shape.node, axis=axis, rank=count) for axis in range(count)))

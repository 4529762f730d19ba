"""Takes layers apart whose units go different ways, so that each part can be judged by itself.

A layer whose output is cut along its units (query, key and value; shift, scale and gate) is as many layers as there are
parts, which read the same input. A proof is easier to find for those: the parts share nothing but the input.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from initls.model.state.contents import Constant, Content
from initls.model.state.flow import Graph, Node

BETWEEN = frozenset({"reshape", "permute"})
"""What may stand between a layer and the place where its output is cut."""


class Divided(Struct, frozen=True):
    """A graph in which layers are taken apart, and what its numbers stand for.

    `origin` gives the node of the first graph for each node of this one; `parts` the parameter, the place among the
    parts and their number for each parameter that stands for a part.
    """

    graph: Graph
    contents: Mapping[int, Content]
    frozen: frozenset[int]
    origin: Mapping[int, int]
    parts: Mapping[int, tuple[int, int, int]]


def divide(graph: Graph, contents: Mapping[int, Content], frozen: frozenset[int]) -> Divided:
    """Take apart what can be, of the layers that hold a constant."""
    cuts = _cuts(graph, contents)
    if not cuts and not any(node.kind == "affine" and node.part for node in graph.nodes):
        same = range(len(graph.nodes))
        return Divided(graph, contents, frozen, dict(zip(same, same, strict=True)), {})
    made, origin = _rebuilt(graph, cuts)
    return _numbered(made, dict(contents), frozen, origin)


class _Cut(Struct, frozen=True):
    """How the output of a node is cut: into how many parts, by which slices, which part each is, what is between."""

    count: int
    slices: Mapping[int, int]
    between: frozenset[int]


def _cuts(graph: Graph, contents: Mapping[int, Content]) -> dict[int, _Cut]:
    consumers = graph.consumers()
    found: dict[int, _Cut] = {}
    for node in graph.nodes:
        held = contents.get(node.weight) if node.weight is not None else None
        if node.kind == "affine" and node.part is None and isinstance(held, Constant):
            cut = _cut(graph, consumers, node)
            if cut is not None:
                found[node.id] = cut
    return found


def _cut(graph: Graph, consumers: Mapping[int, list[Node]], node: Node) -> _Cut | None:
    slices: dict[int, int] = {}
    between: set[int] = set()
    counts: set[int] = set()
    stack = [node.id]
    while stack:
        here = stack.pop()
        if here in graph.outputs:
            return None
        for reader in consumers[here]:
            if reader.kind in BETWEEN and len(reader.inputs) == 1:
                between.add(reader.id)
                stack.append(reader.id)
            elif reader.kind == "slice" and reader.part is not None and reader.whole and reader.part[1] is not None:
                slices[reader.id] = reader.part[0]
                counts.add(reader.part[1])
            elif consumers[reader.id] or reader.kind != "slice" or reader.id in graph.outputs:
                return None
    if len(counts) != 1:
        return None
    return _Cut(counts.pop(), slices, frozenset(between))


def _rebuilt(graph: Graph, cuts: Mapping[int, _Cut]) -> tuple[Graph, dict[int, int]]:
    """The graph with as many nodes as there are parts for each node that is cut."""
    made = Graph(complete=graph.complete)
    origin: dict[int, int] = {}
    now: dict[int, int] = {}
    pieces: dict[int, tuple[int, ...]] = {}
    owner = {number: cutting for cutting, cut in cuts.items() for number in (*cut.slices, *cut.between)}

    def put(node: Node, **changed: object) -> int:
        number = len(made.nodes)
        made.nodes.append(replace(node, id=number, **changed))
        origin[number] = node.id
        return number

    for node in graph.nodes:
        inputs = tuple(now.get(source, -1) for source in node.inputs)
        if node.id in cuts:
            count = cuts[node.id].count
            pieces[node.id] = tuple(put(node, inputs=inputs, part=(part, count)) for part in range(count))
            continue
        cutting = owner.get(node.id)
        if cutting is not None:
            cut = cuts[cutting]
            if node.id in cut.slices:
                # Behind a change of shape the units of a part may lie on any axis.
                kind = "permute" if cut.between else "reshape"
                now[node.id] = put(node, kind=kind, inputs=(pieces[cutting][cut.slices[node.id]],), part=None)
            continue
        if -1 not in inputs:
            now[node.id] = put(node, inputs=inputs)
    made.outputs = [now[number] for number in graph.outputs if number in now]
    return made, origin


def _numbered(graph: Graph, contents: dict[int, Content], frozen: frozenset[int], origin: Mapping[int, int]) -> Divided:
    """Give each part of a parameter a number of its own, where all that reads the parameter reads it in those parts."""
    schemes: dict[int, set[int | None]] = {}
    for node in graph.nodes:
        for number in (node.weight, node.bias):
            if number is not None:
                schemes.setdefault(number, set()).add(node.part[1] if node.part and node.kind == "affine" else None)
    parts: dict[int, tuple[int, int, int]] = {}
    numbers: dict[tuple[int, int], int] = {}
    following = max([*contents, *schemes], default=0) + 1
    for number, counts in schemes.items():
        count = next(iter(counts)) if len(counts) == 1 else None
        if count is not None:
            for part in range(count):
                numbers[number, part] = following
                parts[following] = (number, part, count)
                if number in contents:
                    contents[following] = contents[number]
                following += 1
        elif counts != {None}:
            contents.pop(number, None)  # It is read in parts here and as a whole there.
    for index, node in enumerate(graph.nodes):
        if node.part is not None and node.kind == "affine":
            graph.nodes[index] = replace(
                node,
                weight=None if node.weight is None else numbers.get((node.weight, node.part[0]), node.weight),
                bias=None if node.bias is None else numbers.get((node.bias, node.part[0]), node.bias),
            )
    still = frozen | {number for number, (whole, _, _) in parts.items() if whole in frozen}
    return Divided(graph, contents, still, origin, parts)

"""The branches that a model adds to what goes around them, as the blocks of transformers and residual nets do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from initls.model.answers.signal import times_of
from initls.model.state.flow import TRANSPARENT, Graph, Node
from initls.model.state.memory import once
from initls.model.traces.trace import Subject, Trace


@once
def closing(subject: Subject) -> Mapping[int, int]:
    """The layers at the ends of such branches, each with the sum that its output goes into.

    A branch is one only where the other summand is something that its layer reads, however far in front.
    """
    graph = subject.graph
    found: dict[int, int] = {}
    for node in graph.nodes:
        if node.kind == "add" and len(node.inputs) > 1:
            for number in node.inputs:
                others = {other for other in node.inputs if other != number}
                for layer in _last_layers(graph, number):
                    if others & _in_front(graph, layer):
                        found[layer.id] = node.id
    return found


def _last_layers(graph: Graph, number: int) -> Iterator[Node]:
    """The layers behind which nothing but moves, norms and dropout stand in front of a node."""
    stack, seen = [number], {number}
    while stack:
        node = graph.nodes[stack.pop()]
        if node.kind == "affine":
            yield node
        elif node.kind in TRANSPARENT:
            stack += [source for source in node.inputs if source not in seen]
            seen.update(node.inputs)


def _in_front(graph: Graph, node: Node) -> frozenset[int]:
    """All nodes that a node hangs on."""
    stack, seen = list(node.inputs), set(node.inputs)
    while stack:
        new = [source for source in graph.nodes[stack.pop()].inputs if source not in seen]
        seen.update(new)
        stack += new
    return frozenset(seen)


def branches(trace: Trace, subject: Subject) -> int | None:
    """How many such branches a model has one behind the other; None where the program does not show their number."""
    ends: dict[int, Node] = {}
    for number, end in closing(subject).items():
        ends.setdefault(end, subject.graph.nodes[number])
    modules = [trace.modules[node.module] for node in ends.values() if node.module is not None]
    if any(module.many and module.times < 2 for module in modules):
        return None
    return sum(times_of(trace, node) for node in ends.values())


@once
def is_transformer(subject: Subject) -> bool:
    """Whether a model mixes its inputs by shares of a softmax, in a branch that goes around something."""
    mixes = any(
        reader.kind == "matmul"
        for node in subject.graph.nodes
        if node.kind == "softmax"
        for reader in _behind(subject, node)
    )
    return mixes and bool(closing(subject))


def _behind(subject: Subject, node: Node) -> Iterator[Node]:
    """What reads a node, with nothing but moves and dropout in between."""
    stack, seen = [node.id], {node.id}
    while stack:
        for reader in subject.consumers[stack.pop()]:
            if reader.id not in seen:
                seen.add(reader.id)
                yield reader
                if reader.kind in TRANSPARENT:
                    stack.append(reader.id)

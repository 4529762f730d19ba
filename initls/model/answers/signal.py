"""What a layer's output meets on its way to the next layers, and how many layers stand in a row without a norm.

The size of a signal is a matter of all layers between two norms: a factor a little off in each is a power of it behind
all of them. A row ends where a norm sets the size anew, or where another branch joins, which brings a size of its own.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from itertools import groupby
from typing import TypeAlias

from msgspec import Struct

from initls.knowledge.tensors import Category, operation
from initls.model.state.flow import SCALED, TRANSPARENT, Node
from initls.model.traces.trace import Subject, Trace


class Way(Struct, frozen=True):
    """What stands between a layer and the layers that read it."""

    activation: str | None
    """The activation; None where there is none, or more than one."""
    activations: frozenset[str | None]
    """All activations, None for one that is not known."""
    slope: float | None
    norm: bool
    scaled: bool
    """Whether it is multiplied by a number."""
    pooled: int
    """How many poolings it goes through."""
    joined: bool
    """Whether it meets another tensor, or something that is not followed."""
    next: tuple[int, ...]
    """The layers that read it."""


def way(subject: Subject, node: Node) -> Way:
    """What stands between a node and the layers that read it."""
    activations: set[tuple[str | None, float | None]] = set()
    norm = scaled = joined = False
    pooled = 0
    found: list[int] = []
    stack, seen = [node.id], {node.id}
    while stack:
        here = stack.pop()
        for reader in subject.consumers[here]:
            if reader.id in seen:
                continue
            seen.add(reader.id)
            if reader.kind == "affine":
                found.append(reader.id)
            elif reader.kind in TRANSPARENT or reader.kind in ("activation", "detach"):
                norm = norm or reader.kind == "norm"
                scaled = scaled or reader.name == SCALED
                pooled += reader.kind == "pooling"
                if reader.kind == "activation":
                    activations.add((reader.activation, reader.slope))
                    joined = joined or reader.activation is None
                stack.append(reader.id)
            elif reader.kind == "softmax":
                activations.add(("softmax", None))
                joined = True
            else:
                joined = True
    activation, slope = next(iter(activations)) if len(activations) == 1 else (None, None)
    joined = joined or len(activations) > 1
    names = frozenset(name for name, _ in activations)
    return Way(activation, names, slope, norm, scaled, pooled, joined, tuple(found))


def normed(subject: Subject, node: Node) -> bool:
    """Whether a norm stands behind a layer for sure: it takes out the size of what it is given, however far behind."""
    return _meets(subject, node, lambda reader: _sizes(reader) or reader.name == SCALED)


def resized(subject: Subject, node: Node) -> bool:
    """Whether anything behind a layer sets the size of its output anew, or may do so.

    Further layers, sums, products and means hand the size on and are looked through; what is not followed may be a
    norm.
    """
    return _meets(subject, node, lambda reader: _settles(subject, reader))


def passes_by(subject: Subject, node: Node) -> bool:
    """Whether some way leads from a layer out of the model on which nothing sets the size of its output anew.

    Where a sum goes into a norm and is handed on beside it as well, as in a block with a residual, the size stays.
    """
    outputs = frozenset(subject.graph.outputs)
    stack, seen = [node.id], {node.id}
    while stack:
        here = stack.pop()
        if here in outputs:
            return True
        for reader in subject.consumers[here]:
            if not _settles(subject, reader) and reader.id not in seen:
                seen.add(reader.id)
                stack.append(reader.id)
    return False


def picks(subject: Subject, node: Node) -> bool:
    """Whether what a layer puts out are odds by which something is picked at random.

    Their size is set against that of the noise, which is about one whatever the layer reads.
    """
    return _meets(subject, node, lambda reader: reader.activation == "gumbel_softmax")


def _settles(subject: Subject, node: Node) -> bool:
    """Whether a node sets the size of what it is given anew, or may do so.

    A number that the product of two signals is multiplied with makes up for their width, not for that of a layer.
    """
    if node.name == SCALED:
        return any(subject.graph.nodes[number].kind != "matmul" for number in node.inputs)
    return _sizes(node) or (node.kind == "unknown" and not node.name)


def _meets(subject: Subject, node: Node, wanted: Callable[[Node], bool]) -> bool:
    stack, seen = [node.id], {node.id}
    while stack:
        for reader in subject.consumers[stack.pop()]:
            if wanted(reader):
                return True
            if reader.kind != "recurrent" and reader.id not in seen:
                seen.add(reader.id)
                stack.append(reader.id)
    return False


def _sizes(node: Node) -> bool:
    """Whether a node is a norm, of a layer or a function."""
    named = operation(node.name) if node.name else None
    return node.kind == "norm" or (named is not None and named.category is Category.NORM)


class Row(Struct, frozen=True):
    """Layers one behind the other without a norm: how many there are, and by which factor they change the signal."""

    layers: int
    factor: float


Factor = Callable[[Node, Way], float | None]
"""The factor by which a layer and what follows it change the size of a signal; None for a layer that is not meant."""


def rows(trace: Trace, subject: Subject, factor: Factor) -> Mapping[int, Row]:
    """For each layer that `factor` means, the longest row of such layers that it stands in."""
    nodes = [node for node in subject.graph.nodes if node.kind == "affine"]
    ways = {node.id: way(subject, node) for node in nodes}
    factors = {node.id: found for node in nodes if (found := factor(node, ways[node.id])) is not None}
    times = {number: times_of(trace, subject.graph.nodes[number]) for number in factors}
    links = [
        (number, reader)
        for number in factors
        if not (ways[number].norm or ways[number].joined or ways[number].scaled)
        for reader in ways[number].next
        if reader in factors
    ]
    before: dict[int, Chain] = dict.fromkeys(factors, ())
    after: dict[int, Chain] = dict.fromkeys(factors, ())
    # Nodes are numbered so that inputs come before those that read them.
    for number, reader in sorted(links, key=lambda link: link[1]):
        before[reader] = max(before[reader], (*before[number], number), key=len)
    for number, reader in sorted(links, reverse=True):
        after[number] = max(after[number], (reader, *after[reader]), key=len)
    return {number: _row((*before[number], number, *after[number]), times, factors) for number in factors}


Chain: TypeAlias = tuple[int, ...]
"""Layers each of which reads the one in front of it."""


def _row(chain: Chain, times: Mapping[int, int], factors: Mapping[int, float]) -> Row:
    """What a chain comes to.

    A long loop is sampled: the first round, one that stands for several, the last. Their layers are a row only where
    the rounds hand on the signal to each other, so that the one in between is entered and left along the chain.
    """
    groups = [(count, tuple(numbers)) for count, numbers in groupby(chain, key=times.__getitem__)]
    layers, factor = 0, 1.0
    for index, (count, numbers) in enumerate(groups):
        rounds = count if 0 < index < len(groups) - 1 else 1
        layers += rounds * len(numbers)
        factor *= math.prod(factors[number] for number in numbers) ** rounds
    return Row(layers, factor)


def layers_in(trace: Trace, subject: Subject) -> int:
    """How many layers a model has at least."""
    return sum(times_of(trace, node) for node in subject.graph.nodes if node.kind == "affine")


def times_of(trace: Trace, node: Node) -> int:
    """For how many layers a node stands: a long loop is sampled."""
    if node.module is None or node.module >= len(trace.modules):
        return 1  # It is none of the layers that the constructor made, but one that the forward pass makes.
    return trace.modules[node.module].times

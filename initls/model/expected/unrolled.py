"""A forward pass with its long loops written out: what stands for several rounds is there that many times.

The trace samples a long loop: the first round, one that stands for all in between, the last. The nodes of a round are
the same as those of the round before, each one period later.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from initls.model.answers.signal import times_of
from initls.model.state.flow import Graph, Node
from initls.model.traces.trace import Trace

MOST_STEPS = 20_000
"""Steps that a pass is written out to."""


class Step(Struct, frozen=True):
    """One node, in one round of its loop."""

    id: int
    node: Node
    inputs: tuple[int, ...]
    round: int = 0
    rounds: int = 1
    lost: str = ""
    """Why nothing is known from here on, where the rounds of a loop differ."""


class Unrolled(Struct, frozen=True):
    """All steps in order, and which of them read each."""

    steps: tuple[Step, ...]
    readers: tuple[tuple[int, ...], ...]
    outputs: tuple[int, ...]


def unrolled(trace: Trace, graph: Graph, *, least: int = 1) -> Unrolled:
    """The steps of a graph; with `least` each round that stands for several is there so often at least."""
    nodes = graph.nodes
    steps: list[Step] = []
    now: dict[int, int] = {}
    """Where a node's latest round stands among the steps."""
    index = 0

    def append(node: Node, number: int, rounds: int, lost: str = "") -> None:
        inputs = tuple(now[source] for source in node.inputs)
        now[node.id] = len(steps)
        steps.append(Step(len(steps), node, inputs, number, rounds, lost))

    while index < len(nodes):
        times = times_of(trace, nodes[index])
        period = None if times < 2 else _period(trace, nodes, index, times)
        if times > 1 and period is None:
            append(nodes[index], 0, 1, "the rounds of a loop that stand for each other differ")
            index += 1
            continue
        if period is None or len(steps) + max(times, least) * period > MOST_STEPS:
            lost = "" if period is None else "a loop is too long to be written out"
            append(nodes[index], 0, 1, lost)
            index += 1
            continue
        times = max(times, least)
        entered = {
            source
            for node in nodes[index : index + period]
            for source in node.inputs
            if index - period <= source < index and source + period < len(nodes)
        }
        for number in range(times):
            for node in nodes[index : index + period]:
                append(node, number, times)
            if number < times - 1:
                now.update({source: now[source + period] for source in entered})
        # What comes behind the loop reads the last round, and what was in front of it is itself again.
        index += period
    readers: list[list[int]] = [[] for _ in steps]
    for step in steps:
        for source in step.inputs:
            readers[source].append(step.id)
    outputs = tuple(dict.fromkeys(now[number] for number in graph.outputs if number in now))
    return Unrolled(tuple(steps), tuple(map(tuple, readers)), outputs)


def _period(trace: Trace, nodes: Sequence[Node], start: int, times: int) -> int | None:
    """How many nodes one round has, if those of the round that begins here are those of the round before."""
    end = start
    while end < len(nodes) and times_of(trace, nodes[end]) in (1, times):
        end += 1
    same = nodes[start]
    for before in range(start - 1, -1, -1):
        period = start - before
        other = nodes[before]
        if not _alike(same, other) or times_of(trace, other) != 1:
            continue
        last = start + period
        if last > len(nodes):
            continue
        own = [times_of(trace, node) for node in nodes[start:last]]
        if any(count not in (1, times) for count in own) or times not in own:
            return None
        if last < len(nodes) and times_of(trace, nodes[last]) != 1:
            continue
        rounds = zip(nodes[before:start], nodes[start:last], strict=True)
        if all(_alike(one, two) and _wired(one, two, before, start) for one, two in rounds):
            return period
    return None


def _alike(one: Node, two: Node) -> bool:
    """Whether two nodes do the same to inputs at the same places."""
    return (one.kind, one.name, one.place, one.activation, len(one.inputs)) == (
        two.kind,
        two.name,
        two.place,
        two.activation,
        len(two.inputs),
    )


def _wired(one: Node, two: Node, before: int, start: int) -> bool:
    """Whether a node of a round reads what the one of the round before has read, or what stands for it there."""
    period = start - before
    for first, second in zip(one.inputs, two.inputs, strict=True):
        if first >= before and second != first + period:
            return False
        if first < before and second != first and not before <= second < start:
            return False
    return True

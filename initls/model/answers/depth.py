"""Draws that are made smaller the more blocks a model has, and what of its blocks they miss.

Each block adds to the signal that it was given, so that the signal grows with their number. The recipe of GPT-2 divides
the deviation of the matrices whose outputs are added by the root of how many there are: two for each block.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from initls.facts.place import Place
from initls.model.answers.judgement import is_weight
from initls.model.state.contents import Default, Random
from initls.model.state.events import Initialized
from initls.model.state.flow import TRANSPARENT, Node
from initls.model.state.memory import once
from initls.model.traces.asking import depth_of
from initls.model.traces.program import Program
from initls.model.traces.trace import Subject, Trace


class Missed(Struct, frozen=True):
    """A place that scales matrices with depth, and the matrices of the same blocks that are added and not scaled.

    `misplaced` are those that are scaled though their own outputs are not added to anything that they have read.
    """

    place: Place
    depth: str
    missed: tuple[str, ...]
    misplaced: tuple[str, ...]


@once
def missed_by_depth(program: Program) -> tuple[Missed, ...]:
    """The places of a file that scale with depth, and miss what should be."""
    if program.is_test:
        return ()
    found: dict[Place, Missed] = {}
    for trace in program.traces:
        events = [event for event in trace.events if isinstance(event, Initialized) and depth_of(event) is not None]
        if events and trace.incomplete is None:
            for one in _of_trace(trace, events):
                found.setdefault(one.place, one)
    return tuple(found.values())


def _of_trace(trace: Trace, events: list[Initialized]) -> Iterator[Missed]:
    scaled = {target.id: event.place for event in events for target in event.targets if target.region is None}
    for subject in trace.subjects:
        if not subject.graph.complete:
            continue
        added = {number: _is_added(subject, number) for number in _matrices(trace, subject)}
        blocks: dict[Place, set[str]] = {}
        for number, place in scaled.items():
            if number in added and (block := _block(trace.names.get(number, ""))):
                blocks.setdefault(place, set()).add(block)
        for place, names in blocks.items():
            event = next(event for event in events if event.place == place)
            depth = depth_of(event)
            wrong = [number for number, where in scaled.items() if where == place and added.get(number) is False]
            here = [
                number
                for number, residual in added.items()
                if residual and number not in scaled and _is_drawn(trace, number)
                and _block(trace.names.get(number, "")) in names
            ]  # fmt: skip
            # Without the two in front, or one that is scaled in vain, it may be meant for one of the branches.
            if depth is not None and here and (wrong or depth.factor == 2):
                yield Missed(place, depth.name.rpartition(".")[2], _named(trace, here), _named(trace, wrong))


def _named(trace: Trace, numbers: list[int]) -> tuple[str, ...]:
    return tuple(trace.names[number] for number in numbers)


def _block(name: str) -> str:
    """The block that a parameter belongs to: its name up to the first number."""
    steps = name.split(".")
    place = next((index for index, step in enumerate(steps) if step.isdigit()), None)
    return "" if place is None else ".".join(steps[: place + 1])


def _matrices(trace: Trace, subject: Subject) -> list[int]:
    numbers = {node.weight for node in subject.graph.nodes if node.kind == "affine" and node.weight is not None}
    return [number for number in sorted(numbers) if number in trace.names and is_weight(trace, number)]


def _is_drawn(trace: Trace, number: int) -> bool:
    return isinstance(trace.content(number), Random | Default) and number not in trace.frozen


def _is_added(subject: Subject, number: int) -> bool:
    """Whether the output of a matrix is added to what the matrix has read, through something or directly."""
    return any(_meets_its_source(subject, node) for node in subject.graph.of_weight(number) if node.kind == "affine")


def _meets_its_source(subject: Subject, node: Node) -> bool:
    read = _sources(subject, node)
    stack, seen = [node.id], {node.id}
    while stack:
        here = stack.pop()
        for reader in subject.consumers[here]:
            if reader.kind == "add" and any(other != here and other in read for other in reader.inputs):
                return True
            if reader.kind in TRANSPARENT and reader.id not in seen:
                seen.add(reader.id)
                stack.append(reader.id)
    return False


def _sources(subject: Subject, node: Node) -> set[int]:
    """All that a node hangs on."""
    found: set[int] = set()
    stack = list(node.inputs)
    while stack:
        here = stack.pop()
        if here not in found:
            found.add(here)
            stack.extend(subject.graph.nodes[here].inputs)
    return found

"""Layers that are built to start at zero, so that their block starts as the identity, and are drawn instead.

What is built tells itself: a layer whose output is cut into shift, scale and gate, and the second of two matrices
beside a layer that is given. The name has to say the same, for both are right without the zero as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from initls.facts.place import Place
from initls.model.answers.roles import Role, is_added, layer_in_front, parts_of
from initls.model.state.contents import Constant, Content, Default, Random
from initls.model.state.flow import Node
from initls.model.traces.program import Program
from initls.model.traces.trace import Subject, Trace
from initls.pattern import pattern

MODULATES = pattern(r"ada_?ln|modulation", re.IGNORECASE)
LOW_RANK = pattern(r"lora_?(b|up)\b|lora\w*\.(b|up)\b", re.IGNORECASE)


class Unopened(Struct, frozen=True):
    """A layer that should be zero and is not."""

    trace: Trace
    parameter: int
    kind: str
    """`modulation` or `low rank`."""
    place: Place
    """Where the layer is made, in the constructor of the class that was traced."""
    layer: str
    """Its dotted name, as seen from there."""
    bias: bool


def unopened(program: Program) -> Iterator[Unopened]:
    """The layers of a file that should be zero and are not, each once."""
    zeroed = {
        (trace.parameters[number].place, trace.parameters[number].name)
        for trace in program.traces
        for number, ways in trace.final.items()
        if any(isinstance(way.content, Constant) and way.content.value == 0 for way in ways)
    }
    said: set[Place] = set()
    for trace in program.traces:
        if trace.kind != "class" or (trace.modules and trace.modules[0].unresolved):
            continue
        for subject in trace.subjects:
            for node in subject.graph.nodes:
                found = _unopened(trace, subject, node)
                name = "" if node.weight is None else trace.parameters[node.weight].name
                if found is not None and found.place not in said and (found.place, name) not in zeroed:
                    said.add(found.place)
                    yield found


def _unopened(trace: Trace, subject: Subject, node: Node) -> Unopened | None:
    number = node.weight
    if node.kind != "affine" or number is None or number not in trace.names or number in trace.reinitialized:
        return None
    info = trace.parameters[number]
    place = info.place
    if info.layer is None or place.unit != f"{trace.root}.__init__" or info.path or not _drawn(trace.content(number)):
        return None
    name, _, _ = trace.names[number].rpartition(".")
    if MODULATES.search(name):
        roles = set(parts_of(subject, node).values())
        kind = "modulation" if Role.GATE in roles and roles & {Role.SHIFT, Role.SCALE} else ""
    elif LOW_RANK.search(name):
        kind = "low rank" if _second_factor(trace, subject, node) else ""
    else:
        return None
    return Unopened(trace, number, kind, place, name, node.bias is not None) if kind else None


def _drawn(content: Content | None) -> bool:
    return isinstance(content, Default | Random)


def _second_factor(trace: Trace, subject: Subject, node: Node) -> bool:
    """Whether a layer is the second of two matrices without a bias whose product is added to something."""
    before, bent = layer_in_front(subject, node)
    if before is None or before.weight is None or bent or before.bias is not None or node.bias is not None:
        return False
    return _drawn(trace.content(before.weight)) and is_added(subject, node)

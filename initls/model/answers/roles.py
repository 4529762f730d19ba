"""What becomes of the output of a layer: the roles of its parts, and of a parameter that is used element by element."""

from __future__ import annotations

from enum import Enum

from initls.model.state.flow import TRANSPARENT, Node
from initls.model.traces.trace import Subject, Trace


class Role(Enum):
    """What a tensor does to another one."""

    SHIFT = "shift"
    """It is added."""
    SCALE = "scale"
    """It multiplies, through one plus itself, or through a function of it."""
    GATE = "gate"
    """It multiplies a branch in front of a sum."""
    OTHER = "other"


MOVES = TRANSPARENT | {"detach"}
BENT = frozenset({"exp", "sigmoid", "tanh", "softplus"})
"""Activations that a scale or gate may go through."""


def parts_of(subject: Subject, node: Node) -> dict[int, Role]:
    """The roles of the parts that a layer's output is cut into, by their place."""
    found: dict[int, Role] = {}
    stack, seen = [node.id], {node.id}
    while stack:
        for reader in subject.consumers[stack.pop()]:
            if reader.kind == "slice" and reader.part is not None:
                found[reader.part[0]] = role_of(subject, reader)
            elif reader.kind in ("reshape", "permute", "slice") and reader.id not in seen:
                seen.add(reader.id)
                stack.append(reader.id)
    return found


def role_of(subject: Subject, node: Node) -> Role:
    """What a tensor does to the first other one that it meets."""
    stack: list[tuple[int, bool]] = [(node.id, False)]
    seen = {node.id}
    while stack:
        here, bent = stack.pop()
        for reader in subject.consumers[here]:
            if reader.kind == "add" and not bent:
                return Role.SHIFT
            if reader.kind == "multiply" and len(reader.inputs) > 1:
                return Role.SCALE if bent or not is_added(subject, reader) else Role.GATE
            bends = reader.kind in ("shift", "activation", "function")
            if (reader.kind in MOVES or bends) and reader.id not in seen:
                seen.add(reader.id)
                stack.append((reader.id, bent or bends))
    return Role.OTHER


def is_added(subject: Subject, node: Node) -> bool:
    """Whether a tensor goes into a sum, with nothing but moves in between."""
    stack, seen = [node.id], {node.id}
    while stack:
        for reader in subject.consumers[stack.pop()]:
            if reader.kind == "add":
                return True
            if reader.kind in MOVES and reader.id not in seen:
                seen.add(reader.id)
                stack.append(reader.id)
    return False


def shares_out(subject: Subject, node: Node) -> bool:
    """Whether a tensor goes through a softmax that multiplies something else."""
    stack: list[tuple[int, bool]] = [(node.id, False)]
    seen = {node.id}
    while stack:
        here, shares = stack.pop()
        for reader in subject.consumers[here]:
            if shares and (reader.kind == "matmul" or (reader.kind == "multiply" and len(reader.inputs) > 1)):
                return True
            if (reader.kind in MOVES or reader.kind == "softmax") and reader.id not in seen:
                seen.add(reader.id)
                stack.append((reader.id, shares or reader.kind == "softmax"))
    return False


def activation_behind(subject: Subject, node: Node) -> str | None:
    """The activation that a tensor goes through first, with nothing but moves in between."""
    stack, seen = [node.id], {node.id}
    while stack:
        for reader in subject.consumers[stack.pop()]:
            if reader.kind == "activation":
                return reader.activation
            if reader.kind in MOVES and reader.id not in seen:
                seen.add(reader.id)
                stack.append(reader.id)
    return None


def is_inner_factor(subject: Subject, node: Node) -> bool:
    """Whether a layer is the first of two, without biases and activation, whose product is added to something."""
    for reader in subject.graph.nodes:
        if reader.kind == "affine" and node.bias is None and reader.bias is None and is_added(subject, reader):
            front, bent = layer_in_front(subject, reader)
            if front is not None and front.id == node.id and not bent:
                return True
    return False


def is_lowered(trace: Trace, subject: Subject, node: Node) -> bool:
    """Whether a matrix of the program's own is the first of two that may lead from some width back to the same one.

    Such a pair is a correction of low rank, with or without an activation in between, and zeros in the first take
    nothing from the second: its rows tell the units apart with the first step.
    """
    for reader in subject.graph.nodes:
        if reader.kind != "affine" or reader.weight is None or node.weight is None:
            continue
        first, second = trace.parameters[node.weight], trace.parameters[reader.weight]
        if first.layer is None and second.layer is None and layer_in_front(subject, reader)[0] is node:
            inputs, outputs = first.shown(not node.inputs_first), second.shown(reader.inputs_first)
            return inputs is None or outputs is None or inputs == outputs
    return False


def layer_in_front(subject: Subject, node: Node) -> tuple[Node | None, bool]:
    """The layer whose output a layer reads, and whether an activation stands between them."""
    bent = False
    while node.inputs:
        node = subject.graph.nodes[node.inputs[0]]
        if node.kind == "affine":
            return node, bent
        if node.kind == "activation":
            bent = True
        elif node.kind not in MOVES:
            break
    return None, bent

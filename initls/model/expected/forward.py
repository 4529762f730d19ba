"""The moments of each tensor of a forward pass, node by node: one function for each kind of node.

Inputs are taken to be standard normal, positions and samples apart from each other; the model is in training mode.
What is not told by the program, and not by these rules, is unsure, and with it all that hangs on it until a norm or
nothing at all brings back what is known; no value is ever guessed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from msgspec.structs import replace

from initls.model.expected import attention, combined, elementwise, layers, norms, shapes
from initls.model.expected.moments import GRID, Values
from initls.model.expected.passing import Pass
from initls.model.expected.unrolled import Step, Unrolled
from initls.model.expected.values import Assumed, Expected, Signal, Unsure
from initls.model.state.flow import Node
from initls.model.traces.trace import Trace


def followed(trace: Trace, steps: Unrolled, assumed: Assumed) -> Pass:
    """A forward pass with what is expected of each step's tensor."""
    work = Pass(trace, steps, assumed)
    for step in steps.steps:
        work.found.append(_expected(work, step))
    return work


def _expected(work: Pass, step: Step) -> Expected:
    node = step.node
    if step.lost:
        return Unsure(step.lost)
    inputs = [work.found[number] for number in step.inputs]
    rule = RULES.get(node.kind)
    if rule is None:
        return Unsure(_missing(work, node))
    if node.kind not in BEARING:
        for one in inputs:
            if isinstance(one, Unsure):
                return one
    made = rule(work, step, inputs)
    if isinstance(made, Signal):
        if not all(map(math.isfinite, (made.mean, made.second, made.near, made.far))):
            return Unsure("it grows beyond all numbers")
        if made.base < 0:
            made = replace(made, base=step.id, values=_identity(made))
        if not made.terms:
            made = replace(made, terms=((step.id, 1.0),))
    return made


BEARING = frozenset({"choice", "mix", "concat", "recurrent", "multiply", "add"})
"""Kinds of nodes that may come to something though an input is unsure."""


def _missing(work: Pass, node: Node) -> str:
    if node.module is not None and node.module < len(work.trace.modules):
        name = work.trace.module_names.get(node.module, "")
        kind = work.trace.modules[node.module].own_class.rpartition(".")[2]
        return f"what `{name or kind}` does is not followed"
    short = node.name.rpartition(".")[2]
    if node.kind == "unknown":
        return f"what `{short}` does is not followed" if short else "an operation that is not followed"
    return f"what `{short or node.kind}` does to the size is not known here"


def _identity(signal: Signal) -> Values:
    deviation = signal.deviation
    return tuple(signal.mean + deviation * x for x in GRID)


Rule = Callable[[Pass, Step, Sequence[Expected]], Expected]

RULES: dict[str, Rule] = {
    "input": layers.entering,
    "parameter": layers.read,
    "affine": layers.affine,
    "embedding": layers.embedding,
    "recurrent": layers.repeated,
    "activation": elementwise.activation,
    "function": elementwise.function,
    "dropout": elementwise.dropout,
    "shift": elementwise.shift,
    "add": combined.add,
    "multiply": combined.multiply,
    "concat": combined.concat,
    "choice": combined.choice,
    "norm": norms.norm,
    "reshape": shapes.reshape,
    "permute": shapes.reshape,
    "detach": shapes.unchanged,
    "slice": shapes.slice,
    "pooling": shapes.pooling,
    "reduce": shapes.reduce,
    "matmul": attention.matmul,
    "softmax": attention.softmax,
    "mix": attention.mix,
}
"""What each kind of node makes of its inputs."""

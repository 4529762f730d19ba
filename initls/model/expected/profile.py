"""The signal of a model layer by layer: what is expected behind each, what comes back to it, and where that leads."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from msgspec import Struct

from initls.facts.place import Place
from initls.model.expected import backward, forward
from initls.model.expected.backward import Back
from initls.model.expected.names import Names
from initls.model.expected.passing import Pass
from initls.model.expected.unrolled import Step, unrolled
from initls.model.expected.values import USUAL, Assumed, Expected, Scores, Shares, Signal, Unsure
from initls.model.traces.trace import Subject, Trace


class Stage(Struct, frozen=True):
    """One step of the forward pass that a reader would call one: a layer, an activation, a sum."""

    name: str
    """The module, as PyTorch names it; empty for what is no module."""
    whole: str
    """The same with all rounds of its loops: `blocks.1-8.fc`."""
    node: int
    """The node of the forward pass; the rounds of a loop share one."""
    rounds: int
    """In how many rounds of a loop it is done."""
    kind: str
    """`Linear`, `relu`, `sum`."""
    place: Place | None
    mean: float | None
    deviation: float | None
    """The standard deviation of the elements of what it puts out; None where nothing is expected."""
    alike: float | None
    """How much of its mean square two samples have in common: at 1 it no longer tells them apart."""
    reason: str
    """Why nothing is expected."""
    gradient: float | None
    """The root of the mean square of the gradient that comes back to its output."""
    gradient_reason: str
    matrix: bool
    """Whether it is a layer with a matrix, which the depth of a model is counted in."""


Trend = Literal["vanishes", "explodes"]


class Course(Struct, frozen=True):
    """How a signal changes from the first layer to the last: the factor, and that of one layer on average."""

    layers: int
    factor: float
    trend: Trend | None

    @property
    def each(self) -> float:
        """The factor of one layer."""
        return self.factor ** (1 / max(1, self.layers - 1)) if self.factor > 0 else 0.0


class Deeper(Struct, frozen=True):
    """What would become of the signal and the gradient, were the rounds of a loop more."""

    rounds: int
    """How many rounds in between there are now, besides the first and the last."""
    more: int
    forward: Course | None
    backward: Course | None


MANY_ROUNDS = 100
"""How often a loop is gone through to see what depth does to a model."""


class Profile(Struct, frozen=True):
    """The signal of one forward pass."""

    stages: tuple[Stage, ...]
    assumed: Assumed
    forward: Course | None
    backward: Course | None
    alike: float | None
    """How much of what comes out at the end is the same whatever the model is given."""
    deeper: Deeper | None
    """What becomes of it where a loop is gone through more often."""
    reason: str = ""
    """Why there is no profile."""


VANISHED, EXPLODED = 1e-2, 1e2
"""Factors from the first layer to the last at which a signal is said to vanish or to explode."""


def profile(trace: Trace, subject: Subject | None, assumed: Assumed = USUAL) -> Profile:
    """The signal of one model of a trace; `subject` is None where its forward pass was not followed."""
    if subject is None or not subject.graph.nodes:
        return Profile((), assumed, None, None, None, None, "no forward pass is followed")
    steps = unrolled(trace, subject.graph)
    work = forward.followed(trace, steps, assumed)
    gradients = backward.run(work)
    names = Names(trace)
    stages = tuple(
        _stage(trace, names, work, step, gradients[step.id], subject.graph.made_by)
        for step in steps.steps
        if _is_stage(step, work, subject.graph.made_by)
    )
    rounds = max((step.rounds for step in steps.steps), default=1)
    deeper = _deeper(trace, subject, assumed, rounds) if 1 < rounds < MANY_ROUNDS else None
    reason = "" if subject.graph.complete else "the forward pass could not be followed to its end"
    there, back = _courses(stages)
    shares = [found.far / found.second for found in _outputs(work) if found.second > 0]
    return Profile(
        stages,
        assumed,
        there,
        back,
        max(shares) if shares else None,
        deeper,
        reason,
    )


def _courses(stages: Sequence[Stage]) -> tuple[Course | None, Course | None]:
    layers = [stage for stage in stages if stage.matrix]
    sizes = [None if stage.deviation is None else math.hypot(stage.deviation, stage.mean or 0.0) for stage in layers]
    return _course(sizes), _course([stage.gradient for stage in layers][::-1])


def _deeper(trace: Trace, subject: Subject, assumed: Assumed, rounds: int) -> Deeper:
    """The courses of the same model, were its loops gone through `MANY_ROUNDS` times."""
    steps = unrolled(trace, subject.graph, least=MANY_ROUNDS)
    work = forward.followed(trace, steps, assumed)
    gradients = backward.run(work)
    names = Names(trace)
    stages = [
        _stage(trace, names, work, step, gradients[step.id], subject.graph.made_by)
        for step in steps.steps
        if _is_stage(step, work, subject.graph.made_by)
    ]
    return Deeper(rounds, MANY_ROUNDS, *_courses(stages))


def _outputs(work: Pass) -> Iterator[Signal]:
    return (found for number in work.steps.outputs if isinstance(found := work.found[number], Signal))


def _course(sizes: Sequence[float | None]) -> Course | None:
    """From the first size to the last; None where either is not known."""
    if len(sizes) < 2:
        return None
    first, last = sizes[0], sizes[-1]
    if not first or last is None:
        return None
    factor = last / first
    trend: Trend | None = "vanishes" if factor < VANISHED else "explodes" if factor > EXPLODED else None
    return Course(len(sizes), factor, trend)


STAGES = frozenset({"affine", "embedding", "recurrent", "norm", "activation", "add", "pooling", "softmax", "reduce"})
"""Kinds of nodes that are told of."""


def _is_stage(step: Step, work: Pass, made_by: Mapping[int, int]) -> bool:
    node, found = step.node, work.found[step.id]
    if isinstance(found, Scores | Shares):
        return False  # It is a step inside an attention, which is told of as one.
    if node.kind in MOVES:
        return node.module is not None or node.id in made_by
    if node.kind in STAGES:
        return node.place is not None or node.module is not None
    # Of other operations those are told that a reader would name, and those behind which nothing more is known.
    named = node.kind in ("multiply", "concat") or (node.kind == "matmul" and isinstance(found, Signal))
    return named or (isinstance(found, Unsure) and _begins(step, work) and node.place is not None)


MOVES = frozenset({"reshape", "permute", "choice"})
"""Kinds of nodes that are told of where they are what a module gives."""


def _begins(step: Step, work: Pass) -> bool:
    """Whether what is not known begins here: nothing in front is unsure."""
    return not any(isinstance(work.found[number], Unsure) for number in step.inputs)


WORDS = {
    "add": "sum",
    "multiply": "product",
    "concat": "concatenation",
    "matmul": "attention",
    "embedding": "embedding",
    "pooling": "pooling",
    "affine": "product with a parameter",
    "recurrent": "recurrent layer",
    "norm": "norm",
    "unknown": "not followed",
}


def _stage(trace: Trace, names: Names, work: Pass, step: Step, gradient: Back, made_by: Mapping[int, int]) -> Stage:
    node, found = step.node, work.found[step.id]
    number = node.module if node.module is not None else made_by.get(node.id)
    module = None if number is None or number >= len(trace.modules) else trace.modules[number]
    name = trace.module_names.get(number, "") if number is not None else ""
    if not name and node.kind == "affine" and node.weight is not None:
        name = trace.names.get(node.weight, "")
    shown, whole = (names.of(name).at(step.round), str(names.of(name))) if name else ("", "")
    if node.part is not None and node.part[1]:
        part = f" ({node.part[0] + 1} of {node.part[1]})"
        shown, whole = shown + part, whole + part
    short = node.name.rpartition(".")[2]
    kind = (
        module.own_class.rpartition(".")[2]
        if module is not None
        else node.activation or (short if node.kind in ("norm", "pooling", "reduce") else "")
    ) or WORDS.get(node.kind, node.kind)
    mean, deviation, alike, reason = _told(found)
    return Stage(
        shown,
        whole,
        node.id,
        step.rounds,
        kind,
        node.place,
        mean,
        deviation,
        alike,
        reason,
        *_came_back(gradient),
        node.kind in ("affine", "recurrent") or (module is not None and node.kind == "embedding"),
    )


def _came_back(gradient: Back) -> tuple[float | None, str]:
    if isinstance(gradient, Unsure):
        return None, gradient.reason
    if gradient.second == 0 and gradient.partial:
        return None, "what goes back through the shares of an attention is not worked out"
    return math.sqrt(gradient.second), ""


def _told(found: Expected) -> tuple[float | None, float | None, float | None, str]:
    if isinstance(found, Signal):
        share = found.far / found.second if found.second > 0 else None
        return found.mean, found.deviation, share, ""
    return None, None, None, found.reason if isinstance(found, Unsure) else ""

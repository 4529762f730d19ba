"""What it does
------------
Reports a weight that is drawn with a sampler's own spread, whatever its size: `normal_()` with a standard deviation of
1, `uniform_()` from 0 to 1, or a parameter made of `torch.randn` or `torch.rand` that is multiplied with as a matrix.

Why it hurts
------------
Each output is a sum over all inputs, so that with a deviation of 1 it is larger than they are by the square root of
their number: 16 times behind 256 inputs, and 16 times more behind each further layer. Softmax, sigmoid and tanh
saturate, and losses start in the thousands. Numbers from 0 to 1 are worse: their mean is not zero, so that the sums
grow with the number of inputs itself, and all outputs are nearly alike.

Example
-------
```python
class Mix(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(256, 64))
        self.bias = nn.Parameter(torch.zeros(64))

    def forward(self, x):
        return torch.relu(x @ self.weight + self.bias)
```

Use instead
-----------
```python
class Mix(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(256, 64))
        nn.init.kaiming_normal_(self.weight, mode="fan_out", nonlinearity="relu")
        self.bias = nn.Parameter(torch.zeros(64))

    def forward(self, x):
        return torch.relu(x @ self.weight + self.bias)
```

When it is right
----------------
Embeddings, tokens, queries and latents, which are looked up or added; random features in front of a sine; odds by which
`gumbel_softmax` picks an entry, whose size is set against that of the noise; weights that are scaled where they are
used; layers in front of a norm, which sets the size anew, unless another way leads past it; matrices with few inputs.

Fix safety
----------
Unsafe: the model starts from other values. As many numbers are drawn as before, or twice as many where the parameter is
made of `torch.randn` by a call that takes more than sizes.

References
----------
LeCun et al. 1998, Efficient BackProp; He et al. 2015, arXiv:1502.01852.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from initls.findings import Severity
from initls.model.answers.draws import Draw, drawn_at
from initls.model.answers.signal import passes_by, picks, resized, way
from initls.model.state.contents import Constant
from initls.model.state.flow import IN_FRONT, SCALED, TRANSPARENT, Node
from initls.model.traces.asking import unscaled
from initls.model.traces.program import Program
from initls.model.traces.trace import Subject
from initls.rules.drawing import others, redraw, schemes
from initls.rules.rule import Report, Rule
from initls.settings import Settings

FEW = 16
"""The most inputs for which the spread of a sampler does no harm."""

PERIODIC = frozenset({"sin", "cos"})
"""Activations for which a large spread is a choice: random features of many frequencies."""


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each place that draws matrices without regard to their sizes."""
    for at in drawn_at(program):
        found = [(draw, use) for draw in at.draws if (use := _use(draw)) is not None]
        if found:
            draw, (subject, node) = found[0]
            yield Report(
                at.place,
                Severity.WARNING,
                message(draw, node) + others([one.name for one, _ in found if one.trace is draw.trace]),
                plans=redraw(at, schemes(draw, node, way(subject, node))),
            )


def _use(draw: Draw) -> tuple[Subject, Node] | None:
    """How a matrix is used, if it is drawn without regard to its size and each use suffers from it."""
    if not unscaled(draw.drawn):
        return None
    uses = list(draw.uses())
    suffers = bool(uses) and all(_suffers(draw, subject, node) for subject, node in uses)
    return uses[0] if suffers else None


def _suffers(draw: Draw, subject: Subject, node: Node) -> bool:
    inputs = draw.inputs(inputs_first=node.inputs_first)
    if inputs is not None and inputs <= FEW:
        return False
    if draw.used_otherwise(subject) or (draw.own and node.name == IN_FRONT) or not _reads_a_signal(subject, node):
        return False
    met = way(subject, node)
    if (resized(subject, node) and not passes_by(subject, node)) or picks(subject, node):
        return False
    if met.activations and met.activations <= PERIODIC:
        return False
    behind = [subject.graph.nodes[number].weight for number in met.next]
    zero = [weight is not None and draw.trace.content(weight) == Constant(0.0) for weight in behind]
    return not (zero and all(zero))


def _reads_a_signal(subject: Subject, node: Node) -> bool:
    """Whether a layer reads what comes from outside, and not just parameters or something scaled to one length."""
    stack, seen, signal = list(node.inputs), set(node.inputs), False
    while stack:
        here = subject.graph.nodes[stack.pop()]
        signal = signal or here.kind in ("input", "unknown", "affine", "embedding", "recurrent")
        if here.name.endswith((".normalize", SCALED)):
            return False
        if here.kind in TRANSPARENT or here.kind in ("activation", "add", "concat", "multiply", "matmul", "reduce"):
            new = [number for number in here.inputs if number not in seen]
            seen.update(new)
            stack += new
    return signal


def message(draw: Draw, node: Node) -> str:
    """How the spread fits the number of inputs."""
    inputs = draw.inputs(inputs_first=node.inputs_first)
    if draw.drawn.scheme == "uniform":
        many = "its inputs" if inputs is None else f"its {inputs} inputs"
        return (
            f"`{draw.name}` is drawn from 0 to 1, whatever its size, and so with a mean of 0.5: each output starts "
            f"near half the sum of {many}."
        )
    grows = (
        "grows with the square root of their number."
        if inputs is None
        else f"is about {math.sqrt(inputs):.0f} times as large as they are."
    )
    many = "its inputs" if inputs is None else f"{inputs} inputs"
    return (
        f"`{draw.name}` is drawn with a standard deviation of 1, whatever its size: each output is a sum over {many}, "
        f"and {grows}"
    )


RULE = Rule(
    code="INI305",
    name="unscaled-draw",
    summary="A weight is drawn without regard to how many inputs it has.",
    documentation=__doc__,
    fixable=True,
    ask=ask,
    classes=("C9",),
)

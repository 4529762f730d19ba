"""What it does
------------
Reports a tensor of positions or tokens that is added to a signal, or set beside it, but drawn as if it were a weight:
with a Xavier, Kaiming or other initializer that counts fans.

Why it hurts
------------
Such a tensor has no inputs and outputs. Torch multiplies all axes but the first for its fan in: for 197 positions of
width 768 that is 151296, and the deviation becomes 0.004, however wide the signal is that they are added to. It hangs
on the number of positions, so that a longer sequence has a fainter sense of place.

Example
-------
```python
class Embed(nn.Module):
    def __init__(self):
        super().__init__()
        self.positions = nn.Parameter(torch.zeros(1, 196, 64))
        nn.init.kaiming_normal_(self.positions)

    def forward(self, x):
        return x + self.positions
```

Use instead
-----------
```python
class Embed(nn.Module):
    def __init__(self):
        super().__init__()
        self.positions = nn.Parameter(torch.zeros(1, 196, 64))
        nn.init.trunc_normal_(self.positions, std=0.02)

    def forward(self, x):
        return x + self.positions
```

When it is right
----------------
For a tensor that is multiplied with as a matrix; for a single token, whose fan is its width.

Fix safety
----------
Unsafe: the model starts from other values, and `trunc_normal_` takes other random numbers.

References
----------
Dosovitskiy et al. 2021 (ViT), arXiv:2010.11929; huggingface/transformers#19449.
"""

from __future__ import annotations

from collections.abc import Iterator

from initls.findings import Severity
from initls.fixes.plans import ReplaceWrite, Scheme
from initls.model.answers.draws import Draw, drawn_at
from initls.model.state.flow import TRANSPARENT, Node
from initls.model.traces.asking import KAIMING, XAVIER
from initls.model.traces.program import Program
from initls.model.traces.trace import Subject
from initls.rules.rule import Report, Rule
from initls.settings import Settings

SCHEMES = (
    Scheme("trunc_normal_", (("std", 0.02),), "the custom for positions and tokens"),
    Scheme("normal_", (("std", 0.02),), "positions and tokens, not cut"),
)


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each place that draws positions or tokens as a weight."""
    for at in drawn_at(program):
        found = [draw for draw in at.draws if _is_added(draw)]
        if found and len(found) == len(at.draws):
            draw = found[0]
            yield Report(
                at.place,
                Severity.WARNING,
                message(draw),
                plans=() if draw.write.place.foreign else (ReplaceWrite(at.place, SCHEMES),),
            )


def _is_added(draw: Draw) -> bool:
    """Whether a tensor of the program's own that is drawn by its fans is added to a signal, and never multiplied."""
    shape = draw.shape
    if not draw.own or shape is None or len(shape) < 3 or shape[0] != 1 or shape[1] == 1:
        return False
    if draw.drawn.scheme not in KAIMING | XAVIER:
        return False
    nodes = [(s, node) for s in draw.trace.subjects for node in s.graph.of_weight(draw.parameter)]
    return bool(nodes) and all(node.kind == "parameter" and _joins(s, node) for s, node in nodes)


def _joins(subject: Subject, node: Node) -> bool:
    """Whether all that reads a parameter, through slices and other shapes, adds it or sets it beside something."""
    stack = list(subject.consumers[node.id])
    joined = False
    while stack:
        reader = stack.pop()
        if reader.kind in ("add", "concat"):
            joined = True
        elif reader.kind in TRANSPARENT and reader.kind != "norm":
            stack += subject.consumers[reader.id]
        else:
            return False
    return joined


def message(draw: Draw) -> str:
    """What torch takes for inputs, and what comes of it."""
    inputs, deviation = draw.inputs(), draw.deviation
    if inputs is None or deviation is None:
        return (
            f"`{draw.name}` is added to a signal, not multiplied with it, but drawn as a weight: its deviation shrinks "
            "with the number of its positions."
        )
    return (
        f"`{draw.name}` is added to a signal, not multiplied with it, but drawn as a weight of {inputs} inputs: its "
        f"deviation is {deviation:.2g}, and shrinks with the number of its positions."
    )


RULE = Rule(
    code="INI319",
    name="fans-of-tokens",
    summary="Positions or tokens are drawn as if they were a weight.",
    documentation=__doc__,
    fixable=True,
    ask=ask,
    classes=("C15",),
)

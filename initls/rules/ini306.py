"""What it does
------------
Reports weights that are drawn with a fixed spread, such as `normal_(w, std=0.02)`, in a row of six or more layers
without a norm and without a way around, where that loses the signal or blows it up. Off by default.

Why it hurts
------------
The spread that keeps a signal depends on the number of inputs: about 0.06 for 512 inputs in front of ReLU. A fixed one
is a factor off in each layer, and a power of that factor behind all of them. With a norm in between nothing of this
matters, which is why 0.02 is a good choice in transformers.

Example
-------
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(128, 128) for _ in range(8))
        for layer in self.layers:
            nn.init.normal_(layer.weight, std=0.02)
            nn.init.zeros_(layer.bias)

    def forward(self, x):
        for layer in self.layers:
            x = torch.relu(layer(x))
        return x
```

Use instead
-----------
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(128, 128) for _ in range(8))
        for layer in self.layers:
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
            nn.init.zeros_(layer.bias)

    def forward(self, x):
        for layer in self.layers:
            x = torch.relu(layer(x))
        return x
```

When it is right
----------------
In front of or behind a norm; in residual blocks and transformers; in nets of a few layers; where the spread happens to
fit the widths.

Fix safety
----------
Unsafe: the model starts from other values. As many numbers are drawn as before, but by `trunc_normal_`.

References
----------
He et al. 2015, arXiv:1502.01852, section 2.2; Mishkin & Matas 2016, arXiv:1511.06422.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from initls.findings import Severity
from initls.model.answers.draws import Draw, InRow, drawn_at, in_rows
from initls.model.answers.signal import Way, way
from initls.model.state.flow import Node
from initls.model.traces.asking import unscaled
from initls.model.traces.program import Program
from initls.rules.drawing import RECTIFIERS, lasting, needed, percent, redraw
from initls.rules.rule import Report, Rule
from initls.settings import Settings

FIXED = frozenset({"normal", "trunc_normal", "uniform"})
"""Schemes whose spread is given."""

LITTLE, MUCH = 0.05, 20.0
"""What is left of a signal, or what it grows to, from where on that is worth a word."""


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each place that draws the weights of a long row with a spread that does not fit."""
    shrinking = in_rows(program, _shrinks)
    growing = in_rows(program, _grows)
    for at in drawn_at(program):
        entries = [shrinking[draw] for draw in at.draws if draw in shrinking and shrinking[draw].row.factor <= LITTLE]
        entries += [growing[draw] for draw in at.draws if draw in growing and growing[draw].row.factor >= MUCH]
        if entries:
            found = max(entries, key=lambda entry: entry.row.layers)
            met = way(found.subject, found.node)
            plans = redraw(at, lasting(found.draw, found.node, met))
            yield Report(at.place, Severity.WARNING, message(found, met), plans=plans)


def _shrinks(draw: Draw, node: Node, met: Way) -> float | None:
    factor = _factor(draw, node, met)
    return factor if factor is not None and factor < 1 else None


def _grows(draw: Draw, node: Node, met: Way) -> float | None:
    factor = _factor(draw, node, met)
    return factor if factor is not None and factor > 1 and met.activation != "tanh" else None


def _factor(draw: Draw, node: Node, met: Way) -> float | None:
    """The factor by which a layer of a fixed spread and what follows it change the size of a signal."""
    if draw.drawn.scheme not in FIXED or unscaled(draw.drawn) or met.pooled or draw.transposed:
        return None
    if met.activation is not None and met.activation != "tanh" and met.activation not in RECTIFIERS:
        return None
    deviation, inputs = draw.deviation, draw.inputs(inputs_first=node.inputs_first)
    if deviation is None or inputs is None or (met.activation is None and met.joined):
        return None
    return deviation * math.sqrt(inputs) / needed(met)


def message(found: InRow, met: Way) -> str:
    """How the spread fits the number of inputs, and what becomes of the signal."""
    draw, row = found.draw, found.row
    inputs = draw.inputs(inputs_first=found.node.inputs_first) or 1
    wanted = needed(met) / math.sqrt(inputs)
    ends = (
        f"leave {percent(row.factor)} % of the signal or less."
        if row.factor < 1
        else f"make the signal about {row.factor:.0f} times as large."
    )
    return (
        f"`{draw.name}` is drawn with a deviation of {draw.deviation:.2g}, where {wanted:.2g} keeps the signal of "
        f"{inputs} inputs: {row.layers} such layers in a row, without a norm in between, {ends}"
    )


RULE = Rule(
    code="INI306",
    name="fixed-spread",
    summary="A row of layers is drawn with a spread that does not fit their widths.",
    documentation=__doc__,
    fixable=True,
    ask=ask,
    classes=("C10",),
)

"""What it does
------------
Reports weights whose gain does not fit what follows them, where that adds up: in a row of six or more layers without a
norm and without a way around, drawn by Xavier's rule with gain 1 in front of ReLU and its relatives, or with ReLU's
gain where no activation follows.

Why it hurts
------------
Xavier's rule keeps the variance of a signal through layers with nothing in between. ReLU takes half of it, so that a
row of 8 layers leaves a sixteenth of the signal, and of the gradient on the way back; in 30 layers nothing is left.
The gain of ReLU, the square root of 2, makes up for it. Where there is no ReLU, it doubles the variance in each layer.

Example
-------
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(256, 256) for _ in range(10))
        for layer in self.layers:
            nn.init.xavier_uniform_(layer.weight)
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
        self.layers = nn.ModuleList(nn.Linear(256, 256) for _ in range(10))
        for layer in self.layers:
            nn.init.kaiming_uniform_(layer.weight, nonlinearity="relu")
            nn.init.zeros_(layer.bias)

    def forward(self, x):
        for layer in self.layers:
            x = torch.relu(layer(x))
        return x
```

When it is right
----------------
In front of or behind a norm, which sets the size anew; in residual blocks and transformers, where the way around keeps
the signal; in nets of a few layers, where the factor is small; on the last layer.

Fix safety
----------
Unsafe: the model starts from other values. As many numbers are drawn as before.

References
----------
Glorot & Bengio 2010; He et al. 2015, arXiv:1502.01852; davisking/dlib#339.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from initls.findings import Severity
from initls.fixes.plans import Scheme
from initls.knowledge.gains import calculate_gain
from initls.knowledge.schemes import title
from initls.model.answers.draws import Draw, DrawnAt, InRow, drawn_at, in_rows
from initls.model.answers.signal import Way, way
from initls.model.state.flow import Node
from initls.model.traces.asking import KAIMING
from initls.model.traces.program import Program
from initls.rules.drawing import RECTIFIERS, lasting, needed, percent, redraw
from initls.rules.rule import Report, Rule
from initls.settings import Settings

LITTLE, MUCH = 0.2, 5.0
"""What is left of a signal, or what it grows to, from where on that is worth a word."""

POOLED = 1.65
"""By how much the largest of four rectified numbers is larger than one of them; a mean is smaller."""


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each place that draws the weights of a long row with a gain that does not fit."""
    shrinking = in_rows(program, _shrinks)
    growing = in_rows(program, _grows)
    for at in drawn_at(program):
        entries = [shrinking[draw] for draw in at.draws if draw in shrinking and shrinking[draw].row.factor <= LITTLE]
        entries += [growing[draw] for draw in at.draws if draw in growing and growing[draw].row.factor >= MUCH]
        if entries:
            yield _report(at, max(entries, key=lambda entry: entry.row.layers))


def _shrinks(draw: Draw, node: Node, met: Way) -> float | None:
    gain = gain_of(draw)
    if gain is None or gain > 1.01 or met.activation not in RECTIFIERS:
        return None
    return _passed(draw, node, gain) / needed(met) * POOLED**met.pooled


def _grows(draw: Draw, node: Node, met: Way) -> float | None:
    gain = gain_of(draw)
    if gain is None or gain < 1.3 or met.activation is not None or met.pooled or met.joined:
        return None
    return _passed(draw, node, gain)


def gain_of(draw: Draw) -> float | None:
    """The gain of a scheme that knows one, where its arguments are shown."""
    gain, slope, name = (draw.arguments.get(argument) for argument in ("gain", "a", "nonlinearity"))
    if draw.drawn.scheme in KAIMING and isinstance(name, str) and isinstance(slope, int | float):
        try:
            return calculate_gain(name, slope)
        except ValueError:
            return None
    return float(gain) if isinstance(gain, int | float) else None


def _passed(draw: Draw, node: Node, gain: float) -> float:
    """The factor of one layer without its activation; where sizes are not shown, that of a square matrix."""
    deviation, inputs = draw.deviation, draw.inputs(inputs_first=node.inputs_first)
    if deviation is None or inputs is None:
        return gain
    return deviation * math.sqrt(inputs)


def _report(at: DrawnAt, wrong: InRow) -> Report:
    draw, subject, node, row = wrong.draw, wrong.subject, wrong.node, wrong.row
    met = way(subject, node)
    gain = gain_of(draw) or 1.0
    offered = lasting(draw, node, met)
    inside = f"{row.layers} such layers in a row, without a norm in between,"
    if row.factor < 1:
        wanted = needed(met)
        message = (
            f"`{draw.name}` is drawn with gain {gain:.3g}, but {title(met.activation or '')} asks for {wanted:.2f}: "
            f"{inside} leave {percent(row.factor)} % of the signal or less."
        )
        if draw.drawn.scheme.startswith("xavier"):
            name = f"{draw.drawn.scheme}_"
            reason = f"the gain of {title(met.activation or '')}, with the fans of Glorot's rule"
            offered = (*offered, Scheme(name, (("gain", round(wanted, 4)),), reason))
    else:
        message = (
            f"`{draw.name}` is drawn with gain {gain:.2f}, but no activation follows that asks for it: {inside} make "
            f"the signal about {row.factor:.0f} times as large."
        )
    related = tuple(
        (f"{title(reader.activation)} follows here", reader.place)
        for reader in subject.consumers[node.id]
        if reader.kind == "activation" and reader.activation and reader.place is not None
    )
    return Report(at.place, Severity.WARNING, message, related=related[:2], plans=redraw(at, offered))


RULE = Rule(
    code="INI303",
    name="wrong-gain",
    summary="The gain of a row of layers does not fit the activation that follows.",
    documentation=__doc__,
    fixable=True,
    ask=ask,
    classes=("C4", "C5"),
)

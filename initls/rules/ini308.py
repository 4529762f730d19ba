"""What it does
------------
Reports a weight that is stored inputs first, but drawn by a rule which takes the outputs for the inputs: a matrix used
as `x @ weight`, or a transposed convolution, with a Kaiming initializer and `mode="fan_in"`, the default.

Why it hurts
------------
Torch takes the second axis of a weight for its inputs, as `nn.Linear` and plain convolutions store them. Where they are
stored first, "fan_in" counts the outputs. A layer of 512 inputs and 16 outputs then starts with a deviation that is
more than 5 times too large, one of 16 inputs and 512 outputs with one that is as much too small.

Example
-------
```python
class Mix(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(256, 16))
        nn.init.kaiming_uniform_(self.weight, nonlinearity="relu")

    def forward(self, x):
        return torch.relu(x @ self.weight)
```

Use instead
-----------
```python
class Mix(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(256, 16))
        nn.init.kaiming_uniform_(self.weight, nonlinearity="relu", mode="fan_out")

    def forward(self, x):
        return torch.relu(x @ self.weight)
```

When it is right
----------------
For square matrices; for weights stored outputs first; in front of a norm; for a transposed convolution whose stride
makes up for the difference, since each of its outputs then sums over a part of the kernel alone.

Severity
--------
A warning where the sizes show by how much it is wrong, an information where they are not known.

Fix safety
----------
Unsafe: the model starts from other values. As many numbers are drawn as before.

References
----------
The documentation of `torch.nn.init.kaiming_uniform_`, which has a note on it; pytorch/pytorch#30079.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from msgspec import Struct

from initls.findings import Applicability, Severity
from initls.fixes.plans import Argument, ChangeArguments, Plan
from initls.knowledge.initializers import position
from initls.model.answers.draws import Draw, DrawnAt, drawn_at
from initls.model.answers.signal import normed, passes_by
from initls.model.traces.asking import KAIMING
from initls.model.traces.program import Program
from initls.rules.rule import Report, Rule
from initls.settings import Settings

LEAST = 1.5
"""By how much a deviation has to be off to be worth a word."""


class _Swapped(Struct, frozen=True):
    """A weight whose outputs are counted for inputs; the numbers where the sizes are shown."""

    draw: Draw
    counted: int | None
    inputs: float | None

    @property
    def factor(self) -> float | None:
        """By how much the deviation is too large, or too small where it is less than 1."""
        return None if self.counted is None or self.inputs is None else math.sqrt(self.inputs / self.counted)


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each place that counts outputs for inputs."""
    for at in drawn_at(program):
        found = [swapped for draw in at.draws if (swapped := _swapped(draw)) is not None]
        if found:
            swapped = found[0]
            yield Report(
                at.place,
                Severity.INFORMATION if swapped.factor is None else Severity.WARNING,
                message(swapped),
                plans=_plans(at, swapped) if len(found) == len(at.draws) else (),
            )


def _swapped(draw: Draw) -> _Swapped | None:
    if draw.drawn.scheme not in KAIMING or draw.arguments.get("mode") != "fan_in":
        return None
    uses = list(draw.uses())
    if not uses or any(normed(subject, node) and not passes_by(subject, node) for subject, node in uses):
        return None
    if draw.transposed:
        return _transposed(draw)
    if draw.own and draw.sizes is not None and len(draw.sizes) == 2 and all(node.inputs_first for _, node in uses):
        inputs, outputs = draw.sizes
        if isinstance(inputs, int) and isinstance(outputs, int):
            found = _Swapped(draw, outputs, inputs)
            return found if found.factor is not None and not 1 / LEAST < found.factor < LEAST else None
        unlike = inputs is not None and outputs is not None and inputs != outputs
        return _Swapped(draw, None, None) if unlike else None
    return None


def _transposed(draw: Draw) -> _Swapped | None:
    """A transposed convolution for which fan out is nearer to the truth, its stride taken into account."""
    shape, stride = draw.shape, draw.stride
    if shape is None or stride is None or draw.groups != 1:
        return None
    inputs, outputs, *kernel = shape
    sizes = [size for size in kernel if size is not None]
    if inputs is None or outputs is None or len(sizes) < len(kernel):
        return None
    area = math.prod(sizes)
    found = _Swapped(draw, outputs * area, inputs * area / stride)
    now, then = found.factor or 1.0, math.sqrt(1 / stride)
    wrong = not 1 / LEAST < now < LEAST and abs(math.log(then)) < abs(math.log(now)) - 0.1
    return found if wrong else None


def _plans(at: DrawnAt, swapped: _Swapped) -> tuple[Plan, ...]:
    if swapped.draw.write.place.foreign:
        return ()
    title = "Count the inputs, which torch calls fan_out here"
    mode = Argument("mode", position(f"{swapped.draw.drawn.scheme}_", "mode"), value="fan_out", anyhow=True)
    return (ChangeArguments(at.place, (mode,), title, Applicability.UNSAFE),)


def message(swapped: _Swapped) -> str:
    """What is counted, and what it comes to."""
    name, factor = f"`{swapped.draw.name}`", swapped.factor
    if factor is None:
        return f"{name} is stored as (inputs, outputs), of which mode fan_in counts the outputs."
    wrong = f"{factor:.1f} times too large" if factor > 1 else f"{1 / factor:.1f} times too small"
    if swapped.draw.transposed:
        return (
            f"{name} belongs to a transposed convolution, of which mode fan_in counts the {swapped.counted} outputs of "
            f"an input, but each output is a sum over {swapped.inputs:g}: its deviation is {wrong}."
        )
    return (
        f"{name} is stored as (inputs, outputs), of which mode fan_in counts the {swapped.counted} outputs instead of "
        f"the {swapped.inputs:g} inputs: its deviation is {wrong}."
    )


RULE = Rule(
    code="INI308",
    name="swapped-fans",
    summary="A weight that is stored inputs first is drawn as if it were stored outputs first.",
    documentation=__doc__,
    fixable=True,
    ask=ask,
    classes=("C12", "C16"),
)

"""What it does
------------
Reports an `a` that is taken for a scale: a Kaiming initializer with `a` beyond 1, which is no slope of a leaky
rectifier, unless the call does what torch does by default. Off by default.

Why it hurts
------------
Torch's own layers call `kaiming_uniform_(weight, a=math.sqrt(5))`, and the number is copied as if it made a scale. But
`a` is the negative slope of a leaky ReLU, and the gain is sqrt(2 / (1 + a^2)): the larger `a`, the smaller the weights.
With the square root of 5 the gain is 0.58, where ReLU asks for 1.41, and ten such layers leave a ten-thousandth of a
signal. A scale that is multiplied to `a` works the wrong way round.

Example
-------
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(64, 64)
        nn.init.kaiming_normal_(self.fc.weight, a=5**0.5)

    def forward(self, x):
        return torch.relu(self.fc(x))
```

Use instead
-----------
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(64, 64)
        nn.init.kaiming_normal_(self.fc.weight, nonlinearity="relu")

    def forward(self, x):
        return torch.relu(self.fc(x))
```

When it is right
----------------
`kaiming_uniform_(weight, a=math.sqrt(5))` where torch's default is meant, as for layers of one's own that stand in for
`nn.Linear` and for the first matrix of LoRA; in long rows of ReLU layers INI303 reports it. A rectifier that really
has such a slope. `a=1`, by which feature pyramids ask for the gain of layers without an activation.

Fix safety
----------
Unsafe: the model starts from other values. As many numbers are drawn as before.

References
----------
pytorch/pytorch#15314, where the number is explained; pytorch/pytorch#57109.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from initls.facts.place import Place
from initls.findings import Applicability, Severity
from initls.fixes.plans import Argument, ChangeArguments, Plan, ReplaceWrite, Scheme
from initls.knowledge.gains import calculate_gain
from initls.knowledge.initializers import position
from initls.model.effects.writes import shown
from initls.model.state.events import Initialized
from initls.model.traces.asking import KAIMING
from initls.model.traces.program import Program
from initls.rules.rule import Report, Rule
from initls.settings import Settings

STEEPEST = 1.0
"""The largest `a` that may be meant as a slope: with 1 the rectifier is the identity, and the gain is 1."""

DEFAULT = math.sqrt(5)
"""The `a` by which torch's own layers are drawn."""


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each call whose slope can be none, once."""
    if program.is_test:
        return
    seen: set[Place] = set()
    for _, event in program.events(Initialized):
        short = event.function.rpartition(".")[2]
        slope, name = shown(event.arguments.get("a")), shown(event.arguments.get("nonlinearity"))
        if short.rstrip("_") not in KAIMING or name != "leaky_relu" or not isinstance(slope, int | float):
            continue
        copied = short.startswith("kaiming_uniform") and math.isclose(slope, DEFAULT, rel_tol=1e-3)
        if event.place in seen or event.place.foreign or not event.likely or abs(slope) <= STEEPEST or copied:
            continue
        seen.add(event.place)
        mode = shown(event.arguments.get("mode"))
        yield Report(
            event.place,
            Severity.INFORMATION,
            f"a={slope:.3g} is taken for the slope of a leaky ReLU, and makes the gain "
            f"{calculate_gain(name, slope):.2f}: it is no scale.",
            plans=_plans(event.place, short, mode if isinstance(mode, str) else "fan_in"),
        )


def _plans(place: Place, function: str, mode: str) -> tuple[Plan, ...]:
    kept = (("mode", mode),) if mode != "fan_in" else ()
    return (
        ReplaceWrite(
            place,
            (
                Scheme(function, (*kept, ("nonlinearity", "relu")), "the gain of ReLU"),
                Scheme(function, (*kept, ("nonlinearity", "linear")), "a gain of 1"),
            ),
        ),
        ChangeArguments(
            place,
            (Argument("a", position(function, "a"), removed=True),),
            "Take out the slope, which leaves the gain of ReLU",
            Applicability.UNSAFE,
        ),
    )


RULE = Rule(
    code="INI317",
    name="slope-as-scale",
    summary="The slope of a Kaiming initializer is taken for a scale.",
    documentation=__doc__,
    fixable=True,
    ask=ask,
    classes=("C7",),
)

"""What it does
------------
Reports the bounds of `trunc_normal_` where they do not fit its deviation: so far out that nothing is ever cut off, or
so near that the deviation no longer counts. Off by default.

Why it hurts
------------
The bounds `a` and `b` are numbers, not deviations. With `std=0.02` the default bounds of -2 and 2 lie 100 deviations
out, and `trunc_normal_` draws what `normal_` would: a fifth deviation is drawn in every large matrix. That harms
little, which is why this is off. Bounds within half a deviation do more: what is drawn is even between them, and its
deviation is that of the bounds.

Example
-------
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(64, 64)
        nn.init.trunc_normal_(self.fc.weight, std=0.02)

    def forward(self, x):
        return self.fc(x)
```

Use instead
-----------
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(64, 64)
        nn.init.trunc_normal_(self.fc.weight, std=0.02, a=-0.04, b=0.04)

    def forward(self, x):
        return self.fc(x)
```

When it is right
----------------
Where nothing is meant to be cut off, as in most vision transformers, which name the function by custom.

Severity
--------
A hint where nothing is cut off, a warning where the deviation does not count.

Fix safety
----------
Unsafe: the model starts from other values. The deviation becomes 0.88 of what it was where two deviations are cut off,
and `normal_` takes other random numbers.

References
----------
huggingface/pytorch-image-models#1286; foundation-model-stack/foundation-model-stack#289; pytorch/pytorch#155588 on
outliers that older versions of torch have drawn.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

from initls.facts.place import Place
from initls.findings import Severity
from initls.fixes.plans import Plan, ReplaceWrite, Scheme
from initls.model.effects.writes import shown
from initls.model.state.events import Initialized
from initls.model.traces.program import Program
from initls.rules.rule import Report, Rule
from initls.settings import Settings

FAR, NEAR = 6.0, 0.5
"""Deviations from where on bounds cut off nothing, and up to which the deviation does not count."""

WIDTHS = (2.0, 3.0)
"""Deviations at which to cut instead."""


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each call whose bounds do not fit, once."""
    if program.is_test:
        return
    told: set[Place] = set()
    for _, event in program.events(Initialized):
        if not event.function.endswith(".trunc_normal_") or event.place in told or event.place.foreign:
            continue
        given = [shown(event.arguments.get(name)) for name in ("mean", "std", "a", "b")]
        numbers = [float(value) for value in given if isinstance(value, int | float) and not isinstance(value, bool)]
        if event.likely and len(numbers) == len(given) and numbers[1] > 0 and numbers[2] < numbers[3]:
            report = _report(event.place, *numbers)
            if report is not None:
                told.add(event.place)
                yield report


def _report(place: Place, mean: float, std: float, low: float, high: float) -> Report | None:
    if min(mean - low, high - mean) >= FAR * std:
        return Report(
            place,
            Severity.HINT,
            f"the bounds {low:g} and {high:g} are numbers, not deviations: with a deviation of {std:g} they cut off "
            "nothing.",
            plans=_plans(place, mean, std),
        )
    if high - low <= 2 * NEAR * std and low <= mean <= high:
        actual = (high - low) / math.sqrt(12)
        return Report(
            place,
            Severity.WARNING,
            f"the bounds {low:g} and {high:g} lie within {(high - low) / 2 / std:.2g} deviations: what is drawn is "
            f"even between them, with a deviation of {actual:.2g} instead of {std:g}.",
            plans=_plans(place, mean, std),
        )
    return None


def _plans(place: Place, mean: float, std: float) -> tuple[Plan, ...]:
    around = (("mean", mean),) if mean else ()
    cut = tuple(
        Scheme(
            "trunc_normal_",
            (*around, ("std", std), ("a", mean - width * std), ("b", mean + width * std)),
            f"cut at {width:g} deviations",
        )
        for width in WIDTHS
    )
    whole = Scheme("normal_", (*around, ("std", std)), "nothing is cut off")
    return (ReplaceWrite(place, (*cut, whole)),)


RULE = Rule(
    code="INI307",
    name="absolute-bounds",
    summary="The bounds of a truncated normal do not fit its deviation.",
    documentation=__doc__,
    fixable=True,
    ask=ask,
    classes=("C11",),
)

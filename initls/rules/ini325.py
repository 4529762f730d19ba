"""What it does
------------
Reports a parameter that starts as an infinity or as NaN everywhere, however it comes about: `float("inf")`, `math.inf`,
the logarithm of zero as torch or numpy compute it, a draw with an infinite deviation. And a calculation in the
construction of a model that has no result, so that Python raises: a division by zero, `math.log(0)`. Whether a prior
is that of the right head stands in the data, and is not judged.

Why it hurts
------------
No step of training leads back from an infinity: adding a finite update to it gives the same infinity, and the loss is
infinite or NaN from the first batch on. It happens with priors: the bias that makes a head start at probability `p` is
`-math.log((1 - p) / p)`, which raises for `p = 0` and for `p = 1`, and which torch and numpy make infinite without a
word.

Example
-------
```python
class Head(nn.Module):
    def __init__(self):
        super().__init__()
        self.cls_score = nn.Linear(8, 4)
        prior = torch.full((4,), 0.0)
        self.cls_score.bias.data.copy_(torch.log(prior))

    def forward(self, x):
        return self.cls_score(x)
```

Use instead
-----------
```python
class Head(nn.Module):
    def __init__(self):
        super().__init__()
        self.cls_score = nn.Linear(8, 4)
        prior = torch.full((4,), 0.01)
        self.cls_score.bias.data.copy_(torch.log(prior))

    def forward(self, x):
        return self.cls_score(x)
```

When it is right
----------------
A part of a bias that is set to `-inf`, to rule out one class. Buffers and frozen parameters, such as masks. A running
minimum that a method replaces with the first batch. Numbers that are the default of an option, and others may be given.

Fix safety
----------
There is no fix: how often a class occurs is for the author to say.

References
----------
Lin et al. 2017, arXiv:1708.02002, section 4.1, for the bias of a prior.
"""

from __future__ import annotations

from collections.abc import Iterator

from initls.findings import Severity
from initls.model.answers.infinite import Infinite, infinite
from initls.model.state.events import Undefined
from initls.model.traces.program import Program
from initls.rules.rule import Report, Rule
from initls.settings import Settings


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each place that leaves a parameter without a finite number, and each calculation without a result."""
    if program.is_test:
        return
    told = set()
    for one in infinite(program):
        if one.place not in told:
            told.add(one.place)
            yield Report(one.place, Severity.ERROR, message(one))
    for place, found in program.happenings(Undefined):
        event = next((event for _, event in found if event.certain and event.likely and not event.caught), None)
        if event is not None and place == event.place:
            yield Report(
                place,
                Severity.ERROR,
                f"this raises {event.error}: it comes down to `{event.written}`, which has no value.",
            )


def message(one: Infinite) -> str:
    """What the parameter holds, and what that means."""
    held = f"{one.value:g}"
    if one.argument:
        return f"`{one.name}` is drawn with {one.argument} {held}: no number in it is finite, nor ever will be."
    return f"`{one.name}` is {held} everywhere: no step of training can make a finite number of it."


RULE = Rule(
    code="INI325",
    name="not-finite",
    summary="A parameter starts infinite or as NaN, or the calculation of its value raises.",
    documentation=__doc__,
    fixable=False,
    ask=ask,
    classes=("C20",),
)

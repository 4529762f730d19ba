"""What it does
------------
Reports what a forward pass does anew each time it runs: a layer with weights that is made there, a parameter or a
layer of the model that is initialized there, or a parameter that is replaced by a new one.

Why it hurts
------------
The optimizer knows the parameters that the model had when it was handed over. A layer that `forward` makes is not
among them: its weights are drawn, used once and thrown away, so that the model computes with noise and never learns
it. A parameter that `forward` initializes forgets at each step what the step before has taught it.

Example
-------
```python
class Head(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.body = nn.Linear(dim, dim)

    def forward(self, x):
        x = torch.relu(self.body(x))
        return nn.Linear(8, 2)(x)
```

Use instead
-----------
```python
class Head(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.body = nn.Linear(dim, dim)
        self.linear = nn.Linear(8, 2)

    def forward(self, x):
        x = torch.relu(self.body(x))
        return self.linear(x)
```

When it is right
----------------
Layers without weights (`nn.ReLU()(x)`, `nn.CrossEntropyLoss()(x, y)`), layers built behind a guard by the first pass
and kept (`if self.proj is None:`), noise that is drawn into a buffer, weights that the pass computes or loads, and
whatever hangs on a test that can't be decided, such as an initialization from the first batch.

Fix safety
----------
Unsafe: what is made once takes its random numbers once, and the model begins to train what it did not train before.
The fix moves the call into the constructor, under a free name; there is none where it needs a variable of `forward`.

Severity
--------
An error where random numbers are drawn, a warning where the same constants are written each time, as by a norm.

References
----------
The documentation of `torch.nn.Module.parameters`.
"""

from __future__ import annotations

from collections.abc import Iterator

from initls.facts.place import Place
from initls.findings import Severity
from initls.fixes.plans import MoveToConstructor
from initls.model.traces.program import Program
from initls.model.traces.recurring import Recurring
from initls.rules.rule import Report, Rule
from initls.settings import Settings


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each place of a forward pass that makes or initializes something every time."""
    if program.is_test:
        return
    seen: set[Place] = set()
    for trace in program.traces:
        for again in trace.recurring:
            if again.place in seen or again.place.foreign:
                continue
            seen.add(again.place)
            yield Report(
                again.place,
                Severity.ERROR if again.drawn else Severity.WARNING,
                message(again),
                plans=(MoveToConstructor(again.place, Place(f"{trace.root}.__init__", 0)),),
            )


def message(again: Recurring) -> str:
    """What each pass does, and what comes of it."""
    if again.kind == "initialized":
        return f"`{again.name}` is initialized in every forward pass: what it has learned is lost at each step."
    if again.kind == "replaced":
        return f"`{again.name}` is made anew in every forward pass: no optimizer ever trains it."
    if again.drawn:
        return f"this `{again.name}` is made in every forward pass: its weights are drawn each time and never train."
    return f"this `{again.name}` is made in every forward pass: its parameters never train."


RULE = Rule(
    code="INI209",
    name="init-in-forward",
    summary="A forward pass makes a layer, or initializes a parameter, every time it runs.",
    documentation=__doc__,
    fixable=True,
    ask=ask,
    classes=("B11",),
)

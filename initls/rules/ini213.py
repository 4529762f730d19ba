"""What it does
------------
Reports layers whose initialization is skipped, by `torch.nn.utils.skip_init` or in a context such as Lightning's
`init_module(empty_init=True)` or `no_init_weights` of transformers, and that nothing loads or initializes before they
are used.

Why it hurts
------------
Such layers hold what the memory held before: zeros on one day, huge numbers or NaN on another. Nothing raises, and the
loss may even go down. It saves time in front of a checkpoint, and only there: a run that starts from scratch by another
branch of the same script trains on garbage.

Example
-------
```python
class Head(nn.Module):
    def __init__(self, width, classes):
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.fc = nn.utils.skip_init(nn.Linear, width, classes)
        nn.init.zeros_(self.fc.bias)

    def forward(self, x):
        return self.fc(self.norm(x))
```

Use instead
-----------
```python
class Head(nn.Module):
    def __init__(self, width, classes):
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.fc = nn.Linear(width, classes)
        nn.init.zeros_(self.fc.bias)

    def forward(self, x):
        return self.fc(self.norm(x))
```

When it is right
----------------
Where a checkpoint is loaded behind it, or the layers are initialized by hand. Silent where the file loads checkpoints,
or where the model is one that transformers loads, and where the model goes to code that is not followed. Layers that
are made on the meta device have no memory at all; what `to_empty` leaves of them is INI210.

Fix safety
----------
Unsafe: the model starts with other values, for which random numbers are drawn.

Severity
--------
An error where the same run is seen to use the garbage; else a warning, for another file may load a checkpoint.

References
----------
The documentation of `torch.nn.utils.skip_init`; Lightning-AI/litgpt#1229; Lightning-AI/pytorch-lightning#17627.
"""

from __future__ import annotations

from collections.abc import Iterator

from initls.findings import Applicability, Severity
from initls.fixes.plans import Argument, CallDirectly, ChangeArguments, Plan
from initls.knowledge.skipping import CONTEXTS
from initls.model.answers.unfilled import Unfilled, unfilled
from initls.model.traces.program import Program
from initls.rules.rule import Report, Rule
from initls.rules.wording import listed
from initls.settings import Settings


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each place that skips an initialization for good."""
    for found in unfilled(program):
        yield Report(
            found.place,
            Severity.ERROR if found.sure else Severity.WARNING,
            message(found),
            related=() if found.used is None else (("it is used here", found.used),),
            plans=(plan,) if (plan := _plan(found)) is not None else (),
        )


def message(found: Unfilled) -> str:
    """What is left without values."""
    end = (
        "here loads or initializes them" if found.used is None else "loads or initializes them before the model is used"
    )
    return f"`{found.by}` leaves {listed(found.names, 3)} as the memory was, and nothing {end}."


def _plan(found: Unfilled) -> Plan | None:
    if found.by == "skip_init":
        return CallDirectly(found.place)
    row = CONTEXTS[found.by]
    if row.default:
        return None  # There the whole context would have to go.
    argument = Argument(row.argument, 0, value=False)
    return ChangeArguments(found.place, (argument,), "Let the layers initialize themselves", Applicability.UNSAFE)


RULE = Rule(
    code="INI213",
    name="init-skipped",
    summary="An initialization is skipped, and nothing takes its place.",
    documentation=__doc__,
    fixable=True,
    ask=ask,
    classes=("B21",),
)

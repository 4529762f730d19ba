"""What it does
------------
Reports a call of a random initializer that draws nothing: `normal_` with `std=0`, `uniform_` with equal bounds,
`xavier_*` or `orthogonal_` with `gain=0`, on a weight that keeps the result.

Why it hurts
------------
torch takes these arguments without a word, and the weight becomes one constant. The line looks like an initialization
and is none.

Example
-------
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = nn.Linear(8, 32)
        self.outer = nn.Linear(32, 8)
        nn.init.normal_(self.inner.weight, mean=0.02, std=0)

    def forward(self, x):
        return self.outer(torch.tanh(self.inner(x)))
```

Use instead
-----------
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = nn.Linear(8, 32)
        self.outer = nn.Linear(32, 8)
        nn.init.xavier_normal_(self.inner.weight, gain=1.6667)

    def forward(self, x):
        return self.outer(torch.tanh(self.inner(x)))
```

When it is right
----------------
Where the spread is an argument or a setting, and on biases. Where a zero weight is the idiom (a last layer, a residual
branch) it is information only: nothing is wrong, but `zeros_` says it more plainly.

Fix safety
----------
Unsafe: the fix changes the values of a model that runs. As many numbers are drawn as before.

References
----------
The documentation of `torch.nn.init`.
"""

from __future__ import annotations

from collections.abc import Iterator

from initls.findings import Severity
from initls.model.answers.constants import ConstantWrite, Entry, constant_writes, worst
from initls.model.answers.judgement import Fate
from initls.model.traces.program import Program
from initls.rules.advice import repair, weight_name
from initls.rules.rule import Report, Rule
from initls.rules.wording import neighbours, number_of, others
from initls.settings import Settings

SEVERITY = {
    Fate.SYMMETRIC: Severity.ERROR,
    Fate.COSTLY: Severity.WARNING,
    Fate.EQUAL: Severity.WARNING,
    Fate.NOT_SHOWN: Severity.WARNING,
    Fate.HARMLESS: Severity.INFORMATION,
}

SPREAD = {"normal": "std", "uniform": "bounds", "xavier": "gain", "orthogonal": "gain"}
"""What each family of initializers was given none of."""


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each random initializer that leaves a constant."""
    for write in constant_writes(program):
        found = tuple(entry for entry in write.entries if entry.judgement.fate in SEVERITY)
        if not write.by or not found:
            continue
        entry = worst(found)
        yield Report(
            write.place,
            SEVERITY[entry.judgement.fate],
            message(write, entry) + others(found, entry),
            related=neighbours(entry),
            plans=repair(write.place, entry, settings, making=False, entries=write.entries),
        )


def message(write: ConstantWrite, entry: Entry) -> str:
    """What the call really does."""
    function = write.by.rpartition(".")[2]
    without = "with equal bounds" if function.startswith("uniform") else f"with {_argument(function)}=0"
    start = f"`{function}` {without} draws nothing: {weight_name(entry)} is {number_of(entry)} everywhere"
    if entry.judgement.fate is Fate.SYMMETRIC:
        return f"{start}, and its units can never differ."
    return f"{start} when training starts."


def _argument(function: str) -> str:
    return next((name for start, name in SPREAD.items() if function.startswith(start)), "spread")


RULE = Rule(
    code="INI103",
    name="degenerate-init",
    summary="A random initializer is given no spread and writes a constant.",
    documentation=__doc__,
    fixable=True,
    ask=ask,
    classes=("A2",),
)

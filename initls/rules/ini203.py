"""What it does
------------
Reports an initialization that has no effect, because everything that it writes is written over before anybody reads
it: the same tensor initialized twice in a row, a first `apply` whose work a second one replaces, or a special
initialization of a layer that a visitor run afterwards flattens.

Why it hurts
------------
Only the last write before training counts. Often the one that the author cares about is the one that is lost.

Example
-------
```python
class Head(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.fc = nn.Linear(dim, 10)
        nn.init.zeros_(self.fc.weight)
        self.apply(self._init)

    def _init(self, m):
        if isinstance(m, nn.Linear):
            nn.init.trunc_normal_(m.weight, std=0.02)

    def forward(self, x):
        return self.fc(x)
```

Use instead
-----------
```python
class Head(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.fc = nn.Linear(dim, 10)
        self.apply(self._init)
        nn.init.zeros_(self.fc.weight)

    def _init(self, m):
        if isinstance(m, nn.Linear):
            nn.init.trunc_normal_(m.weight, std=0.02)

    def forward(self, x):
        return self.fc(x)
```

When it is right
----------------
Where any parameter keeps the value on any path: defaults for all layers and then an override for some is good style.
Making a tensor, torch's own defaults, what a base class does and writes to parts of a tensor never count.

Fix safety
----------
Unsafe: the random numbers that the deleted call would have drawn are left for what comes behind it.

References
----------
The documentation of `torch.nn.Module.apply`: children first, the module itself last.
"""

from __future__ import annotations

from collections.abc import Iterator

from initls.findings import Severity
from initls.fixes.plans import DeleteStatement
from initls.model.overwritten import Void, void_writes
from initls.model.program import Program
from initls.rules.rule import Report, Rule
from initls.rules.wording import listed
from initls.settings import Settings


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each written initialization of which nothing is left."""
    if program.is_test:
        return
    for void in void_writes(program):
        yield Report(
            void.place,
            Severity.WARNING,
            message(void),
            related=tuple(("it is written over here", place) for place in void.by[:3]),
            plans=(DeleteStatement(void.place, "Delete the initialization that has no effect"),)
            if void.deletable
            else (),
            unnecessary=True,
        )


def message(void: Void) -> str:
    """What is lost, and to whom."""
    what = listed(void.names, 3)
    if void.by_visitor:
        return f"this initialization of {what} has no effect: a visitor that runs later writes over it."
    return f"this initialization of {what} has no effect: it is written over before it is read."


RULE = Rule(
    code="INI203",
    name="overwritten-init",
    summary="An initialization is written over before anything reads it.",
    documentation=__doc__,
    fixable=True,
    ask=ask,
    classes=("B4", "B7"),
)

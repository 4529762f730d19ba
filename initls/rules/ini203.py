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
Unsafe. Where a visitor flattens what is said of one layer, the better repair comes first: the line moves behind the
visitor, and what it says holds from then on. The other is to delete it. Either way the random numbers that it draws
are left for what comes behind it.

References
----------
The documentation of `torch.nn.Module.apply`: children first, the module itself last.
"""

from __future__ import annotations

from collections.abc import Iterator

from initls.findings import Applicability, Severity
from initls.fixes.plans import DeleteStatement, Move, Plan
from initls.model.answers.overwritten import Void, void_writes
from initls.model.traces.program import Program
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
            plans=_plans(void),
            unnecessary=True,
        )


def _plans(void: Void) -> tuple[Plan, ...]:
    if not void.deletable:
        return ()
    gone = DeleteStatement(void.place, "Delete the initialization that has no effect")
    if void.behind is None:
        return (gone,)
    # What is said of one layer is meant more than what is said of all.
    title = "Move the initialization behind the visitor that writes over it"
    return (Move(void.place, void.behind, title, Applicability.UNSAFE), gone)


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

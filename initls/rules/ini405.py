"""What it does
------------
Reports a visitor that initializes nothing in a model of which all modules are known, because none of its tests holds
for any of them.

Why it hurts
------------
The initialization looks as if it were done, and every layer keeps torch's default. Mostly the net was changed, and the
visitor was not: it asks for `nn.Conv2d` where there is `nn.Conv1d`, or for exactly a type of which there are only
subclasses.

Example
-------
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv1d(4, 8, 3)
        self.apply(self._init)

    def _init(self, m):
        if isinstance(m, nn.Conv2d):
            nn.init.kaiming_normal_(m.weight)
```

Use instead
-----------
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv1d(4, 8, 3)
        self.apply(self._init)

    def _init(self, m):
        if isinstance(m, nn.Conv1d):
            nn.init.kaiming_normal_(m.weight)
```

When it is right
----------------
A visitor for many models has branches that one of them does not need: as long as one branch matches in one model, it
is left alone. So is one whose model has parts that are not known.

Severity
--------
A warning where layers keep torch's default. An information where all of them are initialized in another way: then the
visitor is code without effect.

Fix safety
----------
Unsafe: layers that were left out are initialized now, and the random numbers of what comes behind them shift.

References
----------
The documentation of `torch.nn.Module.apply`.
"""

from __future__ import annotations

from collections.abc import Iterator

from initls.findings import Severity
from initls.fixes.plans import AskForClass, Plan
from initls.model.answers.unmatched import Unmatched, unmatched
from initls.model.traces.program import Program
from initls.rules.rule import Report, Rule
from initls.rules.wording import listed
from initls.settings import Settings


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each visitor that meets nothing that it is meant for."""
    if program.is_test:
        return
    for found in unmatched(program):
        yield Report(
            found.place,
            Severity.WARNING if found.untouched else Severity.INFORMATION,
            message(found),
            related=tuple(("this is asked of each module", place) for place in found.tests if place != found.place)[:4],
            plans=_plans(found),
        )


def message(found: Unmatched) -> str:
    """What is asked for, and what is there."""
    what = listed(found.wanted, 4)
    exactly = "exactly " if found.exact else ""
    nothing = f"this initializes nothing: it asks for {exactly}{what}, and of that the model has none."
    if not found.untouched:
        return nothing
    keep = "keeps" if len(found.untouched) == 1 else "keep"
    return f"{nothing} {listed(found.untouched, 3)} {keep} torch's default."


def _plans(found: Unmatched) -> tuple[Plan, ...]:
    return tuple(AskForClass(place, old, new, exact) for place, old, new, exact in found.repairs)


RULE = Rule(
    code="INI405",
    name="visitor-matches-nothing",
    summary="A visitor asks for nothing that the model has.",
    documentation=__doc__,
    fixable=True,
    ask=ask,
    classes=("D5",),
)

"""What it does
------------
Reports `isinstance(m, A or B)` and `isinstance(m, A and B)` in code that initializes layers, and the same of
`type(m) == (A or B)`.

Why it hurts
------------
`A or B` is worked out before `isinstance` or `==` sees it. A class counts as true, so that `A or B` is `A`, and
`A and B` is `B`. The test asks for one class alone; layers of the other keep torch's defaults, and nothing says so.

Example
-------
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 16, 3)
        self.fc = nn.Linear(16, 10)
        self.apply(self._init)

    def _init(self, m):
        if isinstance(m, nn.Conv2d or nn.Linear):
            nn.init.trunc_normal_(m.weight, std=0.02)
```

Use instead
-----------
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 16, 3)
        self.fc = nn.Linear(16, 10)
        self.apply(self._init)

    def _init(self, m):
        if isinstance(m, (nn.Conv2d, nn.Linear)):
            nn.init.trunc_normal_(m.weight, std=0.02)
```

When it is right
----------------
Where the class that is kept is a base of the others, and where an operand may be None: `A or B` then is a choice of
one of them on purpose.

Fix safety
----------
Unsafe: the layers that were left out are initialized now, and the random numbers of what comes behind them shift.

References
----------
Python's reference on boolean operations; the documentation of `isinstance`, which takes a tuple of classes.
"""

from __future__ import annotations

from collections.abc import Iterator

from initls.facts.place import Place
from initls.findings import Severity
from initls.fixes.plans import AskForAll
from initls.model.state.events import Dropped
from initls.model.traces.program import Program
from initls.rules.rule import Report, Rule
from initls.rules.wording import listed
from initls.settings import Settings


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each test that means several classes and asks for one."""
    seen: set[Place] = set()
    for trace, event in program.events(Dropped):
        if event.place not in seen and event.place in trace.census.initial:
            seen.add(event.place)
            yield Report(
                event.place,
                Severity.WARNING,
                message(event),
                plans=(AskForAll(event.place),),
            )


def message(event: Dropped) -> str:
    """What is asked for, and what is not."""
    which = "first" if event.operator == "or" else "last"
    return (
        f"`{event.operator}` between classes gives the {which} of them: this asks for `{event.kept}` alone, "
        f"and {listed(event.dropped)} {'is' if len(event.dropped) == 1 else 'are'} never initialized here."
    )


RULE = Rule(
    code="INI403",
    name="isinstance-or",
    summary="A test for one class or another asks for one of them alone.",
    documentation=__doc__,
    fixable=True,
    ask=ask,
    classes=("D3",),
)

"""What it does
------------
Reports a `return` or `break` in a loop over modules or parameters that initializes them, where the loop is left while
layers are still to come that it would have initialized.

Why it hurts
------------
Only the first layer that meets the condition is initialized, or none at all. The others keep torch's defaults, and
nothing says so. Most often the line is indented one step too far.

Example
-------
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(8, 16)
        self.fc2 = nn.Linear(16, 4)
        for m in self.modules():
            if isinstance(m, nn.Linear):
                nn.init.xavier_uniform_(m.weight)
                break
```

Use instead
-----------
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(8, 16)
        self.fc2 = nn.Linear(16, 4)
        for m in self.modules():
            if isinstance(m, nn.Linear):
                nn.init.xavier_uniform_(m.weight)
```

When it is right
----------------
Where the loop looks for one target, by name or shape, and stops when it has found it: then the rounds behind would
write nothing. A loop that is meant for the first layer of a kind says so best by naming the layer.

Fix safety
----------
Unsafe: the layers that were left out are initialized now, and the random numbers of what comes behind them shift.

References
----------
Python's reference on `break` and `return`.
"""

from __future__ import annotations

from collections.abc import Iterator

from initls.facts.place import Place
from initls.findings import Severity
from initls.fixes.plans import DeleteStatement
from initls.model.state.events import LeftEarly
from initls.model.traces.program import Program
from initls.rules.rule import Report, Rule
from initls.rules.wording import listed
from initls.settings import Settings


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each jump that keeps a loop from layers that it would initialize."""
    seen: set[Place] = set()
    for trace, event in program.events(LeftEarly):
        if event.place in seen:
            continue
        names = tuple(dict.fromkeys(trace.names[number] for number in event.missed if number in trace.names))
        if names:
            seen.add(event.place)
            yield Report(
                event.place,
                Severity.WARNING,
                message(event, names),
                plans=(DeleteStatement(event.place, "Delete what ends the loop"),),
            )


def message(event: LeftEarly, names: tuple[str, ...]) -> str:
    """What the loop does not get to."""
    when = "in its first round" if event.first else "before it is through"
    one = len(names) == 1
    return (
        f"this ends the loop {when}: it never gets to {listed(names, 4)}, which "
        f"{'keeps' if one else 'keep'} torch's default initialization."
    )


RULE = Rule(
    code="INI408",
    name="only-the-first",
    summary="A loop that initializes layers is left after the first of them.",
    documentation=__doc__,
    fixable=True,
    ask=ask,
    classes=("D9",),
)

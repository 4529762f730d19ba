"""What it does
------------
Reports a call of a function that is named after initialization and has nothing in its body.

Why it hurts
------------
The constructor reads as if it initialized the model, and every layer keeps torch's default.

Example
-------
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 2)
        self.init_weights()

    def init_weights(self):
        pass
```

Use instead
-----------
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 2)
        self.init_weights()

    def init_weights(self):
        nn.init.xavier_uniform_(self.fc.weight)
```

When it is right
----------------
A base class leaves the body to those that derive from it. Where a class of the file fills it, it is left alone; a class
of another file can't be seen from here, which is why this rule is off unless it is asked for.

Fix safety
----------
Safe: nothing but the call that does nothing is deleted.

References
----------
The documentation of `torch.nn.Module.apply`.
"""

from __future__ import annotations

from collections.abc import Iterator

from initls.findings import Applicability, Severity
from initls.fixes.plans import DeleteStatement
from initls.model.state.events import EmptyInit
from initls.model.traces.program import Program
from initls.rules.rule import Report, Rule
from initls.settings import Settings


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each call that runs an empty function, unless it runs another one in some class of the file."""
    if program.is_test:
        return
    empty = {event.place: event for _, event in program.events(EmptyInit)}
    filled = {place for trace in program.traces for _, write in trace.log for place in write.path}
    for place, event in empty.items():
        if place not in filled:
            yield Report(
                place,
                Severity.HINT,
                f"`{event.function}` has nothing in its body: nothing is initialized here.",
                plans=(DeleteStatement(place, "Delete the call that does nothing", Applicability.SAFE),),
                unnecessary=True,
            )


RULE = Rule(
    code="INI413",
    name="empty-init",
    summary="A function that is named after initialization has nothing in its body.",
    documentation=__doc__,
    fixable=True,
    ask=ask,
    classes=("D14",),
)

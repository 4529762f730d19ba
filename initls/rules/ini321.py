"""What it does
------------
Reports a call of an initializer by its old name, without the underscore: `nn.init.xavier_uniform(w)`.

Why it hurts
------------
The old names write in place as the new ones do, but each call shows a `FutureWarning`, and the names are to go.

Example
-------
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 16)
        nn.init.xavier_uniform(self.fc.weight)
```

Use instead
-----------
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 16)
        nn.init.xavier_uniform_(self.fc.weight)
```

When it is right
----------------
With versions of PyTorch older than 0.4, which have no other names.

Fix safety
----------
Safe: the old name calls the new function.

References
----------
The documentation of `torch.nn.init`.
"""

from __future__ import annotations

from collections.abc import Iterator

from initls.findings import Severity
from initls.fixes.plans import CallSuccessor
from initls.knowledge.initializers import INITIALIZERS
from initls.model.state.events import Initialized
from initls.model.traces.program import Program
from initls.rules.rule import Report, Rule
from initls.settings import Settings


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each call by an old name."""
    for place, found in program.happenings(Initialized):
        _, event = found[0]
        row = INITIALIZERS.get(event.function)
        if row is not None and row.deprecated_of is not None and event.own and place == event.place:
            new = row.deprecated_of.rpartition(".")[2]
            yield Report(
                place,
                Severity.INFORMATION,
                f"`{row.name.rpartition('.')[2]}` is the old name of `{new}`, and calling it shows a FutureWarning.",
                plans=(CallSuccessor(place, new),),
                deprecated=True,
            )


RULE = Rule(
    code="INI321",
    name="deprecated-init",
    summary="An initializer is called by a name that is going away.",
    documentation=__doc__,
    fixable=True,
    ask=ask,
)

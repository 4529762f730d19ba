"""What it does
------------
Reports the initialization of a tensor that has no elements, because one of its sizes is zero.

Why it hurts
------------
There is nothing to initialize, and where that was not the intention the size is wrong. A Kaiming initialization says so
in a warning at run time; the others say nothing.

Example
-------
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(0, 16)
        nn.init.kaiming_normal_(self.fc.weight)
```

Use instead
-----------
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 16)
        nn.init.kaiming_normal_(self.fc.weight)
```

When it is right
----------------
Where an option makes a part of the model as large as needed, zero included. For that reason this rule is off by
default.

Fix safety
----------
There is no fix: the size is what has to change.

References
----------
The warning of PyTorch itself: "Initializing zero-element tensors is a no-op".
"""

from __future__ import annotations

from collections.abc import Iterator

from initls.findings import Severity
from initls.model.state.events import Initialized
from initls.model.traces.program import Program
from initls.rules.rule import Report, Rule
from initls.settings import Settings


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each initialization of nothing."""
    if program.is_test:
        return
    for place, found in program.happenings(Initialized):
        trace, event = found[0]
        shapes = [trace.parameters[ref.id].shape for ref in event.targets]
        if event.likely and event.sure and shapes and all(shape is not None and 0 in shape for shape in shapes):
            name = trace.names.get(event.targets[0].id, "the tensor")
            size = "x".join("?" if n is None else str(n) for n in shapes[0] or ())
            yield Report(
                place, Severity.INFORMATION, f"`{name}` is {size} and has no elements: nothing is initialized."
            )


RULE = Rule(
    code="INI414",
    name="empty-tensor-init",
    summary="A tensor without elements is initialized.",
    documentation=__doc__,
    fixable=False,
    ask=ask,
    classes=("D15",),
)

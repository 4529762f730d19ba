"""What it does
------------
Reports a `to_empty` behind which a model is called, or handed to an optimizer, while parameters of it still hold
whatever the memory held: nothing has initialized or loaded them since.

Why it hurts
------------
A model that is built on the meta device has no values. What its constructors, and `torch.nn.init` in them, draw there
is drawn into nothing, and `to_empty` gives it memory, not values. The numbers in it are what another program left.

Example
-------
```python
import torch
from torch import nn

with torch.device("meta"):
    model = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 2))
model.to_empty(device="cpu")
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
```

Use instead
-----------
```python
import torch
from torch import nn

with torch.device("meta"):
    model = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 2))
model.to_empty(device="cpu")
for module in model.modules():
    if hasattr(module, "reset_parameters"):
        module.reset_parameters()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
```

When it is right
----------------
Where a checkpoint is loaded, or the layers are initialized, between `to_empty` and the first use, and where the model
goes to code that may do so.

Fix safety
----------
Unsafe: the model starts with other values, for which random numbers are drawn. The loop initializes what has a
`reset_parameters`; a parameter of one's own, in a class without one, keeps its garbage.

References
----------
pytorch/pytorch#104187; the documentation of `torch.nn.Module.to_empty`.
"""

from __future__ import annotations

from collections.abc import Iterator

from initls.facts.place import Place
from initls.findings import Severity
from initls.fixes.plans import ResetModules
from initls.model.state.events import UsedUnwritten
from initls.model.traces.program import Program
from initls.rules.rule import Report, Rule
from initls.rules.wording import listed
from initls.settings import Settings


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each `to_empty` whose memory is used as it is."""
    if program.is_test:
        return
    seen: set[Place] = set()
    for trace, event in program.events(UsedUnwritten):
        if trace.kind == "class" or trace.incomplete is not None:
            continue
        for place in dict.fromkeys(place for _, place in event.written):
            names = [trace.names[number] for number, where in event.written if where == place and number in trace.names]
            if place in seen or place.foreign or not names:
                continue
            seen.add(place)
            yield Report(
                place,
                Severity.ERROR if event.certain and event.likely else Severity.WARNING,
                f"`to_empty` leaves {listed(names, 3)} as the memory was, and nothing writes there before the model is "
                f"used: what its constructor drew is lost.",
                related=(("it is used here", event.place),),
                plans=(ResetModules(place),),
            )


RULE = Rule(
    code="INI210",
    name="init-lost-on-meta",
    summary="A model is used whose values `to_empty` has taken away.",
    documentation=__doc__,
    fixable=True,
    ask=ask,
    classes=("B12",),
)

"""What it does
------------
Reports a list that holds one and the same layer several times, where it looks like several layers:
`nn.ModuleList([nn.Linear(8, 8)] * 6)`, `nn.Sequential(*[block] * 6)`, `[layer for _ in range(6)]` with a `layer` that
is made once.

Why it hurts
------------
To multiply a list copies no layer. The six places hold one layer with one set of parameters, and a model of depth six
has the parameters of depth one. Nothing fails, and `print(model)` shows six layers.

Example
-------
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(8, 8)] * 6)

    def forward(self, x):
        for layer in self.layers:
            x = torch.relu(layer(x))
        return x
```

Use instead
-----------
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(8, 8) for _ in range(6)])

    def forward(self, x):
        for layer in self.layers:
            x = torch.relu(layer(x))
        return x
```

When it is right
----------------
Where parameters are shared on purpose. A layer that is an attribute of the model when the list is made, so that it has
a name of its own, is taken for shared on purpose; so is one that only an option shares, or that is copied by `deepcopy`
elsewhere, and a layer without parameters. A test with such a list on one side and several layers on the other is one
that decides whether to share.

Fix safety
----------
Unsafe: the model gets more parameters, and draws more random numbers; a checkpoint of the shared layer still loads.

References
----------
https://github.com/pytorch/pytorch/issues/120396
"""

from __future__ import annotations

from collections.abc import Iterator

from initls.facts.place import name_of
from initls.findings import Severity
from initls.fixes.plans import MakeEach
from initls.model.state.events import Duplicated, Replicated
from initls.model.traces.program import Program
from initls.model.traces.trace import Trace
from initls.rules.rule import Report, Rule
from initls.settings import Settings


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each list of one layer that ends up in a model."""
    if program.is_test:
        return
    for place, found in program.happenings(Replicated):
        # What was given up, or raises, does not tell what becomes of the list.
        ended = [(trace, event) for trace, event in found if trace.incomplete is None]
        if not ended or not all(_kept(trace, event) and event.likely and event.certain for trace, event in ended):
            continue
        trace, event = ended[0]
        name = name_of(trace.modules[event.module].own_class)
        times = "" if event.times is None else f"{event.times} "
        yield Report(
            place,
            Severity.WARNING,
            f"all {times}places of this list hold one and the same `{name}`: they share one set of parameters.",
            plans=(MakeEach(place),) if place == event.place else (),
        )


def _kept(trace: Trace, event: Replicated) -> bool:
    """Whether the module becomes a part of a model that trains it, and is copied nowhere where copies are wanted."""
    if any(isinstance(other, Duplicated) and other.module == event.module for other in trace.events):
        return False
    below = [info.id for info in trace.parameters if info.owner == event.module]
    return event.module in trace.module_names and not (below and all(number in trace.frozen for number in below))


RULE = Rule(
    code="INI105",
    name="replicated-layers",
    summary="A list holds one layer several times, and not several layers.",
    documentation=__doc__,
    fixable=True,
    ask=ask,
    classes=("A13",),
)

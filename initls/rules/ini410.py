"""What it does
------------
Reports layers that a module keeps in a plain list, tuple or dict.

Why it hurts
------------
`nn.Module` knows what is assigned to its attributes: modules, parameters and containers of modules. A list is none of
these. The layers in it are not among `parameters()`, so no optimizer trains them. `apply` and `modules()` do not visit
them, so no initialization reaches them. They stay behind when the model moves to another device, and nothing saves
them.

Example
-------
```python
class Tower(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = [nn.Linear(8, 8) for _ in range(4)]

    def forward(self, x):
        for layer in self.layers:
            x = torch.relu(layer(x))
        return x
```

Use instead
-----------
```python
class Tower(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(8, 8) for _ in range(4)])

    def forward(self, x):
        for layer in self.layers:
            x = torch.relu(layer(x))
        return x
```

When it is right
----------------
A list that only gives an order to layers which are registered elsewhere, by `add_module`, `nn.Sequential(*layers)` or
as attributes of their own. A single module in a list, the usual way to keep one out of `parameters()` on purpose, and
layers that are frozen, come with pretrained weights or are given to an optimizer by themselves.

Fix safety
----------
Unsafe: the layers are trained, moved and saved from now on, and `state_dict()` has more entries. A visitor that runs
over the model reaches them as well, and the random numbers of what comes behind it shift.

References
----------
The documentation of `torch.nn.ModuleList`; [pytorch #666](https://github.com/pytorch/pytorch/issues/666).
"""

from __future__ import annotations

from collections.abc import Iterator

from initls.facts.place import Place
from initls.findings import Severity
from initls.fixes.plans import Register
from initls.model.state.events import Hidden
from initls.model.traces.program import Program
from initls.rules.rule import Report, Rule
from initls.settings import Settings


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each attribute that hides layers, once."""
    if program.is_test:
        return
    said: set[Place] = set()
    for trace, event in program.events(Hidden):
        if event.place in said:
            continue
        said.add(event.place)
        holder = trace.module_names.get(event.module)
        name = f"{holder}.{event.name}" if holder else event.name
        kind = "dict" if event.container == "ModuleDict" else "plain list or tuple"
        yield Report(
            event.place,
            Severity.WARNING,
            f"`{name}` keeps its layers in a {kind}, where nn.Module does not find them: `parameters()`, `apply` and "
            f"`state_dict()` pass them by, and an optimizer never gets them.",
            plans=(Register(event.place, event.container),) if event.direct else (),
        )


RULE = Rule(
    code="INI410",
    name="hidden-layers",
    summary="Layers are kept in a plain list or dict, where nothing finds them.",
    documentation=__doc__,
    fixable=True,
    ask=ask,
    classes=("D11",),
)

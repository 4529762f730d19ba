"""What it does
------------
Reports a layer that is put into a model which has initialized itself already, most often in the place of its head, and
that keeps torch's default initialization. Off by default.

Why it hurts
------------
The visitor that a constructor runs has met the old layer, not the new one. A head that was to start small, or with zero
biases, starts with torch's uniform draw instead. Often that does not matter; it does where the class has its scheme for
a reason.

Example
-------
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Linear(8, 16)
        self.head = nn.Linear(16, 10)
        self.apply(self._init)

    def _init(self, m):
        if isinstance(m, nn.Linear):
            nn.init.trunc_normal_(m.weight, std=0.02)
            nn.init.zeros_(m.bias)

    def forward(self, x):
        return self.head(torch.relu(self.body(x)))


def finetune(classes):
    model = Net()
    model.head = nn.Linear(16, classes)
    return model, torch.optim.SGD(model.parameters(), lr=0.1)
```

Use instead
-----------
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Linear(8, 16)
        self.head = nn.Linear(16, 10)
        self.apply(self._init)

    def _init(self, m):
        if isinstance(m, nn.Linear):
            nn.init.trunc_normal_(m.weight, std=0.02)
            nn.init.zeros_(m.bias)

    def forward(self, x):
        return self.head(torch.relu(self.body(x)))


def finetune(classes):
    model = Net()
    model.head = nn.Linear(16, classes)
    model.head.apply(model._init)
    return model, torch.optim.SGD(model.parameters(), lr=0.1)
```

When it is right
----------------
Where torch's default is meant, where the new layer is initialized by hand, comes with pretrained weights, or gets them
from a checkpoint. What is put in by the constructor that runs the visitor is INI202.

Fix safety
----------
Unsafe: the layer starts with other values, and further random numbers are drawn.

References
----------
The documentation of `torch.nn.Module.apply`; huggingface/transformers#45079.
"""

from __future__ import annotations

from collections.abc import Iterator

from initls.findings import Severity
from initls.fixes.plans import ApplyBehind
from initls.model.answers.latecomers import Latecomer, latecomers
from initls.model.traces.program import Program
from initls.rules.rule import Report, Rule
from initls.settings import Settings


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each layer that comes too late for the initialization of its model."""
    for found in latecomers(program):
        fixable = found.visitor and (found.direct or not found.method)
        yield Report(
            found.place,
            Severity.INFORMATION,
            message(found),
            related=(("the initialization runs here", found.run),),
            plans=(ApplyBehind(found.place, found.visitor, found.method),) if fixable else (),
        )


def message(found: Latecomer) -> str:
    """Which layer, and what it keeps."""
    return (
        f"`{found.name}` is put into the model behind the initialization that `{found.model}` runs when it is made, "
        f"and keeps torch's default."
    )


RULE = Rule(
    code="INI207",
    name="layer-put-in-after-init",
    summary="A layer is put into a model behind its initialization.",
    documentation=__doc__,
    fixable=True,
    ask=ask,
    classes=("B5",),
)

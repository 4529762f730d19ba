"""What it does
------------
Reports weights that are drawn anew in a model that `DistributedDataParallel` has wrapped already, in a run that is not
seen to seed its generators. Off by default.

Why it hurts
------------
The constructor of `DistributedDataParallel` copies the parameters of the first process to all others, once. What is
drawn behind it is drawn by each process for itself. Gradients are averaged from then on, weights are not: the replicas
stay apart for the whole training, and a checkpoint holds only one of them. Nothing raises.

Example
-------
```python
import torch
from torch import nn
from torch.nn.parallel import DistributedDataParallel


def prepare():
    model = DistributedDataParallel(nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 2)))
    for m in model.modules():
        if isinstance(m, nn.Linear):
            nn.init.xavier_uniform_(m.weight)
    return model
```

Use instead
-----------
```python
import torch
from torch import nn
from torch.nn.parallel import DistributedDataParallel


def prepare():
    model = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 2))
    for m in model.modules():
        if isinstance(m, nn.Linear):
            nn.init.xavier_uniform_(m.weight)
    return DistributedDataParallel(model)
```

When it is right
----------------
Where all processes have the same state of their generators, because they were seeded alike and have drawn the same ever
since; where constants are written; where the values are broadcast, or a checkpoint is loaded, behind it.

Fix safety
----------
There is no fix: what is written to `model.module` would have to be written to the model before it is wrapped.

References
----------
The documentation of `torch.nn.parallel.DistributedDataParallel`; facebookresearch/detr#544.
"""

from __future__ import annotations

from collections.abc import Iterator

from initls.findings import Severity
from initls.model.answers.apart import drawn_apart
from initls.model.traces.program import Program
from initls.rules.rule import Report, Rule
from initls.rules.wording import listed
from initls.settings import Settings


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each draw that every process makes for itself."""
    for found in drawn_apart(program):
        yield Report(
            found.place,
            Severity.WARNING,
            f"this draws {listed(found.names, 3)} anew behind `DistributedDataParallel`, which makes the weights of "
            f"all processes the same only when it is made: from here on each process has its own.",
            related=(("the model is wrapped here", found.wrapped),),
        )


RULE = Rule(
    code="INI217",
    name="init-after-ddp",
    summary="Weights are drawn anew in a model that `DistributedDataParallel` has wrapped.",
    documentation=__doc__,
    fixable=False,
    ask=ask,
    classes=("B16",),
)

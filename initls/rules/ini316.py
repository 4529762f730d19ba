"""What it does
------------
Reports a Kaiming initializer with `nonlinearity="selu"`, whose gain does not suit self-normalizing nets.

Why it hurts
------------
SELU is made so that a signal of mean 0 and variance 1 keeps both from layer to layer, if the weights have LeCun's
variance of one over fan in: a gain of 1. Torch's gain for "selu" is 3/4. With it each layer takes more than a third of
the variance, the signal leaves the point that SELU is made for, and ten layers leave a third of it.

Example
-------
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(256, 256)
        nn.init.kaiming_normal_(self.fc.weight, nonlinearity="selu")

    def forward(self, x):
        return torch.selu(self.fc(x))
```

Use instead
-----------
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(256, 256)
        nn.init.kaiming_normal_(self.fc.weight, nonlinearity="linear")

    def forward(self, x):
        return torch.selu(self.fc(x))
```

When it is right
----------------
Torch's documentation recommends its gain where stable gradients count for more than a fixed point of the signal, and
"linear" for self-normalizing nets. In front of a norm neither makes a difference. In a file that applies no SELU the
name stands for its gain and no more, and is left alone.

Fix safety
----------
Unsafe: the model starts from other values. As many numbers are drawn as before.

References
----------
Klambauer et al. 2017 (Self-Normalizing Neural Networks), arXiv:1706.02515; the documentation of
`torch.nn.init.calculate_gain`.
"""

from __future__ import annotations

from collections.abc import Iterator

from initls.facts.place import Place
from initls.findings import Applicability, Severity
from initls.fixes.plans import Argument, ChangeArguments
from initls.knowledge.initializers import position
from initls.model.state.events import Initialized
from initls.model.state.values import Known
from initls.model.traces.program import Program
from initls.rules.rule import Report, Rule
from initls.settings import Settings


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each call that asks for the gain of SELU, once."""
    if program.is_test:
        return
    told: set[Place] = set()
    for _, event in program.events(Initialized):
        name = event.arguments.get("nonlinearity")
        if not isinstance(name, Known) or name.soft or name.value != "selu" or not event.likely:
            continue
        if event.place in told or event.place.foreign or event.unmet:
            continue
        told.add(event.place)
        at = position(event.function.rpartition(".")[2], "nonlinearity")
        change = Argument("nonlinearity", at, value="linear", anyhow=True)
        title = "Draw with LeCun's variance, a gain of 1"
        yield Report(
            event.place,
            Severity.WARNING,
            "torch's gain for 'selu' is 0.75, but self-normalizing nets need a gain of 1: each layer takes 44 % of the "
            "variance, and the signal leaves the point that SELU is made for.",
            plans=(ChangeArguments(event.place, (change,), title, Applicability.UNSAFE),),
        )


RULE = Rule(
    code="INI316",
    name="selu-gain",
    summary="The gain of SELU does not suit self-normalizing nets.",
    documentation=__doc__,
    fixable=True,
    ask=ask,
    classes=("C8",),
)

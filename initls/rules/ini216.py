"""What it does
------------
Reports an initialization of which nothing is left, because the same function then loads a checkpoint that replaces all
of it, whatever happens. Off by default.

Why it hurts
------------
It does no harm but to the reader, who takes it for a part of the recipe, and to whoever changes it and sees no effect.

Example
-------
```python
def restored(path):
    model = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 2))
    for m in model.modules():
        if isinstance(m, nn.Linear):
            nn.init.kaiming_normal_(m.weight, nonlinearity="relu")
    model.load_state_dict(torch.load(path))
    return model
```

Use instead
-----------
```python
def restored(path):
    model = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 2))
    model.load_state_dict(torch.load(path))
    return model
```

When it is right
----------------
Where the load depends on an option, may leave parameters out (`strict=False`) or gets back what `state_dict` has read.
What a constructor initializes is there for those who load nothing.

Fix safety
----------
Unsafe: the random numbers that the initialization draws are left for what comes behind it.

References
----------
The documentation of `torch.nn.Module.load_state_dict`; natanielruiz/deep-head-pose#48.
"""

from __future__ import annotations

from collections.abc import Iterator

from initls.findings import Severity
from initls.fixes.plans import DeleteStatement
from initls.model.answers.superseded import superseded
from initls.model.traces.program import Program
from initls.rules.rule import Report, Rule
from initls.rules.wording import listed
from initls.settings import Settings


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each initialization that a checkpoint always replaces."""
    for found in superseded(program):
        yield Report(
            found.place,
            Severity.HINT,
            f"this initialization of {listed(found.names, 3)} has no effect: the checkpoint that is loaded behind it "
            f"replaces all that it writes.",
            related=(("the checkpoint is loaded here", found.load),),
            plans=(DeleteStatement(found.place, "Delete the initialization that the checkpoint replaces"),),
            unnecessary=True,
        )


RULE = Rule(
    code="INI216",
    name="init-before-load",
    summary="An initialization is replaced by a checkpoint that is always loaded.",
    documentation=__doc__,
    fixable=True,
    ask=ask,
    classes=("D16",),
)

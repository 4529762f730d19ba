"""What it does
------------
Reports an `nn.Parameter` of the model's own that is made from `torch.zeros`, `ones`, `full` or the like, is multiplied
with as a matrix (`@`, `matmul`, `einsum`, `F.linear`, `F.conv2d`), and is never initialized otherwise.

Why it hurts
------------
A matrix whose entries are all equal gives equal outputs, and equal outputs that are read alike get equal gradients.
`nn.Parameter(torch.zeros(n, m))` reserves memory; it does not initialize a weight.

Example
-------
```python
class Mix(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(dim, dim))
        self.head = nn.Linear(dim, 2)

    def forward(self, x):
        return self.head(torch.tanh(x @ self.weight))
```

Use instead
-----------
```python
class Mix(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(dim, dim))
        nn.init.xavier_normal_(self.weight)
        self.head = nn.Linear(dim, 2)

    def forward(self, x):
        return self.head(torch.tanh(x @ self.weight))
```

When it is right
----------------
Parameters that are only multiplied element by element (every RMSNorm and LayerScale), added (positions, biases), zero
on a residual branch or as one of two factors (LoRA), loaded, frozen, or reached by an `_init_weights`, `init_weights`,
`reset_parameters` or visitor of the file.

Fix safety
----------
Unsafe: the fix changes the values of a model that runs, and with them what later layers draw under a fixed seed.

References
----------
He et al. 2015, arXiv:1502.01852; Hu et al. 2021 (LoRA), arXiv:2106.09685.
"""

from __future__ import annotations

from collections.abc import Iterator

from initls.findings import Severity
from initls.model.answers.constants import Entry, Matrix, constant_writes, worst
from initls.model.answers.judgement import Fate
from initls.model.traces.program import Program
from initls.rules.advice import repair, weight_name
from initls.rules.rule import Report, Rule
from initls.rules.wording import neighbours, number_of, others
from initls.settings import Settings

SEVERITY = {Fate.SYMMETRIC: Severity.ERROR, Fate.COSTLY: Severity.WARNING, Fate.EQUAL: Severity.INFORMATION}


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each parameter of the program's own that is a constant matrix."""
    for write in constant_writes(program):
        if write.by:
            continue
        found = tuple(entry for entry in write.entries if entry.kind is Matrix.OWN and severity(entry) is not None)
        if not found:
            continue
        entry = worst(found)
        yield Report(
            write.place,
            severity(entry) or Severity.INFORMATION,
            message(entry) + others(found, entry),
            related=neighbours(entry),
            plans=repair(write.place, entry, settings, making=write.making, entries=write.entries),
        )


def severity(entry: Entry) -> Severity | None:
    """How loud to be about one parameter; None for silence."""
    found = SEVERITY.get(entry.judgement.fate)
    if found is not None and not entry.sure_of_class:
        # A base that cannot be found may well initialize it.
        return None
    return found


def message(entry: Entry) -> str:
    """What happens to the parameter."""
    start = f"{weight_name(entry)} is multiplied with as a matrix, but is {number_of(entry)} everywhere"
    match entry.judgement.fate:
        case Fate.SYMMETRIC:
            return f"{start}, and so is what reads it: its outputs get the same gradient and can never differ."
        case Fate.COSTLY:
            return (
                f"{start} when training starts: all of its outputs are equal until the layers around pull them apart."
            )
        case _:
            return f"{start} when training starts: all of its outputs start equal."


RULE = Rule(
    code="INI102",
    name="constant-parameter",
    summary="A parameter that is used as a matrix is one constant when training starts.",
    documentation=__doc__,
    fixable=True,
    ask=ask,
    classes=("A5", "A10"),
)

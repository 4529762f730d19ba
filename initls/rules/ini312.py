"""What it does
------------
Reports an `nn.Embedding` with a `padding_idx` whose whole table is drawn anew, so that the row of padding is no longer
zero.

Why it hurts
------------
`nn.Embedding` zeroes the row of padding when it is made, and gives it no gradient. A later `nn.init.normal_` fills that
row with the others. Padding then adds a random vector wherever sums or means run over it, and as lookups pass it no
gradient, training does not take it away.

Example
-------
```python
class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(1000, 64, padding_idx=0)
        self.head = nn.Linear(64, 4)
        nn.init.normal_(self.embed.weight, std=0.02)

    def forward(self, tokens):
        return self.head(self.embed(tokens).mean(1))
```

Use instead
-----------
```python
class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(1000, 64, padding_idx=0)
        self.head = nn.Linear(64, 4)
        nn.init.normal_(self.embed.weight, std=0.02)
        nn.init.zeros_(self.embed.weight[self.embed.padding_idx])

    def forward(self, tokens):
        return self.head(self.embed(tokens).mean(1))
```

When it is right
----------------
Where everything behind the embedding masks the padding, the row does not matter. Tables without `padding_idx`, tables
that are loaded, and rows that something writes afterwards are left alone.

Fix safety
----------
Unsafe: it changes the values of a model that runs. No random numbers are drawn or saved, so that all other layers keep
theirs.

References
----------
The documentation of `torch.nn.Embedding`, at `padding_idx`; pytorch/pytorch#6495, pytorch/pytorch#1812.
"""

from __future__ import annotations

from collections.abc import Iterator

from initls.findings import Severity
from initls.fixes.plans import ZeroRow
from initls.model.answers.padding import LostPadding, lost_paddings
from initls.model.traces.program import Program
from initls.rules.rule import Report, Rule
from initls.rules.wording import listed
from initls.settings import Settings


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each place that fills the row of padding."""
    if program.is_test:
        return
    for lost in lost_paddings(program):
        yield Report(lost.place, Severity.WARNING, message(lost), plans=(ZeroRow(lost.place, lost.doubt),))


def message(lost: LostPadding) -> str:
    """Which row of which table is filled."""
    rows = set(lost.rows)
    number = rows.pop() if len(rows) == 1 else None
    if len(lost.names) > 1:
        which = "their rows of padding"
    else:
        which = "the row of padding" if number is None else f"row {number}, the padding"
    return (
        f"this fills {listed(lost.names, 3)} together with {which}, which should be zero: lookups of padding pass no "
        "gradient that could change it."
    )


RULE = Rule(
    code="INI312",
    name="padding-row",
    summary="An embedding is initialized anew without zeroing its row of padding again.",
    documentation=__doc__,
    fixable=True,
    ask=ask,
    classes=("C19",),
)

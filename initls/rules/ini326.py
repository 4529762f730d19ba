"""What it does
------------
Reports a draw that is scaled with the root of the number of blocks, and that misses a matrix which such a scaling is
for: one whose output is added to what its block has read, as the projection behind an attention or a feed-forward is.

Why it hurts
------------
Each block adds to the signal, so that its variance grows with their number. The recipe of GPT-2 divides the deviation
of the two projections that are added in each block by the root of how many there are. By a name that means another
layer, or only one of the two, the signal grows all the same, and another layer starts smaller in its place.

Example
-------
```python
import math


class Block(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.norm = nn.LayerNorm(dim)
        self.w1 = nn.Linear(dim, 4 * dim)
        self.w2 = nn.Linear(4 * dim, dim)
        self.w3 = nn.Linear(dim, 4 * dim)

    def forward(self, x):
        h = self.norm(x)
        return x + self.w2(F.silu(self.w1(h)) * self.w3(h))


class Net(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.blocks = nn.ModuleList([Block(config.dim) for _ in range(config.n_layers)])
        for name, p in self.named_parameters():
            if name.endswith("w3.weight"):
                nn.init.normal_(p, std=0.02 / math.sqrt(2 * config.n_layers))

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        return x
```

Use instead
-----------
```python
import math


class Block(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.norm = nn.LayerNorm(dim)
        self.w1 = nn.Linear(dim, 4 * dim)
        self.w2 = nn.Linear(4 * dim, dim)
        self.w3 = nn.Linear(dim, 4 * dim)

    def forward(self, x):
        h = self.norm(x)
        return x + self.w2(F.silu(self.w1(h)) * self.w3(h))


class Net(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.blocks = nn.ModuleList([Block(config.dim) for _ in range(config.n_layers)])
        for name, p in self.named_parameters():
            if name.endswith("w2.weight"):
                nn.init.normal_(p, std=0.02 / math.sqrt(2 * config.n_layers))

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        return x
```

When it is right
----------------
To scale with depth is one recipe among several: a model that scales nothing is not spoken of, nor a block whose other
projections start at zero, nor a root without the two in front, which may be meant for one of two branches. A name that
no parameter has is INI406's matter. Because so much hangs on what is meant, the rule is off by default.

Fix safety
----------
There is no fix: which layers are meant is for the author to say.

References
----------
Radford et al. 2019, *Language Models are Unsupervised Multitask Learners*, section 2.3.
https://github.com/karpathy/llama2.c/issues/579
"""

from __future__ import annotations

from collections.abc import Iterator

from initls.findings import Severity
from initls.model.answers.depth import Missed, missed_by_depth
from initls.model.traces.program import Program
from initls.rules.rule import Report, Rule
from initls.rules.wording import listed
from initls.settings import Settings


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each scaling that misses what it is for."""
    for one in missed_by_depth(program):
        yield Report(one.place, Severity.HINT, message(one))


def message(one: Missed) -> str:
    """What is missed, and what is met instead."""
    if len(one.missed) == 1:
        missed = f"{listed(one.missed)} is not, whose output is added to what its block has read"
    else:
        missed = f"{listed(one.missed, 2)} are not, whose outputs are added to what their blocks have read"
    start = f"this is scaled with the root of `{one.depth}`, but {missed}"
    if not one.misplaced:
        return f"{start}."
    verb = "is" if len(one.misplaced) == 1 else "are"
    return f"{start}; {listed(one.misplaced, 2)} {verb} scaled, and {verb} not added."


RULE = Rule(
    code="INI326",
    name="misplaced-depth-scale",
    summary="A scaling with depth misses a matrix whose output is added.",
    documentation=__doc__,
    fixable=False,
    ask=ask,
    classes=("C21",),
)

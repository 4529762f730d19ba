"""What it does
------------
Reports the scale of a norm (the `weight` of `BatchNorm`, `LayerNorm`, `GroupNorm` and their like) that is drawn about
zero, usually by a loop over all parameters or a visitor that treats norms like linear layers.

Why it hurts
------------
A norm scales what it has normalized. With a scale drawn from N(0, 0.02) every channel shrinks to a fiftieth, half of
them with their sign turned, and the next norm or layer sees next to nothing. The start that norms are made for is 1.

Example
-------
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(64, 64)
        self.norm = nn.LayerNorm(64)
        self.head = nn.Linear(64, 10)
        for p in self.parameters():
            nn.init.normal_(p, std=0.02)

    def forward(self, x):
        return self.head(torch.relu(self.norm(self.fc(x))))
```

Use instead
-----------
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(64, 64)
        self.norm = nn.LayerNorm(64)
        self.head = nn.Linear(64, 10)
        for p in self.parameters():
            if p.dim() > 1:
                nn.init.normal_(p, std=0.02)

    def forward(self, x):
        return self.head(torch.relu(self.norm(self.fc(x))))
```

When it is right
----------------
Draws about one, like the N(1, 0.02) of DCGAN. Scales that are loaded, frozen or written again, and draws whose mean
the program does not show, are left alone.

Fix safety
----------
Unsafe: the fix changes the values of a model that runs, and later layers draw other numbers under a fixed seed. Behind
a test for two axes, biases keep torch's defaults as well.

References
----------
Ba et al. 2016 (layer normalization), arXiv:1607.06450; huggingface/transformers#143.
"""

from __future__ import annotations

from collections.abc import Iterator

from initls.findings import Applicability, Severity
from initls.fixes.plans import Guard, Plan, ReplaceWrite, Scheme
from initls.model.answers.norms import DrawnGain, drawn_gains
from initls.model.traces.program import Program
from initls.rules.rule import Report, Rule
from initls.rules.wording import listed
from initls.settings import Settings


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each place that draws the scales of norms about zero."""
    if program.is_test:
        return
    for drawn in drawn_gains(program):
        yield Report(drawn.place, Severity.WARNING, message(drawn), plans=plans(drawn))


def message(drawn: DrawnGain) -> str:
    """Which norms start how."""
    one = len(drawn.names) == 1
    norm = f"of a {drawn.layer}" if one else "of norms"
    return (
        f"{listed(drawn.names, 3)}, {'the scale' if one else 'the scales'} {norm}, {'is' if one else 'are'} drawn "
        f"{drawn.draw}: what has been normalized is scaled down and turned at random, where 1 would leave it as it is."
    )


def plans(drawn: DrawnGain) -> tuple[Plan, ...]:
    """Ones where only norms are written, a test that leaves vectors out where matrices are written too."""
    if drawn.alone:
        return (ReplaceWrite(drawn.place, (Scheme("ones_", (), "where a norm starts"),)),)
    if drawn.vectors:
        return (Guard(drawn.place, "{}.dim() > 1", drawn.method, Applicability.UNSAFE),)
    return ()


RULE = Rule(
    code="INI310",
    name="random-norm",
    summary="The scale of a norm is drawn about zero instead of starting at one.",
    documentation=__doc__,
    fixable=True,
    ask=ask,
    classes=("C17",),
)

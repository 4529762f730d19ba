"""What it does
------------
Reports a weight of a `Linear`, convolution, `Bilinear`, `Embedding` or recurrent layer that still holds one and the
same number everywhere when training starts, however the constant got there: `nn.init.zeros_`, `ones_` or `constant_`,
`.data.fill_`, `w[:] = 0`, a replaced `nn.Parameter`, a loop over parameters or a visitor given to `apply`.

Why it hurts
------------
Units with equal incoming weights and equal biases compute the same thing. If their outgoing weights are equal too,
their gradients are equal, and the units can never differ, however long training runs: a layer of a thousand units
learns what one unit could. If the layers around it are random, the constant layer does learn, but it spends its first
steps as a single unit.

Example
-------
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(16, 64)
        self.output = nn.Linear(64, 4)
        nn.init.constant_(self.hidden.weight, 0.1)
        nn.init.zeros_(self.hidden.bias)
        nn.init.constant_(self.output.weight, 0.1)

    def forward(self, x):
        return self.output(torch.relu(self.hidden(x)))
```

Use instead
-----------
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(16, 64)
        self.output = nn.Linear(64, 4)
        nn.init.kaiming_normal_(self.hidden.weight, nonlinearity="relu")
        nn.init.zeros_(self.hidden.bias)
        nn.init.xavier_normal_(self.output.weight)

    def forward(self, x):
        return self.output(torch.relu(self.hidden(x)))
```

Severity
--------
*Error* where it is shown that units can never differ: biases, outgoing weights and everything that reads the layer are
taken into account. *Warning* where the layer sits between random ones and only starts equal. *Information* where too
little is known to say either.

When it is right
----------------
A zero last layer (heads, policies, logistic regression), a zero layer on a residual branch or a gate, zero sampling
offsets, parameters that are overwritten, loaded or frozen later, and test files.

Fix safety
----------
Unsafe: the fix changes the values of a model that runs, and with them what later layers draw under a fixed seed.

References
----------
Goodfellow, Bengio and Courville, *Deep Learning*, section 8.4; He et al. 2015, arXiv:1502.01852;
Glorot and Bengio 2010.
"""

from __future__ import annotations

from collections.abc import Iterator

from initls.facts.place import Place
from initls.findings import Severity
from initls.model.answers.constants import ConstantWrite, Entry, Matrix, constant_writes, worst
from initls.model.answers.judgement import Fate
from initls.model.traces.program import Program
from initls.rules.advice import is_embedding, layer_name, repair, weight_name
from initls.rules.rule import Report, Rule
from initls.rules.wording import neighbours, number_of, others, pulling
from initls.settings import Settings

SEVERITY = {
    Fate.SYMMETRIC: Severity.ERROR,
    Fate.COSTLY: Severity.WARNING,
    Fate.EQUAL: Severity.INFORMATION,
}
"""How loud each fate is; the others are reported elsewhere or not at all."""


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each place whose constant some layer's weight still holds."""
    for write in constant_writes(program):
        if write.by or write.making:
            continue
        entries = tuple(entry for entry in write.entries if entry.kind in (Matrix.LAYER, Matrix.RECURRENT))
        yield from report(write.place, entries, settings, write)


def report(place: Place, entries: tuple[Entry, ...], settings: Settings, write: ConstantWrite) -> Iterator[Report]:
    """The report on the layers that one place leaves constant."""
    found = tuple(entry for entry in entries if severity(entry) is not None)
    if not found:
        return
    entry = worst(found)
    yield Report(
        place,
        severity(entry) or Severity.INFORMATION,
        message(entry) + others(found, entry),
        related=neighbours(entry),
        plans=repair(place, entry, settings, making=write.making, entries=write.entries),
    )


def severity(entry: Entry) -> Severity | None:
    """How loud to be about one weight; None for silence."""
    fate = entry.judgement.fate
    if entry.kind is Matrix.RECURRENT:
        return Severity.WARNING if entry.sure_of_class else Severity.INFORMATION
    if not entry.sure_of_class:
        # What a base that cannot be found does to the weight later is not known.
        return Severity.WARNING if fate in (Fate.SYMMETRIC, Fate.COSTLY) else None
    return SEVERITY.get(fate)


def message(entry: Entry) -> str:
    """What happens to the weight, in a sentence or two."""
    held = number_of(entry)
    name = weight_name(entry)
    if entry.kind is Matrix.RECURRENT:
        return (
            f"{name} is {held} everywhere, like the other matrices of this {layer_name(entry)}: "
            "all hidden units start as copies of each other, biases apart."
        )
    unit = "every dimension of a row" if is_embedding(entry) else "all units of the layer"
    match entry.judgement.fate:
        case Fate.SYMMETRIC:
            return (
                f"{name} is {held} everywhere, and so is what reads it: "
                f"{unit} get the same gradient and can never differ."
            )
        case Fate.COSTLY:
            return (
                f"{name} is {held} everywhere when training starts: {unit} start as copies of each other, "
                f"biases apart, and learn as one until {pulling(entry)} them apart."
            )
        case _:
            return f"{name} is {held} everywhere when training starts: {unit} start equal."


RULE = Rule(
    code="INI101",
    name="constant-weight",
    summary="A layer's weight is one constant when training starts.",
    documentation=__doc__,
    fixable=True,
    ask=ask,
    classes=("A1", "A3", "A4", "A6", "A7", "A8", "A9", "A11"),
)

"""What it does
------------
Reports a matrix whose units are all the same by construction, though it was drawn at random: one row that is repeated,
expanded, stacked or broadcast to all of them. And a parameter that is left an expanded view, without memory of its own.

Why it hurts
------------
One random row that is repeated a thousand times is still one unit. Units with equal incoming weights and equal biases
compute the same thing, and if what reads them does not tell them apart, their gradients are equal for ever; otherwise
the layer spends its first steps as a single unit.

`expand` and `broadcast_to` give a view in which many elements are one number in memory. Such a tensor can be read, but
not written in place: the first step of any optimizer raises RuntimeError.

Example
-------
```python
class Mix(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(1, dim).repeat(64, 1))
        self.bias = nn.Parameter(torch.zeros(64))
        self.head = nn.Linear(64, 2)

    def forward(self, x):
        return self.head(torch.relu(F.linear(x, self.weight, self.bias)))
```

Use instead
-----------
```python
class Mix(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(64, dim))
        nn.init.kaiming_normal_(self.weight, nonlinearity="relu")
        self.bias = nn.Parameter(torch.zeros(64))
        self.head = nn.Linear(64, 2)

    def forward(self, x):
        return self.head(torch.relu(F.linear(x, self.weight, self.bias)))
```

Severity
--------
*Error* where it is shown that units can never differ, and where an optimizer raises for certain. *Warning* where units
start as copies of each other and something tells them apart, and where the number of copies is not known. *Information*
where nothing is known of what reads them.

When it is right
----------------
Positions, states and tokens that are only added to a signal, or are set beside it, and tables that are looked up by
number: each row gets a gradient of its own. Not reported either: last layers, one row or column, what is written over
or frozen.

Fix safety
----------
Unsafe: the fix changes the values of a model that runs. To copy an expanded view is safe: it holds the same values.

References
----------
Goodfellow, Bengio and Courville, *Deep Learning*, section 8.4. The documentation of `torch.Tensor.expand`.
"""

from __future__ import annotations

from collections.abc import Iterator

from initls.findings import Severity
from initls.fixes.plans import OwnMemory
from initls.model.answers.constants import Entry, Matrix, repeated_writes, worst
from initls.model.answers.judgement import Fate
from initls.model.state.events import Expanded
from initls.model.traces.program import Program
from initls.rules.advice import is_embedding, repair, weight_name
from initls.rules.rule import Report, Rule
from initls.rules.wording import neighbours, others, pulling
from initls.settings import Settings

SEVERITY = {
    Fate.SYMMETRIC: Severity.ERROR,
    Fate.COSTLY: Severity.WARNING,
    Fate.EQUAL: Severity.INFORMATION,
}


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each place that makes units copies of each other, or a parameter out of a view."""
    if program.is_test:
        return
    views = tuple(_views(program))
    yield from views
    reported = {view.place for view in views}
    for write in repeated_writes(program):
        if write.place in reported:
            continue
        found = tuple(entry for entry in write.entries if severity(entry) is not None)
        if found:
            entry = worst(found)
            yield Report(
                write.place,
                severity(entry) or Severity.INFORMATION,
                message(entry) + others(found, entry),
                related=neighbours(entry),
                plans=repair(write.place, entry, settings, making=write.making),
            )


def _views(program: Program) -> Iterator[Report]:
    """The parameters that are made of expanded views, and that training is to write."""
    for place, events in program.happenings(Expanded):
        for trace, event in events:
            held = trace.parameters[event.parameter]
            if place == event.place and held.owner is not None and event.parameter not in trace.frozen:
                yield Report(
                    place,
                    Severity.ERROR if event.times > 1 else Severity.WARNING,
                    f"`{trace.names.get(event.parameter, held.name)}` is an expanded view, in which several elements "
                    "share one place in memory: an optimizer's step raises RuntimeError.",
                    plans=(OwnMemory(place),),
                )
                break


def severity(entry: Entry) -> Severity | None:
    """How loud to be about one matrix; None for silence."""
    if entry.kind not in (Matrix.LAYER, Matrix.OWN) or is_embedding(entry) or not entry.sure_of_class:
        return None
    fate = entry.judgement.fate
    following = entry.judgement.following
    if fate is Fate.EQUAL and (following.last or "Transpose" in entry.layer):
        return None
    return SEVERITY.get(fate)


def message(entry: Entry) -> str:
    """What happens to the units."""
    start = f"all units of {weight_name(entry)} are copies of one draw"
    match entry.judgement.fate:
        case Fate.SYMMETRIC:
            return f"{start}, and nothing tells them apart: they get the same gradient and can never differ."
        case Fate.COSTLY:
            return f"{start}: biases apart, they learn as one until {pulling(entry)} them apart."
        case _:
            return f"{start}: biases apart, they start as one unit."


RULE = Rule(
    code="INI109",
    name="repeated-row",
    summary="The units of a matrix are copies of one draw, or a parameter is an expanded view.",
    documentation=__doc__,
    fixable=True,
    ask=ask,
    classes=("A16",),
)

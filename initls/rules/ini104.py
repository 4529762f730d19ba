"""What it does
------------
Reports a zero weight that will never get a gradient: zero feeding zero (both matrices of a LoRA, the last two layers,
query and key), or a zero layer with a zero bias in front of an activation whose slope at zero is zero, such as ReLU.

Why it hurts
------------
The gradient of one factor of a product is the other factor. Where both are zero, both gradients are zero, and zero
they stay: no step of any optimizer changes them. Behind a ReLU at exactly zero torch's gradient is zero too, and
nothing below it ever learns.

Example
-------
```python
class LoRA(nn.Module):
    def __init__(self, dim, rank):
        super().__init__()
        self.base = nn.Linear(dim, dim)
        self.down = nn.Linear(dim, rank, bias=False)
        self.up = nn.Linear(rank, dim, bias=False)
        nn.init.zeros_(self.down.weight)
        nn.init.zeros_(self.up.weight)

    def forward(self, x):
        return self.base(x) + self.up(self.down(x))
```

Use instead
-----------
```python
class LoRA(nn.Module):
    def __init__(self, dim, rank):
        super().__init__()
        self.base = nn.Linear(dim, dim)
        self.down = nn.Linear(dim, rank, bias=False)
        self.up = nn.Linear(rank, dim, bias=False)
        nn.init.kaiming_uniform_(self.down.weight, a=5**0.5)
        nn.init.zeros_(self.up.weight)

    def forward(self, x):
        return self.base(x) + self.up(self.down(x))
```

When it is right
----------------
Where exactly one of two factors is zero, where the bias in front of the ReLU is not zero, where a skip connection goes
around, or where something that the analysis does not follow might bring a gradient.

Fix safety
----------
Unsafe: the fix changes the values of a model that runs, and with them what later layers draw under a fixed seed. It
randomizes the inner factor and keeps the outer one zero, so that the block still starts as it was meant to; where one
line writes both, the inner one is initialized again on a line of its own.

References
----------
Hu et al. 2021 (LoRA), arXiv:2106.09685; Zhang et al. 2019 (Fixup), arXiv:1901.09321.
"""

from __future__ import annotations

from collections.abc import Iterator

from initls.findings import Severity
from initls.knowledge.activations import ACTIVATIONS
from initls.knowledge.schemes import title
from initls.model.answers.constants import Entry, constant_writes, worst
from initls.model.answers.judgement import Fate
from initls.model.traces.program import Program
from initls.model.traces.trace import Subject
from initls.rules.advice import repair, weight_name
from initls.rules.rule import Report, Rule
from initls.rules.wording import neighbours, others
from initls.settings import Settings


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each place that leaves a weight without a gradient for ever."""
    for write in constant_writes(program):
        found = tuple(entry for entry in write.entries if entry.judgement.fate in (Fate.DEAD, Fate.PARTLY))
        if not found:
            continue
        entry = worst(found)
        yield Report(
            write.place,
            Severity.ERROR if entry.sure_of_class else Severity.WARNING,
            message(entry) + others(found, entry),
            related=neighbours(entry),
            plans=repair(write.place, entry, settings, making=write.making, entries=found),
        )


def message(entry: Entry) -> str:
    """Why no gradient arrives."""
    name = weight_name(entry)
    subject = entry.judgement.subject
    assert subject is not None
    if entry.judgement.fate is Fate.PARTLY:
        return _of_parts(entry, subject)
    for number in subject.prospects.reasons.get(entry.parameter, ()):
        node = subject.graph.nodes[number]
        if node.kind == "affine" and node.weight is not None:
            other = entry.trace.names.get(node.weight, "the next weight")
            outlook = subject.prospects.of.get(node.weight)
            if other != entry.name and outlook is not None and outlook.weight_is_zero and outlook.dead:
                return f"{name} is zero and feeds `{other}`, which is zero too: neither will ever get a gradient."
        row = ACTIVATIONS.get(node.activation or "") if node.kind == "activation" else None
        if row is not None and row.dead_at_zero:
            biased = any(reader.bias is not None for reader in subject.graph.of_weight(entry.parameter))
            zeros = f"{name} and its bias are zero" if biased else f"{name} is zero, without a bias,"
            return (
                f"{zeros} in front of {title(row.name)}, whose slope at zero is zero: no gradient will ever reach it."
            )
    return f"{name} is zero, and what stands behind it lets no gradient through: none will ever reach it."


def _of_parts(entry: Entry, subject: Subject) -> str:
    """Which parts of a layer get no gradient, whose units go different ways."""
    dead = subject.prospects.of[entry.parameter].dead_parts
    count = dead[0][1]
    attention = entry.layer.endswith("MultiheadAttention")
    names = ("query", "key", "value") if attention else ("first", "second", "third", "fourth", "fifth", "sixth")
    if count > len(names):
        which = f"{len(dead)} of the {count} parts"
    else:
        shown = [names[part] for part, _ in dead]
        which = f"the {' and '.join(shown)} part" + ("s" if len(shown) > 1 else "") + f" of {count}"
    verb = "meets" if len(dead) == 1 else "meet"
    return (
        f"{weight_name(entry)} is zero, and {which} that it makes {verb} nothing but zeros: "
        f"no gradient will ever reach {'its' if len(dead) == 1 else 'their'} rows."
    )


RULE = Rule(
    code="INI104",
    name="dead-zero-weight",
    summary="A zero weight can never get a gradient.",
    documentation=__doc__,
    fixable=True,
    ask=ask,
    classes=("A10", "A12"),
)

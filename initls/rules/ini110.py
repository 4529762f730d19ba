"""What it does
------------
Reports a parameter of several tokens that start alike, where it is shown that attention takes them as a set and nothing
tells them apart: memory slots, prefixes and inducing points of one value, or copies of one draw.

Why it hurts
------------
Attention gives the same whatever the order of its keys and values is. So tokens that are equal, and that meet nothing
but attention and layers that treat each by itself, get equal gradients, and stay equal however long training runs: a
memory of a hundred slots remembers what one could.

Example
-------
```python
class Memory(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.slots = nn.Parameter(torch.zeros(1, 16, dim))
        self.attend = nn.MultiheadAttention(dim, 2, batch_first=True)

    def forward(self, x):
        slots = self.slots.expand(x.shape[0], -1, -1)
        return x + self.attend(x, slots, slots)[0]
```

Use instead
-----------
```python
class Memory(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.slots = nn.Parameter(torch.empty(1, 16, dim))
        nn.init.normal_(self.slots, std=0.02)
        self.attend = nn.MultiheadAttention(dim, 2, batch_first=True)

    def forward(self, x):
        slots = self.slots.expand(x.shape[0], -1, -1)
        return x + self.attend(x, slots, slots)[0]
```

When it is right
----------------
One token. Tokens that get positions of their own (the contents of a detection transformer start at zero beside learned
positions), that are looked up by number, masked apart, dropped at random, or handed to the loss one by one. Where any
of that may happen out of sight, the rule is silent.

Fix safety
----------
Unsafe: the fix changes the values of a model that runs.

References
----------
Lee et al. 2019, arXiv:1810.00825 (Set Transformer), for attention as a function of sets; Darcet et al. 2023,
arXiv:2309.16588, for tokens of their own.
"""

from __future__ import annotations

from collections.abc import Iterator

from initls.findings import Severity
from initls.fixes.plans import InitializeParameter, Plan, ReplaceWrite, Scheme
from initls.model.answers.tokens import Tokens, tokens
from initls.model.traces.program import Program
from initls.rules.rule import Report, Rule
from initls.rules.wording import listed
from initls.settings import Settings

SMALL = (("std", 0.02),)

SCHEMES = (
    Scheme("normal_", SMALL, "a draw for each token"),
    Scheme("trunc_normal_", SMALL, "a draw for each token, without outliers"),
)


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each place that leaves tokens alike."""
    found: dict[object, list[Tokens]] = {}
    for one in tokens(program):
        found.setdefault(one.place, []).append(one)
    for group in found.values():
        first = group[0]
        names = sorted({one.name for one in group if one.trace is first.trace} - {first.name})
        others = f" The same goes for {listed(names, 3)}." if names else ""
        yield Report(first.place, Severity.WARNING, message(first) + others, plans=_plans(first))


def message(one: Tokens) -> str:
    """What happens to the tokens."""
    several = "" if one.count is None else f"{one.count} "
    return (
        f"the {several}tokens of `{one.name}` start alike, and attention takes them as a set: "
        "they get the same gradient and can never differ."
    )


def _plans(one: Tokens) -> tuple[Plan, ...]:
    if one.write.place.foreign:
        return ()
    return (InitializeParameter(one.place, SCHEMES) if one.write.making else ReplaceWrite(one.place, SCHEMES),)


RULE = Rule(
    code="INI110",
    name="equal-tokens",
    summary="Tokens start alike, and nothing can tell them apart.",
    documentation=__doc__,
    fixable=True,
    ask=ask,
    classes=("A14",),
)

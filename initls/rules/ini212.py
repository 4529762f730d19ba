"""What it does
------------
Reports a parameter that is made from uninitialized memory, `nn.Parameter(torch.empty(...))` or
`nn.Parameter(torch.Tensor(n, m))`, and that nothing writes before it is used: no initializer in the constructor, no
method that the constructor calls, no visitor, no checkpoint. A `reset_parameters` that would write it but that nothing
calls is part of the message.

Why it hurts
------------
`torch.empty` hands over memory as it was left. Often it happens to be zeros, sometimes huge numbers or NaN, so that the
same program trains on one day and not on the next. With `torch.use_deterministic_algorithms(True)` torch fills such
memory with NaN, and every output of the model is NaN from the first step on.

Example
-------
```python
class Scorer(nn.Module):
    def __init__(self, dim, classes):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(classes, dim))
        self.bias = nn.Parameter(torch.empty(classes))
        nn.init.xavier_normal_(self.weight)

    def forward(self, x):
        return F.linear(x, self.weight, self.bias)
```

Use instead
-----------
```python
class Scorer(nn.Module):
    def __init__(self, dim, classes):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(classes, dim))
        self.bias = nn.Parameter(torch.empty(classes))
        nn.init.zeros_(self.bias)
        nn.init.xavier_normal_(self.weight)

    def forward(self, x):
        return F.linear(x, self.weight, self.bias)
```

When it is right
----------------
Where the values come from elsewhere: a checkpoint that is always loaded, a hook of the framework (`_init_weights` of a
Hugging Face model, `init_weights` in mmengine), `requires_grad=False` for what a quantizer fills, the meta device.
Silent as well where the class has a method whose name says that it loads or initializes, and where a file next to it
uses the class and writes the attribute.

Fix safety
----------
Unsafe: the model starts with other values. What is added draws random numbers, so that layers made later start with
other values under the same seed; zeros and ones draw none.

Severity
--------
A warning: another file may always load a checkpoint into the model. Information where a file next to it, one that
trains nothing, builds the class and loads one.

References
----------
The documentation of `torch.empty` and of `torch.utils.deterministic.fill_uninitialized_memory`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from initls.findings import Severity
from initls.fixes.plans import AppendToMethod, InitializeParameter, Plan, Scheme
from initls.knowledge.schemes import recommend
from initls.model.answers.unwritten import Unwritten, Use, unwritten
from initls.model.traces.fillers import RESET
from initls.model.traces.program import Program
from initls.rules.rule import Report, Rule
from initls.settings import Settings


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each parameter that starts as whatever the memory held."""
    for found in unwritten(program):
        if found.left.at is not None:
            continue  # It is a layer of torch's, whose initialization is skipped on purpose.
        yield Report(
            found.place,
            Severity.INFORMATION if found.loader else Severity.WARNING,
            message(found),
            plans=tuple(plans(found, settings)),
        )


def message(found: Unwritten) -> str:
    """What is left unwritten, and what follows."""
    start = f"`{found.name}` is made from uninitialized memory, and "
    if found.loader:
        return (
            f"{start}nothing writes it but the checkpoint that `{PurePath(found.loader).name}` loads: without one it "
            "starts as whatever the memory held, NaN included."
        )
    if found.filler:
        return f"{start}nothing calls `{RESET}`, which would write it: it starts as whatever the memory held."
    if found.use is None:
        return f"{start}nothing is seen to write it: it starts as whatever the memory held, NaN included."
    return (
        f"{start}nothing here writes it before `forward` reads it: it starts as whatever the memory held, NaN included."
    )


def plans(found: Unwritten, settings: Settings) -> Iterator[Plan]:
    """The missing call, or an initializer that suits what the parameter is for."""
    if found.filler and found.constructor is not None:
        yield AppendToMethod(found.constructor, f"self.{RESET}()", f"Call self.{RESET}() in the constructor")
    yield InitializeParameter(found.place, schemes(found, settings))


ZEROS = Scheme("zeros_", (), "a bias starts at zero")
NOTHING = Scheme("zeros_", (), "nothing is added to begin with")
ONES = Scheme("ones_", (), "a factor starts at one")
TOKEN = (
    Scheme("trunc_normal_", (("std", 0.02),), "the custom for positions and tokens"),
    Scheme("normal_", (("std", 0.02),), "positions and tokens, not cut"),
)
SMALL = Scheme("trunc_normal_", (("std", 0.02),), "small and centered")


def schemes(found: Unwritten, settings: Settings) -> tuple[Scheme, ...]:
    """One to four initializers, the best first."""
    vector = found.axes == 1
    if found.use is Use.BIAS or "bias" in found.name.rpartition(".")[2]:
        return (ZEROS,)
    if found.use is Use.SUMMAND:
        return (NOTHING, SMALL) if vector else (SMALL, NOTHING)
    if found.use is Use.TOKEN and not vector:
        return TOKEN
    if found.use is Use.FACTOR:
        return (ONES, SMALL)
    if vector:
        return (SMALL, NOTHING, ONES)
    following = found.following
    recommended = recommend(
        following.activation,
        layer="",
        norm_follows=following.norm,
        slope=following.slope,
        distribution=settings.distribution,
        inputs_first=found.inputs_first,
    )
    return (*(Scheme(one.function, one.keywords, one.reason) for one in recommended), SMALL)


RULE = Rule(
    code="INI212",
    name="uninitialized-parameter",
    summary="A parameter is made from uninitialized memory that nothing writes.",
    documentation=__doc__,
    fixable=True,
    ask=ask,
    classes=("B20",),
)

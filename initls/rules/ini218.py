"""What it does
------------
Reports an initialization of parameters that DeepSpeed ZeRO-3 has partitioned: of what was built under
`deepspeed.zero.Init`, outside of its own constructor and without `deepspeed.zero.GatheredParameters`; and one under
`GatheredParameters` without `modifier_rank`.

Why it hurts
------------
As soon as the constructor of a module is through, `deepspeed.zero.Init` spreads its parameters over all processes and
leaves a tensor without elements in the place of each. What fills or draws fills nothing, without a word; `xavier_*` and
`orthogonal_` raise. Training starts from what the constructors of the layers have drawn. `GatheredParameters` brings
the values back for its block, and keeps what is written there only where `modifier_rank` names the process whose
values count.

Example
-------
```python
import deepspeed
from torch import nn

with deepspeed.zero.Init():
    model = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 4))
nn.init.normal_(model[2].weight, std=0.01)
```

Use instead
-----------
```python
import deepspeed
from torch import nn

with deepspeed.zero.Init():
    model = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 4))
with deepspeed.zero.GatheredParameters(model[2].weight, modifier_rank=0):
    nn.init.normal_(model[2].weight, std=0.01)
```

When it is right
----------------
Where a module initializes its own parameters in its own constructor, which DeepSpeed waits for. Inside of
`deepspeed.zero.Init`, `apply` gathers what each module holds itself before it hands it over; behind the block it does
not.

Fix safety
----------
Unsafe: the model starts with other values, those of process 0. There is no fix for a loop, nor where no import leads to
`GatheredParameters`.

References
----------
deepspeedai/DeepSpeed#2650; huggingface/transformers#28245 and #43847; the documentation of
`deepspeed.zero.GatheredParameters`.
"""

from __future__ import annotations

from collections.abc import Iterator

from initls.findings import Applicability, Severity
from initls.fixes.plans import Argument, ChangeArguments, Gather, Plan
from initls.knowledge.sharding import refuses_empty
from initls.model.answers.withdrawn import Withdrawn, withdrawn
from initls.model.traces.program import Program
from initls.rules.rule import Report, Rule
from initls.rules.wording import listed
from initls.settings import Settings

GATHER = "deepspeed.zero.GatheredParameters"


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each initialization that meets placeholders, or whose values are dropped."""
    if program.is_test:
        return
    for found in withdrawn(program):
        if found.names and found.away.by == "deepspeed":
            yield _unsaved(found) if found.away.how == "unsaved" else _partitioned(found)


def _partitioned(found: Withdrawn) -> Report:
    one = len(found.names) == 1
    raises = any(refuses_empty(function) for function in found.functions)
    what = "is an empty placeholder" if one else "are empty placeholders"
    whole = not found.direct or found.functions[0].endswith(".reset_parameters")
    gathered = "all parameters" if whole else f"`{found.names[0]}`"
    effect = "this raises ValueError" if raises else "this initialization has no effect"
    return Report(
        found.place,
        Severity.WARNING,
        f"{listed(found.names, 3)} {what} here, partitioned by `deepspeed.zero.Init`: {effect}.",
        related=(("partitioned here", found.taken),) if found.taken is not None else (),
        plans=(
            Gather(
                found.place,
                GATHER,
                "modifier_rank=0",
                f"Gather {gathered} first",
                whole=whole,
                method=found.functions[0].startswith("torch.Tensor."),
            ),
        ),
    )


def _unsaved(found: Withdrawn) -> Report:
    plans: tuple[Plan, ...] = ()
    if found.away.keyword and not found.away.place.foreign:
        title = f"Keep what process 0 writes ({found.away.keyword}=0)"
        kept = Argument(found.away.keyword, value=0, anyhow=True)
        plans = (ChangeArguments(found.away.place, (kept,), title, Applicability.UNSAFE),)
    return Report(
        found.place,
        Severity.WARNING,
        f"what this writes to {listed(found.names, 3)} is dropped where `GatheredParameters` ends: it is given no "
        f"`modifier_rank`.",
        related=(("gathered here", found.taken),) if found.taken is not None else (),
        plans=plans,
    )


RULE = Rule(
    code="INI218",
    name="init-of-partitioned",
    summary="An initialization meets parameters that DeepSpeed ZeRO has partitioned.",
    documentation=__doc__,
    fixable=True,
    ask=ask,
    classes=("B14",),
)

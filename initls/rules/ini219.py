"""What it does
------------
Reports an initialization of parameters that `FullyShardedDataParallel` has flattened or sharded, and, as information, a
`reset_parameters` that initializes what its children hold, in a file that uses FSDP.

Why it hurts
------------
FSDP makes one flat tensor of all parameters below it, and each process keeps a piece of that. The layers' weights are
views of memory that is freed until the next forward pass: with more than one process an initializer that is given one
ends the process, or raises. `parameters()` gives flat tensors of one axis: Xavier and Kaiming raise for them, and
neither a test for `p.dim() > 1` nor one for a name tells anything apart. With `use_orig_params=True` names are left,
and the tensors behind them are flattened pieces all the same.

A model on the meta device is filled by FSDP, which calls `reset_parameters` of each module that holds parameters
itself, the outer ones first unless they are wrapped apart. What an outer one gives to its children the children's own
writes over; one whose module holds nothing itself is not called at all.

Example
-------
```python
import torch
from torch import nn
from torch.distributed.fsdp import FullyShardedDataParallel


def build():
    model = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 4))
    model = FullyShardedDataParallel(model, device_id=torch.device("cpu"))
    nn.init.zeros_(model[2].bias)
    return model
```

Use instead
-----------
```python
import torch
from torch import nn
from torch.distributed.fsdp import FullyShardedDataParallel


def build():
    model = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 4))
    nn.init.zeros_(model[2].bias)
    model = FullyShardedDataParallel(model, device_id=torch.device("cpu"))
    return model
```

When it is right
----------------
In front of the wrapping, under `FullyShardedDataParallel.summon_full_params(model)`, and by `model.apply(...)` of the
wrapped model, which gathers the parameters first. With `NO_SHARD` each process keeps whole weights. `fully_shard`
keeps names and shapes, and the functions of `torch.nn.init` do there what they do elsewhere: the rule is silent.

Fix safety
----------
Unsafe: the model starts with other values. The wrapping moves behind the initialization only where no optimizer has
been given the parameters yet.

References
----------
pytorch/pytorch#90465 and #104189; the documentation of `torch.distributed.fsdp.FullyShardedDataParallel`.
"""

from __future__ import annotations

from collections.abc import Iterator

from initls.facts.place import Place
from initls.findings import Applicability, Severity
from initls.fixes.plans import Argument, ChangeArguments, Plan, WrapLater
from initls.knowledge.sharding import refuses_flat
from initls.model.answers.withdrawn import Withdrawn, withdrawn
from initls.model.traces.program import Program
from initls.rules.rule import Report, Rule
from initls.rules.wording import listed
from initls.settings import Settings

WRAPPER = "`FullyShardedDataParallel`"


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each initialization that meets flat tensors, and each `reset_parameters` that is undone."""
    if program.is_test:
        return
    for found in withdrawn(program):
        message = _message(found) if found.names and found.away.by == "fsdp" else None
        if message is not None:
            yield Report(
                found.place,
                Severity.WARNING,
                message,
                related=(("wrapped here", found.taken),) if found.taken is not None else (),
                plans=tuple(_plans(found)),
            )
    yield from _nested(program)


def _message(found: Withdrawn) -> str | None:
    """What becomes of an initialization; None where it does what it means to."""
    names = listed(found.names, 3)
    refused = next((function for function in found.functions if refuses_flat(function)), "")
    refusing = f"`{refused.rpartition('.')[2]}` raises there, and a test for two axes finds none"
    match found.away.how, found.over:
        case "unsaved", _:
            return (
                f"what this writes to {names} is dropped where `summon_full_params` ends: it is told not to write back."
            )
        case "flat", "parameters" if refused:
            return f"{WRAPPER} has made one flat tensor of {names}, which is what this loop gets: {refusing}."
        case "flat", "parameters" if found.choosing:
            return f"{WRAPPER} has made one flat tensor of {names} and others, which this loop can't tell apart."
        case "shard", "parameters" if refused:
            return f"{WRAPPER} keeps a flattened piece of {names} where there is more than one process: {refusing}."
        case "shard", _ if refused:
            piece = f"{WRAPPER} keeps a flattened piece of {names} where there is more than one process"
            return f"{piece}: this raises ValueError."
        case "flat", None | "modules" if not found.away.whole:
            return (
                f"{WRAPPER} has freed the memory of {names} where there is more than one process: this crashes there."
            )
        case _:
            return None


def _plans(found: Withdrawn) -> Iterator[Plan]:
    if found.away.how == "unsaved":
        if found.away.keyword and not found.away.place.foreign:
            kept = Argument(found.away.keyword, value=True, anyhow=True)
            yield ChangeArguments(found.away.place, (kept,), "Write back", Applicability.UNSAFE)
    elif found.movable is not None:
        yield WrapLater(found.movable, found.place, "Wrap behind the initialization")


def _nested(program: Program) -> Iterator[Report]:
    said: set[Place] = set()
    for trace in program.traces:
        found = trace.nested
        if found is None or found.place in said or trace.incomplete is not None:
            continue
        said.add(found.place)
        names = listed(found.parameters, 3)
        undone = (
            "and holds no parameter itself: FSDP never calls it for a model on the meta device"
            if found.alone
            else f"where FSDP has it undone for a model on the meta device: it calls that of `{found.owner}` later"
        )
        yield Report(found.place, Severity.INFORMATION, f"this initializes {names} of a child, {undone}.")


RULE = Rule(
    code="INI219",
    name="init-of-sharded",
    summary="An initialization meets parameters that FSDP has flattened or sharded, or is undone by it.",
    documentation=__doc__,
    fixable=True,
    ask=ask,
    classes=("B15",),
)

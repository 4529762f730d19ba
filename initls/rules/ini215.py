"""What it does
------------
Reports a random initialization of a tensor whose elements are whole numbers or booleans, such as a quantized weight in
`torch.int8`.

Why it hurts
------------
No normal or uniform values can be drawn in such a type: the call raises `NotImplementedError`.

Example
-------
```python
class Quantized(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("weight", torch.empty(16, 8, dtype=torch.int8))
        nn.init.normal_(self.weight)
```

Use instead
-----------
```python
class Quantized(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("weight", torch.zeros(16, 8, dtype=torch.int8))
```

When it is right
----------------
`zeros_`, `constant_`, `eye_` and `random_` write whole numbers, and are not reported.

Fix safety
----------
There is no fix: what is stored in such a tensor is computed from another one, or loaded.

References
----------
https://github.com/huggingface/transformers/issues/39366
"""

from __future__ import annotations

from collections.abc import Iterator

from initls.findings import Severity
from initls.knowledge.initializers import INITIALIZERS, TENSOR_WRITES
from initls.model.state.events import Initialized
from initls.model.traces.program import Program
from initls.rules.rule import Report, Rule
from initls.settings import Settings


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each draw that lands in a tensor of whole numbers."""
    if program.is_test:
        return
    for place, found in program.happenings(Initialized):
        trace, event = found[0]
        if event.caught or not event.own or not event.sure or not _draws(event.function):
            continue
        if event.targets and all(trace.parameters[ref.id].whole_numbers for ref in event.targets):
            name = trace.names.get(event.targets[0].id) or trace.parameters[event.targets[0].id].name or "the tensor"
            short = event.function.rpartition(".")[2]
            yield Report(
                place,
                Severity.ERROR,
                f"`{name}` holds whole numbers, of which `{short}` can draw none: this raises NotImplementedError.",
            )


def _draws(function: str) -> bool:
    """Whether a function draws real numbers."""
    row = INITIALIZERS.get(function)
    if row is not None:
        return row.kind not in ("constant", "eye", "dirac", "sparse", "trunc_normal")
    write = TENSOR_WRITES.get(function.rpartition(".")[2])
    return write is not None and write.distribution in ("normal", "uniform")


RULE = Rule(
    code="INI215",
    name="random-init-of-quantized",
    summary="Real numbers are drawn into a tensor of whole numbers.",
    documentation=__doc__,
    fixable=False,
    ask=ask,
    classes=("B18",),
)

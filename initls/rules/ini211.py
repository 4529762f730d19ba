"""What it does
------------
Reports the initialization of a lazy layer (`nn.LazyLinear`, `nn.LazyConv2d`) before its first forward. A visitor that
asks for `nn.Linear` meets `nn.LazyLinear` as well, which derives from it.

Why it hurts
------------
A lazy layer learns its sizes from its first input; until then its parameters have neither a shape nor values. An
initializer raises. Through `.data` nothing raises, and nothing is left: the first forward makes the tensor and draws
torch's default.

Example
-------
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.LazyLinear(16)
        nn.init.xavier_uniform_(self.fc.weight)
```

Use instead
-----------
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.LazyLinear(16)
        self.fc(torch.zeros(1, 8))
        nn.init.xavier_uniform_(self.fc.weight)
```

When it is right
----------------
After a forward, be it one with zeros that only tells the sizes.

Fix safety
----------
There is no fix: only the author knows the shape of the input.

References
----------
The documentation of `torch.nn.modules.lazy.LazyModuleMixin`. https://github.com/pytorch/pytorch/issues/44538
"""

from __future__ import annotations

from collections.abc import Iterator

from initls.findings import Severity
from initls.model.state.events import UnmadeWritten
from initls.model.traces.program import Program
from initls.rules.rule import Report, Rule
from initls.settings import Settings


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each initialization that comes before the tensor."""
    if program.is_test:
        return
    for place, found in program.happenings(UnmadeWritten):
        # Where all that the line may meet has no values yet, it raises whenever it is reached.
        surely = [(trace, event) for trace, event in found if event.likely and not event.caught]
        if not surely:
            continue
        trace, event = surely[0]
        name = trace.names.get(event.parameter, "the tensor of a lazy layer")
        before = f"`{name}` has no values before the first forward"
        if event.hidden:
            message, severity = f"{before}, which draws torch's default: this has no effect.", Severity.WARNING
        else:
            kind = "RuntimeError" if event.function.endswith(".kaiming_normal_") else "ValueError"
            message, severity = f"{before}: this raises {kind}.", Severity.ERROR
        made = (f"`{name}` belongs to the lazy layer that is made here", trace.parameters[event.parameter].place)
        yield Report(place, severity, message, related=(made,))


RULE = Rule(
    code="INI211",
    name="init-of-lazy-module",
    summary="A lazy layer is initialized before its first forward.",
    documentation=__doc__,
    fixable=False,
    ask=ask,
    classes=("B13",),
)

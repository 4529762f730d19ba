"""What it does
------------
Reports a module, parameter or buffer that is assigned before the constructor of `nn.Module` has run.

Why it hurts
------------
It raises `AttributeError: cannot assign module before Module.__init__() call` as soon as the class is used.

Example
-------
```python
class Encoder(nn.Module):
    def __init__(self, dim):
        self.proj = nn.Linear(dim, dim)
        super().__init__()
```

Use instead
-----------
```python
class Encoder(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.proj = nn.Linear(dim, dim)
```

When it is right
----------------
Plain numbers, strings and lists may be assigned first. Classes whose bases cannot be found are not judged.

Fix safety
----------
Safe: the code raises today. The call moves up only to the first such assignment, and never over a statement that binds
a name which it uses. Where the base is not `nn.Module` itself, the fix is shown but not applied by itself.

References
----------
The documentation of `torch.nn.Module`.
"""

from __future__ import annotations

from collections.abc import Iterator

from initls.facts.place import Place
from initls.findings import Applicability, Severity
from initls.fixes.plans import InsertSuper, MoveSuperFirst, Plan
from initls.knowledge.layers import MODULE
from initls.model.machine.machine import EarlyAssignment
from initls.model.traces.program import Program
from initls.model.traces.trace import Trace
from initls.rules.rule import Report, Rule
from initls.settings import Settings


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report the first early assignment of each class."""
    seen: set[Place] = set()
    for trace in program.traces:
        if trace.kind != "class":
            continue
        own = [event for event in trace.early if event.module == 0]
        # What comes first may be there under unusual options alone.
        own.sort(key=lambda event: not event.likely)
        if not own or own[0].place in seen:
            continue
        seen.add(own[0].place)
        yield _report(trace, own[0])


def _report(trace: Trace, event: EarlyAssignment) -> Report:
    calls = [call for call in trace.supers if call.module == 0]
    anchor = event.path[0] if event.path else event.place
    plan: Plan | None = None
    direct = len(trace.modules[0].classes) == 2 and trace.modules[0].classes[1] == MODULE
    applicability = Applicability.SAFE if direct else Applicability.DISPLAY
    if not calls:
        plan = InsertSuper(anchor, applicability)
        late = "`super().__init__()` is never called"
    else:
        call = calls[0].path[0] if calls[0].path else calls[0].place
        if call.unit == anchor.unit:
            plan = MoveSuperFirst(call, anchor, applicability)
        late = "`super().__init__()` is called only later"
    return Report(
        event.place,
        Severity.ERROR,
        f"`self.{event.attribute}` is assigned before `nn.Module.__init__` has run ({late}): "
        f"this raises AttributeError, cannot assign {_plural(event.kind)} before Module.__init__() call.",
        related=(("the base constructor runs here", calls[0].place),) if calls else (),
        plans=() if plan is None else (plan,),
    )


def _plural(kind: str) -> str:
    """The kind as torch's own message says it."""
    return {"module": "module", "parameter": "parameters", "buffer": "buffer"}[kind]


RULE = Rule(
    code="INI201",
    name="assignment-before-super-init",
    summary="A module, parameter or buffer is assigned before the base constructor runs.",
    documentation=__doc__,
    fixable=True,
    ask=ask,
    classes=("B1",),
)

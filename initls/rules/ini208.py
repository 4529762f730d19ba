"""What it does
------------
Reports a parameter, or a layer, that is replaced by another one after an optimizer has taken the parameters of the
model.

Why it hurts
------------
An optimizer holds tensors, not names. It goes on with the ones that it was given, which no longer take part in the
model. Nothing ever updates the new ones: they get gradients, and stay as they are.

Example
-------
```python
class Agent(nn.Module):
    def __init__(self):
        super().__init__()
        self.policy = nn.Linear(8, 4)
        self.optimizer = torch.optim.Adam(self.parameters())
        self.policy.weight = nn.Parameter(torch.randn(4, 8) * 0.01)
```

Use instead
-----------
```python
class Agent(nn.Module):
    def __init__(self):
        super().__init__()
        self.policy = nn.Linear(8, 4)
        self.optimizer = torch.optim.Adam(self.parameters())
        self.policy.weight.data.copy_(torch.randn(4, 8) * 0.01)
```

When it is right
----------------
A change in place, an optimizer that is made anew behind the replacement, new parameters that are given to it by
`add_param_group`, and ones that are frozen.

Fix safety
----------
Unsafe: the optimizer trains other tensors than before. Where it is made later instead, so is all that hangs on it.

References
----------
[pytorch #54765](https://github.com/pytorch/pytorch/issues/54765).
"""

from __future__ import annotations

from collections.abc import Iterator

from initls.facts.place import Place
from initls.findings import Applicability, Severity
from initls.fixes.plans import CopyInto, Move, Plan
from initls.model.machine.chains import fork
from initls.model.state.events import Captured, Replaced
from initls.model.traces.program import Program
from initls.model.traces.trace import Trace
from initls.rules.rule import Report, Rule
from initls.settings import Settings


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each replacement that no optimizer takes notice of, once."""
    if program.is_test:
        return
    said: set[Place] = set()
    for trace, event in program.events(Replaced):
        if event.place not in said and event.likely and _left_alone(trace, event):
            said.add(event.place)
            yield _report(trace, event)


def _left_alone(trace: Trace, event: Replaced) -> bool:
    """Whether no optimizer ever gets what is new, and it is to be trained."""
    for other in trace.events:
        if isinstance(other, Captured) and not (
            other.parameters.isdisjoint(event.after) and (other.sure or other.order < event.order)
        ):
            return False
    there = event.after & trace.names.keys()
    return bool(there) and there.isdisjoint(trace.frozen) and trace.incomplete is None


def _report(trace: Trace, event: Replaced) -> Report:
    holder = trace.module_names.get(event.module)
    name = f"{holder}.{event.name}" if holder else event.name
    captures = [
        one
        for one in trace.events
        if isinstance(one, Captured) and one.order < event.order and not one.parameters.isdisjoint(event.before)
    ]
    last = captures[-1]
    plans: list[Plan] = [CopyInto(event.place, "Copy the values into the parameter that is there")]
    parting = fork((*last.path, last.place), (*event.path, event.place))
    if parting is not None:
        plans.append(Move(*parting, "Make the optimizer behind the replacement", Applicability.UNSAFE))
    return Report(
        event.place,
        Severity.WARNING,
        f"`{name}` is replaced here, but {last.optimizer.rpartition('.')[2]} has taken the parameters already: it goes "
        f"on with the old, and nothing will ever update the new.",
        related=(("the optimizer is made here", last.place),),
        plans=tuple(plans),
    )


RULE = Rule(
    code="INI208",
    name="replaced-behind-optimizer",
    summary="A parameter is replaced after an optimizer has taken the old one.",
    documentation=__doc__,
    fixable=True,
    ask=ask,
    classes=("B17",),
)

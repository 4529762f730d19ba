"""What it does
------------
Reports `model.apply(...)` that is given something which it can't call with one module: the result of calling the
visitor (`apply(self._init())`) instead of the visitor, or a function that does not take exactly one argument.

Why it hurts
------------
`apply` calls what it gets once for each module. None can't be called, and a function of another arity refuses its
arguments: the line raises TypeError.

Example
-------
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 16)
        self.apply(self._init())

    def _init(self, m):
        if isinstance(m, nn.Linear):
            nn.init.xavier_uniform_(m.weight)
```

Use instead
-----------
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 16)
        self.apply(self._init)

    def _init(self, m):
        if isinstance(m, nn.Linear):
            nn.init.xavier_uniform_(m.weight)
```

When it is right
----------------
Where the call gives a function: `apply(make_init("relu"))` with a `make_init` that returns the visitor.

Fix safety
----------
Safe: the line raises as it stands.

References
----------
The documentation of `torch.nn.Module.apply`.
"""

from __future__ import annotations

from collections.abc import Iterator

from initls.facts.place import Place
from initls.findings import Severity
from initls.fixes.plans import CallInstead, PassFunction, Plan
from initls.model.state.events import Uncallable
from initls.model.traces.program import Program
from initls.rules.rule import Report, Rule
from initls.settings import Settings

MESSAGES = {
    "nothing": "`apply` gets what `{function}()` returns, which is None, and not a function: this raises TypeError.",
    "None": "`apply` gets None, and not a function: this raises TypeError.",
    "called": "`{function}()` is called here, without the module that it takes, and not handed to `apply`: "
    "this raises TypeError.",
    "none": "`apply` calls `{function}` with each module, but it takes no argument: this raises TypeError.",
    "several": "`apply` calls `{function}` with one module, but it takes more arguments: this raises TypeError.",
}


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each `apply` that raises because of what it is given."""
    seen: set[Place] = set()
    for _, event in program.events(Uncallable):
        if event.place not in seen:
            seen.add(event.place)
            yield Report(
                event.place,
                Severity.ERROR,
                MESSAGES[event.kind].format(function=event.function),
                plans=_plans(event),
            )


def _plans(event: Uncallable) -> tuple[Plan, ...]:
    if event.kind in ("nothing", "called"):
        if event.alone:
            return (CallInstead(event.place),)
        return (PassFunction(event.place),)
    return (CallInstead(event.place),) if event.kind == "none" else ()


RULE = Rule(
    code="INI402",
    name="called-not-passed",
    summary="A call of `apply` is given what it can't call with a module.",
    documentation=__doc__,
    fixable=True,
    ask=ask,
    classes=("D2",),
)

"""What it does
------------
Reports a function or method that initializes a model, in a script that builds and trains the model, where nothing in
the file refers to it.

Why it hurts
------------
The model trains with torch's default initialization, while the file says that it has another one. Mostly the call was
lost when the constructor was rewritten.

Example
-------
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 2)

    def _initialize(self):
        for m in self.modules():
            if isinstance(m, nn.Linear):
                nn.init.xavier_uniform_(m.weight)

    def forward(self, x):
        return self.fc(x)


model = Net()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for x, y in []:
    F.cross_entropy(model(x), y).backward()
    optimizer.step()
```

Use instead
-----------
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 2)
        self._initialize()

    def _initialize(self):
        for m in self.modules():
            if isinstance(m, nn.Linear):
                nn.init.xavier_uniform_(m.weight)

    def forward(self, x):
        return self.fc(x)


model = Net()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for x, y in []:
    F.cross_entropy(model(x), y).backward()
    optimizer.step()
```

When it is right
----------------
In a file that others import, which may call it from outside; under the names that frameworks call, such as
`reset_parameters` and `init_weights`; and where its name stands anywhere else in the file, be it in a comment.

Fix safety
----------
Unsafe: the model is initialized now, and the random numbers of what comes behind it shift.

References
----------
The documentation of `torch.nn.Module.apply`.
"""

from __future__ import annotations

from collections.abc import Iterator

from initls.facts.place import Place
from initls.findings import Severity
from initls.fixes.plans import AppendToMethod, Plan
from initls.model.traces.program import Program
from initls.model.traces.uncalled import Uncalled
from initls.rules.rule import Report, Rule
from initls.rules.wording import listed
from initls.settings import Settings


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each function that nothing refers to, once."""
    if program.is_test:
        return
    seen: set[Place] = set()
    for trace in program.traces:
        for found in trace.uncalled:
            if found.place not in seen:
                seen.add(found.place)
                yield Report(found.place, Severity.WARNING, message(found), plans=_plans(found))


def message(found: Uncalled) -> str:
    """What is never called, and what that leaves as it is."""
    kept = "keeps" if len(found.parameters) == 1 else "keep"
    return (
        f"nothing calls `{found.name}` or hands it on: {listed(found.parameters, 3)} of `{found.model}` {kept} torch's "
        f"default initialization."
    )


def _plans(found: Uncalled) -> tuple[Plan, ...]:
    if found.constructor is None:
        return ()
    title = f"Call {found.statement} at the end of the constructor"
    return (AppendToMethod(Place(found.constructor, 0), found.statement, title),)


RULE = Rule(
    code="INI401",
    name="never-called-init",
    summary="A script defines an initialization that nothing calls.",
    documentation=__doc__,
    fixable=True,
    ask=ask,
    classes=("D1",),
)

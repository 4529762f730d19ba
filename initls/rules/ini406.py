"""What it does
------------
Reports a test for the name of a parameter that no parameter of the model has, in a loop over `named_parameters()` that
initializes them.

Why it hurts
------------
`named_parameters()` gives the whole path: the weight of `self.fc` is `fc.weight`, never `weight`. The branch is not
taken once, and what it was meant for keeps the initialization that it had. Such a test can stay wrong for years.

Example
-------
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 16)
        for name, p in self.named_parameters():
            if name == "weight":
                nn.init.xavier_uniform_(p)
```

Use instead
-----------
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 16)
        for name, p in self.named_parameters():
            if name.endswith(".weight"):
                nn.init.xavier_uniform_(p)
```

When it is right
----------------
A visitor for many models may ask for names that one of them does not have: as long as the name is met in one model of
the file, it is left alone. So is a model that has parts which are not known, and a test for a piece of a name.

Fix safety
----------
Unsafe: parameters that were left out are initialized now, and the random numbers of what comes behind them shift.

References
----------
The documentation of `torch.nn.Module.named_parameters`.
"""

from __future__ import annotations

from collections.abc import Iterator

from initls.findings import Severity
from initls.fixes.plans import AskForEnding, Plan
from initls.model.answers.misnamed import Misnamed, misnamed
from initls.model.traces.program import Program
from initls.rules.rule import Report, Rule
from initls.rules.wording import listed
from initls.settings import Settings


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each test for a name that is never met."""
    if program.is_test:
        return
    for found in misnamed(program):
        yield Report(found.place, Severity.WARNING, message(found), plans=_plans(found))


def message(found: Misnamed) -> str:
    """Which name is asked for, and which there are."""
    how = {"==": "is called", "endswith": "has a name that ends with", "startswith": "has a name that begins with"}
    names = listed(found.texts, 3)
    return (
        f"this is never true: no parameter here {how[found.sign]} {names}. "
        f"{'Their names are' if len(found.names) > 1 else 'The name is'} {listed(found.names, 3)}."
    )


def _plans(found: Misnamed) -> tuple[Plan, ...]:
    if found.sign == "==" and found.endings:
        return (AskForEnding(found.place, found.endings),)
    return ()


RULE = Rule(
    code="INI406",
    name="name-never-matches",
    summary="An initialization asks for the name of a parameter that no parameter has.",
    documentation=__doc__,
    fixable=True,
    ask=ask,
    classes=("D7",),
)

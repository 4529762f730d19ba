"""What it does
------------
Reports a branch of an initialization that no layer ever reaches, because an earlier branch of the same chain asks for
the same class, for a base of it, or for a piece of its name.

Why it hurts
------------
Python takes the first branch whose test holds. What the later branch says looks as if it were done, and never is.

Example
-------
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 16, 3)
        self.fc = nn.Linear(16, 10)
        self.apply(self._init)

    def _init(self, m):
        if isinstance(m, (nn.Conv2d, nn.Linear)):
            nn.init.trunc_normal_(m.weight, std=0.02)
        elif isinstance(m, nn.Linear):
            nn.init.xavier_uniform_(m.weight)
```

Use instead
-----------
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 16, 3)
        self.fc = nn.Linear(16, 10)
        self.apply(self._init)

    def _init(self, m):
        if isinstance(m, nn.Linear):
            nn.init.xavier_uniform_(m.weight)
        elif isinstance(m, (nn.Conv2d, nn.Linear)):
            nn.init.trunc_normal_(m.weight, std=0.02)
```

When it is right
----------------
Where the earlier branch asks for more than the class (`and m.bias is not None`), where the later one has a class more,
and where both do the same.

Fix safety
----------
Unsafe: in another order the layers get the other initialization. To delete the branch changes nothing.

References
----------
Python's reference on the `if` statement; the class hierarchy of `torch.nn`.
"""

from __future__ import annotations

from collections.abc import Iterator

from initls.facts.place import Place
from initls.findings import Severity
from initls.fixes.plans import DeleteBranch, SwapBranches
from initls.model.state.events import Shadowed
from initls.model.traces.program import Program
from initls.rules.rule import Report, Rule
from initls.rules.wording import listed
from initls.settings import Settings


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each branch that nothing reaches."""
    seen: set[Place] = set()
    for _, event in program.events(Shadowed):
        if event.place not in seen:
            seen.add(event.place)
            yield Report(
                event.place,
                Severity.WARNING,
                message(event),
                related=(("this branch takes it first", event.by),),
                plans=(SwapBranches(event.branch, event.chain), DeleteBranch(event.branch)),
                unnecessary=True,
            )


def message(event: Shadowed) -> str:
    """What is never reached, and why."""
    return (
        f"this branch is never reached: the one for {listed(event.takes)} above takes "
        f"{'every' if len(event.wanted) == 1 else 'all of'} {listed(event.wanted)} first."
    )


RULE = Rule(
    code="INI404",
    name="shadowed-branch",
    summary="An earlier branch takes all that a branch of an initialization is meant for.",
    documentation=__doc__,
    fixable=True,
    ask=ask,
    classes=("D4",),
)

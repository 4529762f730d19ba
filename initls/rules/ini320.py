"""What it does
------------
Reports the initialization of a parameter that is not there: the bias of a layer that is made with `bias=False`, or the
weight of a norm made with `affine=False`. A visitor is reported when one of the layers that it meets is such a one.

Why it hurts
------------
In the place of the parameter there is `None`. The line raises `AttributeError`, and the model can not be built.

Example
-------
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, bias=False)
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight)
                nn.init.zeros_(m.bias)
```

Use instead
-----------
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, bias=False)
        for m in self.modules():
            if isinstance(m, nn.Conv2d):
                nn.init.kaiming_normal_(m.weight)
                if m.bias is not None:
                    nn.init.zeros_(m.bias)
```

When it is right
----------------
Behind `if m.bias is not None:`. A layer that has a bias only under some options is not reported where the default gives
it one.

Fix safety
----------
Safe: the line raises today.

References
----------
The documentation of `torch.nn.Linear` and `torch.nn.BatchNorm2d`. https://github.com/pytorch/vision/pull/6082
"""

from __future__ import annotations

from collections.abc import Iterator

from initls.facts.place import Place
from initls.findings import Applicability, Severity
from initls.fixes.plans import DeleteStatement, Guard, Plan
from initls.model.state.events import Initialized, NothingThere
from initls.model.traces.program import Program
from initls.rules.rule import Report, Rule
from initls.rules.wording import listed, made, missing
from initls.settings import Settings


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each initialization that surely meets None."""
    if program.is_test:
        return
    others = {event.place for _, event in program.events(Initialized)}
    for place, found in program.happenings(NothingThere):
        never = all(event.place not in others for _, event in found)
        surely = [(trace, event) for trace, event in found if _counts(event, always=never)]
        if surely:
            first = [(trace, event) for trace, event in surely if trace is surely[0][0]]
            names = list(dict.fromkeys(missing(trace, event) for trace, event in first))
            is_ = "is" if len(names) == 1 else "are"
            yield Report(
                place,
                Severity.ERROR,
                f"{listed(names, 3)} {is_} None: this raises AttributeError.",
                related=made(first),
                plans=_plans(place, first[0][1], never=never) if place == found[0][1].place else (),
            )


def _counts(event: NothingThere, *, always: bool) -> bool:
    """Whether the line raises as the program runs by default, or whenever it is reached at all.

    What only another option leads to does not count: that option may well give the layer what it lacks by default.
    """
    # A helper of another file meets layers that many models choose by many options: there too little is known.
    here = not event.place.foreign
    return here and event.asked is None and not event.caught and event.likely and (always or event.certain)


def _plans(place: Place, event: NothingThere, *, never: bool) -> tuple[Plan, ...]:
    guard = Guard(place, "{} is not None", event.method)
    if not never or event.visitor is not None:
        return (guard,)
    return (DeleteStatement(place, "Delete the initialization of what is not there", Applicability.SAFE), guard)


RULE = Rule(
    code="INI320",
    name="init-of-missing-parameter",
    summary="An initialization meets a layer that is made without the parameter.",
    documentation=__doc__,
    fixable=True,
    ask=ask,
    classes=("D12",),
)

"""What it does
------------
Reports an `init_cfg` of mmengine's that raises when it is applied, or that initializes nothing: a misspelt type or
argument, one that is missing, a `layer` that names no layer of the model, or no `layer` at all.

Why it hurts
------------
The configuration is read when the runner calls `init_weights`, long behind the constructor. A wrong argument stops the
run there. A name in `layer` that no layer goes by stops nothing: every layer keeps torch's default, and nothing tells.
So it is without `layer` and `override`: then no layer is asked for.

Example
-------
```python
from mmengine.model import BaseModule
from torch import nn


class Head(BaseModule):
    def __init__(self):
        super().__init__(init_cfg=dict(type="Normal", std=0.01, layer="Conv2d"))
        self.fc = nn.Linear(16, 8)

    def forward(self, x):
        return self.fc(x)
```

Use instead
-----------
```python
from mmengine.model import BaseModule
from torch import nn


class Head(BaseModule):
    def __init__(self):
        super().__init__(init_cfg=dict(type="Normal", std=0.01, layer="Linear"))
        self.fc = nn.Linear(16, 8)

    def forward(self, x):
        return self.fc(x)
```

When it is right
----------------
Where a part of the model is not known, its layers may be those that are asked for. Types that are not mmengine's own
may be registered elsewhere; one is only reported that is spelled nearly like one of mmengine's.

Fix safety
----------
To spell an argument or a type right is safe: the code raises today. Other layers to ask for change the values that
training starts with.

References
----------
The source of `mmengine.model.weight_init` and of `mmengine.model.BaseModule.init_weights`.
"""

from __future__ import annotations

from collections.abc import Iterator

from initls.findings import Applicability, Severity
from initls.fixes.plans import Argument, ChangeArguments, Plan
from initls.model.effects.configured import Misconfigured
from initls.model.traces.program import Program
from initls.rules.rule import Report, Rule
from initls.rules.wording import listed
from initls.settings import Settings

SILENT = ("nothing", "layer")
"""What does nothing, and raises nothing either."""


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each configuration once, as the first model shows it; what one model has use for is right."""
    if program.is_test:
        return
    seen: set[object] = set()
    for trace in program.traces:
        for one in trace.misconfigured if trace.incomplete is None else ():
            if (one.place, one.problem, one.what) in seen:
                continue
            seen.add((one.place, one.problem, one.what))
            severity = Severity.WARNING if one.problem in SILENT else Severity.ERROR
            yield Report(one.place, severity, message(one), plans=tuple(plans(one)))


def message(one: Misconfigured) -> str:
    """What comes of the configuration."""
    what = listed(list(one.what)) if one.what else ""
    match one.problem:
        case "type":
            return f"this `init_cfg` raises KeyError: there is no initializer {what}; `{one.meant}` may be meant."
        case "key":
            meant = f"; `{one.meant}` may be meant" if one.meant is not None else ""
            return f"this `init_cfg` raises TypeError: `{one.type}` does not take {what}{meant}."
        case "needs":
            error = "TypeError" if one.type else "KeyError"
            return f"this `init_cfg` raises {error}: it lacks {what}."
        case "attribute":
            return f"this `init_cfg` raises RuntimeError: `override` names {what}, which the module does not have."
        case "override":
            return f"this `init_cfg` raises ValueError: an `override` lacks {what}."
        case "nothing":
            return "this `init_cfg` initializes nothing: it has neither `layer` nor `override`."
        case _:
            return f"this `init_cfg` initializes nothing: it asks for {what}, and of that the model has none."


def plans(one: Misconfigured) -> Iterator[Plan]:
    """The right spelling, where one is near."""
    if not one.call or one.meant is None:
        return
    if one.problem == "type":
        change = Argument("type", value=one.meant)
        yield ChangeArguments(one.place, (change,), f"Use `{one.meant}`", Applicability.SAFE)
    elif one.problem == "attribute":
        change = Argument("name", value=one.meant)
        yield ChangeArguments(one.place, (change,), f"Name `{one.meant}`", Applicability.SAFE)
    elif one.problem == "nothing":
        change = Argument("type", more=(("layer", one.meant),))
        yield ChangeArguments(one.place, (change,), f"Ask for `{one.meant}`", Applicability.UNSAFE)
    elif one.problem == "layer":
        change = Argument("layer", value=one.meant)
        yield ChangeArguments(one.place, (change,), f"Ask for `{one.meant}`", Applicability.UNSAFE)
    elif one.problem == "key" and one.meant not in one.present:
        change = Argument(one.what[0], to=one.meant)
        yield ChangeArguments(one.place, (change,), f"Call it `{one.meant}`", Applicability.SAFE)


RULE = Rule(
    code="INI226",
    name="init-cfg",
    summary="An `init_cfg` of mmengine's raises, or initializes nothing.",
    documentation=__doc__,
    fixable=True,
    ask=ask,
    classes=("B24",),
)

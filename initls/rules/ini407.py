"""What it does
------------
Reports attributes that a layer does not have where initialization asks for them: `m.weights`, `m.biases`, `m.data`,
the `weight` of a container; and assignments to such a name, which make a new attribute: to one that is written nearly
like a parameter's, and of parameters to any that nothing in the file reads.

Why it hurts
------------
Reading the attribute raises AttributeError. Assigning it raises nothing: the layer has one more attribute that nobody
reads, and its weight stays as it was.

Example
-------
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 16)
        nn.init.xavier_uniform_(self.fc.weights)
```

Use instead
-----------
```python
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 16)
        nn.init.xavier_uniform_(self.fc.weight)
```

When it is right
----------------
Modules that are not wholly known are left alone: those with bases or parts that can't be found, those that have been
given to code that is not followed, and those whose class answers for attributes by itself.

Severity
--------
An error where the line is sure to be run and to raise. A warning where the attribute is made, where the layer is there
only with options that are not the default, and in a branch for a class of layers that no known model is seen to take.

Fix safety
----------
Safe where the line raises as it stands. Unsafe for an assignment: the layer's own weight is written then.

References
----------
The documentation of `torch.nn.Module`.
"""

from __future__ import annotations

from collections.abc import Iterator

from initls.facts.place import Place
from initls.findings import Applicability, Severity
from initls.fixes.plans import DeleteStatement, Plan, Rename
from initls.model.answers.named import by_name
from initls.model.state.events import Lacked
from initls.model.traces.program import Program
from initls.rules.rule import Report, Rule
from initls.settings import Settings


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each attribute that is not there, once a statement."""
    best: dict[tuple[Place, str], Lacked] = {}
    for trace, event in program.events(Lacked):
        key = (event.place, event.attribute)
        if by_name(trace, event) is None and (key not in best or severity(event) is Severity.ERROR):
            best[key] = event
    for event in best.values():
        yield Report(event.place, severity(event), message(event), plans=_plans(event))


def severity(event: Lacked) -> Severity:
    """An error where the line is sure to raise."""
    return Severity.ERROR if event.sure and event.likely and event.certain and not event.assigned else Severity.WARNING


def message(event: Lacked) -> str:
    """What is missing, and what follows."""
    what = f"`{event.owner}.{event.attribute}`"
    kind = f"a `{event.kind}` has no `{event.attribute}`"
    if event.assigned and event.nearest is None:
        return f"{what} is a new parameter, for {kind}, and nothing here reads it: it never gets a gradient."
    if event.assigned:
        return f"{what} is a new attribute, for {kind}: its `{(event.nearest or '').partition('.')[0]}` stays as it is."
    return f"{kind}: reading {what} raises AttributeError."


def _plans(event: Lacked) -> tuple[Plan, ...]:
    if event.nearest is None and event.assigned:
        return (DeleteStatement(event.place, f"Delete `{event.owner}.{event.attribute}`, which nothing uses"),)
    if event.nearest is None:
        return ()
    applicability = Applicability.UNSAFE if event.assigned else Applicability.SAFE
    return (Rename(event.place, event.owner, event.attribute, event.nearest, applicability),)


RULE = Rule(
    code="INI407",
    name="wrong-attribute",
    summary="Initialization asks a layer for an attribute that it does not have.",
    documentation=__doc__,
    fixable=True,
    ask=ask,
    classes=("D8",),
)

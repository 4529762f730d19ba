"""What it does
------------
Reports a write that is meant for a parameter and does not reach it: it lands on a copy that nothing reads, its result
is dropped, or it only gives the variable of a loop to another tensor.

Why it hurts
------------
`clone()`, arithmetic, another precision and an index with a list or a mask give memory of their own. Without the
underscore, `mul` gives a new tensor. And `p = torch.zeros_like(p)` changes what the name `p` stands for, not the tensor
that it stood for. None of these fails, and the parameter keeps what it had.

Example
-------
```python
class Head(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 4)
        for p in self.parameters():
            p = torch.randn_like(p) * 0.02
```

Use instead
-----------
```python
class Head(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(8, 4)
        for p in self.parameters():
            p.data = torch.randn_like(p) * 0.02
```

When it is right
----------------
Views share the memory of the parameter: `t()`, `view`, a slice, `detach()`, `.data`, the entries of `state_dict()`. So
a write through one of them lasts. A copy that is read, kept or handed on afterwards is no mistake either.

Fix safety
----------
Unsafe: the parameter gets the values that the code speaks of, and has not had so far.

References
----------
The documentation of `torch.Tensor.clone`, and of indexing in NumPy: advanced indexing always gives a copy.
"""

from __future__ import annotations

from collections.abc import Iterator

from initls.facts.place import Place
from initls.findings import Severity
from initls.fixes.plans import WriteThrough
from initls.model.machine.copies import INDEX
from initls.model.state.events import LostCopy
from initls.model.traces.program import Program
from initls.rules.rule import Report, Rule
from initls.rules.wording import listed
from initls.settings import Settings


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each place whose writes go astray."""
    if program.is_test:
        return
    places: dict[tuple[Place, Place, str, str], list[str]] = {}
    for trace, event in program.events(LostCopy):
        name = trace.names.get(event.parameter)
        if name is not None and event.likely:
            places.setdefault((event.place, event.made, event.way, event.by), []).append(name)
    for (place, made, way, by), names in places.items():
        plans = [WriteThrough(place, way, TITLES[way])]
        if way == "copy":
            plans.append(WriteThrough(made, "source", TITLES[way]))
        yield Report(place, Severity.WARNING, _message(way, by, list(dict.fromkeys(names))), plans=tuple(plans))


TITLES = {
    "copy": "Write to the tensor itself",
    "result": "Change the tensor in place",
    "name": "Write to the tensor that the name stands for",
}
"""What the fix of each way is called."""


def _message(way: str, by: str, names: list[str]) -> str:
    what = listed(names, 3)
    stays = f"{what} {'stays as it was' if len(names) == 1 else 'stay as they were'}."
    match way:
        case "copy" if by == INDEX:
            return f"an index like this one copies, and this writes to the copy, which nothing reads: {stays}"
        case "copy":
            return f"`{by}` makes a copy, and this writes to the copy, which nothing reads: {stays}"
        case "result":
            return f"the result of `{by}` is dropped: {stays}"
        case _:
            return f"this only gives the name `{by}` to another tensor: {stays}"


RULE = Rule(
    code="INI409",
    name="write-to-copy",
    summary="A write that is meant for a parameter lands on a copy.",
    documentation=__doc__,
    fixable=True,
    ask=ask,
    classes=("D10",),
)

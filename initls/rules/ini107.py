"""What it does
------------
Reports an index into a weight that is meant to pick one row and does not: `weight[padding_idx]` where `padding_idx` is
None, and `weight[:, padding_idx]` of an embedding, which is a column.

Why it hurts
------------
None as an index adds an axis and leaves nothing out. `weight[None].fill_(0)` zeroes the whole table, and every word
starts as the same vector. A zeroed column is a feature that no word has, while the padding row keeps its values.

Example
-------
```python
class Net(nn.Module):
    def __init__(self, padding_idx=None):
        super().__init__()
        self.table = nn.Embedding(100, 16, padding_idx=padding_idx)
        nn.init.normal_(self.table.weight, std=0.02)
        nn.init.zeros_(self.table.weight[padding_idx])
```

Use instead
-----------
```python
class Net(nn.Module):
    def __init__(self, padding_idx=None):
        super().__init__()
        self.table = nn.Embedding(100, 16, padding_idx=padding_idx)
        nn.init.normal_(self.table.weight, std=0.02)
        if padding_idx is not None:
            nn.init.zeros_(self.table.weight[padding_idx])
```

When it is right
----------------
Behind `if padding_idx is not None:`. A None that is spelled out, `weight[None]`, adds an axis on purpose.

Fix safety
----------
Unsafe: the values that training starts from are others, as they were meant to be.

References
----------
https://github.com/facebookresearch/fairseq/issues/4076
"""

from __future__ import annotations

from collections.abc import Iterator

from initls.findings import Applicability, Severity
from initls.fixes.plans import Guard
from initls.knowledge.parameters import Role
from initls.model.state.contents import Constant
from initls.model.state.events import NoneIndexed
from initls.model.state.regions import Index
from initls.model.traces.program import Program
from initls.model.traces.trace import Trace
from initls.rules.rule import Report, Rule
from initls.settings import Settings


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each index that is None, and each zeroed column that was to be a row."""
    if not program.is_test:
        yield from _by_none(program)
        yield from _columns(program)


def _by_none(program: Program) -> Iterator[Report]:
    for place, found in program.happenings(NoneIndexed):
        surely = [(trace, event) for trace, event in found if event.likely and event.certain and not event.caught]
        if not surely:
            continue
        trace, event = surely[0]
        name = trace.names.get(event.parameter, "the tensor")
        guard = Guard(place, f"{event.index} is not None", applicability=Applicability.UNSAFE)
        yield Report(
            place,
            Severity.WARNING,
            f"`{event.index}` is None here, and indexing with None leaves nothing out: this is all of `{name}`, not "
            f"one row of it.",
            plans=(guard,) if place == event.place else (),
        )


def _columns(program: Program) -> Iterator[Report]:
    for place, entries in program.explicit_writes():
        for trace, parameter, write in entries:
            row = _padding(trace, parameter)
            zero = isinstance(write.content, Constant) and write.content.value == 0
            if not place.foreign and zero and row is not None and write.region == Index(1, row):
                name = trace.names.get(parameter, "the table")
                yield Report(
                    place,
                    Severity.WARNING,
                    f"this zeroes column {row} of `{name}`; the padding index stands for row {row}.",
                )
                break


def _padding(trace: Trace, parameter: int) -> int | None:
    """The padding index of the embedding whose table this is."""
    info = trace.parameters[parameter]
    if info.role is not Role.TABLE or info.owner is None:
        return None
    found = trace.modules[info.owner].arguments.get("padding_idx")
    return found if isinstance(found, int) and not isinstance(found, bool) else None


RULE = Rule(
    code="INI107",
    name="zeroed-by-index",
    summary="An index that is meant to pick one row picks all of them, or a column.",
    documentation=__doc__,
    fixable=True,
    ask=ask,
    classes=("A15",),
)

"""What it does
------------
Reports a write to a weight that is computed from other parameters, because `weight_norm`, `spectral_norm`, another
parametrization or pruning has wrapped it.

Why it hurts
------------
Behind the wrapper, `conv.weight` is no parameter any more. It is computed from `weight_g` and `weight_v`, or from
`parametrizations.weight.original`, before each use, and whatever was written to it is gone without a word. The layer
starts from torch's default instead.

Example
-------
```python
class Upsample(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.utils.weight_norm(nn.Conv1d(8, 8, 3))
        nn.init.normal_(self.conv.weight, 0.0, 0.01)

    def forward(self, x):
        return self.conv(x)
```

Use instead
-----------
```python
class Upsample(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv1d(8, 8, 3)
        nn.init.normal_(self.conv.weight, 0.0, 0.01)
        self.conv = nn.utils.weight_norm(self.conv)

    def forward(self, x):
        return self.conv(x)
```

When it is right
----------------
An initialization in front of the wrapping, or of the parameters that the weight is computed from. The older
`torch.nn.utils.spectral_norm` lets the weight share the memory of `weight_orig` until the first forward pass, so that a
write before it lasts.

Fix safety
----------
Unsafe: the model starts from other weights. To initialize in front of the wrapping keeps what the initializer means; a
write to `weight_v` sets the directions of the rows and leaves their lengths in `weight_g`. `spectral_norm` draws random
numbers when it wraps, so that those of later layers may shift.

References
----------
The documentation of `torch.nn.utils.parametrizations`; [hifi-gan #145](https://github.com/jik876/hifi-gan/issues/145).
"""

from __future__ import annotations

from collections.abc import Iterator

from initls.facts.place import Place
from initls.findings import Severity
from initls.fixes.plans import Move, Plan, Retarget, WrapLater
from initls.model.machine.chains import fork
from initls.model.machine.machine import Computed
from initls.model.state.events import LostWrite
from initls.model.traces.program import Program
from initls.model.traces.trace import Trace
from initls.rules.rule import Report, Rule
from initls.rules.wording import listed
from initls.settings import Settings

Entry = tuple[Trace, LostWrite]

EXACT = ("weight_norm", "spectral_norm")
"""The wrappers whose originals mean to an initializer what the weight itself does; pruning is one as well."""


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each place that writes to a computed weight."""
    if program.is_test:
        return
    for place, found in program.happenings(LostWrite):
        entries = [(trace, event) for trace, event in found if event.likely and event.sure]
        if entries:
            yield _report(program, place, entries)


def _report(program: Program, place: Place, entries: list[Entry]) -> Report:
    trace = entries[0][0]
    computed = _how(entries[0])
    own = [event.parameter for known, event in entries if known is trace]
    names = list(dict.fromkeys(trace.names[number] for number in own if number in trace.names))
    short = computed.wrapper.rpartition(".")[2] if ".prune." not in computed.wrapper else "pruning"
    one = len(names) <= 1
    subject = listed(names, 3) if names else "the weight that is written here"
    written = entries[0][1].place
    elsewhere = (("it is written here", written),) if written != place else ()
    sources = listed([original.rpartition(".")[2] for original in computed.originals])
    return Report(
        place,
        Severity.WARNING,
        f"{subject} {'is' if one else 'are'} computed from {sources} before each use, because {short} wraps "
        f"{'it' if one else 'them'}: what is written to {'it' if one else 'them'} here is lost.",
        related=(*elsewhere, *tuple(dict.fromkeys(("it is wrapped here", _how(entry).place) for entry in entries))[:3]),
        plans=_plans(program, place, entries),
    )


def _how(entry: Entry) -> Computed:
    trace, event = entry
    computed = trace.parameters[event.parameter].computed
    assert computed is not None
    return computed


def _plans(program: Program, place: Place, entries: list[Entry]) -> tuple[Plan, ...]:
    found: list[Plan] = []
    computed = _how(entries[0])
    _, event = entries[0]
    if len({(_how(entry).place, _how(entry).path) for entry in entries}) == 1:
        parting = fork((*computed.path, computed.place), (*event.path, event.place))
        if parting is not None and parting[0] == computed.place:
            title = f"Initialize in front of {computed.wrapper.rpartition('.')[2]}"
            found += [WrapLater(*parting, title), Move(*parting, title)]
    others = any(write.explicit for _, _, write in program.by_place.get(place, ()))
    alike = len({_how(entry).direction for entry in entries}) == 1
    here = event.place == place and not others
    if alike and here and (computed.wrapper.endswith(EXACT) or ".prune." in computed.wrapper):
        info = entries[0][0].parameters[event.parameter]
        found.append(
            Retarget(place, info.name, computed.direction, f"Write to {computed.direction}, which it is computed from")
        )
    return tuple(found)


RULE = Rule(
    code="INI205",
    name="init-of-computed-weight",
    summary="A weight is written that a wrapper computes anew before each use.",
    documentation=__doc__,
    fixable=True,
    ask=ask,
    classes=("B8",),
)

"""What it does
------------
Reports an initialization that runs before the layers that it is meant for are made: `self.apply(...)`, a loop over
`self.modules()` or `self.parameters()`, or a method that does either, called too early in the constructor; and the
constructor of a base class that does so before the class has made its own layers.

Why it hurts
------------
The visitor meets the modules that exist at that moment, and no others. Nothing fails: the layers made afterwards keep
torch's defaults, and the careful initialization has no effect on them. Where a method asks for such a layer by name,
it does fail: there is no attribute of that name yet.

Example
-------
```python
class LeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self._initialize_weights()
        self.conv = nn.Conv2d(1, 6, 5)
        self.fc = nn.Linear(6, 10)

    def _initialize_weights(self):
        for m in self.modules():
            if isinstance(m, (nn.Conv2d, nn.Linear)):
                nn.init.kaiming_normal_(m.weight)
```

Use instead
-----------
```python
class LeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 6, 5)
        self.fc = nn.Linear(6, 10)
        self._initialize_weights()

    def _initialize_weights(self):
        for m in self.modules():
            if isinstance(m, (nn.Conv2d, nn.Linear)):
                nn.init.kaiming_normal_(m.weight)
```

When it is right
----------------
Layers that the visitor would not touch, that are initialized, loaded or frozen afterwards, or that a later run of a
visitor reaches.

Severity
--------
A warning; an error where a layer is asked for that is not there yet.

Fix safety
----------
Safe: only the place of the call changes. The call moves, with its guard and its comments, behind the last layer that it
misses; where a later initialization would then be overwritten, there is no fix. Unsafe where the constructor of a base
class initializes: its hook is called once more at the end of the constructor, the layers of the base are drawn a second
time, and the random numbers of what comes behind them shift.

References
----------
The documentation of `torch.nn.Module.apply`.
"""

from __future__ import annotations

from collections.abc import Iterator

from initls.facts.place import Place, inside
from initls.findings import Severity
from initls.fixes.plans import AppendToMethod, Move, Plan
from initls.model.machine.chains import fork
from initls.model.state.events import NotThere
from initls.model.traces.program import Program
from initls.model.traces.trace import Missed, Trace
from initls.rules.rule import Report, Rule
from initls.rules.wording import listed
from initls.settings import Settings

HOOKS = ("init", "reset", "weights")
"""What is in the names of methods that initialize."""


def ask(program: Program, settings: Settings) -> Iterator[Report]:
    """Report each visitor run that misses layers, once, from the class that it stands in."""
    if program.is_test:
        return
    best: dict[Place, tuple[int, Report]] = {}
    for trace in program.traces:
        for missed in trace.missed:
            found = _report(trace, missed)
            if found is None:
                continue
            foreign = not found.place.unit.startswith(trace.root)
            known = best.get(found.place)
            if known is None or foreign < known[0]:
                best[found.place] = (foreign, found)
    for trace in program.traces:
        for found in _too_soon(trace):
            best[found.place] = (False, found)
    for _, report in best.values():
        yield report


def _too_soon(trace: Trace) -> Iterator[Report]:
    """Report each attribute that a method asks for before the constructor has made it."""
    by_name = {name: trace.modules[number] for number, name in trace.module_names.items()}
    for event in trace.events:
        if (
            not isinstance(event, NotThere)
            or event.caught
            or not event.likely
            or event.module not in trace.module_names
        ):
            continue
        owner = trace.module_names[event.module]
        made = by_name.get(f"{owner}.{event.attribute}" if owner else event.attribute)
        parting = None if made is None else fork((*event.path, event.place), (*made.path, made.place))
        if made is None or parting is None or made.order < event.order:
            continue
        if not any(word in inside(event.place.unit).partition(".")[2].replace("__init__", "") for word in HOOKS):
            continue
        anchor, behind = parting
        base = _is_base(trace, anchor)
        yield Report(
            anchor,
            Severity.ERROR,
            f"this {'call of the base constructor' if base else 'initialization'} asks for `{event.attribute}` "
            f"before it is made: reading it raises AttributeError.",
            related=((f"`{event.attribute}` is made here", made.place),),
            plans=() if base else (Move(anchor, behind, "Move the initialization behind the layers that it asks for"),),
        )


def _report(trace: Trace, missed: Missed) -> Report | None:
    visit = (*missed.path, missed.place)
    modules = [(name, (*path, place)) for name, place, path in missed.modules]
    anchor: Place | None = None
    behind: Place | None = None
    names: list[str] = []
    for name, chain in modules:
        parting = fork(visit, chain)
        if parting is None:
            continue
        if anchor is None or parting[0] == anchor:
            anchor, behind = parting
            names.append(name)
    if anchor is None or behind is None:
        return None
    leaves = _topmost(names)
    related = tuple((f"`{name}` is made here", place) for name, place, _ in missed.modules if name in leaves)[:6]
    what = "this call of the base constructor initializes" if _is_base(trace, anchor) else "this initialization runs"
    return Report(
        anchor,
        Severity.WARNING,
        f"{what} before {listed(leaves)} {'is' if len(leaves) == 1 else 'are'} made, "
        f"and so misses {'it' if len(leaves) == 1 else 'them'}: torch's default initialization stays.",
        related=related,
        plans=_plans(trace, missed, anchor, behind),
    )


def _topmost(names: list[str]) -> list[str]:
    """The names without repetitions, in order."""
    return list(dict.fromkeys(name for name in names if name))


def _plans(trace: Trace, missed: Missed, anchor: Place, behind: Place) -> tuple[Plan, ...]:
    start = trace.visits[missed.visit].order
    end = max(
        module.order
        for module in trace.modules
        for _, place, path in missed.modules
        if (module.place, module.path) == (place, path)
    )
    between = [
        write
        for _, write in trace.log
        if write.explicit and not write.making and start < write.order < end and write.visitor != missed.visit
    ]
    if between:
        # Moved behind the last layer, the visitor would write over these.
        return ()
    if not _is_base(trace, anchor):
        return (Move(anchor, behind, "Move the initialization behind the layers that it misses"),)
    if missed.again is None:
        return ()
    return (AppendToMethod(anchor, missed.again, f"Call {missed.again} at the end of this constructor"),)


def _is_base(trace: Trace, anchor: Place) -> bool:
    """Whether the anchor is the call of a base class's constructor, which has to stay where it is."""
    return any(anchor == call.place or anchor in call.path for call in trace.supers)


RULE = Rule(
    code="INI202",
    name="init-before-layers",
    summary="An initialization runs before the layers that it is meant for are made.",
    documentation=__doc__,
    fixable=True,
    ask=ask,
    classes=("B2", "B3"),
)

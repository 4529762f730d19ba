"""Whether a model of Hugging Face's starts its initialization, and where."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from initls.facts.place import Place, name_of
from initls.knowledge import frameworks
from initls.model.effects.lifecycle_calls import POST_INIT
from initls.model.state.events import LifecycleCall
from initls.model.state.memory import once
from initls.model.state.values import Path
from initls.model.traces.program import Program
from initls.model.traces.trace import Trace

OLDER = frozenset({"init_weights", "initialize_weights"})
"""What does the greater part of what `post_init` does, and did all of it before there was one."""


class Start(Struct, frozen=True):
    """A Hugging Face model whose constructor does not end with `post_init`.

    It never calls it, calls it only where a test is met, or makes the `late` layers and parameters behind it: names
    with the places in the constructor. `place` is the call, or where there is none that of the base constructor.
    """

    kind: Literal["missing", "conditional", "early"]
    place: Place
    late: tuple[tuple[str, Place], ...] = ()
    own: bool = False
    """Whether `place` is the call of `post_init`."""


@once
def starts(program: Program) -> tuple[Start, ...]:
    """The models of a file whose initialization is not started as it should be."""
    if program.is_test or frameworks.is_draft(program.filename):
        return ()
    bases = frozenset(name for trace in program.traces if trace.modules for name in trace.modules[0].classes[1:])
    found = [
        _start(trace)
        for trace in program.traces
        if trace.kind == "class"
        and trace.modules
        and trace.incomplete is None
        and frameworks.starts_itself(trace.modules[0].classes)
        # What is only there to be derived from leaves the call to those that do.
        and trace.root not in bases
        and not name_of(trace.root).endswith("PreTrainedModel")
    ]
    return tuple(start for start in found if start is not None)


def _start(trace: Trace) -> Start | None:
    unit = f"{trace.root}.__init__"
    chains = [(*call.path, call.place) for call in trace.supers if call.module == 0]
    built = next((place for chain in chains for place in chain if place.unit == unit), None)
    if built is None:
        return None  # It has no constructor of its own.
    begun = [event for event in trace.events if isinstance(event, LifecycleCall) and event.module == 0]
    calls = [event for event in begun if event.name == POST_INIT]
    if not calls and any(event.name in OLDER for event in begun):
        return None  # So it was done before there was another way, and copies of those times still have no other.
    if not calls and _visits_itself(trace):
        return None  # It initializes its layers by a function of its own.
    if not calls:
        # What only wraps models that are finished has nothing to initialize.
        return Start("missing", built) if trace.names else None
    own = [call for call in calls if call.place.unit == unit]
    late = tuple(_late(trace, unit, calls[-1].order))
    if late:
        return Start("early", own[-1].place if own else built, late, own=bool(own))
    if own and trace.started == "sometimes":
        return Start("conditional", own[-1].place, own=True)
    return None


def _visits_itself(trace: Trace) -> bool:
    """Whether the constructor goes over all modules or parameters of the model and writes what it meets."""
    own = {visit.index for visit in trace.visits if visit.root == 0}
    return any(write.visitor in own for _, write in trace.log)


def _late(trace: Trace, unit: str, order: int) -> list[tuple[str, Place]]:
    """What the constructor hangs on the model behind a point: layers with parameters, and parameters."""
    found: dict[str, Place] = {}
    holding = {name.partition(".")[0] for name in trace.names.values() if "." in name}
    for module in trace.modules:
        name = trace.module_names.get(module.id, "")
        if module.order > order and name in holding:
            _put(found, name, (*module.path, module.place), unit)
    for parameter in trace.parameters:
        name = trace.names.get(parameter.id, "")
        if parameter.order > order and parameter.owner == 0 and parameter.trainable and "." not in name:
            _put(found, name, (*parameter.path, parameter.place), unit)
    return list(found.items())


def _put(found: dict[str, Place], name: str, chain: Path, unit: str) -> None:
    place = next((place for place in chain if place.unit == unit), None)
    if place is not None and name:
        found.setdefault(name, place)

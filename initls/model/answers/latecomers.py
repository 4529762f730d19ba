"""Layers that are put into a model which has initialized itself, and that keep torch's defaults."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from initls.facts.place import Place, class_of, name_of
from initls.model.traces.program import Program
from initls.model.traces.trace import Missed, Trace


class Latecomer(Struct, frozen=True):
    """A layer made at `place` and put in as `name`; `visitor` is what the visitor's run at `run` was given.

    `method` tells that the visitor is one of the model's own class. `direct` tells that the layer is an attribute of
    the model itself.
    """

    place: Place
    name: str
    model: str
    run: Place
    visitor: str
    method: bool
    direct: bool


def latecomers(program: Program) -> Iterator[Latecomer]:
    """Every such layer of a file, once."""
    if program.is_test:
        return
    seen: set[Place] = set()
    for trace in program.traces:
        if trace.incomplete is not None:
            continue
        for missed in trace.missed:
            for found in _of(trace, missed):
                if found.place not in seen:
                    seen.add(found.place)
                    yield found


def _of(trace: Trace, missed: Missed) -> Iterator[Latecomer]:
    visit = trace.visits[missed.visit]
    root = trace.modules[visit.root]
    numbers = {name: number for number, name in trace.module_names.items()}
    prefix = trace.module_names.get(root.id, "")
    for name, number in missed.outside:
        top, steps = number, name
        # A container that came with it is what was put in.
        while "." in steps:
            steps = steps.rpartition(".")[0]
            holder = numbers.get(f"{prefix}.{steps}".lstrip("."))
            if holder is None or trace.modules[holder].order < visit.order:
                break
            top, name = holder, steps
        module = trace.modules[top]
        place = next((one for one in (module.place, *reversed(module.path)) if not one.foreign), None)
        if place is not None:
            yield Latecomer(
                place,
                name,
                name_of(root.own_class),
                missed.place,
                name_of(missed.visitor) if missed.visitor else "",
                method=class_of(missed.visitor) != missed.visitor,
                direct="." not in name,
            )

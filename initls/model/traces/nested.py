"""`reset_parameters` that reach into children which have one of their own."""

from __future__ import annotations

from msgspec import Struct

from initls.facts.place import Place, name_of
from initls.knowledge import layers
from initls.model.machine import calls, classes, lookup, objects
from initls.model.machine.machine import Run, TooMuch
from initls.model.state.values import External, FunctionValue, ModuleRef, UnitFunction
from initls.model.traces.fillers import RESET


class Nested(Struct, frozen=True):
    """A `reset_parameters`, defined at `place`, that writes `parameters` of children.

    `owner` is the class of the first such child, whose own `reset_parameters` writes them too. `alone` tells that its
    module holds no parameter itself.
    """

    place: Place
    parameters: tuple[str, ...]
    owner: str
    alone: bool


def nested(run: Run, ref: ModuleRef | None) -> Nested | None:
    """What the `reset_parameters` of a class that has been built writes in children, if it is of this file."""
    if ref is None or run.state is None:
        return None
    found = classes.find(run, run.module(ref).classes, RESET)
    if not isinstance(found, UnitFunction) or found.owner != run.module(ref).own_class:
        return None
    function = classes.function_of(run, found)
    if function is None:
        return None
    below = {
        parameter.id: (f"{prefix}.{name}", module)
        for prefix, module, sure in objects.descendants(run, ref)
        if prefix and sure and _resets_itself(run, module)
        for name, parameter, always in objects.own_parameters(run, module)
        if always
    }
    written = [number for number in _written(run, ref, found) if number in below] if below else []
    if not written:
        return None
    alone = not any(True for _ in objects.own_parameters(run, ref))
    owner = run.module(below[written[0]][1])
    short = name_of(owner.own_class) if owner.layer is None or "." not in owner.own_class else owner.own_class
    return Nested(
        Place(found.unit, function.site),
        tuple(below[number][0] for number in written),
        short.rpartition(".")[2],
        alone,
    )


def _resets_itself(run: Run, module: ModuleRef) -> bool:
    """Whether a module has a `reset_parameters` that surely writes what it holds."""
    info = run.module(module)
    found = classes.find(run, info.classes, RESET)
    if found is not None and not isinstance(found, External):
        return isinstance(found, UnitFunction | FunctionValue)
    return info.layer is not None and layers.layer(info.own_class) is not None


def _written(run: Run, ref: ModuleRef, method: UnitFunction) -> list[int]:
    """The parameters that a method writes by itself, and not by having others do so; the state is left as it was."""
    before, log, visits, depth = run.state, len(run.log), len(run.visits), len(run.stack)
    assert before is not None
    outer, run.watch.trial = run.watch.trial, True
    run.state = before.fork()

    def go() -> None:
        calls.call(run, lookup.bind(ref, method), (), {}, 0)

    try:
        run.attempt(go)
    except TooMuch:
        return []
    finally:
        run.watch.trial = outer
        run.state = before
        entries = run.log[log:]
        del run.log[log:], run.visits[visits:], run.stack[depth:]
    return list(
        dict.fromkeys(
            number
            for number, write in entries
            if write.explicit
            and not any(
                place.unit != method.unit and name_of(place.unit) == RESET for place in (*write.path, write.place)
            )
        )
    )

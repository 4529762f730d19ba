"""Functions that would initialize what a script builds, and that nothing refers to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from initls.facts import ir
from initls.facts.place import Place, file_of, name_of
from initls.knowledge import layers
from initls.model.effects import hooks
from initls.model.machine import branches, classes, lookup, objects
from initls.model.machine.machine import Run
from initls.model.state.state import Alternative
from initls.model.state.values import ModuleRef, UnitFunction, Value

BY_FRAMEWORKS = frozenset({"reset_parameters", "param_init_fn", "init_weights", "_init_weights"})
"""Names that frameworks call, or torch's own wrappers."""

TRAINS = ("backward", "fit")
"""What is in a script that trains what it builds: such a file is no library that others initialize from outside."""


class Uncalled(Struct, frozen=True):
    """A function at `place` that initializes, and that is named nowhere else in the file.

    `statement` would run it at the end of the constructor of the class `model`, which stands in the unit
    `constructor`. `parameters` are what it would write, which is all as torch has left it.
    """

    place: Place
    name: str
    model: str
    constructor: str | None
    statement: str
    parameters: tuple[str, ...]


def uncalled(
    run: Run, models: tuple[ModuleRef, ...], final: Mapping[int, tuple[Alternative, ...]], names: Mapping[int, str]
) -> tuple[Uncalled, ...]:
    """What nothing refers to in the file of a function or script that builds and trains models."""
    own = [ref for ref in models if classes.find(run, run.module(ref).classes, "forward") is not None]
    own = [ref for ref in own if not file_of(run.module(ref).own_class)]
    if not own or not any(run.reading.spoken(word) for word in TRAINS):
        return ()
    found: list[Uncalled] = []
    for ref in own[:MOST_MODELS]:
        for unit, statement, function, targets in _candidates(run, ref):
            written = {number for given in targets for number in hooks.trial(run, function, given)}
            kept = [number for number in sorted(written) if number in names]
            if kept and all(_untouched(final.get(number, ())) for number in kept):
                definition = classes.function_of(run, UnitFunction(unit))
                assert isinstance(definition, ir.Function)
                made = run.reading.members(run.module(ref).own_class).get("__init__")
                found.append(
                    Uncalled(
                        Place(unit, definition.site),
                        name_of(unit),
                        name_of(run.module(ref).own_class),
                        made,
                        statement,
                        tuple(names[number] for number in kept),
                    )
                )
    return tuple(found)


MOST_MODELS = 4
"""Models of one script that are looked at."""


def _candidates(run: Run, model: ModuleRef) -> Iterator[tuple[str, str, Value, list[tuple[Value, ...]]]]:
    """The functions that may be meant to initialize a model, with what would run each and what it would be given."""
    info = run.module(model)
    below = [module for _, module, _ in objects.descendants(run, model)]
    if not info.unresolved:
        for key in info.classes:
            for name, unit in run.reading.members(key).items() if layers.layer(key) is None else ():
                taken = _taken(run, unit, name)
                if taken is not None and taken <= 2 and not file_of(unit):
                    method = lookup.bind(model, UnitFunction(unit, key))
                    if taken == 1:
                        yield unit, f"self.{name}()", method, [()]
                    else:
                        yield unit, f"self.apply(self.{name})", method, [(module,) for module in below]
    for unit in run.reading.functions():
        name = name_of(unit)
        if _taken(run, unit, name) == 1:
            function = UnitFunction(unit)
            one = hooks.trial(run, function, (model,))
            if one - {parameter.id for _, parameter, _ in objects.own_parameters(run, model)}:
                yield unit, f"{name}(self)", function, [(model,)]
            else:
                yield unit, f"self.apply({name})", function, [(module,) for module in below]


def _taken(run: Run, unit: str, name: str) -> int | None:
    """How many arguments a function asks for; None where it does not initialize or is named elsewhere."""
    if "init" not in name.lower() or name.startswith("__") or name in BY_FRAMEWORKS or run.reading.spoken(name) > 1:
        return None
    function = classes.function_of(run, UnitFunction(unit))
    if not isinstance(function, ir.Function) or function.decorators or not branches.initializes(function.body):
        return None
    return sum(one.kind in ("positional", "keyword") and one.default is None for one in function.parameters)


def _untouched(ways: tuple[Alternative, ...]) -> bool:
    return bool(ways) and all(not write.explicit and write.making for way in ways for write in way.writes)

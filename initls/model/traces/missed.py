"""Visitors that ran before the layers that they would have initialized were there."""

from __future__ import annotations

from collections.abc import Mapping

from initls.facts import ir
from initls.facts.place import Place, class_of, name_of
from initls.knowledge.parameters import Role
from initls.model.machine import classes, objects, visitors
from initls.model.machine.chains import fork
from initls.model.machine.machine import Run, TooMuch, Visit
from initls.model.state.contents import Constant
from initls.model.state.state import Alternative
from initls.model.state.values import (
    ModuleRef,
    Path,
    UnitFunction,
)
from initls.model.traces.trace import Missed


def missed_by_visitors(
    run: Run,
    final: Mapping[int, tuple[Alternative, ...]],
    frozen: frozenset[int],
    module_names: Mapping[int, str],
) -> tuple[Missed, ...]:
    """The visitor runs that miss layers, each with what it misses."""
    found: list[Missed] = []
    for visit in list(run.visits):
        root = ModuleRef(visit.root)
        later = [
            (name, module, sure)
            for name, module, sure in objects.descendants(run, root)
            if module.id not in visit.seen and run.module(module).order > visit.order
        ]
        modules: list[tuple[str, Place, Path]] = []
        outside: list[tuple[str, int]] = []
        certain = True
        try:
            for name, module, sure in later:
                if _would_be_written(run, visit, name, module, final, frozen):
                    info = run.module(module)
                    if _from_outside(run, root, visit, (*info.path, info.place)):
                        outside.append((name, module.id))
                        continue
                    modules.append((name, info.place, info.path))
                    certain = certain and sure
        except TooMuch:
            break
        if modules or outside:
            again = _again(run, visit) if modules else None
            what = (tuple(modules), certain, tuple(outside), _given(run, visit), again)
            found.append(Missed(visit.index, visit.place, visit.path, *what))
    return tuple(found)


def _from_outside(run: Run, root: ModuleRef, visit: Visit, made: Path) -> bool:
    """Whether a layer was made behind the call that made the object and ran the visitor within.

    The call of a base class's constructor is no such call: it stands in the constructor of the same object.
    """
    chain = (*visit.path, visit.place)
    parting = fork(chain, made)
    info = run.module(root)
    origin = (*info.path, info.place)
    if parting is None or parting[0] not in origin:
        return False
    steps = origin.index(parting[0]) + 1
    if steps >= len(chain) or name_of(chain[steps].unit) != "__init__":
        return True
    return any((*module.path, module.place) == origin[:steps] for module in run.modules)


def _again(run: Run, visit: Visit) -> str | None:
    """The statement that runs a visitor once more which the constructor of a base class has run.

    That is the call of the method that goes over the modules, or of `apply` with the method that it was given.
    """
    chain = (*visit.path, visit.place)
    if not all(name_of(place.unit) == "__init__" for place in chain[:2]):
        return None
    hook = next((place.unit for place in chain if name_of(place.unit) != "__init__"), None)
    if hook is not None:
        return f"self.{name_of(hook)}()" if class_of(hook) != hook and _takes(run, hook) == 0 else None
    visitor = _given(run, visit)
    return f"self.apply(self.{name_of(visitor)})" if visitor and class_of(visitor) != visitor else None


def _given(run: Run, visit: Visit) -> str:
    """The function that `apply` was given, where one function writes all and takes nothing but the module."""
    chain = (*visit.path, visit.place)
    given = {
        write.path[len(chain)].unit if len(write.path) > len(chain) else write.place.unit
        for _, write in run.log
        if write.visitor == visit.index and write.path[: len(chain)] == chain
    }
    visitor = given.pop() if len(given) == 1 else ""
    return visitor if visitor and _takes(run, visitor) == 1 else ""


def _takes(run: Run, unit: str) -> int | None:
    """How many arguments a function asks for, a method besides its object."""
    function = classes.function_of(run, UnitFunction(unit))
    if not isinstance(function, ir.Function) or function.decorators:
        return None
    asked = sum(one.kind in ("positional", "keyword") and one.default is None for one in function.parameters)
    return asked - (class_of(unit) != unit)


def _would_be_written(
    run: Run,
    visit: Visit,
    name: str,
    module: ModuleRef,
    final: Mapping[int, tuple[Alternative, ...]],
    frozen: frozenset[int],
) -> bool:
    """Whether the visitor would initialize the module, and nothing else has."""
    own = [(n, ref) for n, ref, _ in objects.own_parameters(run, module)]
    untouched = {ref.id for _, ref in own if ref.id not in frozen and _untouched(final.get(ref.id, ()))}
    weights = {ref.id for _, ref in own if run.parameters[ref.id].role in (Role.WEIGHT, Role.TABLE)}
    if not untouched or (weights and not weights & untouched):
        return False
    if visit.over == "modules":
        written = visitors.rerun(run, visit, module, name)
    else:
        written = frozenset(number for n, ref in own for number in visitors.rerun(run, visit, ref, f"{name}.{n}"))
    hit = written & untouched
    if not hit:
        return False
    # A norm whose ones and zeros would be written once more has missed nothing.
    return any(not _same_constant(run, number, final) for number in hit)


def _same_constant(run: Run, number: int, final: Mapping[int, tuple[Alternative, ...]]) -> bool:
    info = run.parameters[number]
    return info.role in (Role.GAIN, Role.SHIFT) and all(
        isinstance(way.content, Constant) for way in final.get(number, ())
    )


def _untouched(ways: tuple[Alternative, ...]) -> bool:
    """Whether nothing but torch's constructor has written it, and it is there without unusual options."""
    return any(way.likely for way in ways) and all(
        not write.explicit and write.making for way in ways for write in way.writes
    )

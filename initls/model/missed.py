"""Visitors that ran before the layers that they would have initialized were there."""

from __future__ import annotations

from collections.abc import Mapping

from initls.facts.place import Place
from initls.knowledge.parameters import Role
from initls.model import objects, visitors
from initls.model.contents import Constant
from initls.model.machine import Run, TooMuch, Visit
from initls.model.state import Alternative
from initls.model.trace import Missed
from initls.model.values import (
    ModuleRef,
    Path,
)


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
        certain = True
        try:
            for name, module, sure in later:
                if _would_be_written(run, visit, name, module, final, frozen):
                    info = run.module(module)
                    modules.append((name, info.place, info.path))
                    certain = certain and sure
        except TooMuch:
            break
        if modules:
            found.append(Missed(visit.index, visit.place, visit.path, tuple(modules), certain))
    return tuple(found)


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

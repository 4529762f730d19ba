"""Lists that hold one and the same module several times, where several modules were meant, as far as one can see."""

from __future__ import annotations

from collections.abc import Iterable

from initls.facts import ir
from initls.model.machine import branches, objects
from initls.model.machine.machine import Run
from initls.model.state.events import Replicated
from initls.model.state.values import Known, ModuleRef, Value, options


def multiplied(run: Run, node: ir.Binary, count: Value, values: tuple[Value, ...]) -> None:
    """Note a list times a number."""
    display = node.left if isinstance(node.left, ir.Sequence) else node.right
    times = count.value if isinstance(count, Known) and isinstance(count.value, int) else None
    if times is not None and times < 2:
        return
    inline = isinstance(display, ir.Sequence) and any(isinstance(item, ir.Call) for item in display.items)
    for value in values:
        if isinstance(value, ModuleRef):
            _note(run, value, node.site, times, inline=inline)


def comprehended(run: Run, node: ir.Comprehension, values: tuple[Value, ...], before: int, *, open: bool) -> None:
    """Note a comprehension whose rounds all give a module that was there before its first, `before` modules ago."""
    if len(values) > 1 and isinstance(values[0], ModuleRef) and values[0].id < before and len(set(values)) == 1:
        sampled = open or len(values) > 2
        _note(run, values[0], node.site, None if sampled else len(values), inline=False)


def _note(run: Run, ref: ModuleRef, site: int, times: int | None, *, inline: bool) -> None:
    if run.graph is not None or _held(run, ref) or _is_choice(run, site):
        return
    if any(run.parameters[found.id].trainable for found in objects.parameters_below(run, ref)):
        run.note(Replicated, site, module=ref.id, times=times, inline=inline)


def _is_choice(run: Run, site: int) -> bool:
    """Whether the list stands on one side of a test, and on the other one that makes several layers in its place."""
    facts = run.reading.facts(run.frame.unit)
    for node in () if facts is None else branches.walk(facts.body):
        match node:
            case ir.If(body=body, otherwise=otherwise):
                sides = list(branches.walk(body)), list(branches.walk(otherwise))
                alike = not _assigned(sides[0]).isdisjoint(_assigned(sides[1]))
            case ir.Choice(then=then, otherwise=instead):
                sides, alike = (list(branches.walk(then)), list(branches.walk(instead))), True
            case _:
                continue
        for side, other in (sides, sides[::-1]) if alike else ():
            here = any(isinstance(one, ir.Binary | ir.Comprehension) and one.site == site for one in side)
            if here and any(isinstance(one, ir.Comprehension) for one in other):
                return True
    return False


def _assigned(nodes: Iterable[object]) -> set[ir.Expression]:
    """What some statements assign."""
    return {target for node in nodes if isinstance(node, ir.Assign) for target in node.targets}


def _held(run: Run, ref: ModuleRef) -> bool:
    """Whether some object has the module as an attribute: then it has a part of its own, and is shared on purpose."""
    return any(ref in options(value) for attributes in run.now.objects.values() for value in attributes.values.values())

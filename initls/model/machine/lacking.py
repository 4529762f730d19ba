"""Attributes that modules do not have: `m.weights` raises, and `m.weights = ...` makes a new one that nobody reads."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from initls.facts import ir
from initls.facts.place import name_of
from initls.knowledge import attributes, layers
from initls.model.machine import branches, classes, expressions, lookup
from initls.model.machine.machine import Run
from initls.model.state.events import Event, Lacked, NotThere
from initls.model.state.values import NONE, Absent, Either, ModuleRef, ParameterRef, Value, options

WANTED = frozenset({"weight", "bias"})
"""What initialization asks of layers; one that has no such parameter raises."""

TENSOR_ONLY = frozenset({"data"})
"""What tensors have and modules do not."""

ENDS = " =:.,)]([*/+-\n"
"""What may stand behind an attribute in a text."""

ALIKE = 0.75
"""How much two names must have in common for one to be a slip for the other."""


def read(run: Run, node: ir.Attribute, owner: ModuleRef) -> None:
    """An attribute was read that the object is not seen to have."""
    wanted = node.name
    if run.graph is not None or run.watch.trial or run.caught or wanted in lookup.MODULE_METHODS:
        return
    if not is_known(run, owner) or wanted in run.attributes(owner).values:
        return
    if run.frame.receiver == owner and run.now.certain and not wanted.startswith("__"):
        run.note(NotThere, run.frame.site, module=owner.id, attribute=wanted)
    nearest = _nearest(run, owner, wanted) or _elsewhere(run, owner, wanted)
    if nearest is None and not (
        run.now.certain and (wanted in WANTED | TENSOR_ONLY or _no_layer_has(run, owner, wanted))
    ):
        return
    if not run.now.certain and run.watch.visiting == owner.id:
        # It may not be this module that gets here.
        return
    _note(run, node.value, owner, wanted, nearest, run.frame.site, assigned=False)


def read_of_several(run: Run, node: ir.Attribute, owner: Either) -> None:
    """The same where it may be one of several objects: it surely raises where none of them has the attribute."""
    found = [option for option in owner.options if not isinstance(option, Absent) and option != NONE]
    modules = [option for option in found if isinstance(option, ModuleRef)]
    if modules and len(modules) == len(found) and all(_lacks(run, module, node.name) for module in modules):
        for module in modules:
            if _has_parameters(run, module):
                read(run, node, module)


def _lacks(run: Run, ref: ModuleRef, wanted: str) -> bool:
    """Whether an object has no such attribute, nor its class."""
    if wanted in lookup.MODULE_METHODS or wanted in run.attributes(ref).values or not is_known(run, ref):
        return False
    info = run.module(ref)
    return wanted not in info.arguments and classes.find(run, info.classes, wanted) is None


def _has_parameters(run: Run, ref: ModuleRef) -> bool:
    """Whether an object is a layer of torch that holds parameters of its own, or derives from one."""
    row = layers.layer(run.module(ref).layer or "")
    return row is not None and bool(row.parameters or row.recurrence)


def _no_layer_has(run: Run, ref: ModuleRef, wanted: str) -> bool:
    """Whether an object is a layer with parameters, and the name that of nothing which such layers have.

    What wrappers make of `weight` is called `weight_g`, `weight_orig` and so on. A class that derives from a layer of
    torch must not speak of the name at all.
    """
    if wanted in attributes.OF_LAYERS or wanted.startswith(("_", *(f"{name}_" for name in WANTED))):
        return False
    members = [run.reading.members(key).values() for key in run.module(ref).classes if layers.layer(key) is None]
    words = (*(f".{wanted}{end}" for end in ENDS), f'"{wanted}"', f"'{wanted}'")
    spoken = any(run.reading.mentioned(unit, words) for units in members for unit in units)
    return _has_parameters(run, ref) and not spoken


def assigned(run: Run, node: ir.Attribute, owner: Value, value: Value, site: int) -> None:
    """An attribute was assigned that a layer of torch does not have, nor any other that it may be the layer instead."""
    found = [option for option in options(owner) if not isinstance(option, Absent) and option != NONE]
    modules = [option for option in found if isinstance(option, ModuleRef)]
    if len(modules) == len(found) and all(layers.layer(run.module(one).layer or "") for one in modules):
        for module in modules:
            _assigned(run, node, module, value, site)


def _assigned(run: Run, node: ir.Attribute, owner: ModuleRef, value: Value, site: int) -> None:
    wanted = node.name
    if run.graph is not None or run.watch.trial or not is_known(run, owner):
        return
    if not _has_parameters(run, owner) or wanted in run.attributes(owner).values:
        return
    own = layers.layer(run.module(owner).own_class) is not None
    nearest = _nearest(run, owner, wanted) if own else None
    if nearest is None and not _is_unread(run, owner, wanted, value):
        return
    nearest = nearest or _elsewhere(run, owner, wanted)
    _note(run, node.value, owner, wanted, nearest, site, assigned=True)


def _elsewhere(run: Run, ref: ModuleRef, wanted: str) -> str | None:
    """The parameter of a layer of torch that another framework calls by this name."""
    meant = attributes.ELSEWHERE.get(wanted)
    return meant if meant in run.attributes(ref).values and _no_layer_has(run, ref, wanted) else None


def _is_unread(run: Run, owner: ModuleRef, wanted: str, value: Value) -> bool:
    """Whether a parameter is given to a layer that does not use it, under a name that the file reads nowhere."""
    if not isinstance(value, ParameterRef) or not run.parameters[value.id].trainable:
        return False
    return _no_layer_has(run, owner, wanted) and not run.reading.reads(wanted)


def settled(run: Run) -> tuple[Event, ...]:
    """What has happened in a run, without the parameters of which code that is not followed may make something."""
    return tuple(
        event
        for event in run.events
        if not (isinstance(event, Lacked) and event.nearest is None and event.assigned)
        or event.module not in run.watch.leaked
    )


def in_branch(run: Run, subject: ir.Expression, kinds: tuple[str, ...], body: tuple[ir.Statement, ...]) -> None:
    """Note what a branch asks of a layer of torch that none of the classes has which the branch is for.

    That holds for whatever model the branch is run on, known or not.
    """
    rows = [row for kind in kinds if (row := layers.layer(kind)) is not None and not row.recurrence]
    if not rows or len(rows) < len(kinds) or any(row.name == layers.MODULE for row in rows):
        return
    held = [{spec.name for spec in row.parameters} for row in rows]
    for site, wanted, assigned in _asked(body, subject):
        nearest = [_alike(wanted, sorted(names)) for names in held]
        if nearest[0] is not None and all(nearest):
            run.note(
                Lacked,
                site,
                module=-1,
                owner=expressions.written(subject),
                kind=name_of(rows[0].name),
                attribute=wanted,
                nearest=nearest[0],
                assigned=assigned,
                sure=False,
                visit=None,
            )


def _asked(body: tuple[ir.Statement, ...], subject: ir.Expression) -> Iterator[tuple[int, str, bool]]:
    """The attributes of a thing that statements ask for outright: the statement, the name, whether it is assigned."""
    for statement in body:
        if isinstance(statement, ir.Try | ir.Function | ir.Class | ir.Scope):
            continue
        if isinstance(statement, ir.Assign) and subject in statement.targets:
            return
        targets = statement.targets if isinstance(statement, ir.Assign) else ()
        blocks = _blocks(statement)
        own = [getattr(statement, name) for name in statement.__struct_fields__ if name not in BLOCKS]
        expressions_ = list(branches.walk(tuple(own)))
        if any(isinstance(one, ir.Name) and one.id in ("hasattr", "getattr") for one in expressions_):
            continue
        for one in expressions_:
            if isinstance(one, ir.Attribute) and one.value == subject:
                yield statement.site, one.name, one in targets
        for block in blocks:
            yield from _asked(block, subject)


def _blocks(statement: ir.Statement) -> tuple[tuple[ir.Statement, ...], ...]:
    """The blocks that a statement holds."""
    if isinstance(statement, ir.Match):
        return statement.cases
    return tuple(getattr(statement, name, ()) for name in BLOCKS)


BLOCKS = ("body", "otherwise", "final", "cases")
"""The fields of statements that hold other statements."""


def is_known(run: Run, ref: ModuleRef) -> bool:
    """Whether everything that an object holds is seen."""
    info, attributes = run.module(ref), run.attributes(ref)
    if info.unresolved or attributes.open or not attributes.ready or ref.id in run.watch.leaked:
        return False
    if any(name.startswith("?") for name in attributes.values):
        return False
    return classes.find(run, info.classes, "__getattr__") is None


def _nearest(run: Run, ref: ModuleRef, wanted: str) -> str | None:
    """The parameter that was meant by a name: one that is written nearly like it, or the weight for `data`."""
    held = [
        name
        for name, value in run.attributes(ref).values.items()
        if any(isinstance(option, ParameterRef) for option in options(value))
    ]
    return _alike(wanted, held)


def _alike(wanted: str, held: list[str]) -> str | None:
    """The name among those of parameters that was meant by another one."""
    if wanted in TENSOR_ONLY:
        return "weight.data" if "weight" in held else None
    if wanted in held or wanted in WANTED or any(wanted.startswith(f"{name}_") for name in held):
        # What wrappers make of `weight` is called `weight_g`, `weight_orig` and so on.
        return None
    close = get_close_matches(wanted, held, 1, ALIKE)
    return close[0] if close else None


def _note(
    run: Run, owner: ir.Expression, ref: ModuleRef, wanted: str, nearest: str | None, site: int, *, assigned: bool
) -> None:
    info = run.module(ref)
    run.note(
        Lacked,
        site,
        module=ref.id,
        owner=expressions.written(owner),
        kind=name_of(info.own_class),
        attribute=wanted,
        nearest=nearest,
        assigned=assigned,
        sure=_is_there(run, ref.id),
        visit=run.visit,
    )


def _is_there(run: Run, module: int) -> bool:
    """Whether a module is part of the model whatever options it is built with."""
    for _ in range(len(run.modules)):
        holders = [
            (number, len(options(value)))
            for number, attributes in run.now.objects.items()
            for value in attributes.values.values()
            if any(option == ModuleRef(module) for option in options(value))
        ]
        if not holders:
            return True
        if all(count > 1 for _, count in holders):
            return False
        module = holders[0][0]
    return False

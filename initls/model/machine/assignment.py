"""What assigning an attribute does to a module or a parameter."""

from __future__ import annotations

from msgspec.structs import replace

from initls.model.effects import dataflow, declared, optimizers, wrappings, writes
from initls.model.machine.machine import EarlyAssignment, Run
from initls.model.state.events import Tied
from initls.model.state.values import (
    ABSENT,
    Declared,
    DictRef,
    Either,
    ListRef,
    ModuleRef,
    ParameterRef,
    Tuple,
    Value,
    either,
    options,
)


def set_attribute(run: Run, owner: Value, name: str, value: Value, site: int) -> None:
    """`owner.name = value`."""
    for target in options(owner):
        if isinstance(target, ParameterRef):
            if name == "data":
                run.write(target, writes.content_of(run, value), site, must=not isinstance(owner, Either))
                run.copies.spend(run, target)
            elif name == "requires_grad":
                writes.freeze(run, (target,), value)
        elif isinstance(target, Declared) and run.declaring is not None:
            declared.doubt(run, run.declaring, target)
        elif isinstance(target, ModuleRef):
            _set_module_attribute(run, target, name, value, site, sure=not isinstance(owner, Either))


def _set_module_attribute(run: Run, ref: ModuleRef, name: str, value: Value, site: int, *, sure: bool) -> None:
    if run.graph is not None:
        run.graph.outputs.extend(dataflow.nodes_in(run, run.graph, value))
        run.now.objects[ref.id] = run.attributes(ref).with_value(name, value)
        return
    early(run, ref, name, value, site)
    if any(isinstance(option, ListRef | DictRef | Tuple) for option in options(value)):
        run.kept[ref.id, name] = (run.place(site), run.path)
    before = run.attributes(ref).values.get(name, ABSENT)
    if wrappings.assigned(run, before, value, site):
        return
    if run.held:
        optimizers.replaced(run, ref, name, before, value, site)
    value = adopt(run, ref, name, before, value, site)
    _note_tie(run, ref, name, value, site)
    run.set_attribute(ref, name, value if sure else either(before, value))


def _note_tie(run: Run, ref: ModuleRef, name: str, value: Value, site: int) -> None:
    """Note that a parameter which a module holds already gets a second one."""
    if isinstance(value, ParameterRef) and value.region is None and not value.viewed:
        info = run.parameters[value.id]
        if info.trainable and info.computed is None and info.owner not in (None, ref.id):
            run.note(Tied, site, parameter=value.id, module=ref.id, name=name)


def adopt(run: Run, ref: ModuleRef, name: str, before: Value, value: Value, site: int) -> Value:
    """A parameter that takes the place of another one of a layer has its part, and its making is a write to it."""
    if not isinstance(value, ParameterRef):
        return value
    info = run.parameters[value.id]
    replaced = [run.parameters[old.id] for old in options(before) if isinstance(old, ParameterRef)]
    if info.owner is None and replaced and replaced[0].id != value.id:
        old = replaced[0]
        run.parameters[value.id] = replace(
            info, role=old.role, layer=old.layer, shape=info.shape or old.shape, owner=ref.id, name=name
        )
    return value


def early(run: Run, ref: ModuleRef, name: str, value: Value, site: int) -> None:
    """Note an assignment that `nn.Module` refuses because its constructor has not run."""
    info = run.module(ref)
    if run.attributes(ref).ready or info.layer is None:
        return
    found = options(value)
    kind = None
    if all(isinstance(option, ModuleRef) and run.module(option).layer is not None for option in found):
        kind = "module"
    elif all(isinstance(option, ParameterRef) and run.parameters[option.id].trainable for option in found):
        kind = "parameter"
    if kind is not None:
        run.early.append(EarlyAssignment(run.place(site), run.path, name, kind, ref.id, run.now.likely))  # type: ignore[arg-type]

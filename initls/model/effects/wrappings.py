"""Weights that wrappers take the place of: `weight_norm`, `spectral_norm`, parametrizations, pruning.

Behind a wrapper the old name is no parameter any more. What it stands for is computed from the parameters that have
taken its place, before each use, so that a write to it is lost; a write to those takes effect.
"""

from __future__ import annotations

from initls.knowledge.wrappers import Survival, Wrapper
from initls.model.effects import warming, writes
from initls.model.machine import lookup, objects
from initls.model.machine.machine import Computed, Run
from initls.model.state.contents import Constant
from initls.model.state.contents import Unknown as UnknownContent
from initls.model.state.values import (
    ABSENT,
    NONE,
    Absent,
    Arguments,
    Either,
    Keywords,
    Known,
    ModuleRef,
    ParameterRef,
    Unknown,
    Value,
    options,
)


def wrap(run: Run, wrapper: Wrapper, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    """`weight_norm(module)` and its like: the module comes back with a weight that is computed."""
    bound = writes.bind_arguments(wrapper.signature, arguments, keywords)
    target = bound.get("module", Unknown("no module"))
    name = bound.get(wrapper.argument)
    wanted = str(name.value) if isinstance(name, Known) else ""
    # What has no such parameter raises here, and is not what comes back.
    there = [o for o in options(target) if o != NONE and not isinstance(o, Absent) and not lookup.lacks(run, o, wanted)]
    modules = [option for option in there if isinstance(option, ModuleRef)]
    for ref in modules:
        sure = len(modules) == len(there) and not (isinstance(name, Known) and name.soft)
        held = run.attributes(ref).values.get(str(name.value)) if isinstance(name, Known) else None
        if sure and isinstance(name, Known) and isinstance(held, ParameterRef) and _plain(run, held):
            _take_the_place(run, wrapper, ref, str(name.value), held, site)
            if wrapper.survival is Survival.UNTIL_FORWARD:
                warming.cool(run, ref, site)
        else:
            _doubt(run, wrapper, ref, site)
    if not isinstance(target, Either) or len(there) < 2:
        return there[0] if there else target
    return Either(tuple(there), sum(option in there for option in target.options[: target.likely]) or len(there))


def _plain(run: Run, ref: ParameterRef) -> bool:
    info = run.parameters[ref.id]
    return ref.region is None and info.computed is None and info.trainable


def _doubt(run: Run, wrapper: Wrapper, ref: ModuleRef, site: int) -> None:
    """Where it is not shown what is wrapped, the weights hold nobody knows what."""
    reason = f"it is computed by {wrapper.name.rpartition('.')[2]}"
    for name, found, _ in objects.own_parameters(run, ref):
        if name.startswith("weight"):
            run.write(found, UnknownContent(reason), site, explicit=False)


def _take_the_place(run: Run, wrapper: Wrapper, ref: ModuleRef, name: str, held: ParameterRef, site: int) -> None:
    """Put a computed tensor under the old name, and the old parameter under the name that carries the direction."""
    reason = f"it is computed by {wrapper.name.rpartition('.')[2]}"
    ways = run.now.writes.get(held.id, ())
    if not wrapper.name.endswith(("_norm", "identity")) or any(isinstance(way.content, Constant) for way in ways):
        # What a parametrization makes of a value is its own affair, and a norm of a constant may be none.
        run.write(held, UnknownContent(reason), site, explicit=False)
    originals = tuple(original.format(name=name) for original in wrapper.originals)
    direction = wrapper.direction.format(name=name)
    for original in originals:
        value = held
        if original != direction:
            value = run.new_parameter(site, UnknownContent("the norms of the rows"))
        _put(run, ref, original, value, site)
    for buffer in wrapper.buffers:
        made = run.new_parameter(site, UnknownContent(reason), trainable=False)
        run.set_attribute(ref, buffer.format(name=name), made)
    if wrapper.survival is Survival.LOST:
        info = run.parameters[held.id]
        computed = Computed(wrapper.name, originals, direction, held.id, run.place(site), run.path)
        made = run.new_parameter(
            site,
            UnknownContent(reason),
            owner=ref.id,
            name=name,
            role=info.role,
            layer=info.layer,
            shape=info.shape,
            computed=computed,
        )
        run.set_attribute(ref, name, made)


def _put(run: Run, ref: ModuleRef, dotted: str, value: Value, site: int) -> None:
    """Set an attribute by its dotted path, making the modules that the path leads through."""
    *steps, last = dotted.split(".")
    for step in steps:
        inner = run.attributes(ref).values.get(step)
        if not isinstance(inner, ModuleRef):
            inner = run.new_module(("torch.nn.ModuleDict",), site, layer="torch.nn.ModuleDict")
            run.set_attribute(ref, step, inner)
        ref = inner
    run.set_attribute(ref, last, value)


def unwrap(run: Run, arguments: Arguments, keywords: Keywords) -> Value:
    """`remove_weight_norm(module)` and its like: the name stands for a parameter again."""
    target = arguments[0]
    name = arguments[1] if len(arguments) > 1 else keywords.get("name", keywords.get("tensor_name"))
    for ref in (option for option in options(target) if isinstance(option, ModuleRef)):
        run.watch.cold.pop(ref.id, None)
        for attribute, value in tuple(run.attributes(ref).values.items()):
            computed = run.parameters[value.id].computed if isinstance(value, ParameterRef) else None
            if computed is None or (isinstance(name, Known) and name.value != attribute):
                continue
            for original in computed.originals:
                run.set_attribute(ref, original.partition(".")[0], ABSENT)
            run.set_attribute(ref, attribute, ParameterRef(computed.source))
    return target


def assigned(run: Run, before: Value, value: Value, site: int) -> bool:
    """Take an assignment to a computed weight for a write to what it is computed from; whether it is one."""
    found = [run.parameters[old.id].computed for old in options(before) if isinstance(old, ParameterRef)]
    sources = [computed.source for computed in found if computed is not None]
    for source in sources:
        content = writes.content_of(run, value)
        run.write(ParameterRef(source), content if value != NONE else UnknownContent("taken away"), site)
    return bool(sources)

"""What the `init_cfg` of mmengine's modules writes, and where it says what nothing understands.

`BaseModule.init_weights`, which the runner calls, applies the configuration of a module to all layers below it whose
class, or a direct base of it, goes by one of the names in `layer`; then it calls `init_weights` of the children.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from initls.facts.place import Place
from initls.knowledge import configured as table
from initls.knowledge import frameworks, layers
from initls.model.effects import writes
from initls.model.machine import classes, objects
from initls.model.machine.machine import Run
from initls.model.state.contents import CHECKPOINT, Constant, Content, Loaded, Random
from initls.model.state.contents import Unknown as UnknownContent
from initls.model.state.state import Write
from initls.model.state.values import (
    NONE,
    ClassValue,
    DictRef,
    External,
    Keywords,
    Known,
    ListRef,
    ModuleRef,
    ParameterRef,
    Path,
    UnitFunction,
    Unknown,
    Value,
    likely,
    options,
)

Problem = Literal["type", "key", "needs", "nothing", "layer", "override", "attribute"]


class Misconfigured(Struct, frozen=True):
    """A configuration that raises when it is applied, or writes nothing.

    `problem` is what is wrong, about `what`, and `meant` what may have been meant. `call` tells that `place` is the
    call of `dict` that makes the configuration.
    """

    problem: Problem
    place: Place
    call: bool
    what: tuple[str, ...] = ()
    meant: str | None = None
    type: str = ""
    present: tuple[str, ...] = ()


Entries = Mapping[str, Value]


def keep(run: Run, ref: ModuleRef, name: str, rest: tuple[Value, ...], keywords: Keywords, site: int) -> None:
    """Keep in mind what a constructor of mmengine's is given as `init_cfg`."""
    if not frameworks.MMENGINE.packages.search(name):
        return
    value = keywords.get("init_cfg", rest[0] if rest and frameworks.last(name) == "BaseModule" else None)
    if value is not None:
        run.watch.configured[ref.id] = (run.place(site), run.path)
        run.set_attribute(ref, "init_cfg", value)


class _Config(Struct, frozen=True):
    """One dict of a configuration, with where it stands."""

    entries: Entries
    place: Place
    call: bool
    path: Path


def _configs(run: Run, module: ModuleRef) -> list[_Config] | None:
    """The dicts with which a module is configured, those that load come last; None where not all are shown."""
    found = run.watch.configured.get(module.id)
    value = run.attributes(module).values.get("init_cfg", NONE)
    if found is None:
        return []
    chosen = [option for option in likely(value) if not isinstance(option, Known)]
    if not chosen:
        return []
    if len(chosen) > 1 or not isinstance(chosen[0], ListRef | DictRef):
        return None
    whole, (place, path) = chosen[0], found
    items: tuple[Value, ...] = run.items(whole).values if isinstance(whole, ListRef) else (whole,)
    if isinstance(whole, ListRef) and run.items(whole).open:
        return None
    configs: list[_Config] = []
    for item in items:
        entries = entries_of(run, item) if isinstance(item, DictRef) else None
        if entries is None or not isinstance(item, DictRef):
            return None
        made = run.watch.dicts.get(item.id)
        configs.append(_Config(entries, made or place, made is not None, path))
    return sorted(configs, key=lambda config: _type(config.entries) == "Pretrained")


def entries_of(run: Run, ref: DictRef) -> Entries | None:
    """The entries of a dict by name; None where it may hold others."""
    found = run.entries(ref)
    named = {key.value: value for key, value in found.values if isinstance(key, Known) and isinstance(key.value, str)}
    return None if found.open or len(named) != len(found.values) else named


def _type(entries: Entries) -> str | None:
    value = entries.get("type")
    return value.value if isinstance(value, Known) and isinstance(value.value, str) else None


def _texts(run: Run, value: Value | None) -> tuple[str, ...] | None:
    """The names in `layer`: none where there is no such entry, None where they are not shown."""
    if value is None or value == NONE:
        return ()
    items: tuple[Value, ...] = (value,)
    if isinstance(value, ListRef):
        if run.items(value).open:
            return None
        items = run.items(value).values
    names = tuple(item.value for item in items if isinstance(item, Known) and isinstance(item.value, str))
    return names if len(names) == len(items) else None


def apply(run: Run, ref: ModuleRef) -> tuple[Misconfigured, ...]:
    """Do what `init_weights` of a model does about the configurations in it, and say what it can't do."""
    if run.state is None or not frameworks.MMENGINE.derives(run.module(ref).classes) or not run.watch.configured:
        return ()
    found: list[Misconfigured] = []
    for _, module, _ in list(objects.descendants(run, ref)):
        own = classes.find(run, run.module(module).classes, "init_weights")
        if isinstance(own, UnitFunction) and not run.reading.mentioned(own.unit, ("super(",)):
            continue
        configs = _configs(run, module)
        if configs is None:
            _leave_open(run, module)
        for config in configs or ():
            problem = _problem(run, module, config)
            if problem is not None:
                found.append(problem)
            else:
                _carry_out(run, module, config)
    return tuple(one for one in found if not one.place.foreign)


def _problem(run: Run, module: ModuleRef, config: _Config) -> Misconfigured | None:
    entries = config.entries

    def wrong(problem: Problem, *what: str, meant: str | None = None, of: str = "") -> Misconfigured:
        return Misconfigured(problem, config.place, config.call, what, meant, of, tuple(entries))

    if "type" not in entries:
        return wrong("needs", "type")
    kind = _type(entries)
    row = None if kind is None else table.TYPES.get(kind)
    if kind is None:
        return None
    if row is None:
        meant = table.nearest_type(kind)  # Others may be registered by anybody.
        return None if meant is None else wrong("type", kind, meant=meant)
    for key in entries:
        if key not in row.takes:
            return wrong("key", key, meant=table.nearest_key(key, row), of=kind)
    missing = tuple(key for key in row.needs if key not in entries)
    if missing:
        return wrong("needs", *missing, of=kind)
    if not row.function:
        return None
    names = _texts(run, entries.get("layer"))
    override = entries.get("override")
    if override is not None and override != NONE:
        return _override(run, module, override, config)
    if names == ():
        return wrong("nothing", meant=_one_class(run, module), of=kind)
    if names is not None and _all_known(run, module):
        there = frozenset[str]().union(*(_names(run, one) for _, one, _ in objects.descendants(run, module)))
        if there.isdisjoint(names):
            return wrong("layer", *names, meant=_one_class(run, module) if len(names) == 1 else None, of=kind)
    return None


def _override(run: Run, module: ModuleRef, override: Value, config: _Config) -> Misconfigured | None:
    """What is wrong with an `override`: an entry that one lacks, or an attribute that the module does not have."""
    for item in run.items(override).values if isinstance(override, ListRef) else (override,):
        entries = entries_of(run, item) if isinstance(item, DictRef) else None
        if entries is None or not isinstance(item, DictRef):
            return None
        place, call = run.watch.dicts.get(item.id, config.place), item.id in run.watch.dicts
        if "name" not in entries:
            return Misconfigured("override", place, call, ("name",))
        if len(entries) > 1 and "type" not in entries:
            return Misconfigured("override", place, call, ("type",))
        name = entries["name"]
        if isinstance(name, Known) and isinstance(name.value, str) and _all_known(run, module):
            held = [one for one in run.attributes(module).values if not one.startswith("?")]
            if name.value not in held and classes.find(run, run.module(module).classes, name.value) is None:
                return Misconfigured("attribute", place, call, (name.value,), table.nearest(name.value, held))
    return None


def _all_known(run: Run, module: ModuleRef) -> bool:
    """Whether all modules below one are known, and what they hold."""
    for _, one, _ in objects.descendants(run, module):
        info = run.module(one)
        if info.unresolved and one.id not in run.watch.configured and not frameworks.MMENGINE.derives(info.classes):
            return False
        if one.id in run.escaped_modules and one.id != module.id:
            return False
        values = run.attributes(one).values.values()
        if any(isinstance(option, Unknown | External | ClassValue) for value in values for option in options(value)):
            return False
    return True


def _one_class(run: Run, module: ModuleRef) -> str | None:
    """The class of the layers with weights below a module, if they are all of one."""
    below = {run.parameters[one.id].layer for _, one, _ in objects.named_parameters(run, module)}
    only = below.pop() if len(below) == 1 else None
    return None if only is None else frameworks.last(only)


def _names(run: Run, module: ModuleRef) -> frozenset[str]:
    """The names by which `layer` may meet a module: more than mmengine asks for, so that nothing is missed."""
    info = run.module(module)
    own = {frameworks.last(name) for name in info.classes}
    torchs = [table.names_of(name) for name in info.classes if layers.layer(name) is not None]
    return frozenset(own).union(*torchs)


def _meets(run: Run, module: ModuleRef, names: tuple[str, ...]) -> bool:
    """Whether `layer` surely meets a module: its class or a direct base goes by one of the names."""
    info = run.module(module)
    own = info.own_class
    if layers.layer(own) is not None:
        return not table.names_of(own).isdisjoint(names)
    direct = [
        base.name if isinstance(base, External) else base.unit
        for base in classes.bases(run, ClassValue(own, frameworks.last(own)))
        if isinstance(base, External | ClassValue)
    ]
    return not {frameworks.last(name) for name in (own, *direct)}.isdisjoint(names)


def _carry_out(run: Run, module: ModuleRef, config: _Config) -> None:
    """Write what a configuration writes."""
    row = table.TYPES.get(_type(config.entries) or "")
    names = _texts(run, config.entries.get("layer"))
    if row is None:
        _leave_open(run, module)
        return
    if not row.function:
        for _, parameter, _ in objects.named_parameters(run, module):
            _write(run, parameter, Loaded(CHECKPOINT), config)
        return
    weight, bias = _contents(row, config.entries)
    for _, one, _ in objects.descendants(run, module) if names else ():
        if _meets(run, one, names or ()):
            _fill(run, one, weight, bias, config)
    override = config.entries.get("override")
    if names is None or (override is not None and override != NONE):
        _leave_open(run, module)


def _leave_open(run: Run, module: ModuleRef) -> None:
    """Whatever is below a module may be written."""
    for _, parameter, _ in objects.named_parameters(run, module):
        run.write(parameter, UnknownContent("an init_cfg that is not followed"), 0, must=False, explicit=False)


def _fill(run: Run, module: ModuleRef, weight: Content, bias: Content, config: _Config) -> None:
    held = run.attributes(module).values
    for name, content in (("weight", weight), ("bias", bias)):
        for option in options(held[name]) if name in held else ():
            if isinstance(option, ParameterRef):
                _write(run, option, content, config)


def _write(run: Run, parameter: ParameterRef, content: Content, config: _Config) -> None:
    write = Write(run.order(), config.place, config.path, content)
    run.now.write(parameter.id, write)
    run.log.append((parameter.id, write))


def _contents(row: table.Configured, entries: Entries) -> tuple[Content, Content]:
    """What lands in weights and biases."""
    bias = Constant(None) if "bias_prob" in entries else Constant(writes.number(entries.get("bias", Known(0, "int"))))
    if row.function == "constant":
        return Constant(writes.number(entries["val"])), bias
    given = {**{name: Known(value, type(value).__name__) for name, value in row.own.items()}, **entries}
    uniform = given.get("distribution") == Known("uniform", "str")
    told = {name: value for name, value in given.items() if name in row.own and name != "distribution"}
    if row.function == "normal" and writes.number(told["std"]) == 0:
        return Constant(writes.number(told["mean"])), bias
    function = row.uniform if uniform and row.uniform else row.function
    return Random(function, tuple((name, writes.shown(value)) for name, value in told.items())), bias

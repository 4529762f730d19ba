"""Questions about the objects of a run: children, parameters, classes, by the rules of `nn.Module`."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence

from initls.knowledge import layers
from initls.model.machine.machine import ModuleInfo, Run
from initls.model.state.values import (
    Absent,
    ClassValue,
    DictRef,
    Either,
    External,
    FunctionValue,
    ListRef,
    Many,
    ModuleRef,
    ParameterRef,
    Partial,
    Tuple,
    UnitFunction,
    Value,
    likely,
    options,
)

MODULE = layers.MODULE


def is_module(info: ModuleInfo) -> bool:
    """Whether the object is an `nn.Module`, as far as its classes show."""
    return info.layer is not None or info.unresolved


def children(run: Run, ref: ModuleRef) -> list[tuple[str, ModuleRef, bool]]:
    """The direct children in order: name, module, and whether it is there on every path."""
    attributes = run.attributes(ref)
    known = run.children.get(ref.id)
    if known is not None and known[0] is attributes:
        return known[1]
    found: list[tuple[str, ModuleRef, bool]] = []
    modules = run.modules
    for name, value in attributes.values.items():
        if type(value) is ModuleRef:
            if is_module(modules[value.id]):
                found.append((name, value, True))
        elif type(value) is Either:
            several = [option for option in value.options if type(option) is ModuleRef]
            found += [(name, option, False) for option in several if is_module(modules[option.id])]
    run.children[ref.id] = attributes, found
    return found


def descendants(run: Run, root: ModuleRef) -> list[tuple[str, ModuleRef, bool]]:
    """`named_modules`: the module itself and all below it, parents first, each once."""
    found: list[tuple[str, ModuleRef, bool]] = []
    seen: set[int] = set()
    waiting = [("", root, True)]
    while waiting:
        path, ref, sure = one = waiting.pop()
        if ref.id not in seen:
            seen.add(ref.id)
            found.append(one)
            before = f"{path}." if path else ""
            inner = children(run, ref)
            waiting += [(before + name, child, sure and always) for name, child, always in reversed(inner)]
    return found


def own_parameters(run: Run, ref: ModuleRef) -> list[tuple[str, ParameterRef, bool]]:
    """The parameters that a module holds itself: name, parameter, and whether it is there on every path."""
    found: list[tuple[str, ParameterRef, bool]] = []
    for name, value in run.attributes(ref).values.items():
        for option in options(value):
            if type(option) is ParameterRef:
                info = run.parameters[option.id]
                if info.trainable and info.computed is None:
                    found.append((name, option, option is value))
    return found


def named_parameters(run: Run, root: ModuleRef) -> list[tuple[str, ParameterRef, bool]]:
    """`named_parameters`: the parameters of a module and of all below it, each once."""
    found: list[tuple[str, ParameterRef, bool]] = []
    seen: set[int] = set()
    for path, module, sure in descendants(run, root):
        for name, parameter, always in own_parameters(run, module):
            if parameter.id not in seen:
                seen.add(parameter.id)
                found.append((f"{path}.{name}" if path else name, parameter, sure and always))
    return found


def holdings(run: Run, root: ModuleRef) -> list[tuple[ModuleRef, set[int]]]:
    """A module and all below it, those that others hold first, each with the parameters that it holds or they do."""
    found: dict[int, tuple[ModuleRef, set[int]]] = {}
    for _, ref, _ in reversed(descendants(run, root)):
        held = {parameter.id for _, parameter, _ in own_parameters(run, ref)}
        for _, child, _ in children(run, ref):
            if child.id in found:
                held |= found[child.id][1]
            else:
                # It is held by several, or holds what it is held by.
                held |= {parameter.id for _, parameter, _ in named_parameters(run, child)}
        found[ref.id] = ref, held
    return list(found.values())


def one_of(run: Run, values: Sequence[Value]) -> bool:
    """Whether of these modules, or modules with these parameters, just one is ever there: what an attribute was given.

    What is done to whichever is there is then done to each of them, as far as it is there.
    """
    owners: set[int] = set()
    for value in values:
        owner = run.parameters[value.id].owner if isinstance(value, ParameterRef) else None
        owner = value.id if isinstance(value, ModuleRef) else owner
        if owner is None or owner in owners:
            return False
        owners.add(owner)
    kept = list(_meeting(owners, (value for held in run.now.objects.values() for value in held.values.values())))
    named = list(_meeting(owners, (value for names in run.now.frames.values() for value in names.values())))
    return kept == [owners] and all(here == owners for here in named)


def is_there(run: Run, module: int) -> bool:
    """Whether an object is there by default: what holds it, and what holds that, can hold no other in its place."""
    seen = {module}
    waiting = [ModuleRef(module)]
    while waiting:
        ref = waiting.pop()
        for holder, held in run.now.objects.items():
            for value in held.values.values():
                if ref in options(value):
                    if likely(value) != (ref,):
                        return False
                    if holder not in seen:
                        seen.add(holder)
                        waiting.append(ModuleRef(holder))
    return True


def _meeting(owners: set[int], values: Iterable[Value]) -> Iterator[set[int]]:
    """The modules of a set that each value may be, where it may be any."""
    for value in values:
        if here := owners & {option.id for option in options(value) if isinstance(option, ModuleRef)}:
            yield here


def parameters_below(run: Run, value: Value, depth: int = 3) -> Iterator[ParameterRef]:
    """Every parameter that code could reach through a value."""
    for option in options(value):
        if isinstance(option, ParameterRef):
            yield option
        elif isinstance(option, ModuleRef):
            for _, parameter, _ in named_parameters(run, option):
                yield parameter
        elif depth and isinstance(option, ListRef):
            for item in run.items(option).values:
                yield from parameters_below(run, item, depth - 1)
        elif depth and isinstance(option, Tuple):
            for item in option.items:
                yield from parameters_below(run, item, depth - 1)
        elif depth and isinstance(option, Many):
            yield from parameters_below(run, option.item, depth - 1)
        elif depth and isinstance(option, DictRef):
            for _, item in run.entries(option).values:
                yield from parameters_below(run, item, depth - 1)


def modules_below(run: Run, value: Value, known: Container[int]) -> Iterator[int]:
    """Every module that code could reach through a value, as far as it is handed over itself and not `known` yet."""
    for option in options(value):
        if isinstance(option, ModuleRef) and option.id not in known:
            for _, module, _ in descendants(run, option):
                yield module.id


def instance_of(run: Run, value: Value, kind: Value) -> bool | None:
    """`isinstance(value, kind)`, where it can be told."""
    if isinstance(kind, Tuple):
        answers = [instance_of(run, value, item) for item in kind.items]
        return True if True in answers else None if None in answers else False
    if isinstance(kind, ListRef):
        return None
    if isinstance(value, Absent):
        return False
    name = kind.name if isinstance(kind, External) else kind.unit if isinstance(kind, ClassValue) else None
    if name is None:
        return None
    if isinstance(value, ParameterRef):
        parameter = run.parameters[value.id].trainable
        return {"torch.Tensor": True, "torch.nn.Parameter": parameter, "torch.nn.parameter.Parameter": parameter}.get(
            name, False if layers.layer(name) else None
        )
    if not isinstance(value, ModuleRef):
        return _plain_instance(value, name)
    info = run.module(value)
    wanted = layers.canonical(name)
    for own in info.classes:
        if own in (wanted, name) or layers.subclass(own, wanted):
            return True
    if wanted == MODULE:
        return True if is_module(info) else None
    return None if info.unresolved or value.id in run.watch.wrapped else False


PLAIN = {
    "str": ("str",),
    "int": ("int", "bool"),
    "float": ("float",),
    "bool": ("bool",),
    "NoneType": ("NoneType",),
}

BUILTIN = frozenset({*PLAIN, "tuple", "list", "dict", "set", "bytes"})
"""Types of Python's own, no two of which share a value but `int` and `bool`."""


ITERABLE = frozenset(f"{home}.{name}" for home in ("collections.abc", "typing") for name in ("Iterable", "Sequence"))
"""Types of tuples, lists and texts, and of no number."""

NOT_CODE = BUILTIN | {"functools.partial"}
"""Types no class and no function of the program is one of."""

CALLABLE = frozenset({"collections.abc.Callable", "typing.Callable"})
"""The types of whatever can be called."""

NOT_PLAIN = CALLABLE | {"type", "types.FunctionType", "functools.partial"}
"""Types no number and no text is one of."""


def _plain_instance(value: Value, name: str) -> bool | None:
    from initls.model.state.values import Known

    short = name.removeprefix("builtins.")
    if isinstance(value, Known):
        if short in PLAIN:
            return None if value.soft else value.kind in PLAIN[short]
        if short in NOT_PLAIN:
            return None if value.soft else False
        if name in ITERABLE and not value.soft:
            return isinstance(value.value, str)
        return False if short in ("tuple", "list", "dict") or layers.layer(name) else None
    if isinstance(value, ClassValue | FunctionValue | UnitFunction) or (
        isinstance(value, External) and layers.layer(value.name) is not None
    ):
        is_class = isinstance(value, ClassValue | External)
        told = {"type": is_class, "types.FunctionType": not is_class, **dict.fromkeys(CALLABLE, True)}
        return told.get(short, False if short in NOT_CODE else None)
    if isinstance(value, Partial):
        if short in CALLABLE or short == "functools.partial":
            return True
        return False if short in (*BUILTIN, "type") else None
    # Of classes that are not known, such as `Collection` and `Mapping`, it may be an instance all the same.
    other = False if short in BUILTIN or layers.layer(name) else None
    if name in ITERABLE and isinstance(value, Tuple | ListRef):
        return True
    if isinstance(value, Tuple):
        return {"tuple": True, "list": None}.get(short, other)
    if isinstance(value, ListRef):
        return {"list": True, "set": None}.get(short, other)
    if isinstance(value, DictRef):
        return {"dict": True}.get(short, other)
    return None

"""Layers that a module keeps in a plain list, tuple or dict, where `nn.Module` does not find them."""

from __future__ import annotations

from collections.abc import Iterator

from initls.model.machine import classes, objects
from initls.model.machine.machine import Run
from initls.model.state.contents import Loaded
from initls.model.state.events import Captured, Hidden
from initls.model.state.values import (
    DictRef,
    External,
    ListRef,
    Many,
    ModuleRef,
    Tuple,
    Value,
    likely,
)

OWN_WAYS = ("parameters", "named_parameters", "modules", "named_modules", "children", "named_children", "_apply", "to")
"""Methods by which a class may show its hidden layers all the same."""


def note_hidden(run: Run, root: ModuleRef) -> None:
    """Note each attribute of a model that holds layers in a plain container, and nothing else that does."""
    captured = {number for event in run.events if isinstance(event, Captured) for number in event.parameters}
    keeping = {module for module, _ in run.kept}
    seen: set[int] = set()
    waiting = [root]
    while waiting:
        ref = waiting.pop()
        if ref.id in seen:
            continue
        seen.add(ref.id)
        waiting += [child for _, child, _ in objects.children(run, ref)]
        if ref.id not in keeping or not _plain(run, ref):
            continue
        for name, value in run.attributes(ref).values.items():
            place = run.kept.get((ref.id, name))
            if place is None:
                continue
            layers = [
                option
                for one in likely(value)
                if isinstance(one, ListRef | DictRef | Tuple)
                for option in _modules(run, one)
            ]
            layers = list(dict.fromkeys(layers))
            if len(layers) < 2 or _handed_on(run, value, layers) or _asked_for(run, ref, name):
                continue
            below = {parameter.id for layer in layers for _, parameter, _ in objects.named_parameters(run, layer)}
            if (
                below
                and below.isdisjoint(captured | run.now.frozen | _registered(run, root))
                and not _loaded(run, below)
            ):
                direct = not any(isinstance(option, Many | ListRef | DictRef | Tuple) for option in _items(run, value))
                kinds = tuple(type(one).__name__ for one in likely(value))
                event = Hidden(
                    *place, run.order(), True, True, False,
                    module=ref.id, name=name, parameters=frozenset(below),
                    container="ModuleDict" if "DictRef" in kinds else "ModuleList",
                    direct=direct and len(kinds) == 1,
                )  # fmt: skip
                run.events.append(event)


def _registered(run: Run, root: ModuleRef) -> set[int]:
    """The parameters that a model shows."""
    return {parameter.id for _, parameter, _ in objects.named_parameters(run, root)}


def _plain(run: Run, ref: ModuleRef) -> bool:
    """Whether the class leaves it to `nn.Module` to find what is below."""
    info = run.module(ref)
    if info.unresolved or info.layer is None:
        return False
    found = [classes.find(run, info.classes, name) for name in OWN_WAYS]
    return all(way is None or isinstance(way, External) for way in found)


def _items(run: Run, value: Value) -> Iterator[Value]:
    """What a container holds itself."""
    for option in likely(value):
        if isinstance(option, Tuple):
            yield from option.items
        elif isinstance(option, ListRef):
            yield from run.items(option).values
        elif isinstance(option, DictRef):
            yield from (item for _, item in run.entries(option).values)


def _modules(run: Run, value: Value, depth: int = 3) -> Iterator[ModuleRef]:
    """The modules in a container, and in those inside it."""
    if isinstance(value, Many):
        value = value.item
    if isinstance(value, ModuleRef):
        if objects.is_module(run.module(value)):
            yield value
    elif depth and isinstance(value, Tuple | ListRef | DictRef):
        for item in _items(run, value):
            for option in likely(item):
                yield from _modules(run, option, depth - 1)


def _handed_on(run: Run, value: Value, layers: list[ModuleRef]) -> bool:
    """Whether code that is not followed has got the container or a layer in it: it may have registered them."""
    containers = {option.id for option in likely(value) if isinstance(option, ListRef | DictRef)}
    modules = {layer.id for layer in layers}
    return not (containers.isdisjoint(run.escaped_containers) and modules.isdisjoint(run.escaped_modules))


def _asked_for(run: Run, ref: ModuleRef, name: str) -> bool:
    """Whether some method speaks of the attribute and of parameters: it may gather them for an optimizer."""
    words = (f".{name}", "parameters(")
    for key in run.module(ref).classes:
        if key in run.nested or classes.is_dotted(key):
            continue
        for unit in run.reading.members(key).values():
            # What has been run is known; the other methods may be called by anybody.
            if unit not in run.called and len(run.reading.mentioned(unit, words)) == len(words):
                return True
    return False


def _loaded(run: Run, parameters: set[int]) -> bool:
    """Whether the layers come with their weights: what is trained already may well be kept out of the way."""
    return any(
        isinstance(write.content, Loaded)
        for number in parameters
        for way in run.now.writes.get(number, ())
        for write in way.writes
    )

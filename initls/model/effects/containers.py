"""What `Sequential`, `ModuleList`, `ModuleDict` and the parameter containers hold."""

from __future__ import annotations

from initls.model.machine import iteration
from initls.model.machine.machine import Run
from initls.model.state.state import Attributes, Items
from initls.model.state.values import (
    Arguments,
    DictRef,
    Keywords,
    Known,
    Many,
    ModuleRef,
    Tuple,
    Value,
)


def fill_container(run: Run, ref: ModuleRef, name: str, arguments: Arguments, keywords: Keywords) -> None:
    """What `Sequential`, `ModuleList`, `ModuleDict` and the parameter containers are given to hold."""
    if "**" in keywords:
        leave_open(run, ref)
    if name == "torch.nn.Sequential":
        first = arguments[0] if len(arguments) == 1 else None
        if isinstance(first, DictRef):
            update(run, ref, first)
            return
        extend(run, ref, Items(arguments))
    elif name in ("torch.nn.ModuleList", "torch.nn.ParameterList"):
        if arguments:
            extend(run, ref, iteration.items(run, arguments[0]))
    elif name in ("torch.nn.ModuleDict", "torch.nn.ParameterDict") and arguments:
        update(run, ref, arguments[0])


def leave_open(run: Run, ref: ModuleRef) -> None:
    """Note that a container may hold more than is known."""
    attributes = run.attributes(ref)
    run.now.objects[ref.id] = Attributes(attributes.values, open=True, ready=attributes.ready)


def update(run: Run, ref: ModuleRef, value: Value) -> None:
    """Take over the entries of a dict, or of a list of pairs."""
    if isinstance(value, DictRef):
        entries = run.entries(value)
        pairs = [(key, found) for key, found in entries.values]
        if entries.open:
            leave_open(run, ref)
    else:
        found_items = iteration.items(run, value)
        pairs = [(i.items[0], i.items[1]) for i in found_items.values if isinstance(i, Tuple) and len(i.items) == 2]
        if found_items.open or len(pairs) < len(found_items.values):
            leave_open(run, ref)
    for number_, (key, found) in enumerate(pairs):
        shown = str(key.value) if isinstance(key, Known) else f"?{number_}"
        run.set_attribute(ref, shown, found)


def extend(run: Run, ref: ModuleRef, items: Items) -> None:
    """Append to a list of modules."""
    start = len(run.attributes(ref).values)
    for index, item in enumerate(items.values):
        run.set_attribute(ref, str(start + index), item.item if isinstance(item, Many) else item)
    if items.open:
        leave_open(run, ref)

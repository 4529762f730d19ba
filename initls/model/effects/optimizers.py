"""Optimizers: which parameters they hold from the moment that they are made."""

from __future__ import annotations

from collections.abc import Iterator

from initls.model.machine import iteration, objects
from initls.model.machine.machine import Run
from initls.model.state.events import Captured, Replaced
from initls.model.state.state import Attributes
from initls.model.state.values import (
    Arguments,
    DictRef,
    Keywords,
    ListRef,
    Many,
    ModuleRef,
    ParameterRef,
    Tuple,
    Unknown,
    Value,
    Walk,
    options,
)

OPTIM = "torch.optim."


def is_optimizer(name: str) -> bool:
    """Whether a function is the class of an optimizer."""
    short = name.removeprefix(OPTIM).rpartition(".")[2]
    return name.startswith(OPTIM) and "lr_scheduler" not in name and "swa_utils" not in name and short[:1].isupper()


def make(run: Run, name: str, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    """`torch.optim.Adam(model.parameters())`."""
    hold(run, name, arguments[0] if arguments else keywords.get("params", Unknown("no parameters")), site)
    ref = run.new_module((name,), site)
    run.now.objects[ref.id] = Attributes(open=True)
    return ref


def add_group(run: Run, ref: ModuleRef, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    """`optimizer.add_param_group({"params": ...})`."""
    given = arguments[0] if arguments else keywords.get("param_group", Unknown("no parameters"))
    hold(run, run.module(ref).own_class, given, site)
    return Unknown("nothing")


def hold(run: Run, name: str, value: Value, site: int) -> None:
    """Note what an optimizer takes."""
    found = list(_inside(run, value))
    run.held.update(option.id for option in found if isinstance(option, ParameterRef))
    run.note(
        Captured,
        site,
        optimizer=name,
        parameters=frozenset(option.id for option in found if isinstance(option, ParameterRef)),
        sure=all(isinstance(option, ParameterRef) for option in found),
    )


def replaced(run: Run, ref: ModuleRef, name: str, before: Value, value: Value, site: int) -> None:
    """Note an assignment that puts other parameters in the place of those that an optimizer holds."""
    old = frozenset(parameter.id for parameter in objects.parameters_below(run, before))
    new = frozenset(parameter.id for parameter in objects.parameters_below(run, value)) - old
    if new and not old.isdisjoint(run.held):
        run.note(Replaced, site, module=ref.id, name=name, before=old, after=new)


def _inside(run: Run, value: Value, depth: int = 4) -> Iterator[Value]:
    """The tensors in a value, in its lists and groups; what cannot be looked into stands for itself."""
    for option in options(value):
        if isinstance(option, Many):
            yield from _inside(run, option.item, depth)
        elif depth and isinstance(option, Walk | ListRef | Tuple):
            for item in iteration.items(run, option).values:
                yield from _inside(run, item, depth - 1)
        elif depth and isinstance(option, DictRef):
            for key, item in run.entries(option).values:
                if getattr(key, "value", None) == "params":
                    yield from _inside(run, item, depth - 1)
        elif isinstance(option, ParameterRef | Unknown):
            yield option

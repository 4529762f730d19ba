"""Models that are made without being initialized, because a function or a context skips it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from initls.knowledge import skipping
from initls.model.machine import calls, objects
from initls.model.machine.machine import Run
from initls.model.state.contents import Content, Garbage
from initls.model.state.state import Attributes
from initls.model.state.values import (
    Arguments,
    External,
    Keywords,
    Known,
    ModuleRef,
    Tuple,
    Unknown,
    Value,
    options,
)

MARK = "? skips initialization: "
"""What stands before the name of a context; no import can have it."""


def skip_init(run: Run, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    """`skip_init(nn.Linear, 3, 4)`: the layer, in memory as it was."""
    if not arguments:
        return Unknown("nothing to make")
    handed = {name: value for name, value in keywords.items() if name != "device"}
    made = calls.call(run, arguments[0], arguments[1:], handed, site)
    garbage = Garbage(skipping.SKIP_INIT.rpartition(".")[2], run.place(site))
    for option in options(made):
        if isinstance(option, ModuleRef):
            for _, found, _ in objects.named_parameters(run, option):
                run.write(found, garbage, site, explicit=False)
    return made


def make_owner(run: Run, name: str, site: int) -> ModuleRef:
    """An object of Lightning's that gives such contexts, of which nothing else is known."""
    ref = run.new_module((name,), site)
    run.now.objects[ref.id] = Attributes(open=True)
    return ref


def context(run: Run, name: str, arguments: Arguments, keywords: Keywords, site: int) -> Value | None:
    """A context manager, marked where it surely skips initializations; None where that is no name of one."""
    row = skipping.context(name)
    if row is None:
        return None
    given = arguments[0] if arguments else keywords.get(row.argument, Known(row.default, "bool"))
    skips = isinstance(given, Known) and bool(given.value) and not given.soft
    return External(MARK + name.rpartition(".")[2]) if skips else Unknown("a context")


def init_module(run: Run, ref: ModuleRef, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    """`fabric.init_module(empty_init=True)`."""
    found = context(run, f"{run.module(ref).own_class}.init_module", arguments, keywords, site)
    return found or calls.not_followed(run, (ref, *arguments), keywords, site, "init_module is not defined here")


def hand_back(run: Run, ref: ModuleRef, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    """`fabric.setup(model, optimizer)`: both of them as they are."""
    if not skipping.OWNERS.fullmatch(run.module(ref).own_class) or not arguments:
        return calls.not_followed(run, (ref, *arguments), keywords, site, "a method that is not defined here")
    return arguments[0] if len(arguments) == 1 else Tuple(arguments)


@contextmanager
def within(run: Run, contexts: list[tuple[Value, int]]) -> Iterator[None]:
    """Run what stands in a `with`, given its contexts and the sites where they are made."""
    outer = run.skipped
    for value, site in contexts:
        if isinstance(value, External) and value.name.startswith(MARK):
            run.skipped = Garbage(value.name.removeprefix(MARK), run.place(site))
    try:
        yield
    finally:
        run.skipped = outer


def skips(run: Run, initializer: str) -> bool:
    """Whether a call of a function of `torch.nn.init` does nothing here."""
    return run.skipped is not None and skipping.CONTEXTS[run.skipped.by].reaches(initializer)


def default(run: Run, kind: str, content: Content) -> Content:
    """What is in a parameter that a layer of torch has just made: `content`, unless its drawing is skipped."""
    return run.skipped if run.skipped is not None and kind in skipping.SAMPLES else content

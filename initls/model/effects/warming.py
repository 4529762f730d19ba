"""Spectral norms whose vectors nothing has warmed: only a forward pass in training brings them to the weight's own."""

from __future__ import annotations

from initls.model.machine import objects
from initls.model.machine.machine import Run
from initls.model.state.events import UsedCold
from initls.model.state.values import NONE, Arguments, Keywords, Known, ModuleRef, Value


def cool(run: Run, ref: ModuleRef, site: int) -> None:
    """The legacy function has wrapped a layer: its vectors are drawn at random."""
    run.watch.cold[ref.id] = run.place(site)


def warm(run: Run, ref: ModuleRef) -> None:
    """The vectors of a module and of all below it come from elsewhere, or are not asked for any more."""
    for _, module, _ in objects.descendants(run, ref):
        run.watch.cold.pop(module.id, None)


def use(run: Run, ref: ModuleRef, site: int) -> None:
    """A module is called: in training that warms the norms in it, in evaluation they are used as they are."""
    if not run.watch.cold or run.watch.trial:
        return
    found = [module.id for _, module, _ in objects.descendants(run, ref) if module.id in run.watch.cold]
    cold = tuple((number, run.watch.cold[number]) for number in found if number not in run.watch.leaked)
    if cold and all(number in run.watch.evaluating for number, _ in cold):
        run.note(UsedCold, site, modules=cold)
    warm(run, ref)


def evaluate(run: Run, ref: ModuleRef, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    """`module.eval()`."""
    _switch(run, ref, training=False)
    return ref


def train(run: Run, ref: ModuleRef, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    """`module.train()`, or `module.train(False)`."""
    mode = arguments[0] if arguments else keywords.get("mode", Known(True, "bool"))
    _switch(run, ref, training=not (isinstance(mode, Known) and mode != NONE and not mode.value))
    return ref


def _switch(run: Run, ref: ModuleRef, *, training: bool) -> None:
    """Where it is not certain that a module is in evaluation, it counts as in training."""
    if not run.watch.cold:
        return
    numbers = [module.id for _, module, _ in objects.descendants(run, ref)]
    if training:
        run.watch.evaluating.difference_update(numbers)
    elif run.now.certain and run.now.likely:
        run.watch.evaluating.update(numbers)

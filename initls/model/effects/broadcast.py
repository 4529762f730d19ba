"""What makes the weights of all processes the same, or lets them draw the same."""

from __future__ import annotations

from initls.knowledge.broadcast import SYNCHRONIZING, seeds
from initls.model.machine import objects
from initls.model.machine.machine import Run
from initls.model.state.events import Seeded, Synchronized
from initls.model.state.values import Arguments, Keywords, ModuleRef, Unknown, Value, options


def wrap(run: Run, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    """`DistributedDataParallel(model)`: the model, which is its own `module` from then on."""
    model = arguments[0] if arguments else keywords.get("module", Unknown("nothing wrapped"))
    found = frozenset(parameter.id for parameter in objects.parameters_below(run, model))
    run.note(Synchronized, site, parameters=found, wrapped=True)
    run.watch.wrapped.update(option.id for option in options(model) if isinstance(option, ModuleRef))
    return model


def note(run: Run, name: str, arguments: Arguments, keywords: Keywords, site: int) -> None:
    """Remember what makes processes alike: values that are sent to all, and generators that are seeded."""
    if name in SYNCHRONIZING:
        given = (*arguments, *keywords.values())
        found = frozenset(parameter.id for value in given for parameter in objects.parameters_below(run, value))
        run.note(Synchronized, site, parameters=found, wrapped=False)
    elif seeds(name):
        run.note(Seeded, site)

"""Initializing hooks that nothing in a trace calls: what a framework, or the user, would have them write."""

from __future__ import annotations

from collections.abc import Collection

from initls.facts import ir
from initls.knowledge.frameworks import BEFORE_TRAINING
from initls.model.machine import calls, classes, lookup, objects
from initls.model.machine.machine import Run, TooMuch
from initls.model.state.state import Write
from initls.model.state.values import (
    FunctionValue,
    ModuleRef,
    UnitFunction,
    Value,
)

HOOKS = (
    "_init_weights", "init_weights", "initialize_weights", "_initialize_weights", "weights_init", "weight_init",
    "init_weight", "_init_weight", "reset_parameters", "_reset_parameters", "init_parameters", "_init_parameters",
    "initialize", "initialize_parameters", "_init_params", "init_params", "init", "_weights_init",
    "_initialize_weight", "_init_weigths", "initialise_weights", "_init", *BEFORE_TRAINING,
)  # fmt: skip
"""Names by which frameworks and users call what initializes a model after it is made."""


def written_by_hooks(
    run: Run, models: tuple[ModuleRef, ...], called: frozenset[str], wanted: Collection[int]
) -> frozenset[int]:
    """The parameters that a hook of the models' classes would write; of those alone that are `wanted` all are found."""
    found: set[int] = set()
    try:
        for model in models:
            for _, module, _ in objects.descendants(run, model):
                _own_hooks(run, module, called, found, wanted)
    except TooMuch:  # What was found until here is found.
        return frozenset(found)
    return frozenset(found)


def written_by(run: Run, ref: ModuleRef, called: frozenset[str], names: tuple[str, ...]) -> set[int]:
    """The parameters that hooks of these names, of the module's own classes, would write."""
    found: set[int] = set()
    _own_hooks(run, ref, called, found, range(len(run.parameters)), names)
    return found


def _hook_names(run: Run, names: tuple[str, ...]) -> tuple[str, ...]:
    """The hooks that the classes of the program among `names` define."""
    known = run.hooks.get(names)
    if known is None:
        own = tuple(name for name in names if name in run.nested or not classes.is_dotted(name))
        bound = {name for key in own for name in classes.bound_by(run, key)}
        known = tuple(name for name in HOOKS if name in bound)
        run.hooks[names] = known
    return known


def _own_hooks(
    run: Run,
    ref: ModuleRef,
    called: frozenset[str],
    found: set[int],
    wanted: Collection[int],
    names: tuple[str, ...] | None = None,
) -> None:
    """Add to `found` what the hooks of a module's own classes would write; what is there already is not asked again."""
    info = run.module(ref)
    for name in _hook_names(run, info.classes) if names is None else names:
        hook = classes.find(run, info.classes, name)
        if not isinstance(hook, UnitFunction | FunctionValue) or hook.unit in called:
            continue
        function = classes.function_of(run, hook)
        if not isinstance(function, ir.Function):
            continue
        required = [p for p in function.parameters[1:] if p.kind == "positional" and p.default is None]
        if not required:
            found |= trial(run, lookup.bind(ref, hook), ())
        # What holds nothing itself may be what the hook reaches the layers below through; but most hooks write what
        # they are handed, and where the layers come first, nothing is left to ask of what holds them.
        for module, held in objects.holdings(run, ref) if len(required) == 1 else ():
            if any(number in wanted and number not in found for number in held):
                found |= trial(run, lookup.bind(ref, hook), (module,))


def trial(run: Run, function: Value, arguments: tuple[Value, ...]) -> set[int]:
    """The parameters that a function would write; the state is left as it was."""
    return {number for number, write in writes_of(run, function, arguments) if write.explicit or not write.making}


def writes_of(run: Run, function: Value, arguments: tuple[Value, ...]) -> list[tuple[int, Write]]:
    """What a function would write, in program order; the state is left as it was."""
    before, log, visits = run.state, len(run.log), len(run.visits)
    assert before is not None
    depth = len(run.stack)
    run.state = before.fork()
    outer, run.watch.trial = run.watch.trial, True

    def go() -> None:
        calls.call(run, function, arguments, {}, 0)

    try:
        run.attempt(go)
    finally:
        run.watch.trial = outer
        run.state = before
        del run.stack[depth:]
    written = run.log[log:]
    del run.log[log:]
    del run.visits[visits:]
    return written

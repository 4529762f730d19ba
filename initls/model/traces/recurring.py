"""What every forward pass does anew: layers that it makes, parameters that it initializes.

The pass is run twice as plain code, in a state that is thrown away. What a guard does once (`if self.proj is None`) is
done in the first pass and not in the second; what the second does still, each one does.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from initls.facts import ir
from initls.facts.place import Place, class_of, name_of
from initls.knowledge.initializers import INITIALIZERS, TENSOR_WRITES
from initls.knowledge.layers import LAYERS
from initls.model.machine import calls, classes, objects, statements
from initls.model.machine.machine import Run, TooMuch
from initls.model.state.contents import Constant, Default, Garbage, Random
from initls.model.state.events import Initialized, Redrawn
from initls.model.state.state import agreed
from initls.model.state.values import ModuleRef, ParameterRef, UnitFunction, Unknown

RESETS = ("reset_parameters", "_reset_parameters")
"""The methods by which torch's layers draw their own parameters anew."""

AGAIN = frozenset(
    [
        *(
            name.rpartition(".")[2]
            for name, layer in LAYERS.items()
            if layer.parameters or layer.recurrence or layer.composition
        ),
        *(name.rpartition(".")[2] for name in INITIALIZERS),
        *(name for name, row in TENSOR_WRITES.items() if row.kind == "random"),
        "Parameter",
        *RESETS,
    ]
)
"""What a forward pass has to call so that it may do any of this."""

_WORDS = tuple(sorted(f"{name}(" for name in AGAIN))


class Recurring(Struct, frozen=True):
    """One thing that each forward pass does again.

    A layer is `made`, by name of its class; a parameter of the model, or a layer in it, is `initialized`; a parameter
    is `replaced` by a new one. `drawn` tells that random numbers are drawn for it.
    """

    kind: Literal["made", "initialized", "replaced"]
    place: Place
    name: str
    drawn: bool


def recurring(run: Run, ref: ModuleRef | None) -> tuple[Recurring, ...]:
    """What the forward pass of a model that has been built does each time."""
    if ref is None or run.state is None:
        return ()
    found = classes.find(run, run.module(ref).classes, "forward")
    if not isinstance(found, UnitFunction) or not _may_make(run, found):
        return ()
    function = classes.function_of(run, found)
    if not isinstance(function, ir.Function):
        return ()
    before = run.state
    depth, known = len(run.stack), len(run.parameters)
    trained = frozenset(number for number in range(known) if run.parameters[number].trainable) - run.now.frozen
    run.state = before.fork()
    # The calls of the modules that are in the model do nothing here: only what the pass itself says is run.
    try:
        if not _again(run, found, function, ref):
            return ()
        events, parameters = len(run.events), len(run.parameters)
        if not _again(run, found, function, ref):
            return ()
        unit = found.unit
        return (
            *_made(run, unit),
            *_initialized(run, unit, events, trained),
            *_redrawn(run, unit, ref, events, trained),
            *_replaced(run, unit, ref, parameters),
        )
    except TooMuch:
        return ()
    finally:
        run.births = None
        del run.stack[depth:]
        run.state = before


def _may_make(run: Run, found: UnitFunction) -> bool:
    """Whether the text of the pass, or of a method that it calls, has any of the words."""
    if run.reading.mentioned(found.unit, _WORDS):
        return True
    others = {f".{name}(": unit for name, unit in run.reading.members(class_of(found.unit)).items()}
    named = run.reading.mentioned(found.unit, tuple(others))
    return any(run.reading.mentioned(others[name], _WORDS) for name in sorted(named))


def _again(run: Run, found: UnitFunction, function: ir.Function, ref: ModuleRef) -> bool:
    """Run the pass; whether it comes to an end."""
    run.now.certain = run.now.likely = True
    run.births = []
    run.attempt(lambda: _pass(run, found, function, ref))
    return run.state is not None


def _pass(run: Run, found: UnitFunction, function: ir.Function, ref: ModuleRef) -> None:
    frame = run.enter(found.unit, owner=found.owner, receiver=ref)
    outer, run.path = run.path, ()
    try:
        calls.bind_parameters(run, function.parameters, (ref,), {}, root=True)
        statements.execute(run, function.body)
        if run.state is not None:
            frame.returns.append((run.state, Unknown("nothing")))
        calls.join_returns(run, frame.returns)
    finally:
        run.stack.pop()
        run.path = outer


def _made(run: Run, unit: str) -> list[Recurring]:
    """The layers with weights that the pass makes, as they are when they are drawn."""
    found: list[Recurring] = []
    for number in run.births or ():
        info = run.modules[number]
        if class_of(info.place.unit) != class_of(unit) or info.many or not objects.is_module(info):
            continue
        held = [parameter.id for _, parameter, _ in objects.named_parameters(run, ModuleRef(number))]
        contents = [agreed(run.now.writes.get(one, ())) for one in held]
        fresh = all(isinstance(content, Default | Random | Constant | Garbage) for content in contents)
        if held and fresh and not run.now.frozen.issuperset(held):
            drawn = any(not isinstance(content, Constant) for content in contents)
            found.append(Recurring("made", info.place, name_of(info.own_class), drawn))
    return found


def _initialized(run: Run, unit: str, events: int, trained: frozenset[int]) -> list[Recurring]:
    """The parameters of the model that the pass writes from end to end."""
    found: list[Recurring] = []
    for event in run.events[events:]:
        if not isinstance(event, Initialized) or not (event.certain and event.likely and event.sure):
            continue
        whole = [target for target in event.targets if target.region is None]
        if (
            len(whole) == 1 == len(event.targets)
            and whole[0].id in trained
            and class_of(event.place.unit) == class_of(unit)
        ):
            name = run.parameters[whole[0].id].name
            drawn = "constant" not in event.function and event.function.rpartition(".")[2] not in _FILLS
            found.append(Recurring("initialized", event.place, name, drawn))
    return found


def _redrawn(run: Run, unit: str, ref: ModuleRef, events: int, trained: frozenset[int]) -> list[Recurring]:
    """The layers of the model to which the pass gives new values by their own method."""
    names = {module.id: name for name, module, _ in objects.descendants(run, ref)}
    return [
        Recurring("initialized", event.place, names[event.module], not event.constant)
        for event in run.events[events:]
        if isinstance(event, Redrawn) and event.certain and event.likely
        if names.get(event.module) and not trained.isdisjoint(event.parameters)
        if class_of(event.place.unit) == class_of(unit)
    ]


_FILLS = frozenset({"zeros_", "ones_", "fill_", "zero_", "eye_", "dirac_"})


def _replaced(run: Run, unit: str, ref: ModuleRef, parameters: int) -> list[Recurring]:
    """The parameters that the pass makes and hangs on the model, on every way through it."""
    found: list[Recurring] = []
    for name, value in run.attributes(ref).values.items():
        if not isinstance(value, ParameterRef) or value.id < parameters or value.id in run.now.frozen:
            continue
        info = run.parameters[value.id]
        content = agreed(run.now.writes.get(value.id, ()))
        if info.trainable and isinstance(content, Random | Constant) and class_of(info.place.unit) == class_of(unit):
            found.append(Recurring("replaced", info.place, name, isinstance(content, Random)))
    return found

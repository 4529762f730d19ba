"""What the hooks of Hugging Face models write without a look at whether a checkpoint has given it already.

Since release 5 of transformers a load runs `_init_weights` behind the checkpoint, for the parameters that it lacked.
What is there carries a mark, which the functions of `transformers.initialization` look at, and those of `torch.nn.init`
too, for as long as hooks run, where they are called as attributes of their module. Whatever else writes, writes over
what has been loaded. A model from outside the library is spared the worst: a module all of whose own parameters and
buffers carry the mark is not handed to the hook.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from initls.facts import ir
from initls.facts.place import Place, file_of
from initls.knowledge import frameworks
from initls.knowledge.initializers import INITIALIZERS
from initls.model.effects import hooks, marks, release
from initls.model.machine import classes, expressions, lookup, objects
from initls.model.machine.machine import Run, TooMuch
from initls.model.state.values import (
    Arguments,
    External,
    Known,
    ModuleRef,
    ParameterRef,
    UnitFunction,
    Value,
)

How = Literal["raw", "name", "part"]


class Unguarded(Struct, frozen=True):
    """A write of a hook, at `place`, that does not ask whether `name` has been loaded.

    `how` tells what it does instead of calling a function that asks: it writes in place (`raw`), calls a function of
    `torch.nn.init` or of another library by its own name (`name`), or hands over what does not carry the mark (`part`).
    `always` tells that every load runs it; otherwise one does whose checkpoint lacks another tensor of the `layer`.
    """

    place: Place
    name: str
    how: How
    always: bool
    layer: str


def look(run: Run, node: ir.Call, function: Value, arguments: Arguments) -> None:
    """Note whether a call in a hook is one of a function that looks at the mark, on a tensor that may carry it."""
    if run.watch.guarded is None or not node.arguments:
        return
    name = function.name if isinstance(function, External) else ""
    module, _, last = name.rpartition(".")
    if isinstance(node.function, ir.Attribute):
        owner = expressions.evaluate(run, node.function.value)
        asks = marks.is_initialization(owner) or (name in INITIALIZERS and last in frameworks.GUARDED)
    else:
        asks = frameworks.is_initialization(module)
    if asks or name in INITIALIZERS or name.startswith("initializers."):
        marked = asks and not _unmarked(node.arguments[0], arguments[0] if arguments else None)
        run.watch.guarded[run.place(node.site)] = marked or (None if asks else False)


def _unmarked(node: ir.Expression, value: Value | None) -> bool:
    """Whether an argument is a tensor of its own that shares a parameter's values, and so does not carry its mark."""
    if isinstance(value, ParameterRef) and value.region is not None:
        return True
    match node:
        case ir.Attribute(name="data"):
            return True
        case ir.Call(function=ir.Attribute(name=name)):
            return isinstance(value, ParameterRef) and name not in ("get_parameter", "requires_grad_")
        case _:
            return False


def unguarded(run: Run, ref: ModuleRef | None, names: dict[int, str]) -> tuple[Unguarded, ...]:
    """The writes of a model's own hook that may land on what has been loaded."""
    if ref is None or run.state is None or not frameworks.TRANSFORMERS.derives(run.module(ref).classes):
        return ()
    hook = classes.find(run, run.module(ref).classes, "_init_weights")
    if not isinstance(hook, UnitFunction) or file_of(hook.unit):
        return ()
    if release.is_five(run) is False:
        return ()  # What is installed fills first, and loads then.
    if marks.always_asked(run, hook, run.module(ref).classes):
        return ()
    found: dict[Place, Unguarded] = {}
    tried: set[tuple[object, ...]] = set()
    own_hook = lookup.bind(ref, hook)
    try:
        for module in _handed(run, ref, hook):
            held = [parameter for _, parameter, _ in objects.own_parameters(run, module)]
            alike = _kind(run, module)
            if alike in tried:
                continue
            tried.add(alike)
            for one in _written(run, own_hook, module, held, names):
                earlier = found.get(one.place)
                if earlier is None or (one.always and not earlier.always):
                    found[one.place] = one
    except TooMuch:
        return ()
    # Without a sign that the program is for a release with marks, only what would be lost at every load is told.
    known = release.is_five(run)
    return tuple(one for one in found.values() if one.always or known)


def _kind(run: Run, module: ModuleRef) -> tuple[object, ...]:
    """What modules have in common that a hook does the same to: their classes, and what their attributes are like.

    Numbers have no part in it: what differs in sizes or in its place in a row is initialized alike.
    """
    info = run.module(module)
    if info.own_class.startswith("torch."):
        names = [run.parameters[parameter.id].name for _, parameter, _ in objects.own_parameters(run, module)]
        return info.classes, *names
    return info.classes, *((name, _is_like(value)) for name, value in run.attributes(module).values.items())


def _is_like(value: Value) -> object:
    return value if isinstance(value, Known) and value.kind in ("bool", "str", "NoneType") else type(value)


def _handed(run: Run, root: ModuleRef, hook: UnitFunction) -> list[ModuleRef]:
    """The modules that a model's own hook is handed: those below a model with another hook are that one's."""
    others: set[int] = set()
    found: list[ModuleRef] = []
    for _, module, _ in objects.descendants(run, root):
        if module.id in others:
            continue
        if module.id != root.id and frameworks.TRANSFORMERS.derives(run.module(module).classes):
            inner = classes.find(run, run.module(module).classes, "_init_weights")
            if inner != hook:
                others.update(below.id for _, below, _ in objects.descendants(run, module))
                continue
        found.append(module)
    return found


def _written(
    run: Run, hook: Value, module: ModuleRef, held: list[ParameterRef], names: dict[int, str]
) -> list[Unguarded]:
    """What the hook writes when it is handed a module, without a look at the marks."""
    library = frameworks.in_transformers(run.reading.filename)
    always = library or module.id in run.watch.transient
    own = {parameter.id for parameter in held}
    normalizes = (run.module(module).layer or "").startswith("torch.nn.BatchNorm")
    tensors = len(held) + (normalizes or module.id in run.watch.persistent)
    if not always and not tensors:
        return []
    guarded: dict[Place, bool | None] = {}
    run.watch.guarded = guarded
    try:
        writes = hooks.writes_of(run, hook, (module,))
    finally:
        run.watch.guarded = None
    found = []
    for number, write in writes:
        place = next((one for one in (write.place, *reversed(write.path)) if not one.foreign), None)
        if place is None or number not in names or guarded.get(write.place):
            continue
        if not run.parameters[number].trainable:
            continue  # A buffer may well hold what the constructor gives it, whatever was loaded.
        if not always and number in own and tensors == 1:
            continue  # Either all of the module has been loaded, or nothing.
        if not write.explicit or run.reading.mentioned(write.place.unit, (frameworks.LOADED,)):
            continue
        called = guarded.get(write.place, True)
        how: How = "raw" if called else "part" if called is None else "name"
        found.append(Unguarded(place, names[number], how, always, run.module(module).own_class))
    return found

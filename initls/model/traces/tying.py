"""How Hugging Face models say which of their weights are one, and whether transformers understands it."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from initls.facts import ir
from initls.facts.place import Place, file_of
from initls.knowledge import frameworks
from initls.model.effects import release
from initls.model.machine import calls, classes, lookup, objects
from initls.model.machine.machine import Run, TooMuch
from initls.model.state.values import ClassValue, Known, ListRef, ModuleRef, Tuple, UnitFunction, Value


class Mistied(Struct, frozen=True):
    """A list of tied weights where a dict is asked for, or a `tie_weights` that does not take what it is given.

    `pairs` are the tied weights, each with its source, where these can be told; `lacking` the arguments that the method
    does not take. `known` tells that the program is for a release of transformers that refuses them.
    """

    kind: Literal["keys", "method"]
    place: Place
    known: bool
    pairs: tuple[tuple[str, str], ...] = ()
    lacking: tuple[str, ...] = ()
    alone: bool = False
    """Whether the method takes nothing but its object."""


def mistied(run: Run, ref: ModuleRef | None, names: dict[int, str], modules: dict[int, str]) -> tuple[Mistied, ...]:
    """What of the tying of a model that has been built is written for the releases of transformers before 5."""
    if ref is None or run.state is None or not frameworks.TRANSFORMERS.derives(run.module(ref).classes):
        return ()
    five = release.is_five(run)
    if five is False:
        return ()
    found = [_keys(run, ref, names, modules, five is True), _method(run, ref, five is True)]
    return tuple(one for one in found if one is not None)


def _keys(run: Run, ref: ModuleRef, names: dict[int, str], modules: dict[int, str], known: bool) -> Mistied | None:
    """The class attribute, where it holds a list or a tuple with anything in it."""
    lineage = run.module(ref).classes
    value = classes.find(run, lineage, frameworks.TIED)
    items: tuple[Value, ...] = ()
    if isinstance(value, ListRef) and not run.items(value).open:
        items = run.items(value).values
    elif isinstance(value, Tuple):
        items = value.items
    place = _assigned(run, lineage)
    if not items or place is None:
        return None
    source = _source(run, ref, modules)
    keys = [item.value for item in items if isinstance(item, Known) and isinstance(item.value, str)]
    tied = [key for key in keys if key != source]
    sure = source in names.values() and len(keys) == len(items) and all(key in names.values() for key in tied)
    pairs = tuple((key, source) for key in tied) if sure and source is not None else ()
    return Mistied("keys", place, known, pairs)


def _assigned(run: Run, lineage: tuple[str, ...]) -> Place | None:
    """The assignment of the class attribute, if a class of this file has it."""
    for key in lineage:
        if classes.is_dotted(key) or key in run.nested:
            continue
        definition = classes.definition(run, ClassValue(key, key))
        for inner in reversed(definition.body) if definition is not None else ():
            if isinstance(inner, ir.Assign) and ir.Name(frameworks.TIED) in inner.targets:
                return None if file_of(key) else Place(key, inner.site)
    return None


def _source(run: Run, ref: ModuleRef, modules: dict[int, str]) -> str | None:
    """The weight of what `get_input_embeddings` gives, or of the only table there is."""
    found = classes.find(run, run.module(ref).classes, "get_input_embeddings")
    table: Value | None = None
    if isinstance(found, UnitFunction):
        before, log, stack = run.now, len(run.log), list(run.stack)
        run.state = before.fork()
        trial, run.watch.trial = run.watch.trial, True
        try:
            table = calls.call(run, lookup.bind(ref, found), (), {}, 0)
        except TooMuch:
            return None
        finally:
            run.watch.trial, run.state = trial, before
            run.stack[:] = stack
            del run.log[log:]
    else:
        tables = [
            module for _, module, _ in objects.descendants(run, ref) if run.module(module).layer == "torch.nn.Embedding"
        ]
        table = tables[0] if len(tables) == 1 else None
    return f"{modules[table.id]}.weight" if isinstance(table, ModuleRef) and table.id in modules else None


def _method(run: Run, ref: ModuleRef, known: bool) -> Mistied | None:
    """The model's own `tie_weights`, where it does not take what `post_init` and a load call it with."""
    found = classes.find(run, run.module(ref).classes, "tie_weights")
    function = None if found is None else classes.function_of(run, found)
    if not isinstance(found, UnitFunction) or file_of(found.unit) or not isinstance(function, ir.Function):
        return None
    if any(parameter.kind == "kwargs" for parameter in function.parameters):
        return None
    names = {parameter.name for parameter in function.parameters}
    lacking = tuple(name for name in frameworks.TYING if name not in names)
    if not lacking:
        return None
    return Mistied(
        "method", Place(found.unit, function.site), known, lacking=lacking, alone=len(function.parameters) == 1
    )

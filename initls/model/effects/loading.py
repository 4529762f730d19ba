"""Weights that come from a checkpoint: loaded into a model, or in a model that is built with them."""

from __future__ import annotations

from initls.knowledge import layers
from initls.knowledge.pretrained import HUB, Pretrained, adapting, in_hub, pretrained
from initls.model.effects import construction, warming, writes
from initls.model.machine import objects
from initls.model.machine.machine import Run
from initls.model.state.contents import CHECKPOINT, PRETRAINED, Loaded
from initls.model.state.events import LoadedInto
from initls.model.state.state import Attributes
from initls.model.state.values import (
    NONE,
    Arguments,
    Keywords,
    Known,
    ModuleRef,
    Unknown,
    Value,
)


def load(run: Run, ref: ModuleRef, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    """`module.load_state_dict(...)`."""
    strict = arguments[1] if len(arguments) > 1 else keywords.get("strict", Known(True, "bool"))
    warming.warm(run, ref)
    sure = isinstance(strict, Known) and bool(strict.value) and "**" not in keywords
    _fill(run, ref, CHECKPOINT, site, strict=sure)
    return Unknown("what the checkpoint lacks")


def build(run: Run, name: str, arguments: Arguments, keywords: Keywords, site: int) -> ModuleRef | None:
    """A model that a function of another library builds with the weights of a checkpoint; None if it does not.

    Of what is in it, only the layers are shown that are surely there.
    """
    row = pretrained(name)
    if name == HUB and arguments and isinstance(arguments[0], Known) and isinstance(arguments[0].value, str):
        row = in_hub(arguments[0].value)
    if row is None or run.graph is not None or not _asked(row, arguments, keywords):
        return None
    ref = run.new_module((name,), site, layer=layers.MODULE, unresolved=True)
    run.now.objects[ref.id] = Attributes(open=True)
    run.many += 1
    try:
        for number, dotted in enumerate(row.layers):
            layer = layers.layer(dotted)
            if layer is not None:
                child = run.new_module((layer.name,), site, layer=layer.name)
                construction.make_layer(run, child, layer, {}, site)
                run.set_attribute(ref, f"?{number}", child)
    finally:
        run.many -= 1
    _fill(run, ref, PRETRAINED, site)
    return ref


def adapt(run: Run, name: str, arguments: Arguments, keywords: Keywords) -> ModuleRef | None:
    """A model that has been given adapters: what it was, frozen, and more that is not shown."""
    row = adapting(name)
    if row is None or run.graph is not None:
        return None
    model = arguments[row.position] if len(arguments) > row.position else keywords.get("model")
    if not isinstance(model, ModuleRef):
        return None
    writes.freeze(run, (model,), Known(False, "bool"))
    held = run.attributes(model)
    run.now.objects[model.id] = Attributes(held.values, open=True, ready=held.ready)
    return model


def _asked(row: Pretrained, arguments: Arguments, keywords: Keywords) -> bool:
    """Whether a call asks for the weights of a checkpoint."""
    if not row.asked:
        return True
    for position, name in row.asked:
        value = keywords.get(name)
        if value is None and position is not None and position < len(arguments):
            value = arguments[position]
        if value is not None and value != NONE and not isinstance(value, Unknown):
            return not isinstance(value, Known) or bool(value.value)
    return False


def read(run: Run, ref: ModuleRef, arguments: Arguments, keywords: Keywords, site: int) -> Value:
    """`module.state_dict()`: the values may come back by another way."""
    for _, parameter, _ in objects.named_parameters(run, ref):
        run.read(parameter)
    return Unknown("the result of state_dict")


def _fill(run: Run, ref: ModuleRef, source: str, site: int, *, strict: bool = False) -> None:
    parameters = frozenset(parameter.id for _, parameter, _ in objects.named_parameters(run, ref))
    unread = frozenset(number for number in parameters if run.reads.get(number, -1) < _written(run, number))
    run.note(LoadedInto, site, module=ref.id, parameters=parameters, source=source, unread=unread, strict=strict)
    for _, parameter, _ in objects.named_parameters(run, ref):
        run.write(parameter, Loaded(source), site, explicit=source == CHECKPOINT)


def _written(run: Run, number: int) -> int:
    """The number of the last write to a parameter."""
    return max((write.order for way in run.now.writes.get(number, ()) for write in way.writes), default=-1)

"""Which initializers to offer for a weight, in the terms of plans."""

from __future__ import annotations

from initls.facts.place import Place
from initls.fixes.plans import InitializeParameter, InitializeParts, Plan, ReplaceWrite, Scheme
from initls.knowledge import layers
from initls.knowledge.layers import Kind
from initls.knowledge.schemes import recommend
from initls.model.constants import Entry, Matrix
from initls.model.flow import NOTHING_KNOWN
from initls.model.judgement import is_recurrent_weight
from initls.model.packed import parts_of
from initls.model.padding import doubt_at
from initls.settings import Settings


def schemes(entry: Entry, settings: Settings) -> tuple[Scheme, ...]:
    """Two to four initializers for the weight of an entry, the best first."""
    if entry.kind is Matrix.GAIN:
        near = (("mean", 1.0), ("std", 0.02))
        return (Scheme("ones_", (), "what a norm starts with"), Scheme("normal_", near, "close to one"))
    following = entry.judgement.following
    activation = following.activation
    if activation is None and following.known and following is not NOTHING_KNOWN:
        activation = "none"
    info = entry.trace.parameters[entry.parameter]
    module = entry.trace.modules[info.owner] if info.owner is not None else None
    groups = module.arguments.get("groups", 1) if module is not None else 1
    subject = entry.judgement.subject
    nodes = subject.graph.of_weight(entry.parameter) if subject is not None else ()
    return tuple(
        Scheme(r.function, r.keywords, r.reason)
        for r in recommend(
            activation,
            layer=entry.layer,
            norm_follows=following.norm,
            slope=following.slope,
            distribution=settings.distribution,
            parameter=info.name,
            grouped=groups != 1,
            inputs_first=any(node.inputs_first for node in nodes),
        )
    )


def repair(place: Place, entry: Entry, settings: Settings, *, making: bool) -> tuple[Plan, ...]:
    """The plan that initializes the weight of an entry where the constant is written."""
    found = schemes(entry, settings)
    if not found or entry.write.place.foreign:
        return ()
    if making:
        return (InitializeParameter(place, found),)
    return (*_parts(place, entry, found), ReplaceWrite(place, found, padding=doubt_at(entry.trace, place)))


def _parts(place: Place, entry: Entry, found: tuple[Scheme, ...]) -> tuple[Plan, ...]:
    """The same for each part of a packed matrix by itself, where the place writes nothing but such matrices."""
    trace = entry.trace
    numbers = {number for number, write in trace.log if write.place == place and write.explicit}
    blocks = {parts_of(trace.parameters[number]) for number in numbers}
    count = blocks.pop() if len(blocks) == 1 else 1
    if count == 1:
        return ()
    recurrent = is_recurrent_weight(trace, entry.parameter)
    return (InitializeParts(place, count, "gate" if recurrent else "part", found[:2]),)


def layer_name(entry: Entry) -> str:
    """The class of the layer as a reader knows it."""
    return entry.layer.rpartition(".")[2] or "parameter"


def weight_name(entry: Entry) -> str:
    """The parameter as a message names it."""
    return f"`{entry.name}`"


def is_embedding(entry: Entry) -> bool:
    """Whether the weight is a table of rows."""
    layer = layers.layer(entry.layer)
    return layer is not None and layer.kind is Kind.EMBEDDING

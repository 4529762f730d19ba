"""Which initializers to offer for a weight, in the terms of plans."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from initls.facts.place import Place
from initls.fixes.plans import InitializeParameter, InitializeParts, Plan, ReplaceWrite, Scheme
from initls.knowledge import layers
from initls.knowledge.layers import Kind
from initls.knowledge.schemes import recommend
from initls.model.constants import Entry, Matrix
from initls.model.flow import NOTHING_KNOWN
from initls.model.packed import Packing, packing
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
    packed = _packing(place, entry)
    whole = ReplaceWrite(place, found, padding=doubt_at(entry.trace, place))
    return (whole,) if packed is None else tuple(_by_parts(place, packed, found))


def _packing(place: Place, entry: Entry) -> Packing | None:
    """The parts of a packed matrix, where the place writes no other matrices than such as fall into as many."""
    trace = entry.trace
    numbers = {number for number, write in trace.log if write.place == place and write.explicit}
    matrices = [number for number in numbers if not trace.parameters[number].is_vector]
    found = [packing(trace, number) for number in matrices]
    first = found[0] if found else None
    if first is None or any(one is None or (one.count, one.part) != (first.count, first.part) for one in found):
        return None
    # Of several that are not of one form no gain suits all.
    return (
        first
        if len(set(found)) == 1
        else replace(first, ratio=None, together=all(one.together for one in found if one))
    )


def _by_parts(place: Place, packed: Packing, found: tuple[Scheme, ...]) -> Iterator[Plan]:
    """Each part by itself; and all at once where that comes to the same, or a gain makes up for their number."""
    apart = tuple(scheme for scheme in found if scheme.function.startswith(("xavier", "orthogonal")))
    if packed.together and apart:
        yield InitializeParts(place, packed.count, packed.part, apart)
    at_once = tuple(one for scheme in found if (one := _at_once(scheme, packed)) is not None)
    if at_once:
        yield ReplaceWrite(place, at_once)


def _at_once(scheme: Scheme, packed: Packing) -> Scheme | None:
    """A scheme for a whole matrix that gives each part what it would get by itself; None where there is none."""
    if not scheme.function.startswith(("xavier", "orthogonal")):
        return scheme  # It counts the inputs alone, or nothing.
    if scheme.function == "orthogonal_" or packed.gain is None:
        return None
    told = dict(scheme.keywords)
    own = told.get("gain", 1.0)
    gain = packed.gain * (own if isinstance(own, float | int) else 1.0)
    made_up = f"a gain of {packed.gain:.4g} makes up for {packed.count} {packed.part}s in one"
    return Scheme(scheme.function, (("gain", round(gain, 4)),), f"{scheme.reason}, {made_up}")


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

"""Which initializers to offer for a weight, in the terms of plans."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from initls.facts.place import Place, class_of
from initls.fixes.plans import (
    Formula,
    InitializeAlone,
    InitializeParameter,
    InitializeParts,
    Plan,
    ReplaceWrite,
    Scheme,
)
from initls.knowledge import layers
from initls.knowledge.layers import Kind
from initls.knowledge.schemes import recommend
from initls.model.answers.constants import Entry, Matrix
from initls.model.answers.draws import summed
from initls.model.answers.judgement import Fate
from initls.model.answers.packed import Packing, packing
from initls.model.answers.padding import doubt_at
from initls.model.answers.residual import branches, closing, is_transformer
from initls.model.answers.roles import is_added, is_inner_factor
from initls.model.state.flow import NOTHING_KNOWN
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
    nodes = list(subject.graph.of_weight(entry.parameter)) if subject is not None else []
    recommended = recommend(
        activation,
        layer=entry.layer,
        norm_follows=following.norm,
        slope=following.slope,
        distribution=settings.distribution,
        parameter=info.name,
        grouped=groups != 1,
        inputs_first=any(node.inputs_first for node in nodes),
        transformer=subject is not None and is_transformer(subject),
        inputs=summed(info, module) if module is not None else None,
    )
    found = (*_low_rank(entry), *(Scheme(r.function, r.keywords, r.reason) for r in recommended))
    width = info.shape[1] if is_embedding(entry) and info.shape is not None and len(info.shape) == 2 else None
    if width is None:
        return found
    rows = Scheme("normal_", (("std", Formula(f"{width}**-0.5")),), "an embedding with rows of a length of about one")
    return (*(scheme for scheme in found if not scheme.function.startswith("xavier")), rows)


def _low_rank(entry: Entry) -> tuple[Scheme, ...]:
    """The start of a LoRA's inner factor, for a zero one whose outer factor is zero as well."""
    subject = entry.judgement.subject
    nodes = list(subject.graph.of_weight(entry.parameter)) if subject is not None else []
    if subject is None or entry.judgement.fate is not Fate.DEAD or not nodes:
        return ()
    if not all(is_inner_factor(subject, node) for node in nodes if node.kind == "affine"):
        return ()
    mode: tuple[tuple[str, str], ...] = (("mode", "fan_out"),) if any(node.inputs_first for node in nodes) else ()
    reason = "the inner factor of a low-rank update, as in LoRA"
    return (Scheme("kaiming_uniform_", (("a", Formula("5**0.5")), *mode), reason),)


def _as_in_gpt(entries: Sequence[Entry]) -> tuple[Scheme, ...]:
    """The start of the layers at the ends of a transformer's branches, where the place writes no others."""
    most = 0
    for entry in entries:
        subject = entry.judgement.subject
        if subject is None or not is_transformer(subject):
            continue
        trace, ends = entry.trace, closing(subject)
        written = {number for number, write in trace.log if write.place == entry.write.place and write.explicit}
        matrices = {number for number in written if not trace.parameters[number].is_vector}
        at_ends = {subject.graph.nodes[number].weight for number in ends}
        if not matrices <= at_ends:
            return ()
        most = max(most, branches(trace, subject) or 0)
    if most < FEWEST_BRANCHES:
        return ()
    reason = f"at the end of one of {most} residual branches, as in GPT-2"
    return (Scheme("normal_", (("std", Formula(f"0.02 / {most}**0.5")),), reason),)


FEWEST_BRANCHES = 4
"""Of two blocks: one block may be of a model that is put together elsewhere."""


def repair(
    place: Place, entry: Entry, settings: Settings, *, making: bool, entries: Sequence[Entry] = ()
) -> tuple[Plan, ...]:
    """The plans that initialize the weight of an entry where the constant is written.

    `entries` are all matrices that the place leaves constant.
    """
    found = schemes(entry, settings)
    deep = _as_in_gpt([one for one in entries if one.kind is entry.kind])
    found = (*found[: MOST - len(deep)], *deep)
    if not found or entry.write.place.foreign:
        return ()
    alone = _inner_alone(entries, found) if entry.judgement.fate is Fate.DEAD else ()
    if alone:
        return (*alone, ReplaceWrite(place, found[:1]))
    if making:
        return (InitializeParameter(place, found),)
    packed = _packing(place, entry)
    whole = ReplaceWrite(place, found, padding=doubt_at(entry.trace, place))
    return (whole,) if packed is None else tuple(_by_parts(place, packed, found))


def _inner_alone(entries: Sequence[Entry], found: tuple[Scheme, ...]) -> tuple[Plan, ...]:
    """The plan that initializes inner factors of zero alone, where one place writes the outer ones as well.

    These are to stay zero, so that a branch starts as if it were not there, and what the place does is left as it is.
    """
    dead = [entry for entry in entries if entry.judgement.fate is Fate.DEAD]
    if not dead:
        return ()
    first = min(dead, key=lambda entry: len(entry.write.path))
    trace, subject, place = first.trace, first.judgement.subject, (*first.write.path, first.write.place)[0]
    names = {entry.parameter: entry.name for entry in dead if entry.trace is trace}
    written = {number for number, write in trace.log if write.place == first.write.place and write.explicit}
    kept = [number for number in written - names.keys() if not trace.parameters[number].is_vector]
    outer = [node for number in kept for node in subject.graph.of_weight(number)] if subject is not None else []
    if subject is None or not outer or not all(is_added(subject, node) for node in outer):
        return ()
    plain = all(step.isidentifier() for name in names.values() for step in name.split("."))
    here = trace.kind == "class" and not place.foreign and class_of(place.unit) == class_of(trace.root)
    return (InitializeAlone(place, tuple(names.values()), found[:3]),) if plain and here else ()


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


MOST = 4
"""Initializers that are offered side by side."""


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

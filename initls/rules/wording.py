"""Phrases that several rules share."""

from __future__ import annotations

from collections.abc import Sequence

from initls.facts.place import Place
from initls.knowledge.schemes import title
from initls.model.answers.constants import Entry
from initls.model.state.contents import Constant
from initls.model.state.events import NothingThere
from initls.model.state.flow import Node
from initls.model.traces.trace import Trace
from initls.model.training.training import Proof, proof


def number_of(entry: Entry) -> str:
    """The constant of an entry as a message says it."""
    held = entry.judgement.held
    return f"{held.value:g}" if isinstance(held, Constant) and held.value is not None else "one constant"


def listed(names: Sequence[str], most: int = 5) -> str:
    """Names in a row: `a`, `b` and `c`, or the first few and how many more."""
    shown = [f"`{name}`" for name in names[:most]]
    left = len(names) - len(shown)
    if left:
        return ", ".join(shown) + f" and {left} more"
    return shown[0] if len(shown) == 1 else ", ".join(shown[:-1]) + " and " + shown[-1]


def others(entries: Sequence[Entry], chosen: Entry) -> str:
    """A sentence on the other weights that the same place leaves constant, with the same consequence."""
    fate = chosen.judgement.fate
    alike = {entry.name for entry in entries if entry.trace is chosen.trace and entry.judgement.fate is fate}
    names = sorted(alike - {chosen.name})
    return f" The same goes for {listed(names, 3)}." if names else ""


def parting(entry: Entry, node: Node) -> str:
    """What tells units apart, as a message names it."""
    if node.kind == "dropout":
        return "the dropout behind it"
    name = None if node.weight is None else entry.trace.names.get(node.weight)
    return "what reads it" if name is None else f"`{name}`"


def pulling(entry: Entry) -> str:
    """What tells the units of a weight apart, and does it."""
    subject = entry.judgement.subject
    if subject is None or proof(subject.prospects, entry.parameter) is not Proof.BROKEN:
        return "what surrounds them pulls"
    nodes = subject.prospects.reasons[entry.parameter]
    names = list(dict.fromkeys(parting(entry, subject.graph.nodes[number]) for number in nodes))
    return (
        f"{names[0]} pulls"
        if len(names) == 1
        else f"{names[0]} and {names[1]} pull"
        if len(names) == 2
        else "what reads them pulls"
    )


def _made(trace: Trace, node: Node) -> Place | None:
    """Where the numbers of a layer come from: the last write that is spelled, or the making of the layer."""
    if node.weight is None or node.weight not in trace.final:
        return node.place
    writes = [write for way in trace.final[node.weight] for write in way.writes if write.explicit]
    return writes[-1].place if writes else trace.parameters[node.weight].place


def neighbours(entry: Entry) -> tuple[tuple[str, Place], ...]:
    """The places that take part in what is shown of a weight: the layers and activations that read it.

    Where the file only calls what writes the weight, that comes first.
    """
    written = entry.write.place
    found: list[tuple[str, Place | None]] = [(f"`{entry.name}` is written here", written)] if written.foreign else []
    subject = entry.judgement.subject
    if subject is None:
        return ((f"`{entry.name}` is written here", written),) if written.foreign else ()
    trace = entry.trace
    apart = proof(subject.prospects, entry.parameter) is Proof.BROKEN and not subject.prospects.of[entry.parameter].dead
    for number in subject.prospects.reasons.get(entry.parameter, ()):
        node = subject.graph.nodes[number]
        if apart:
            found.append((f"{parting(entry, node)} tells its units apart", _made(trace, node)))
        elif node.weight is not None and node.kind == "affine":
            name = trace.names.get(node.weight, "the next weight")
            writes = [w for way in trace.final.get(node.weight, ()) for w in way.writes if w.explicit]
            if writes:
                found.append((f"`{name}`, which reads it, is written here", writes[-1].place))
        elif node.kind == "activation" and node.place is not None and node.activation:
            found.append((f"{title(node.activation)} follows here", node.place))
    unique: list[tuple[str, Place]] = [(text, place) for text, place in dict.fromkeys(found) if place is not None]
    return tuple(unique[:4])


def missing(trace: Trace, event: NothingThere) -> str:
    """The parameter that is missing, as seen from the model."""
    layer = trace.module_names.get(event.owner, "")
    return f"{layer}.{event.name}" if layer else event.name


def made(found: Sequence[tuple[Trace, NothingThere]]) -> tuple[tuple[str, Place], ...]:
    """Where the layers are made that have no such parameter."""
    places = dict.fromkeys((trace.module_names.get(e.owner, ""), trace.modules[e.owner].place) for trace, e in found)
    return tuple((f"`{name}` is made here", place) for name, place in places if name)[:4]

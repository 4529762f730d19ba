"""Gains of norms that are drawn about zero, where they should start at one."""

from __future__ import annotations

from msgspec import Struct

from initls.facts.place import Place
from initls.knowledge.parameters import Role
from initls.model.state.contents import Random
from initls.model.state.events import Initialized
from initls.model.traces.program import Program
from initls.model.traces.trace import Trace

SMALL = 1e-9
METHOD = "torch.Tensor."


class DrawnGain(Struct, frozen=True):
    """A place that draws the gains of norms about zero.

    `names` are the gains, `layer` the class of the first one's norm, `draw` the distribution in words.
    `alone` tells that the place writes nothing but gains of norms, `vectors` that all of these have one axis while
    something else that it writes has more, `method` that it calls a method of the tensor.
    """

    place: Place
    names: tuple[str, ...]
    layer: str
    draw: str
    alone: bool
    vectors: bool
    method: bool


def drawn_gains(program: Program) -> tuple[DrawnGain, ...]:
    """Every place whose draw some norm still holds when training starts, and none that meets it overwrites."""
    found: list[DrawnGain] = []
    methods = {event.place for _, event in program.events(Initialized) if event.function.startswith(METHOD)}
    for place, entries in program.explicit_writes():
        names: dict[str, None] = {}
        layer = draw = ""
        others = False
        ranks: list[int | None] = []
        matrices = False
        for trace, parameter, write in entries:
            info = trace.parameters[parameter]
            if info.role is not Role.GAIN:
                others = True
                matrices = matrices or (info.shape is not None and len(info.shape) > 1)
                continue
            if not any(way.likely for way in trace.final.get(parameter, ())):
                continue  # A model that builds it with other options is none that starts like this.
            words = about_zero(write.content, None if info.shape is None else len(info.shape))
            if write.region is not None or not words or not _lasts(trace, parameter, place):
                names.clear()
                break
            names[trace.names[parameter]] = None
            layer, draw = layer or (info.layer or "").rpartition(".")[2], draw or words
            ranks.append(None if info.shape is None else len(info.shape))
        if names:
            vectors = matrices and all(rank == 1 for rank in ranks)
            found.append(DrawnGain(place, tuple(names), layer, draw, not others, vectors, place in methods))
    return tuple(found)


def about_zero(content: object, rank: int | None) -> str:
    """In words, a distribution about zero that a vector can be drawn from; empty for everything else."""
    if not isinstance(content, Random):
        return ""
    told = dict(content.arguments)
    match content.scheme:
        case "normal" | "trunc_normal" if _is(told.get("mean"), 0):
            std = told.get("std")
            return f"from a normal distribution about 0{_number(', std ', std)}"
        case "uniform":
            low, high = told.get("a", told.get("from")), told.get("b", told.get("to"))
            if isinstance(low, float | int) and isinstance(high, float | int) and _is(low + high, 0):
                return f"uniformly between {low:g} and {high:g}"
            return ""
        case "xavier_normal" | "xavier_uniform" | "kaiming_normal" | "kaiming_uniform" | "orthogonal":
            return f"by {content.scheme}_" if rank is not None and rank > 1 else ""
        case _:
            return ""


def _is(value: object, number: float) -> bool:
    return isinstance(value, float | int) and abs(value - number) < SMALL


def _number(before: str, value: object) -> str:
    return f"{before}{value:g}" if isinstance(value, float | int) else ""


def _lasts(trace: Trace, parameter: int, place: Place) -> bool:
    """Whether this place wrote last, whatever likely way led to the end, and the parameter is trained from there."""
    ways = [way for way in trace.final.get(parameter, ()) if way.likely]
    return (
        bool(ways)
        and all(len(way.writes) == 1 and way.writes[0].place == place for way in ways)
        and parameter in trace.names
        and parameter not in trace.frozen
        and parameter not in trace.reinitialized
        and trace.incomplete is None
    )

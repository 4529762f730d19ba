"""Tables of rows whose padding is drawn anew with all other rows, and not zeroed again."""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

from initls.facts.place import Place
from initls.knowledge.parameters import Role
from initls.model.machine.machine import ModuleInfo
from initls.model.state.contents import Constant, Random
from initls.model.state.regions import Index, Quantity
from initls.model.state.state import Alternative
from initls.model.traces.program import Program
from initls.model.traces.trace import Trace

Doubt: TypeAlias = Literal["", "row", "attribute"]

ROW = "padding_idx"


class LostPadding(Struct, frozen=True):
    """A place that fills tables with their rows of padding.

    `rows` are the numbers of these rows, None for one that the program does not show. `doubt` tells whether all that
    the place writes has such a row (nothing to doubt), some tables have none, or some of it is no table.
    """

    place: Place
    names: tuple[str, ...]
    rows: tuple[int | None, ...]
    constant: bool
    doubt: Doubt


def lost_paddings(program: Program) -> tuple[LostPadding, ...]:
    """Every place that leaves the row of padding of some table other than zero, in each trace that runs it."""
    found: list[LostPadding] = []
    for place, entries in program.explicit_writes():
        names: dict[str, int | None] = {}
        doubt: Doubt = ""
        constant = False
        for trace, parameter, write in entries:
            info = trace.parameters[parameter]
            owner = trace.modules[info.owner] if info.owner is not None else None
            if info.role is not Role.TABLE or owner is None or info.layer != "torch.nn.Embedding":
                doubt = "attribute"
                continue
            row = padding_row(owner)
            if row is None:
                doubt = doubt or "row"
                continue
            if write.region is not None or not _lasts(trace, parameter, place, row):
                names.clear()
                break
            constant = constant or isinstance(write.content, Constant)
            names[trace.names[parameter]] = row if isinstance(row, int) else None
        if names:
            found.append(LostPadding(place, tuple(names), tuple(names.values()), constant, doubt))
    return tuple(found)


def doubt_at(trace: Trace, place: Place) -> Doubt | None:
    """What of all that a place writes may lack a row of padding; None where nothing has one."""
    written = [trace.parameters[number] for number, write in trace.log if write.place == place and write.explicit]
    owners = [trace.modules[info.owner] for info in written if info.owner is not None and info.role is Role.TABLE]
    if not any(padding_row(owner) is not None for owner in owners):
        return None
    if len(owners) < len(written):
        return "attribute"
    return "" if all(padding_row(owner) is not None for owner in owners) else "row"


def padding_row(owner: ModuleInfo) -> int | Quantity | None:
    """The row that a table keeps for padding; None where it has none, or may have none."""
    row = owner.arguments.get(ROW)
    if isinstance(row, int) and not isinstance(row, bool):
        size = owner.arguments.get("num_embeddings")
        return row if row >= 0 else row + size if isinstance(size, int) else None
    return owner.quantities.get(ROW)


def _lasts(trace: Trace, parameter: int, place: Place, row: int | Quantity) -> bool:
    """Whether on every likely way the place wrote the whole table last, and nobody the row of padding since."""
    ways = [way for way in trace.final.get(parameter, ()) if way.likely]
    return (
        bool(ways)
        and all(_lost(way, place, row) for way in ways)
        and parameter in trace.names
        and parameter not in trace.reinitialized
        and trace.incomplete is None
    )


def _lost(way: Alternative, place: Place, row: int | Quantity) -> bool:
    first, *parts = way.writes
    filled = isinstance(first.content, Random) or (isinstance(first.content, Constant) and first.content.value != 0)
    if first.place != place or first.region is not None or not filled:
        return False
    # Only a row that is surely another one leaves the padding as it is.
    return all(
        isinstance(part.region, Index)
        and part.region.axis == 0
        and isinstance(part.region.position, int)
        and isinstance(row, int)
        and part.region.position != row
        for part in parts
    )

"""The use of a model whose memory nobody has written since it was laid out."""

from __future__ import annotations

from initls.facts.place import Place
from initls.model import iteration, objects
from initls.model.contents import Garbage
from initls.model.events import UsedUnwritten
from initls.model.machine import Run
from initls.model.state import agreed
from initls.model.values import ModuleRef, ParameterRef, Tuple, Value, Walk


def note(run: Run, values: tuple[Value, ...], site: int) -> None:
    """Remember that these are used here, if they hold parameters that `to_empty` has left without values."""
    written: list[tuple[int, Place]] = []
    for value in values:
        for number in _parameters(run, value):
            ways = run.now.writes.get(number, ())
            last = ways[0].writes[-1] if ways else None
            if last is not None and not last.making and isinstance(agreed(ways), Garbage):
                written.append((number, last.place))
    if written:
        run.note(UsedUnwritten, site, written=tuple(written))


def _parameters(run: Run, value: Value) -> list[int]:
    if isinstance(value, Walk):
        found = iteration.items(run, value).values
        leaves = [item.items[-1] if isinstance(item, Tuple) and item.items else item for item in found]
        return [leaf.id for leaf in leaves if isinstance(leaf, ParameterRef)]
    if isinstance(value, ModuleRef):
        return [parameter.id for parameter in objects.parameters_below(run, value)]
    return []

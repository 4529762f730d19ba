"""The use of a model whose memory nobody has written since it was laid out."""

from __future__ import annotations

from initls.facts.place import Place
from initls.model.machine import iteration, objects
from initls.model.machine.machine import Run
from initls.model.state.contents import Garbage
from initls.model.state.events import UsedUnfilled, UsedUnwritten
from initls.model.state.state import agreed
from initls.model.state.values import ModuleRef, ParameterRef, Tuple, Value, Walk


def note(run: Run, values: tuple[Value, ...], site: int) -> None:
    """Remember that these are used here, if they hold parameters that have been left without values.

    By `to_empty` that is, or by what skips the initialization of layers: what the program itself makes from empty
    memory is another matter.
    """
    written: list[tuple[int, Place]] = []
    unfilled: dict[tuple[str, Place], list[int]] = {}
    for value in values:
        for number in _parameters(run, value):
            ways = run.now.writes.get(number, ())
            last = ways[0].writes[-1] if ways else None
            content = agreed(ways)
            if last is None or not isinstance(content, Garbage):
                continue
            if content.at is not None:
                unfilled.setdefault((content.by, content.at), []).append(number)
            elif not last.making:
                written.append((number, last.place))
    for (by, at), numbers in unfilled.items():
        run.note(UsedUnfilled, site, parameters=tuple(numbers), by=by, at=at)
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

"""What the files around a file do with the parameters that its classes leave as the memory was.

A file knows what it imports, and not who imports it. An initialization or a checkpoint for its classes may stand in a
file next to it; what is looked for there are signs, which keep a claim back and never make one.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, partial

from msgspec import Struct, field

from initls.facts.place import class_of, file_of, name_of
from initls.model.effects import hooks
from initls.model.machine import lookup
from initls.model.machine.machine import ParameterInfo, Run
from initls.model.state.values import NONE, ClassValue, UnitFunction, options

LOADS = ("load_state_dict", "load_checkpoint", "load_model")
"""Words of a file that fills models from checkpoints."""

TRAINS = ("backward", "optim", "Adam", "AdamW", "SGD")
"""Words of a file that trains: what it loads is there to go on or to compare, and what it starts with counts."""


INITIALIZES = (".apply(", *(hook for hook in hooks.HOOKS if "weight" in hook))
"""Words of a file that initializes whole models."""

GOES_OVER = (".modules(", ".named_modules(", ".parameters(", ".named_parameters(")
"""Words of a file that goes over what models hold."""

WRITES = ("init.", "normal_", "uniform_", "trunc_normal_", "reset_parameters")
"""Words of a file that initializes single layers, or parameters."""


class Neighbours(Struct, frozen=True):
    """What the files around may do, by parameter."""

    written: frozenset[int] = frozenset()
    """Those of whose attribute a file that uses the class speaks."""
    loaded: Mapping[int, str] = field(default_factory=dict)
    """The file that uses the class and loads a checkpoint, for the others."""


def ask(run: Run, garbage: frozenset[int], names: Mapping[int, str]) -> Neighbours:
    """What the files around do with parameters of which nothing here writes the memory; `names` has all parameters."""
    written: set[int] = set()
    loaded: dict[int, str] = {}
    names_of = cache(partial(_builders, run))
    for number in sorted(garbage):
        info = run.parameters[number]
        if info.place.foreign or info.owner is None:
            continue
        # A layer of torch's is used by what uses the class that makes it.
        owner = run.modules[info.owner].own_class if info.layer is None else class_of(info.place.unit)
        for file in run.reading.near():
            if _may_write(run, file, info, names.get(number, "")) and _uses(run, file, names_of(owner)):
                written.add(number)
            elif _loads(run, file) and _uses(run, file, names_of(owner)):
                loaded.setdefault(number, file)
    return Neighbours(frozenset(written), loaded)


def initialize(run: Run, root: str) -> bool:
    """Whether a file around uses a class, and initializes models as well: what holds the class may be among them.

    A file that does no more than hand names on does neither.
    """
    name = name_of(root)
    return any(
        run.reading.used(name, file)
        and any(run.reading.used(word, file) for word in INITIALIZES)
        and _means(run, file, name)
        for file in run.reading.near()
    )


def _may_write(run: Run, file: str, info: ParameterInfo, name: str) -> bool:
    """Whether a file may write a parameter of something else than its own objects.

    Every layer has a weight: who writes that of one in particular speaks of the layer as well, or goes over all layers.
    """
    holder, _, attribute = name.rpartition(".")
    if info.layer is None or not holder.isidentifier():
        return _speaks_of(run, file, info.name)

    def uses(words: tuple[str, ...]) -> bool:
        return any(run.reading.used(word, file) for word in words)

    return _speaks_of(run, file, f"{holder}.{attribute}") or uses(INITIALIZES) or (uses(GOES_OVER) and uses(WRITES))


def _speaks_of(run: Run, file: str, attribute: str) -> bool:
    """Whether a file names an attribute of something else than its own objects."""
    return run.reading.spoken(f".{attribute}", file) > run.reading.spoken(f"self.{attribute}", file)


def _loads(run: Run, file: str) -> bool:
    def says(words: tuple[str, ...]) -> bool:
        return any(run.reading.spoken(word, file) for word in words)

    return says(LOADS) and not says(TRAINS)


def _uses(run: Run, file: str, names: tuple[str, ...]) -> bool:
    """Whether another file has a name for a class, or for what builds objects of it in its own file."""
    return any(_means(run, file, name) for name in names)


def _builders(run: Run, owner: str) -> tuple[str, ...]:
    """The name of a class, and those of the classes and functions of its file that name it, directly or not."""
    found = [name_of(owner)]
    units = {unit: (unit, *run.reading.members(unit).values()) for unit in run.reading.classes()}
    units |= {unit: (unit,) for unit in run.reading.functions()}
    for builder in found:
        spelled = tuple(f"{builder}{end}" for end in "(),")
        for unit, texts in units.items():
            if name_of(unit) not in found and any(run.reading.mentioned(text, spelled) for text in texts):
                found.append(name_of(unit))
    return tuple(found)


def _means(run: Run, file: str, name: str) -> bool:
    """Whether a name of the file under analysis means the same in another file."""
    return run.reading.spoken(name, file) > 0 and any(
        isinstance(option, ClassValue | UnitFunction) and not file_of(option.unit)
        for option in options(lookup.name_in(run, file, name) or NONE)
    )

"""What the rules ask: the traces of one file, and what they say together."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cached_property
from typing import TypeAlias, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from initls.facts.place import Place, class_of
from initls.knowledge import frameworks, packs
from initls.model.state.events import Event, LifecycleCall, LoadedInto
from initls.model.state.state import Write
from initls.model.traces.fillers import RESET
from initls.model.traces.trace import Trace
from initls.pattern import rare

E = TypeVar("E", bound=Event)
TEST_FILE = rare("test", r"(^|[\\/])(tests?|testing)[\\/]|(^|[\\/])(test_[^\\/]*|[^\\/]*_test|conftest)\.py$")


Partition: TypeAlias = tuple[tuple[int, ...], ...]
"""Groups of traces, by their numbers in a program."""


class Surroundings(Struct, frozen=True):
    """What is true of a whole file, and bears on what is to be said of any part of it."""

    called: frozenset[str]
    """The units that anything calls, among those of which that matters elsewhere."""
    loads: bool
    """Whether anything loads a checkpoint into a model."""
    resets: bool
    """Whether anything calls the `reset_parameters` of it cannot be seen whom."""
    models: frozenset[tuple[str, ...]]
    """The classes of each model of Hugging Face's, its own first."""


class Program(Struct, frozen=True, dict=True, weakref=True):
    """One file: its traces, classes first, then functions, then the statements of the module level."""

    filename: str
    traces: tuple[Trace, ...]
    others: frozenset[str] = frozenset()
    """The other files on which the traces rest."""
    imports: frozenset[str] = frozenset()
    """The modules that the file imports by their full names."""
    whole: Surroundings | None = None
    """The surroundings of a program that is a part of one."""

    @property
    def is_test(self) -> bool:
        """Whether the file looks like one of a test suite."""
        return TEST_FILE.search(self.filename) is not None

    def packs(self, named: Collection[str]) -> frozenset[str]:
        """The packs that are on: those `named`, and those that an import or the base of a class gives away."""
        return packs.on(self._packages, named)

    @cached_property
    def _packages(self) -> frozenset[str]:
        """The dotted names that the file imports, and those of the bases of its classes."""
        return self.imports.union(name for classes in self._models for name in classes if frameworks.is_dotted(name))

    @cached_property
    def _models(self) -> list[tuple[str, ...]]:
        """The classes of each model that is traced by itself: its own, and then the bases."""
        return [trace.modules[0].classes for trace in self.traces if trace.kind == "class" and trace.modules]

    def partition(self) -> Partition:
        """The traces in groups that have nothing to do with each other: no unit is in the runs of two of them.

        What is to be said of one group is therefore the same whatever the others are, but for their surroundings.
        """
        group_of: dict[str, int] = {}
        groups: dict[int, list[int]] = {}
        units: dict[int, list[str]] = {}
        for number, trace in enumerate(self.traces):
            met = {group_of[unit] for unit in trace.units if unit in group_of}
            home = max(met, key=lambda group: len(units[group]), default=number)
            members, names = groups.setdefault(home, []), units.setdefault(home, [])
            members.append(number)
            names += trace.units
            for other in met - {home}:
                members += groups.pop(other)
                names += units.pop(other)
            group_of.update(dict.fromkeys(names if len(met) > 1 else trace.units, home))
        return tuple([tuple(sorted(members)) for members in groups.values()])

    def part(self, numbers: tuple[int, ...]) -> Program:
        """The program with some of its traces alone; what it says of the whole file stays."""
        return replace(self, traces=tuple([self.traces[number] for number in numbers]), whole=self.surroundings)

    @cached_property
    def surroundings(self) -> Surroundings:
        """What is true of the whole file."""
        if self.whole is not None:
            return self.whole
        # Of most units it does not matter, and then one call more or less is no news to the rest of the file.
        matter = {unit for trace in self.traces for unit in trace.fillers.values()}
        matter.update([hook.place.unit for trace in self.traces for hook in trace.unheard])
        return Surroundings(
            frozenset[str]().union(*[matter & trace.called for trace in self.traces]),
            any(True for _ in self.events(LoadedInto)),
            any(event.name == RESET and event.module is None for _, event in self.events(LifecycleCall)),
            frozenset([classes for classes in self._models if frameworks.of_transformers(classes)]),
        )

    @cached_property
    def by_place(self) -> dict[Place, list[tuple[Trace, int, Write]]]:
        """Every write of every trace, by the place that makes it."""
        found: dict[Place, list[tuple[Trace, int, Write]]] = {}
        for trace in self.traces:
            for parameter, write in trace.log:
                found.setdefault(write.place, []).append((trace, parameter, write))
        return found

    def in_use(self, trace: Trace, place: Place) -> list[tuple[Trace, int, Write]]:
        """The writes that a place makes in other traces, those that build the class that a trace is about."""
        key = trace.root, place
        found = self._in_use.get(key)
        if found is None:
            found = self._in_use[key] = [
                entry
                for entry in self.by_place.get(place, ())
                if entry[0] is not trace and trace.root in entry[0].built
            ]
        return found

    @cached_property
    def _in_use(self) -> dict[tuple[str, Place], list[tuple[Trace, int, Write]]]:
        return {}

    def explicit_writes(self) -> Iterator[tuple[Place, list[tuple[Trace, int, Write]]]]:
        """The places at which the program spells a write, each with what it writes in which trace."""
        for place, entries in self.by_place.items():
            spelled = [entry for entry in entries if entry[2].explicit]
            if spelled:
                yield place, spelled

    def events(self, kind: type[E]) -> Iterator[tuple[Trace, E]]:
        """What happened of one kind in any trace, with the trace."""
        for trace in self.traces:
            for event in trace.events:
                if type(event) is kind:
                    yield trace, event

    def happenings(self, kind: type[E]) -> Iterator[tuple[Place, list[tuple[Trace, E]]]]:
        """The same by the place where it happened, with the place of this file to speak of.

        The two differ for what happens in a function of another file: then it is the call here that leads there. What a
        method of another file does is a matter of that file, and shown where that is looked at.
        """
        found: dict[tuple[Place, Place], list[tuple[Trace, E]]] = {}
        for trace, event in self.events(kind):
            for place in (event.place, *reversed(event.path)):
                if not place.foreign:
                    found.setdefault((place, event.place), []).append((trace, event))
                    break
                if class_of(place.unit) != place.unit:
                    break
        for (here, _), entries in found.items():
            yield here, entries

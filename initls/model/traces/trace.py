"""The construction trace: what one abstract run of a class, a function or a script has shown, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from itertools import count
from typing import Literal, Protocol

from msgspec import Struct, field

from initls.facts.place import Place
from initls.knowledge import frameworks
from initls.model.effects.configured import Misconfigured
from initls.model.effects.lifecycle_calls import Started
from initls.model.effects.unguarded import Unguarded
from initls.model.machine.machine import EarlyAssignment, ModuleInfo, ParameterInfo, SuperCall, Visit
from initls.model.state.contents import Content
from initls.model.state.events import Event
from initls.model.state.flow import NOTHING_KNOWN, Following, Graph, Node, following
from initls.model.state.state import Alternative, Write, agreed
from initls.model.state.values import (
    Path,
)
from initls.model.traces.census import NOBODY, Census
from initls.model.traces.nested import Nested
from initls.model.traces.recurring import Recurring
from initls.model.traces.tying import Mistied
from initls.model.traces.uncalled import Uncalled
from initls.model.traces.unchained import Unchained
from initls.model.traces.unheard import Unheard
from initls.model.traces.unredone import Unredone
from initls.model.training.training import Outlook, Prospects

RootKind = Literal["class", "function", "module"]


class Missed(Struct, frozen=True):
    """A visitor that ran before some of the layers that it would have initialized were there.

    `modules` are the missed ones by name, with the places where they are made, as the visitor's own function or the
    root sees them.
    """

    visit: int
    place: Place
    path: Path
    modules: tuple[tuple[str, Place, Path], ...]
    certain: bool
    outside: tuple[tuple[str, int], ...] = ()
    """Further ones, by name and number, that were put in when the object was made already, by whoever had made it."""
    visitor: str = ""
    """The unit of the function that `apply` was given, where it takes nothing but the module."""
    again: str | None = None
    """What runs the visitor once more, where a base class's constructor has run it."""


class Subject(Struct, frozen=True, dict=True):
    """A model whose forward pass is followed: the graph, and what training can do with it."""

    module: int
    graph: Graph
    prospects: Prospects

    @cached_property
    def consumers(self) -> dict[int, list[Node]]:
        """The readers of each node."""
        return self.graph.consumers()

    def following(self, parameter: int) -> Following:
        """What follows the layer whose weight is `parameter`."""
        nodes = list(self.graph.of_weight(parameter))
        if not nodes:
            return NOTHING_KNOWN
        found = [following(self.graph, node, self.consumers) for node in nodes]
        return found[0] if all(item == found[0] for item in found) else _merged(found)


def _merged(found: list[Following]) -> Following:
    activations = {(item.activation, item.slope) for item in found}
    activation, slope = activations.pop() if len(activations) == 1 else (None, None)
    return Following(
        activation,
        slope,
        norm=any(item.norm for item in found),
        added=any(item.added for item in found),
        multiplied=any(item.multiplied for item in found),
        gated=any(item.gated for item in found),
        sampled=any(item.sampled for item in found),
        tested=any(item.tested for item in found),
        returned=any(item.returned for item in found),
        layers=any(item.layers for item in found),
        last=all(item.last for item in found),
        known=all(item.known for item in found),
    )


class _Somewhere(Protocol):
    """What has a place, and a way that leads there."""

    @property
    def place(self) -> Place: ...

    @property
    def path(self) -> Path: ...


_NUMBERS = count()


class Trace(Struct, frozen=True, dict=True):
    """What one run has shown.

    `final` holds, for each parameter, every way in which it may have come to its value. `log` is all writes in order.
    """

    root: str
    kind: RootKind
    modules: tuple[ModuleInfo, ...]
    parameters: tuple[ParameterInfo, ...]
    names: Mapping[int, str]
    """The dotted name of each parameter below the model that holds it."""
    module_names: Mapping[int, str]
    final: Mapping[int, tuple[Alternative, ...]]
    log: tuple[tuple[int, Write], ...]
    frozen: frozenset[int]
    reads: Mapping[int, int]
    visits: tuple[Visit, ...]
    missed: tuple[Missed, ...]
    early: tuple[EarlyAssignment, ...]
    supers: tuple[SuperCall, ...]
    subjects: tuple[Subject, ...]
    called: frozenset[str]
    has_forward: bool
    reinitialized: frozenset[int] = frozenset()
    """Parameters that a hook of the file, which nothing in the trace calls, would write."""
    fillers: Mapping[int, str] = field(default_factory=dict)
    """For parameters that hold garbage or no finite number: the unit of the `reset_parameters` that nothing in the
    trace calls and that would write them, or nothing where another method may do so."""
    loaded: Mapping[int, str] = field(default_factory=dict)
    """For parameters that hold garbage: the file next to this one that builds what they are part of and loads a
    checkpoint."""
    outside: frozenset[int] = frozenset()
    """Parameters of layers that methods other than those of the forward pass use."""
    events: tuple[Event, ...] = ()
    """What happened besides writes, in program order."""
    census: Census = NOBODY
    """What visitors asked of what they met."""
    uncalled: tuple[Uncalled, ...] = ()
    """What would initialize the models of a script, and is never called."""
    unheard: tuple[Unheard, ...] = ()
    """Hooks that the framework of the class does not call, because it calls them by another name."""
    unchained: Unchained | None = None
    """The hook of a Hugging Face model, where it keeps its base's from running."""
    nested: Nested | None = None
    """The `reset_parameters` of the class, where it reaches into children that have their own."""
    unguarded: tuple[Unguarded, ...] = ()
    """What the hook of a Hugging Face model writes without a look at what has been loaded."""
    unredone: tuple[Unredone, ...] = ()
    """What the constructor of a Hugging Face model alone initializes."""
    misconfigured: tuple[Misconfigured, ...] = ()
    """What the configurations of mmengine's modules can't do."""
    mistied: tuple[Mistied, ...] = ()
    """What a Hugging Face model says of its tied weights that transformers does not understand."""
    started: Started = "never"
    """On which ways through the construction a Hugging Face model calls `post_init`."""
    recurring: tuple[Recurring, ...] = ()
    """What each forward pass does anew."""
    incomplete: str | None = None

    @cached_property
    def number(self) -> int:
        """A number that no other trace of the process has, by which one is known that need not be there any more."""
        return next(_NUMBERS)

    @cached_property
    def built(self) -> frozenset[str]:
        """The classes of which there are instances."""
        return frozenset(module.own_class for module in self.modules)

    @cached_property
    def units(self) -> frozenset[str]:
        """The units of the program that the run has anything to do with."""
        classes = {name for module in self.modules for name in module.classes if not frameworks.is_dotted(name)}
        made: tuple[tuple[_Somewhere, ...], ...] = (
            *(self.modules, self.parameters, self.visits, self.early, self.supers, self.events),
            tuple([write for _, write in self.log]),
        )
        places = {place for part in made for one in part for place in (one.place, *one.path)}
        return frozenset([self.root, *self.called, *classes, *(place.unit for place in places)])

    def content(self, parameter: int) -> Content | None:
        """What a parameter holds at the end under default options, where all ways to get there agree."""
        return agreed(self.final.get(parameter, ()))

    def outlook(self, parameter: int) -> tuple[Subject, Outlook] | None:
        """What can be shown of a parameter's training, and the model that shows it."""
        for subject in self.subjects:
            found = subject.prospects.of.get(parameter)
            if found is not None:
                return subject, found
        return None

    def following(self, parameter: int) -> Following:
        """What follows the layer of a weight, in the first model that uses it."""
        for subject in self.subjects:
            found = subject.following(parameter)
            if found is not NOTHING_KNOWN:
                return found
        return NOTHING_KNOWN

"""The abstract machine: the objects of one run, the scope that it stands in, and what it has seen.

The rest of the interpreter (`expressions`, `statements`, `calls`, `torch_calls`, `visitors`) is functions over a `Run`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Literal, TypeVar

from msgspec import Struct, field
from msgspec.structs import replace

from initls import cancel
from initls.facts import ir
from initls.facts.place import Place
from initls.knowledge.parameters import Role
from initls.model.machine.copies import Copies
from initls.model.machine.scope import Reading
from initls.model.state.cells import Cells
from initls.model.state.contents import CHECKPOINT, PRETRAINED, SPELLED, Content, Garbage, Loaded
from initls.model.state.contents import Unknown as UnknownContent
from initls.model.state.events import Event, LostWrite, OverLoaded
from initls.model.state.regions import Quantity, Size
from initls.model.state.state import Attributes, Entries, Items, State, Write, join
from initls.model.state.values import (
    ClassValue,
    DictRef,
    ListRef,
    Manager,
    ModuleRef,
    ParameterRef,
    Path,
    Value,
    options,
)
from initls.model.state.watch import Watch

if TYPE_CHECKING:
    from initls.model.effects.declared import Declaring
    from initls.model.state.flow import Graph

E = TypeVar("E", bound=Event)

MOST_EVENTS = 4_000
"""Happenings that one trace keeps."""

MOST_STEPS = 60_000
"""Evaluations that one trace may take; behind it the rest is unknown."""

DEEPEST_CALL = 24
"""Calls within calls that are followed."""


class TooMuch(Exception):
    """The trace has used up its steps."""


class Unreachable(Exception):
    """What stands here is never run: every path to it raises."""


class ModuleInfo(Struct, frozen=True, gc=False):
    """What does not change about an object of the program.

    `layer` is the torch class that it is or derives from; `classes` are the names of all its classes, its own first:
    dotted ones for torch's, units for those of the program.
    """

    id: int
    layer: str | None
    classes: tuple[str, ...]
    place: Place
    path: Path
    order: int
    arguments: Mapping[str, object] = {}
    many: bool = False
    """Whether it stands for several made in a loop."""
    times: int = 1
    """For how many at least."""
    unresolved: bool = False
    """Whether one of its classes could not be found."""
    quantities: Mapping[str, Quantity] = {}
    """Arguments of its constructor that are sizes which the program names without showing them."""

    @property
    def own_class(self) -> str:
        """The name of its class."""
        return self.classes[0]


class Computed(Struct, frozen=True, gc=False):
    """How a wrapped weight comes about: computed by `wrapper` from other parameters, whenever it is used.

    `originals` are the names, as its module has them, of the parameters that stand in for it. `direction` is the one
    among them that carries what an initializer means to say, and `source` the parameter of that name. The place and the
    path are those of the wrapping.
    """

    wrapper: str
    originals: tuple[str, ...]
    direction: str
    source: int
    place: Place
    path: Path


class Copied(Struct, frozen=True, gc=False):
    """Where a tensor comes from that has memory of its own: the parameter, and what copied it.

    `frame` is the function call in which it was made.
    """

    of: int
    by: str
    frame: int


class ParameterInfo(Struct, frozen=True, gc=False):
    """What does not change about a tensor that the program keeps."""

    id: int
    place: Place
    path: Path
    order: int
    owner: int | None = None
    name: str = ""
    role: Role = Role.OTHER
    layer: str | None = None
    shape: tuple[int | None, ...] | None = None
    trainable: bool = True
    """Whether it is an `nn.Parameter`; a plain tensor or buffer is not."""
    sizes: tuple[Size | None, ...] | None = None
    """The sizes of the axes, with those that the program only names."""
    copied: Copied | None = None
    """For a copy of a parameter."""
    likened: Copied | None = None
    """For a new tensor that was given a parameter to be made like."""
    computed: Computed | None = None
    """For a weight that a wrapper has taken the place of; it takes part in the forward pass but is no parameter."""
    whole_numbers: bool = False
    """Whether its elements are integers or booleans."""

    @property
    def is_vector(self) -> bool:
        """Whether it is known to have less than two axes."""
        known = self.shape if self.shape is not None else self.sizes
        return len(known) < 2 if known is not None else self.role in (Role.BIAS, Role.GAIN, Role.SHIFT)

    def shown(self, axis: int) -> Size | None:
        """The length of an axis, where the program shows or names it."""
        for known in (self.shape, self.sizes):
            if known is not None and axis < len(known) and (found := known[axis]) is not None:
                return found
        return None

    def length(self, axis: int) -> Size:
        """The length of an axis, if only by a name that nothing else has."""
        found = self.shown(axis)
        return Quantity(f"axis {axis} of {self.id}") if found is None else found


class Visit(Struct, frozen=True):
    """One run of a visitor: `apply`, or a loop over the modules or parameters of `root`.

    `replay` runs the visitor once more on another module or parameter.
    """

    index: int
    place: Place
    path: Path
    root: int
    order: int
    over: Literal["modules", "parameters"]
    names: bool
    seen: frozenset[int]
    replay: Callable[[Run, Value, str], None]

    def done(self) -> Visit:
        """The same once its run is over, with nothing to replay, so that who keeps it keeps no run."""
        return replace(self, replay=_nothing)


def _nothing(run: Run, value: Value, name: str) -> None:
    """Visit nothing."""


class EarlyAssignment(Struct, frozen=True, gc=False):
    """A module, parameter or buffer assigned before `nn.Module.__init__` has run: it raises."""

    place: Place
    path: Path
    attribute: str
    kind: Literal["module", "parameter", "buffer"]
    module: int
    likely: bool


class SuperCall(Struct, frozen=True, gc=False):
    """A call that leads to `nn.Module.__init__`, on object `module`."""

    place: Place
    path: Path
    module: int


class Asked(Struct, frozen=True):
    """A test at `place`, in one call of a function, that has found an attribute by `hasattr`; `owner` as written."""

    frame: int
    owner: str
    name: str
    place: Place


class Supposed(Struct, frozen=True):
    """A name, in one call of a function, for something of which only the type is known: one of these layers."""

    frame: int
    name: str
    layers: tuple[str, ...]


class Types(Struct, frozen=True):
    """The types that a test asks for, however often it is met.

    `wanted` are their names as lineages have them, and `names` those by which the program gets hold of them.
    """

    value: Value
    wanted: tuple[str, ...]
    names: tuple[str, ...]


class Frame(Struct):
    """One function on the stack."""

    id: int
    unit: str
    parent: int | None = None
    owner: str | None = None
    receiver: Value | None = None
    site: int = 0
    """The statement that runs, for what has no site of its own."""
    returns: list[tuple[State, Value]] = field(default_factory=list)
    breaks: list[State] = field(default_factory=list)
    continues: list[State] = field(default_factory=list)

    @property
    def left(self) -> int:
        """In how many ways what runs here has been left early so far."""
        return len(self.returns) + len(self.breaks) + len(self.continues)


# What is to be thought of a list, a dict or an object of which nothing is known.
_ANY_ITEMS, _ANY_ENTRIES, _ANY_ATTRIBUTES = Items(open=True), Entries(open=True), Attributes(open=True)


class Run:
    """One abstract run, of a construction, a function or a script."""

    def __init__(self, reading: Reading, check: cancel.Check = cancel.never, *, whole: bool = False) -> None:
        """Start with an empty program state."""
        self.reading = reading
        self.check = check
        self.whole = whole
        """Whether every forward pass is to be followed, whether anything asks for it or not."""
        self.state: State | None = State()
        self.modules: list[ModuleInfo] = []
        self.parameters: list[ParameterInfo] = []
        self.stack: list[Frame] = []
        self.frames: dict[int, Frame] = {}
        self.path: Path = ()
        self.log: list[tuple[int, Write]] = []
        self.visits: list[Visit] = []
        self.visit: int | None = None
        self.early: list[EarlyAssignment] = []
        self.supers: list[SuperCall] = []
        self.events: list[Event] = []
        self.copies = Copies()
        self.kept: dict[tuple[int, str], tuple[Place, Path]] = {}
        """Where an attribute of an object was last given a list, a tuple or a dict."""
        self.held: set[int] = set()
        """The parameters that optimizers have got."""
        self.escaped_containers: set[int] = set()
        self.escaped_modules: set[int] = set()
        """What code has been handed that is not followed."""
        self.reads: dict[int, int] = {}
        self.globals: dict[str, Value | None] = {}
        self.nested: dict[str, ClassValue] = {}
        self.lineages: dict[tuple[str, str], tuple[Value, ...]] = {}
        self.bodies: dict[str, dict[str, ir.Statement]] = {}
        """What the bodies of classes bind, by the keys of these."""
        self.children: dict[int, tuple[Attributes, list[tuple[str, ModuleRef, bool]]]] = {}
        """The modules that each one holds, with the attributes that they were looked up in."""
        self.methods: dict[tuple[tuple[str, ...], str, str | None], Value | None] = {}
        """The methods of classes by lineage, name and the class behind which to look."""
        self.types: dict[tuple[str, int], Types | None] = {}
        """What the calls of `isinstance` ask for, by unit and site; None where it may be another thing each time."""
        self.resolving: set[str] = set()
        self.graph: Graph | None = None
        self.declaring: Declaring | None = None
        """What has been made of layers that are told how to initialize themselves, in a run that follows these."""
        self.many = 0
        self.times = 1
        self.numbers: set[str] = set()
        """What has served as one number: among several sizes of a tensor, or as a size of a layer."""
        self.supposed: list[Supposed] = []
        """What the tests around say of the types of what is not known otherwise."""
        self.asked: list[Asked] = []
        """What the tests around have asked by `hasattr`, and found."""
        self.caught = 0
        """How many handlers of exceptions stand around."""
        self.skipped: Garbage | None = None
        """What layers of torch are made with where a context stands around that skips their initialization."""
        self.doubts = 0
        """How many of the calls that run are to one of several functions that are equally likely."""
        self.watch = Watch()
        self.called: set[str] = set()
        self.captured: set[int] = set()
        self.partitioner: Manager | None = None
        """The context that takes the values of what is built away, as soon as it is built."""
        self.guarded = False
        """Whether a function was called that initializes what no checkpoint has, as those of transformers do."""
        self.births: list[int] | None = None
        """The objects that are surely made, while anybody wants to know."""
        self.hooked: set[int] = set()
        """Modules with hooks, which may change what goes in and out."""
        self.hooks: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._order = 0
        self._ids = 0
        self._steps = 0

    # ----------------------------------------------------------------- bookkeeping

    def step(self) -> None:
        """Count one evaluation; now and then see whether anyone still waits."""
        self._steps += 1
        if self._steps % 256 == 0:
            self.check()
            if self._steps > MOST_STEPS:
                raise TooMuch

    def order(self) -> int:
        """The number of the next event, in program order."""
        self._order += 1
        return self._order

    def new_id(self) -> int:
        """A fresh identity for a list, dict or frame."""
        self._ids += 1
        return self._ids

    @property
    def frame(self) -> Frame:
        """The function that runs."""
        return self.stack[-1]

    @property
    def now(self) -> State:
        """The state here.

        Raises `Unreachable` where there is none, because a call in front of here never comes back.
        """
        if self.state is None:
            raise Unreachable
        return self.state

    def place(self, site: int) -> Place:
        """The place of a site of the unit that runs."""
        return Place(self.frame.unit, site)

    def enter(self, unit: str, **more: object) -> Frame:
        """Push a frame."""
        frame = Frame(self.new_id(), unit, **more)  # type: ignore[arg-type]
        self.frames[frame.id] = frame
        self.now.frames[frame.id] = Cells()
        self.stack.append(frame)
        return frame

    def leave(self) -> None:
        """Pop a frame, and let go of what its function held, but for variables that others close over.

        The states in which it came back are joined by now. They would be most of what a run holds at its end.
        """
        frame = self.stack.pop()
        captured = frame.id in self.captured
        if captured:
            frame.returns, frame.breaks, frame.continues = [], [], []
        else:
            del self.frames[frame.id]
        if self.state is not None:
            self.state.leave(frame.id, keep=captured)

    # ----------------------------------------------------------------- objects

    def new_list(self, values: tuple[Value, ...], *, open: bool = False) -> ListRef:
        """A list."""
        number = self.new_id()
        self.now.lists[number] = Items(values, open)
        return ListRef(number)

    def items(self, ref: ListRef) -> Items:
        """What a list holds."""
        return self.now.lists.get(ref.id, _ANY_ITEMS)

    def new_dict(self, values: tuple[tuple[Value, Value], ...], *, open: bool = False) -> DictRef:
        """A dict."""
        number = self.new_id()
        self.now.dicts[number] = Entries(values, open)
        return DictRef(number)

    def entries(self, ref: DictRef) -> Entries:
        """What a dict holds."""
        return self.now.dicts.get(ref.id, _ANY_ENTRIES)

    def new_module(
        self,
        classes: tuple[str, ...],
        site: int,
        *,
        layer: str | None = None,
        arguments: Mapping[str, object] | None = None,
        unresolved: bool = False,
        ready: bool = True,
    ) -> ModuleRef:
        """An object."""
        info = ModuleInfo(
            len(self.modules),
            layer,
            classes,
            self.place(site),
            self.path,
            self.order(),
            arguments or {},
            self.many > 0,
            self.times,
            unresolved,
        )
        self.modules.append(info)
        if self.births is not None and self.now.certain and self.now.likely:
            self.births.append(info.id)
        self.now.objects[info.id] = Attributes({}, ready=ready)
        return ModuleRef(info.id)

    def module(self, ref: ModuleRef) -> ModuleInfo:
        """What does not change about an object."""
        return self.modules[ref.id]

    def attributes(self, ref: ModuleRef) -> Attributes:
        """What an object holds."""
        return self.now.objects.get(ref.id, _ANY_ATTRIBUTES)

    def set_attribute(self, ref: ModuleRef, name: str, value: Value) -> None:
        """Assign an attribute; a tensor that becomes one is named after it."""
        self.now.objects[ref.id] = self.attributes(ref).with_value(name, value)
        if isinstance(value, ParameterRef):
            info = self.parameters[value.id]
            if info.owner is None:
                self.parameters[value.id] = replace(info, owner=ref.id, name=name)

    def new_parameter(
        self,
        site: int,
        content: Content,
        *,
        owner: int | None = None,
        name: str = "",
        role: Role = Role.OTHER,
        layer: str | None = None,
        shape: tuple[int | None, ...] | None = None,
        sizes: tuple[Size | None, ...] | None = None,
        trainable: bool = True,
        explicit: bool = False,
        making: bool = True,
        computed: Computed | None = None,
        copied: Copied | None = None,
        likened: Copied | None = None,
    ) -> ParameterRef:
        """A tensor, with the write that makes it."""
        number = len(self.parameters)
        order = self.order()
        info = ParameterInfo(
            number,
            self.place(site),
            self.path,
            order,
            owner,
            name,
            role,
            layer,
            shape,
            trainable,
            sizes,
            copied,
            likened,
            computed,
        )
        self.parameters.append(info)
        write = Write(order, info.place, self.path, content, None, explicit, self.visit, making)
        self.now.write(number, write)
        self.log.append((number, write))
        return ParameterRef(number)

    def write(
        self, ref: ParameterRef, content: Content, site: int, *, must: bool = True, explicit: bool = True
    ) -> None:
        """Record a write through `ref`, unless it lands on a weight that is computed anew."""
        if self.parameters[ref.id].computed is not None:
            if explicit:
                sure = must and not self.doubts
                self.note(LostWrite, site, parameter=ref.id, sure=sure, visitor=self.visit)
            return
        if explicit and ref.id in self.now.away and self.now.away[ref.id].sure:
            return  # It lands in what is left in the parameter's place.
        through = self.watch.reached.get(ref.id)
        write = Write(
            self.order(), self.place(site), self.path, content, ref.region, explicit, self.visit, through=through
        )
        if explicit and must and ref.region is None and isinstance(content, SPELLED):
            self._overloads(ref, write)
        self.now.write(ref.id, write, must=must)
        self.log.append((ref.id, write))

    def _overloads(self, ref: ParameterRef, write: Write) -> None:
        """Note that values are written over which a checkpoint has given, and which nothing has read."""
        ways = self.now.writes.get(ref.id, ())
        if self.watch.trial or any(isinstance(way.writes[-1].content, UnknownContent) for way in ways):
            return
        for way in ways:
            first = way.writes[0]
            loaded = isinstance(first.content, Loaded) and first.content.source in (CHECKPOINT, PRETRAINED)
            if loaded and self.reads.get(ref.id, -1) < first.order:
                event = OverLoaded(
                    write.place,
                    write.path,
                    write.order,
                    self.now.likely,
                    self.now.certain,
                    self.caught > 0,
                    parameter=ref.id,
                    visitor=self.visit,
                    load=(*first.path, first.place),
                )
                self.events.append(event)

    def note(self, kind: type[E], site: int, /, **what: object) -> None:
        """Keep in mind that something has happened at a site; `what` are the fields of its kind."""
        if len(self.events) < MOST_EVENTS and not self.watch.trial:
            now = self.now
            event = kind(self.place(site), self.path, self.order(), now.likely, now.certain, self.caught > 0, **what)
            self.events.append(event)

    def read(self, ref: ParameterRef) -> None:
        """Note that the values of a parameter are used here."""
        self.reads[ref.id] = self._order

    # ----------------------------------------------------------------- what leaves the analysis

    def escape(self, values: tuple[Value, ...], site: int, reason: str) -> None:
        """Hand objects to code that is not followed: it may write whatever it can reach."""
        from initls.model.effects.sharding import given_up
        from initls.model.machine.objects import modules_below, parameters_below

        for value in values:
            given_up(self, value)
            if not self.watch.trial:
                self.watch.leaked.update(modules_below(self, value, self.watch.leaked))
            for option in options(value):
                if isinstance(option, ListRef | DictRef):
                    self.escaped_containers.add(option.id)
                elif isinstance(option, ModuleRef):
                    self.escaped_modules.add(option.id)
            for ref in parameters_below(self, value):
                ways = self.now.writes.get(ref.id, ())
                if not any(type(way.writes[-1].content) is UnknownContent for way in ways):
                    # What may be anything already does not become less known.
                    self.write(ref, UnknownContent(reason), site, must=False, explicit=False)

    # ----------------------------------------------------------------- branches

    def branch(
        self,
        first: Callable[[], None],
        second: Callable[[], None],
        *,
        first_likely: bool = True,
        second_likely: bool = True,
        decided: bool = False,
    ) -> None:
        """Run both sides of a branch from here, and join what they leave.

        With `decided` the likely side is the one that is taken unless somebody asks for the other.
        """
        before = self.now
        certain, likely, left = before.certain, before.likely, self.frame.left
        other = before.fork()
        before.likely = before.likely and first_likely
        before.certain = certain and decided and first_likely
        self.attempt(first)
        after_first, self.state = self.state, other
        other.likely = other.likely and second_likely
        other.certain = certain and decided and second_likely
        self.attempt(second)
        both = after_first is not None and self.state is not None
        self.state = join(after_first, self.state)
        if self.state is not None and (both or self.frame.left == left):
            # Whatever the test says, what stands behind the branch is reached; a side that raises is not meant to be.
            self.state.certain = certain
            if not both:
                self.state.likely = likely

    def attempt(self, body: Callable[[], None]) -> None:
        """Run something that may never come back; then there is no state behind it."""
        try:
            body()
        except Unreachable:
            self.state = None

"""What a run has met besides writes: calls and other happenings that a rule may ask about.

Each kind is a frozen value with the place where it happened, the calls that led there and its number in program order.
A trace holds them in that order, and `Program.events` gives those of one kind over all traces of a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from initls.facts.place import Place
from initls.model.state.state import Away
from initls.model.state.values import ParameterRef, Path, Value


class Event(Struct, frozen=True, gc=False):
    """Something that happened in a run.

    `likely` is not set where it happens only under options that a user has to ask for, `certain` not where a test
    leads to it that could not be decided. `caught` tells that an exception raised here is handled.
    """

    place: Place
    path: Path
    order: int
    likely: bool
    certain: bool
    caught: bool


class UsedUnwritten(Event, frozen=True):
    """A model is called, or handed to an optimizer, while parameters of it hold what the memory held.

    `written` are the parameters with the places that left them so.
    """

    written: tuple[tuple[int, Place], ...]


class UsedUnfilled(Event, frozen=True):
    """The same for parameters of layers whose initialization `by`, at the place `at`, has skipped."""

    parameters: tuple[int, ...]
    by: str
    at: Place


class LifecycleCall(Event, frozen=True):
    """A call of a method that has a part in initialization (`frameworks.LIFECYCLE`), such as `self.post_init()`.

    `module` is the object that it is called on, None where that is not followed.
    """

    name: str
    module: int | None


class Initialized(Event, frozen=True):
    """A call that initializes tensors: of a function of `torch.nn.init`, or of a tensor's own random or filling method.

    `function` is the dotted name, `torch.nn.init.kaiming_normal_` or `torch.Tensor.normal_`. `arguments` are bound by
    name, with torch's defaults for those that were not `given`; what the function has no name for is among them too.
    `targets` are the parameters that it may be called on; `sure` tells that it can be called on nothing else.
    `visitor` is the visitor run that it belongs to, if any.
    `own` tells torch's function from one of another library that goes by its name. `unmet` tells of a call for an
    activation by which nets normalize themselves that nothing in the file applies it.
    """

    function: str
    arguments: Mapping[str, Value]
    given: frozenset[str]
    targets: tuple[ParameterRef, ...]
    sure: bool
    visitor: int | None
    own: bool = True
    unmet: bool = False


class Redrawn(Event, frozen=True):
    """A call of the method of a layer of torch, `module`, that gives its own `parameters` new values."""

    module: int
    parameters: tuple[int, ...]
    constant: bool
    """Whether all of them get the same constants each time, as those of a norm do."""


class LostWrite(Event, frozen=True):
    """A write to a weight that is computed from others: it is computed anew before it is used, and the write is lost.

    `parameter` is the computed tensor. `sure` is not set where the write may have met another tensor instead.
    """

    parameter: int
    sure: bool
    visitor: int | None


class Gained(Event, frozen=True):
    """A call of `torch.nn.init.calculate_gain`, with its arguments by name."""

    arguments: Mapping[str, Value]


class Dropped(Event, frozen=True):
    """A test for `A or B` or `A and B`, of which Python keeps one class: `kept` is tested for, `dropped` are not."""

    operator: str
    kept: str
    dropped: tuple[str, ...]


class Shadowed(Event, frozen=True):
    """A branch that nothing reaches, because the ones at `by` take all that it is meant for.

    `place` is the test of the branch, `wanted` what it asks for. `branch` is the `if` that it stands in.
    """

    by: Place
    branch: Place
    chain: Place
    wanted: tuple[str, ...]
    takes: tuple[str, ...]


class Uncallable(Event, frozen=True):
    """`apply` is given what it can't call with a module, or is not reached because the visitor is called instead.

    `kind` says why: `nothing` (what is handed over is None), `called` (the visitor is called without its module),
    `arity` (it does not take one argument). `function` is how the program names it; `alone` tells that it takes none.
    """

    kind: str
    function: str
    alone: bool


class Lacked(Event, frozen=True):
    """An attribute that an object of torch or of the program does not have is read, or made by an assignment.

    `owner` is how the program names the object, `kind` its class. `nearest` is the attribute that may have been meant.
    """

    module: int
    owner: str
    kind: str
    attribute: str
    nearest: str | None
    assigned: bool
    sure: bool
    visit: int | None


class EmptyInit(Event, frozen=True):
    """A function that is named after initialization is run, and there is nothing in it."""

    function: str


class NotThere(Event, frozen=True):
    """An object under construction is asked for an attribute that it does not have, or not yet."""

    module: int
    attribute: str


class LeftEarly(Event, frozen=True):
    """A loop over modules or parameters that a `return` or `break` ends at `place`.

    `missed` are the parameters that the rounds behind would have written. `first` tells that there is one round only.
    """

    missed: tuple[int, ...]
    first: bool


class TruthAsked(Event, frozen=True):
    """The truth of a tensor is asked, as a test has it: `if m.bias:`. `sure` tells that it can be nothing else."""

    targets: tuple[ParameterRef, ...]
    sure: bool
    written: str
    """The tensor as the test spells it."""


class NothingThere(Event, frozen=True):
    """A call that initializes what is not there: attribute `name` of module `owner` is None.

    With `method` it is what a method is called on, else the argument of a function. `asked` is the test by `hasattr`
    that has found the None, if one stands around, with its owner as it is `written`.
    """

    owner: int
    name: str
    method: bool
    asked: Place | None
    written: str
    visitor: int | None


class Replicated(Event, frozen=True):
    """A list that holds one module several times: `[layer] * n`, or a comprehension over what stands outside of it.

    `times` is None where the program does not show how often. `inline` tells that the module is made in the list's own
    brackets; else it has a name, and no object held it when the list was made.
    """

    module: int
    times: int | None
    inline: bool


class Duplicated(Event, frozen=True):
    """A deep copy of a module. Who makes one knows that without it the module would be shared."""

    module: int


class UnmadeWritten(Event, frozen=True):
    """An initialization by `function` of a lazy layer's tensor, which has no values before the first forward.

    `hidden` tells that it is reached by `.data`, where nothing raises and nothing is written either.
    """

    parameter: int
    function: str
    hidden: bool


class NoneIndexed(Event, frozen=True):
    """An index into a tensor is None where the program spells a name: `w[padding_idx]` is all of `w` then."""

    parameter: int
    index: str


class LostCopy(Event, frozen=True):
    """A write that is meant for a parameter and lands elsewhere, where nothing reads it.

    `way` tells how: on a `copy` that `by` has made, as the `result` of `by` that is dropped, or by giving the `name`
    `by`, which stood for the parameter, to another tensor. `made` is where the other tensor is made.
    """

    parameter: int
    by: str
    way: Literal["copy", "result", "name"]
    made: Place


class LoadedInto(Event, frozen=True):
    """A checkpoint that is loaded into a module, or that the module is built with; `parameters` are those below it.

    `unread` are those whose values nothing has read since they were written last. `strict` tells that the checkpoint
    surely has all of them.
    """

    module: int
    parameters: frozenset[int]
    source: str
    unread: frozenset[int] = frozenset()
    strict: bool = False


class OverLoaded(Event, frozen=True):
    """An initialization of a whole parameter whose values a checkpoint has given; `load` is the chain to the load."""

    parameter: int
    visitor: int | None
    load: Path


class Captured(Event, frozen=True):
    """An optimizer that is made with parameters, or gets further ones; `sure` tells that they are all known."""

    optimizer: str
    parameters: frozenset[int]
    sure: bool


class Hidden(Event, frozen=True):
    """An attribute of a module that holds layers in a plain container, where `nn.Module` does not find them.

    `container` is the class of torch that would register them; `direct` tells that it could hold them as they are.
    """

    module: int
    name: str
    parameters: frozenset[int]
    container: str
    direct: bool


class WrittenAway(Event, frozen=True):
    """An initialization by `function` of a parameter whose values are out of reach.

    `building` tells that it happens while what is built is taken away at once, `unwrapped` that the program has asked a
    wrapper for what it wraps.
    """

    parameter: int
    function: str
    away: Away
    visitor: int | None
    building: bool
    unwrapped: bool


class RefusedByType(Event, frozen=True):
    """An initializer on a tensor that it does not take, which is known by the type of its layer alone.

    `written` is the tensor as the call spells it, `name` the parameter's, `types` the layers that it may belong to, and
    `axes` the numbers of axes that it has in them.
    """

    function: str
    written: str
    name: str
    types: tuple[str, ...]
    axes: tuple[int, ...]


class Synchronized(Event, frozen=True):
    """Parameters that get the same values in all processes; `wrapped` tells that a wrapper around a model does so."""

    parameters: frozenset[int]
    wrapped: bool


class UsedCold(Event, frozen=True):
    """A model is called in evaluation while nothing has warmed a spectral norm in it.

    `modules` are the layers under such norms, with the places where they are wrapped.
    """

    modules: tuple[tuple[int, Place], ...]


class Seeded(Event, frozen=True):
    """A call that seeds generators, by its name."""


class Tied(Event, frozen=True):
    """A parameter of one module becomes that of another one too, as its attribute `name`."""

    parameter: int
    module: int
    name: str


class Replaced(Event, frozen=True):
    """An attribute `name` of `module` gets other parameters in the place of those that an optimizer holds."""

    module: int
    name: str
    before: frozenset[int]
    after: frozenset[int]


class Undefined(Event, frozen=True):
    """A calculation that has no result, so that Python raises `error`; it is `written` with the numbers in it."""

    written: str
    error: str


class Expanded(Event, frozen=True):
    """An `nn.Parameter` over an expanded view: each number in memory is `times` of its elements, 0 for nobody knows."""

    parameter: int
    times: int


Lot = Literal["dead", "symmetric", "costly", "equal", "harmless", "not shown", "loaded"]
"""What becomes of a weight that is declared constant: the fates of `initls.model.answers.judgement` that there are
here, and `loaded` where it gets other values before anything trains."""


class DeclaredConstant(Event, frozen=True):
    """A layer of Keras or Flax is made with a kernel of one number.

    `argument` is the one that says so, which may stand at `position`; `activation` is what follows the layer.
    `beside` are the places that take part in what is shown, each with what stands there.
    """

    framework: str
    layer: str
    argument: str
    position: int | None
    value: float | None
    lot: Lot
    activation: str | None
    beside: tuple[tuple[str, Place], ...]


class DeclaredSpread(Event, frozen=True):
    """A random initializer of Keras or Flax is made without any spread, in `argument`, and layers use it.

    `raises` tells that it refuses such an argument. `layer` is the layer with the worst `lot` among those that use it.
    """

    framework: str
    initializer: str
    argument: str
    value: float | None
    raises: bool
    lot: Lot
    layer: str
    activation: str | None


class DeclaredTwice(Event, frozen=True):
    """A layer of Keras is given, in `argument`, an initializer that draws what an earlier layer has got.

    `plain` is the name of the initializer where a string can stand for it. `first` is where the earlier layer is made,
    `parallel` tells that both read the same tensor, `seeded` that the initializers are several of the same seed.
    """

    initializer: str
    layer: str
    argument: str
    position: int | None
    plain: bool
    first: Place
    parallel: bool
    seeded: bool

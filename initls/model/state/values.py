"""The values that the abstract interpreter computes with.

Objects that the program can change (lists, dicts, modules) are references; what they hold stands in the `State`, so
that the two branches of an `if` can hold different things and be joined.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

from initls.facts import ir
from initls.facts.place import Place
from initls.model.state.contents import Content
from initls.model.state.regions import Quantity, Region, Size

Path: TypeAlias = tuple[Place, ...]
"""The call sites that lead from the root of a trace to a place, outermost first."""


class Known(Struct, frozen=True, gc=False):
    """A Python value that the program shows. A `soft` one is the default of an option: callers may choose another."""

    value: object
    kind: str
    soft: bool = False


def known(value: object, *, soft: bool = False) -> Known:
    """The abstract value of a Python literal."""
    return Known(value, type(value).__name__, soft)


NONE = known(None)


class Unknown(Struct, frozen=True, gc=False):
    """A value that the analysis does not follow, and why. `quantity` tells a number that the program names apart.

    `root` is such a number where the value is some multiple of its square root, or of one by that.
    """

    reason: str
    quantity: Quantity | None = None
    root: Quantity | None = None
    inert: bool = False
    """Whether it is surely neither a module nor anything that holds one."""


class Cut(Struct, frozen=True, gc=False):
    """A slice `lower:upper` as an index, with an end that the program does not show."""

    lower: Value
    upper: Value


class Shape(Unknown, frozen=True, kw_only=True):
    """The sizes of a tensor of a forward pass, by its node."""

    node: int


class Extent(Unknown, frozen=True, kw_only=True):
    """One size of a tensor of a forward pass; `rank` is how many it has, where the program shows it."""

    node: int
    axis: int
    rank: int | None


class Absent(Struct, frozen=True, gc=False):
    """The attribute or item that is not there on some path."""


ABSENT = Absent()


class Either(Struct, frozen=True, gc=False):
    """One of several values; the first `likely` of them are those of a construction with default options."""

    options: tuple[Value, ...]
    likely: int


class Tuple(Struct, frozen=True, gc=False):
    """A tuple or another sequence that nobody changes."""

    items: tuple[Value, ...]


class Record(Struct, frozen=True, gc=False):
    """An object that does nothing but hold what it was made with, as the outputs of models do."""

    name: str
    fields: tuple[tuple[str, Value], ...]


class Many(Struct, frozen=True, gc=False):
    """Values of which only a sample is known: the items of a loop or a list whose length the program does not show.

    `times` is how many they are at least.
    """

    item: Value
    times: int = 1


class ListRef(Struct, frozen=True, gc=False):
    """A list, by identity."""

    id: int


class DictRef(Struct, frozen=True, gc=False):
    """A dict, by identity."""

    id: int


class ModuleRef(Struct, frozen=True, gc=False):
    """An instance of `nn.Module` or of another class, by identity."""

    id: int


class Declared(Struct, frozen=True, gc=False):
    """A layer, an initializer or a model of Keras or Flax, by its number among those that a run has made."""

    id: int


class ParameterRef(Struct, frozen=True, gc=False):
    """A parameter or buffer, or a part or view of one.

    `region` is None for the whole; `viewed` is set where it may have other axes than the parameter, or shorter ones.
    `sizes` are those of a view, where they are known.
    """

    id: int
    region: Region | None = None
    viewed: bool = False
    sizes: tuple[Size | None, ...] | None = None


class Tensor(Struct, frozen=True, gc=False):
    """A tensor that is no parameter. `node` is its place in the dataflow where one is being recorded.

    `shared` tells that several of its elements lie at one place in memory: how many there are of each, or 0 where that
    is not known.
    """

    content: Content
    sizes: tuple[Size | None, ...] | None = None
    node: int | None = None
    shared: int | None = None


class External(Struct, frozen=True, gc=False):
    """What an import brought in, by its dotted name; torch's own by the public one (`torch.nn.Linear`)."""

    name: str


class FileValue(Struct, frozen=True, gc=False):
    """Another file of the program as an import brings it in; its name, empty for the file under analysis itself."""

    file: str


class FunctionValue(Struct, frozen=True, gc=False):
    """A function of the program.

    `frame` is the scope that it closes over, `owner` the class that a method belongs to.
    """

    function: ir.Function | ir.Lambda
    unit: str
    frame: int | None = None
    owner: str | None = None


class UnitFunction(Struct, frozen=True, gc=False):
    """A function or method at a segment of its own, read only when it is called."""

    unit: str
    owner: str | None = None


class ClassValue(Struct, frozen=True, gc=False):
    """A class of the program: at column 0 by its unit; a nested one carries its definition."""

    unit: str
    name: str
    definition: ir.Class | None = None
    frame: int | None = None


class Bound(Struct, frozen=True, gc=False):
    """A method bound to its object: of the program, or `method` of torch's own by name."""

    receiver: Value
    method: FunctionValue | UnitFunction | str


class Partial(Struct, frozen=True, gc=False):
    """`functools.partial(function, *arguments, **keywords)`."""

    function: Value
    arguments: tuple[Value, ...]
    keywords: tuple[tuple[str, Value], ...]


class Super(Struct, frozen=True, gc=False):
    """`super()` inside a method: looks names up behind `after` in the bases of the receiver's class."""

    receiver: ModuleRef
    after: str


class Manager(Struct, frozen=True, gc=False):
    """A context manager that `takes` the values of what is built in its block away, or `gives` some back meanwhile.

    `parameters` are those that it was given. With `lost` what is written in the block is dropped behind it; the
    argument `keyword` would have it kept.
    """

    kind: Literal["takes", "gives"]
    place: Place
    path: Path
    parameters: frozenset[int]
    lost: bool = False
    keyword: str = ""


class Walk(Struct, frozen=True, gc=False):
    """An iterator over the modules or parameters of a module: `modules`, `named_parameters` and so on."""

    root: ModuleRef
    method: str
    recurse: bool = True
    prefixed: bool = False
    """Whether the names have something in front."""


Value: TypeAlias = (
    Known
    | Unknown
    | Cut
    | Absent
    | Either
    | Tuple
    | Record
    | Many
    | ListRef
    | DictRef
    | ModuleRef
    | Declared
    | ParameterRef
    | Tensor
    | External
    | FileValue
    | FunctionValue
    | UnitFunction
    | ClassValue
    | Bound
    | Partial
    | Super
    | Manager
    | Walk
)


Arguments: TypeAlias = tuple[Value, ...]
"""What a call hands over by position."""

Keywords: TypeAlias = dict[str, Value]
"""What a call hands over by name; the name `**` stands for more that is not known."""


def options(value: Value) -> tuple[Value, ...]:
    """The values that `value` may be."""
    return value.options if type(value) is Either else (value,)


def likely(value: Value) -> tuple[Value, ...]:
    """The values that `value` may be when every option has its default."""
    return value.options[: value.likely] if type(value) is Either else (value,)


def _is_plain(value: Value) -> bool:
    """Whether a value is one alone, and no size that could be told from another."""
    return value.quantity is None if type(value) is Unknown else type(value) is not Either


def either(first: Value, second: Value, *, first_likely: bool = True, second_likely: bool = True) -> Value:
    """`first` or `second`, each in its own right or only under options that are not the default."""
    if first is second or first == second:
        return first
    if _is_plain(first) and _is_plain(second):
        # Most choices are between two plain values.
        if first_likely == second_likely:
            if isinstance(first, Unknown) and isinstance(second, Unknown) and first.reason == second.reason:
                return Unknown(first.reason, inert=first.inert and second.inert)
            return Either((first, second), 2)
        return Either((first, second) if first_likely else (second, first), 1)
    sides = ((first, first_likely), (second, second_likely))
    usual = {option for value, is_likely in sides if is_likely for option in likely(value)}
    # One of several sizes is no size that could be told from another; what the default options give is one.
    sized = usual if len(usual) == 1 else frozenset[Value]()
    if all(isinstance(value, Unknown) and value not in sized for value, _ in sides):
        assert isinstance(first, Unknown) and isinstance(second, Unknown)
        if first.reason == second.reason:
            return Unknown(first.reason, inert=first.inert and second.inert)
    probable: dict[Value, None] = {}
    remote: dict[Value, None] = {}
    for value, is_likely in sides:
        for index, option in enumerate(options(value)):
            within = not isinstance(value, Either) or index < value.likely
            if isinstance(option, Unknown) and option.quantity is not None and option not in sized:
                option = Unknown(option.reason, inert=option.inert)
            (probable if is_likely and within else remote)[option] = None
    merged = tuple(probable) + tuple(option for option in remote if option not in probable)
    if len(merged) == 1:
        return merged[0]
    if len(merged) > 12:
        return Unknown("too many possibilities")
    return Either(merged, len(probable) or len(merged))

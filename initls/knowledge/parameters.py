"""The parameters of torch's layers: their roles, shapes and the values that the constructors give them.

Everything here is a function of the constructor's arguments, handed over as `Args`: a mapping that holds what is known.
A name that is absent is unknown, and whatever depends on it is `None`; `None` as a value is Python's own `None`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Literal, TypeAlias

from msgspec import Struct

Args: TypeAlias = Mapping[str, object]
"""A constructor's arguments by name, defaults filled in, unknown ones left out."""

Shape: TypeAlias = tuple[int | None, ...]
"""The sizes of a tensor's axes, `None` for one that is not known."""

Truth: TypeAlias = Callable[[Args], bool | None]
Measure: TypeAlias = Callable[[Args], float | None]
Count: TypeAlias = Callable[[Args], int | None]
ShapeOf: TypeAlias = Callable[[Args], Shape | None]


class Role(Enum):
    """What a parameter is for."""

    WEIGHT = "weight"
    """A matrix, or a kernel: each slice along the out axis belongs to one unit."""
    BIAS = "bias"
    GAIN = "gain"
    """The scale of a norm."""
    SHIFT = "shift"
    """The bias of a norm."""
    TABLE = "table"
    """The rows of an embedding, looked up by number."""
    OTHER = "other"


# --------------------------------------------------------------------------- reading the arguments


LARGEST = 2**40
"""The largest size that is believed; a text may say more, a tensor can not have it."""

MOST_LEVELS = 64
"""How many levels of a stack are told apart, and how many sizes are read from one argument."""


def integer(args: Args, name: str) -> int | None:
    """The argument as a size, where it is known and a tensor can have it."""
    return _size(args.get(name))


def _size(value: object) -> int | None:
    """A value as a size. Python counts `True` as 1, and so does torch, but who writes it means something else."""
    believable = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST
    return value if believable and isinstance(value, int) else None


def truth(args: Args, name: str) -> bool | None:
    """Whether the argument is true, where that is known."""
    if name not in args:
        return None
    value = args[name]
    return bool(value) if value is None or isinstance(value, bool | int | float | str) else None


def sizes(args: Args, name: str, rank: int | None) -> Shape | None:
    """The argument as `rank` sizes: one integer stands for all of them, as torch has it.

    Without a rank an integer is one size, and a sequence as many as it has. `None` where not even the rank is known.
    """
    value = args.get(name)
    if isinstance(value, int):
        return (_size(value),) * (1 if rank is None else rank)
    if isinstance(value, list | tuple) and len(value) <= MOST_LEVELS:
        found = tuple(_size(item) for item in value)
        if rank is None or len(found) == rank:
            return found
    return None if rank is None else (None,) * rank


def product(*factors: int | None) -> int | None:
    """The product, where every factor is known."""
    result = 1
    for factor in factors:
        if factor is None:
            return None
        result *= factor
    return result


def quotient(dividend: int | None, divisor: int | None) -> int | None:
    """The whole quotient, where both are known and the division is possible."""
    return None if dividend is None or not divisor else dividend // divisor


def every(*parts: bool | None) -> bool | None:
    """Whether all of the parts hold; one that is known not to hold decides."""
    if False in parts:
        return False
    return None if None in parts else True


# --------------------------------------------------------------------------- what the constructor leaves


class Default(Struct, frozen=True):
    """How a constructor fills a parameter.

    `kind` names the distribution that results, which is not always the function that torch calls: `nn.Linear` calls
    `kaiming_uniform_(a=sqrt(5))`, and what comes out is uniform within 1/sqrt(fan in).
    """

    kind: Literal["constant", "uniform", "normal", "xavier_uniform", "xavier_normal"]
    value: float | None = None
    """The constant, where it does not hang on an argument."""
    argument: str | None = None
    """The argument that holds the constant (`init` of a PReLU)."""
    limit: Measure | None = None
    """The bound of a uniform distribution about zero."""
    deviation: Measure | None = None
    """The standard deviation of a normal distribution about zero."""
    zero_row: str | None = None
    """The argument that names a row which is zero all the same (`padding_idx` of an embedding)."""

    def constant(self, args: Args) -> float | None:
        """The constant, or `None` where the default is random or the constant is not known."""
        if self.kind != "constant":
            return None
        if self.argument is None:
            return self.value
        value = args.get(self.argument)
        return float(value) if isinstance(value, int | float) else None

    def bound(self, args: Args) -> float | None:
        """The largest absolute value that can come out, where there is one and it is known."""
        if self.kind == "constant":
            value = self.constant(args)
            return None if value is None else abs(value)
        return None if self.limit is None else self.limit(args)

    def std(self, args: Args) -> float | None:
        """The standard deviation of the values, zero for a constant."""
        if self.kind == "constant":
            return 0.0
        if self.deviation is not None:
            return self.deviation(args)
        bound = self.bound(args)
        return None if bound is None else bound / math.sqrt(3)

    @property
    def random(self) -> bool:
        """Whether the values are drawn."""
        return self.kind != "constant"


def _always(args: Args) -> bool | None:
    return True


def _no_shape(args: Args) -> Shape | None:
    return None


class ParameterSpec(Struct, frozen=True):
    """One parameter of a layer.

    `out_axis` counts the units that the parameter feeds, `in_axis` what they read; `None` where there is no such axis.
    The out axis may hold several blocks of the units: an LSTM's four gates, the query, key and value of an attention.
    """

    name: str
    role: Role
    default: Default
    shape_of: ShapeOf = _no_shape
    present_when: Truth = _always
    out_axis: int | None = None
    in_axis: int | None = None
    blocks: int = 1
    groups: str | None = None
    """The argument by which the out axis is shorter than the units (a transposed convolution's `groups`)."""

    def shape(self, args: Args) -> Shape | None:
        """The sizes of the axes; `None` where not even their number is known."""
        return self.shape_of(args)

    def present(self, args: Args) -> bool | None:
        """Whether the layer has the parameter; `None` where that is not known."""
        return self.present_when(args)

    def units(self, args: Args) -> int | None:
        """How many units the parameter feeds."""
        shape = self.shape(args)
        if shape is None or self.out_axis is None or self.out_axis >= len(shape):
            return None
        rows = quotient(shape[self.out_axis], self.blocks)
        return rows if self.groups is None else product(rows, integer(args, self.groups))


# --------------------------------------------------------------------------- the formulas


def inverse_root(count: Count) -> Measure:
    """1/sqrt(count): the bound that torch's own defaults share."""

    def measure(args: Args) -> float | None:
        value = count(args)
        return 1 / math.sqrt(value) if value else None

    return measure


def named(name: str) -> Count:
    """The argument of that name, as a count."""
    return lambda args: integer(args, name)


def when(*names: str) -> Truth:
    """All of these arguments are true."""
    return lambda args: every(*(truth(args, name) for name in names))


def axes(*names: str, factor: int = 1) -> ShapeOf:
    """One axis for each of these arguments, the first `factor` times as long."""

    def shape(args: Args) -> Shape:
        first, *rest = (integer(args, name) for name in names)
        return (product(factor, first), *rest)

    return shape


def xavier(shape_of: ShapeOf, kind: Literal["xavier_uniform", "xavier_normal"]) -> Default:
    """What `xavier_uniform_` and `xavier_normal_` leave in a tensor of that shape: std sqrt(2 / (fan in + fan out))."""

    def deviation(args: Args) -> float | None:
        shape = shape_of(args)
        if shape is None or len(shape) < 2:
            return None
        field = product(*shape[2:])
        fan_in, fan_out = product(shape[1], field), product(shape[0], field)
        return None if fan_in is None or fan_out is None or not fan_in + fan_out else math.sqrt(2 / (fan_in + fan_out))

    def limit(args: Args) -> float | None:
        std = deviation(args)
        return None if std is None else math.sqrt(3) * std

    return Default(kind, limit=limit if kind == "xavier_uniform" else None, deviation=deviation)


def constant(value: float) -> Default:
    """The same value everywhere."""
    return Default("constant", value=value)


def uniform(count: Count) -> Default:
    """Uniform within 1/sqrt(count) of zero."""
    return Default("uniform", limit=inverse_root(count))

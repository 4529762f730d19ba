"""What a row of the table of layers says, and how the arguments of a constructor are bound."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import Enum

from msgspec import Struct

from initls.knowledge.parameters import Args, Default, ParameterSpec
from initls.knowledge.signature import REQUIRED, Signature

MODULE = "torch.nn.Module"
"""The class that every layer derives from."""


class Kind(Enum):
    """What a layer does, as far as initialization asks."""

    AFFINE = "affine"
    EMBEDDING = "embedding"
    RECURRENT = "recurrent"
    ATTENTION = "attention"
    TRANSFORMER = "transformer"
    NORM = "norm"
    ACTIVATION = "activation"
    DROPOUT = "dropout"
    POOLING = "pooling"
    RESHAPE = "reshape"
    IDENTITY = "identity"
    CONTAINER = "container"
    LOSS = "loss"
    DISTANCE = "distance"
    MODULE = "module"


class Reference(Struct, frozen=True):
    """A default that is an object of torch's rather than a plain value: `F.relu`."""

    name: str


class Build(Struct, frozen=True):
    """A module that a constructor makes and hands on to another one."""

    layer: str
    args: Args


class Child(Struct, frozen=True):
    """A module that a composite layer makes for itself.

    `attribute` may be a dotted path, whose inner steps lead through containers: `tail.0.1`.
    Children of one `twins` group are deep copies of each other, so that they start with equal values.
    `written` holds what the composite's constructor puts into the child's parameters on top of their own defaults.
    """

    attribute: str
    layer: str
    args: Args
    present: bool | None = True
    written: tuple[tuple[str, Default], ...] = ()
    twins: str | None = None


class Layer(Struct, frozen=True):
    """One class of modules."""

    name: str
    module: str
    """Where the class is defined; users reach it by that name too."""
    bases: tuple[str, ...]
    """Every class between this one and `torch.nn.Module`, nearest first, and `torch.nn.Module` itself last."""
    kind: Kind
    signature: Signature
    """The constructor's arguments in order, without self; a default of `REQUIRED` marks those that have none."""
    keyword_only: frozenset[str] = frozenset()
    variadic: bool = False
    """Whether the constructor takes any arguments (`Identity`), or modules one by one (`Sequential`)."""
    parameters: tuple[ParameterSpec, ...] = ()
    """For a recurrent layer those of its first level and direction; `parameters(layer, args)` gives all."""
    recurrence: int = 0
    """The number of gates of a layer that has a family of parameters for each level and direction, else 0."""
    composition: Callable[[Args], tuple[Child, ...]] | None = None
    holds: tuple[tuple[str, str], ...] = ()
    """Attributes that are modules handed to the constructor: (attribute, argument)."""
    clones: tuple[tuple[str, str, str], ...] = ()
    """Attributes that are lists of deep copies of a module handed over: (attribute, argument, the count's argument)."""
    rewrites: bool = False
    """Whether the constructor ends by drawing every parameter of two or more axes below it with `xavier_uniform_`."""
    activation: str | None = None
    """The activation's name in `initls.knowledge.activations`."""
    lazy: bool = False
    """Whether the parameters have no shape and no values before the first batch."""
    rank: int | None = None
    """The number of spatial axes of a convolution."""

    def __reduce__(self) -> tuple[Callable[[str], Layer], tuple[str]]:
        return _row, (self.name,)


LAYERS: dict[str, Layer] = {}
"""Every public module class of `torch.nn`, and the private ones that code tests for, by name.

`initls.knowledge.layers` enters them; read the table there.
"""


def _row(name: str) -> Layer:
    """The row of that name, in a process that may not have read the table yet."""
    from initls.knowledge import layers

    return layers.LAYERS[name]


def bind(layer: Layer, positional: Sequence[object], keywords: Mapping[str, object]) -> dict[str, object]:
    """The arguments of a call of the constructor by name, with the defaults of those that were not given.

    Arguments that the constructor does not take are left out, and so are required ones that were not given.
    A caller that cannot read an argument removes its name from the result: what is absent is unknown.
    """
    places = [name for name, _ in layer.signature if name not in layer.keyword_only]
    given = {**dict(zip(places, positional, strict=False)), **keywords}
    return {
        name: given.get(name, default) for name, default in layer.signature if name in given or default is not REQUIRED
    }

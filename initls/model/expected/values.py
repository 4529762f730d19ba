"""What is expected of a tensor of a forward pass: its moments, or the reason why nothing is.

A network before training is random twice: in its weights and in what it is given. Three mean products of two of a
tensor's elements tell how its size goes on (the same unit of one sample; at two positions of a sample; in two
samples), because a layer with fresh weights maps each of them by itself:

    E[(w . x)(w . y)] = fan * E[w^2] * E[x y]

Poole et al. (2016), arXiv:1606.05340, and Schoenholz et al. (2017), arXiv:1611.01232, do this for dense networks, Xiao
et al. (2018), arXiv:1806.05393, for convolutions, Yang & Schoenholz (2017), arXiv:1712.08969, for residual ones.
It holds for wide layers; how far it is from real networks of everyday widths is measured in `tests/proofs`.
"""

from __future__ import annotations

import math
from typing import TypeAlias

from msgspec import Struct

from initls.model.expected.moments import Values

Sides: TypeAlias = tuple[int, ...]
"""How many positions there are along each axis of positions; none for one vector a sample."""


LOST: Sides = (-1,)
"""Where positions have been cut up in a way that is not followed."""


class Unsure(Struct, frozen=True):
    """Nothing is expected, for this reason."""

    reason: str


class Signal(Struct, frozen=True):
    """The moments of a tensor: of its elements, and of pairs of elements of one unit."""

    mean: float
    second: float
    """The mean square of an element."""
    near: float
    """The mean product of two elements of one unit at different positions of one sample."""
    far: float
    """The same in different samples."""
    units: int | None = None
    """How many units there are at each position."""
    sides: Sides | None = None
    """The positions; None where nothing has asked for them yet."""
    last: bool | None = None
    """Whether the units lie on the last axis."""
    terms: tuple[tuple[int, float], ...] = ()
    """The independent tensors, by their nodes, that it is the sum of, with their factors; a number may be added."""
    base: int = -1
    """The node of the normal numbers that it is a function of, element by element."""
    values: Values = ()
    """That function on the grid."""

    @property
    def variance(self) -> float:
        """The variance of its elements, all units and samples taken together."""
        return max(0.0, self.second - self.mean * self.mean)

    @property
    def deviation(self) -> float:
        """The standard deviation of its elements."""
        return math.sqrt(self.variance)

    @property
    def positions(self) -> int | None:
        """How many positions a sample has."""
        return None if self.sides is None or self.sides == LOST else math.prod(self.sides)


class Scores(Struct, frozen=True):
    """The products of queries and keys: how far those of one query lie apart, and those of two queries together."""

    spread: float
    """The variance of one query's scores."""
    shared: float
    """The covariance that the scores of two queries have, key by key."""
    keys: int
    masked: bool = False


class Shares(Struct, frozen=True):
    """What each position gets of each other: the mean square of a share, and the mean product of two queries' shares,
    both times the number of keys.
    """

    own: float
    other: float
    keys: int


Expected: TypeAlias = Signal | Scores | Shares | Unsure


class Assumed(Struct, frozen=True):
    """What the program does not say of its inputs, and has to be taken for granted."""

    side: int = 224
    """The height and width of images, the length of what else a convolution is given."""
    tokens: int = 128
    """The length of sequences."""


USUAL = Assumed()

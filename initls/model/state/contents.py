"""What a tensor holds, as far as the program says.

A content is what one write leaves behind: a constant, a draw from a distribution, torch's default, something loaded,
or unknown, with the reason.
"""

from __future__ import annotations

import math
from typing import TypeAlias

from msgspec import Struct

from initls.essence import Essential
from initls.facts.place import Place


class Constant(Essential, frozen=True, gc=False):
    """Every element is the same number: `value`, or a number that the program does not show where it is None."""

    value: float | None
    by: str = ""
    """The random initializer that was given no spread, where that is how the constant came about; to equal another
    says nothing of it."""

    def _essence(self) -> object:
        return (self.value,)

    def __str__(self) -> str:
        """The number as a reader would write it."""
        return "a constant" if self.value is None else f"{self.value:g}"


class Random(Struct, frozen=True, gc=False):
    """Elements drawn apart by `scheme` (`normal`, `kaiming_uniform`), with the arguments that are known."""

    scheme: str
    arguments: tuple[tuple[str, float | str | bool | None], ...] = ()


class Repeated(Struct, frozen=True, gc=False):
    """One draw that is set down again and again along `axes` of a tensor that has `rank` of them."""

    drawn: Random
    axes: frozenset[int]
    rank: int


class Default(Struct, frozen=True, gc=False):
    """What torch's constructor of `layer` puts into its parameter `name`."""

    layer: str
    name: str


class Structured(Struct, frozen=True, gc=False):
    """Distinct elements by construction: identity, Dirac, a table, a literal."""

    what: str


class Garbage(Struct, frozen=True, gc=False):
    """Memory that nobody wrote (`torch.empty`).

    `by` is what has kept torch from initializing a layer of its own, and `at` the place of that, where this is why.
    """

    by: str = ""
    at: Place | None = None


class Loaded(Struct, frozen=True, gc=False):
    """Values that come from a checkpoint, or from another tensor."""

    source: str


class Unknown(Struct, frozen=True, gc=False):
    """Something that the analysis could not follow, and why."""

    reason: str


class Unmade(Unknown, frozen=True):
    """Nothing yet: the tensor of a lazy layer, which the first forward makes."""


CHECKPOINT, PRETRAINED = "a checkpoint", "pretrained weights"
"""The sources that `load_state_dict` has, and a model that is built with its weights."""


Content: TypeAlias = Constant | Random | Repeated | Default | Structured | Garbage | Loaded | Unknown

SPELLED = (Constant, Random, Repeated, Structured)
"""What a program puts into a tensor by its own words."""


def not_finite(content: Content | None) -> bool:
    """Whether a tensor is known to hold no finite number."""
    return isinstance(content, Constant) and content.value is not None and not math.isfinite(content.value)

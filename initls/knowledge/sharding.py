"""What takes the values of parameters away, or spreads them over processes, and what gives them back for a while.

Checked on DeepSpeed 0.19 and torch 2.13. `fully_shard` has no row: its tensors keep their shapes, and every function of
`torch.nn.init` that draws or fills does there what it does elsewhere.
"""

from __future__ import annotations

import re

from msgspec import Struct

from initls.knowledge.initializers import INITIALIZERS
from initls.pattern import pattern

PARTITION = pattern(r"(?:\A|\.)deepspeed\.(?:\w+\.)*Init\Z")
"""The context in which each module's parameters are partitioned as soon as its constructor is through. What is left are
tensors without elements. `apply` is replaced while the context lasts: it gathers what the module at hand holds itself.
"""

FLATTEN = pattern(r"torch\.distributed\.fsdp\.(?:\w+\.)*FullyShardedDataParallel\Z")
"""The wrapper that makes one flat tensor of all parameters below it, of which each process keeps a piece. Its own
`apply` gathers them."""

IN_PLACE = frozenset({"torch.distributed.fsdp.fully_shard", "torch.distributed._composable.fsdp.fully_shard"})
"""What shards a module and hands it back."""


class Gathering(Struct, frozen=True):
    """A context manager that gives back what was taken, for as long as its block runs.

    `given` is the argument that says what: parameters, or a module. `lasting` is the one that says whether what is
    written in the block lasts, with its position and its default; with the value `lost` it does not.
    """

    pattern: re.Pattern[str]
    title: str
    given: str
    lasting: str
    position: int
    default: object
    lost: object


GATHERINGS: tuple[Gathering, ...] = (
    Gathering(
        pattern(r"(?:\A|\.)deepspeed\.(?:\w+\.)*GatheredParameters\Z"),
        "GatheredParameters", "params", "modifier_rank", 1, None, None,
    ),
    Gathering(
        pattern(r"torch\.distributed\.fsdp\.(?:\w+\.)*FullyShardedDataParallel\.summon_full_params\Z"),
        "summon_full_params", "module", "writeback", 2, True, False,
    ),
)  # fmt: skip

LAST_PARTS = frozenset({"Init", "GatheredParameters", "summon_full_params", "FullyShardedDataParallel", "fully_shard"})
"""The last parts of all these names: whatever ends otherwise is none of them."""

PLAIN_CONTEXTS = ("torch.", "contextlib.", "warnings.", "builtins.open")
"""Beginnings of the names of context managers that are known to give nothing back."""

FLATTEN_SIGNATURE = ("module", "process_group", "sharding_strategy")
KEEPS_ALL = "NO_SHARD"
"""The strategy under which each process keeps whole parameters."""


_TWO_AXES = ("xavier_uniform", "xavier_normal", "orthogonal", "eye", "sparse", "dirac")
"""Kinds of initializers that raise for a tensor of one axis, even if it has no elements."""

_OF_FANS = ("kaiming_uniform", "kaiming_normal")
"""Those that raise for a tensor of one axis that has some."""

_RESETS = pattern(r"torch\.nn\.(?:Lazy)?(?:Linear|Bilinear|Conv\w+)\.reset_parameters\Z")
"""Methods that draw a bias from the fans of the weight."""


def refuses_empty(function: str) -> bool:
    """Whether a function raises ValueError for the placeholder of a matrix."""
    row = INITIALIZERS.get(function)
    return _RESETS.match(function) is not None if row is None else row.kind in _TWO_AXES


def refuses_flat(function: str) -> bool:
    """Whether a function raises ValueError for a flattened piece of a matrix."""
    row = INITIALIZERS.get(function)
    return refuses_empty(function) or (row is not None and row.kind in _OF_FANS)


def gathering(name: str) -> Gathering | None:
    """The row of a context manager."""
    return next((row for row in GATHERINGS if row.pattern.search(name)), None)

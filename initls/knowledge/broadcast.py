"""What makes the weights of several processes the same."""

from __future__ import annotations

DDP = frozenset(
    {
        "torch.nn.parallel.DistributedDataParallel",
        "torch.nn.parallel.distributed.DistributedDataParallel",
    }
)
"""Wraps a model; its constructor, and nothing behind it, copies the parameters of the first process to all others."""

SYNCHRONIZING = frozenset(
    f"torch.distributed.{name}"
    for name in ("broadcast", "_broadcast_coalesced", "all_reduce", "all_reduce_coalesced", "scatter", "_sync_params")
)
"""Functions that leave the same values in a tensor of every process."""


def seeds(name: str) -> bool:
    """Whether a function, by its dotted name, is likely to seed the generators."""
    return "seed" in name.rpartition(".")[2].lower()

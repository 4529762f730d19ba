"""Whether a real PyTorch shows the symptom of a seeded bug."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator

import torch
from torch import nn
from torch.overrides import TorchFunctionMode

STEPS = 3


def constant(model: nn.Module, name: str) -> bool:
    """Whether a parameter holds one number everywhere."""
    flat = model.get_parameter(name).detach().flatten()
    return flat.numel() > 1 and bool((flat == flat[0]).all())


def tensors(value: object) -> Iterator[torch.Tensor]:
    """The tensors in what a forward pass gives back."""
    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, dict):
        yield from tensors(tuple(value.values()))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from tensors(item)


PARTS = (1, 2, 3)
"""Into how many blocks of rows a matrix may fall whose outputs go different ways: queries, keys and values."""


def never_trains(model: nn.Module, inputs: tuple[torch.Tensor, ...], names: Iterable[str]) -> bool | None:
    """Whether none of these parameters, or none of the same block of rows of the only one, gets a gradient in any of a
    few steps; None where the model cannot be run.

    The loss reads the output through a random layer, so that the model may stand anywhere in a larger one.
    """
    parameters = [model.get_parameter(name) for name in names]
    # By count and number of the block: which of them are still without a gradient.
    dead = {(count, number) for count in PARTS[: 1 if len(parameters) > 1 else None] for number in range(count)}
    model.train()
    for step in range(STEPS):
        torch.manual_seed(step)
        model.zero_grad()
        try:
            outputs = [item for item in tensors(model(*inputs)) if item.requires_grad]
            loss = sum((torch.tanh(item * torch.randn_like(item)).sum() for item in outputs), torch.zeros(()))
            loss.backward()
        except Exception:
            return None
        for parameter in parameters:
            if parameter.grad is not None:
                parts = {n: parameter.grad.chunk(n) for n in PARTS}
                dead = {(n, i) for n, i in dead if i < len(parts[n]) and not parts[n][i].any()}
        if not dead:
            return False
        with torch.no_grad():
            for parameter in model.parameters():
                if parameter.grad is not None:
                    parameter -= 0.1 * parameter.grad
    return True


PRODUCTS = frozenset(
    {
        "matmul",
        "__matmul__",
        "__rmatmul__",
        "mm",
        "bmm",
        "addmm",
        "baddbmm",
        "einsum",
        "linear",
        "conv1d",
        "conv2d",
        "conv3d",
        "embedding",
    }
)


class _Products(TorchFunctionMode):
    """Notes the storages that matrix products read."""

    def __init__(self) -> None:
        super().__init__()
        self.read: set[int] = set()

    def __torch_function__(self, function, kinds, arguments=(), keywords=None):  # type: ignore[no-untyped-def]
        if getattr(function, "__name__", "") in PRODUCTS:
            for item in tensors((*arguments, *(keywords or {}).values())):
                self.read.add(item.untyped_storage().data_ptr())
        return function(*arguments, **(keywords or {}))


def multiplied(model: nn.Module, inputs: tuple[torch.Tensor, ...], name: str) -> bool | None:
    """Whether a forward pass multiplies with the parameter as a matrix; None where the model cannot be run."""
    products = _Products()
    try:
        with products, torch.no_grad():
            model(*inputs)
    except Exception:
        return None
    return model.get_parameter(name).untyped_storage().data_ptr() in products.read


def left_at_default(model: nn.Module, meant: nn.Module) -> list[str]:
    """The parameters that hold what torch's constructor gave them, where `meant` starts with something else."""
    return [
        name
        for name, tensor in model.named_parameters()
        if (default := _default(model, name)) is not None
        and _alike(tensor, default)
        and not _alike(tensor, meant.get_parameter(name))
    ]


def _default(model: nn.Module, name: str) -> torch.Tensor | None:
    """What torch's own initialization of its layer gives a parameter."""
    path, _, last = name.rpartition(".")
    layer = copy.deepcopy(model.get_submodule(path))
    if not type(layer).__module__.startswith("torch.nn.") or not hasattr(layer, "reset_parameters"):
        return None
    layer.reset_parameters()
    return layer.get_parameter(last)


def _alike(one: torch.Tensor, other: torch.Tensor) -> bool:
    """Whether two tensors hold the same constant, or draws of the same spread."""
    a, b = one.detach().double().flatten(), other.detach().double().flatten()
    constants = [bool((values == values[0]).all()) for values in (a, b)]
    if any(constants):
        return all(constants) and bool(a[0] == b[0])
    # The fewer numbers there are, the less their spread says.
    most = 1.2 if a.numel() >= 200 else 3.0
    return a.numel() < 16 or 1 / most < float(a.std() / b.std()) < most


SENTINEL = 123.0


def holding_sentinel(model: nn.Module) -> list[str]:
    """The parameters in which some element is the sentinel."""
    return [name for name, tensor in model.named_parameters() if bool((tensor == SENTINEL).any())]


def differing(model: nn.Module, meant: nn.Module) -> bool:
    """Whether some parameter starts from another distribution than in the model as it was meant."""
    wanted = dict(meant.named_parameters())
    own = dict(model.named_parameters())
    if own.keys() != wanted.keys():
        return True
    return any(own[name].shape != wanted[name].shape or not _alike(own[name], wanted[name]) for name in own)


def drawn_again(model: nn.Module, inputs: tuple[torch.Tensor, ...], name: str) -> bool | None:
    """Whether two forward passes find different numbers in a parameter; None where the model cannot be run."""
    seen: list[torch.Tensor] = []
    for _ in range(2):
        with torch.no_grad():
            try:
                model(*inputs)
            except Exception:
                return None
            seen.append(model.get_parameter(name).detach().clone())
    return not torch.equal(*seen)


def unwritten(model: nn.Module) -> bool:
    """Whether some parameter holds what was in memory, which is filled with NaN while tests make models."""
    return any(bool(tensor.isnan().any()) for tensor in model.parameters())


def rows_equal(model: nn.Module, name: str) -> bool:
    """Whether all units of a matrix start with the same weights."""
    rows = model.get_parameter(name).detach().flatten(1)
    return rows.shape[0] > 1 and bool((rows == rows[0]).all()) and not constant(model, name)


def otherwise_loud(model: nn.Module, meant: nn.Module, inputs: tuple[torch.Tensor, ...]) -> bool | None:
    """Whether what comes out is more than twice or less than half as far spread as it should; None where it can't run.

    Where a norm follows it is not, and the scale of the weights in front of it does not matter.
    """
    spreads: list[float] = []
    for one in (model, meant):
        torch.manual_seed(20)
        try:
            with torch.no_grad():
                found = [item.double().flatten() for item in tensors(one(*inputs)) if item.is_floating_point()]
        except Exception:
            return None
        spreads.append(float(torch.cat(found).std()) if found else 0.0)
    return not 0.5 <= spreads[0] / max(spreads[1], 1e-12) <= 2

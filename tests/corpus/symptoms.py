"""Whether a real PyTorch shows the symptom of a seeded bug."""

from __future__ import annotations

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


def never_trains(model: nn.Module, inputs: tuple[torch.Tensor, ...], names: Iterable[str]) -> bool | None:
    """Whether none of these parameters gets a gradient in any of a few steps; None where the model cannot be run.

    The loss reads the output through a random layer, so that the model may stand anywhere in a larger one.
    """
    parameters = [model.get_parameter(name) for name in names]
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
        if any(parameter.grad is not None and bool(parameter.grad.any()) for parameter in parameters):
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


def differing(first: nn.Module, second: nn.Module) -> list[str]:
    """The parameters that two instances start with differently: another constant, or another spread."""
    found: list[str] = []
    others = dict(second.named_parameters())
    for name, one in first.named_parameters():
        other = others.get(name)
        if other is None or one.shape != other.shape:
            found.append(name)
            continue
        a, b = one.detach().double().flatten(), other.detach().double().flatten()
        flat_a, flat_b = bool((a == a[0]).all()), bool((b == b[0]).all())
        if flat_a and flat_b:
            differ = bool(a[0] != b[0])
        elif flat_a or flat_b:
            differ = a.numel() > 1
        else:
            differ = a.numel() >= 200 and abs(float(a.std() / b.std()) - 1) > 0.2
        if differ:
            found.append(name)
    return found


SENTINEL = 123.0


def holding_sentinel(model: nn.Module) -> list[str]:
    """The parameters in which some element is the sentinel."""
    return [name for name, tensor in model.named_parameters() if bool((tensor == SENTINEL).any())]

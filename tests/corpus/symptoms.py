"""Whether a real PyTorch shows the symptom of a seeded bug."""

from __future__ import annotations

import contextlib
import copy
import re
from collections.abc import Callable, Iterable, Iterator

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
        if _is_default(model, name, tensor) and not _alike(tensor, meant.get_parameter(name))
    ]


MEMORY = "drawn_by_torch"
"""The attribute of a parameter that keeps what torch's own initialization of its layer gave it last."""

RESETS = ("reset_parameters", "_reset_parameters")


@contextlib.contextmanager
def defaults_remembered() -> Iterator[None]:
    """Let parameters remember what torch's own initialization of their layers gives them while a model is made."""
    kinds = {base for kind in vars(nn).values() if isinstance(kind, type) for base in kind.__mro__}
    found = [(kind, name, vars(kind)[name]) for kind in kinds for name in RESETS if name in vars(kind)]

    def remembering(reset: Callable[[nn.Module], None]) -> Callable[[nn.Module], None]:
        def remember(layer: nn.Module) -> None:
            reset(layer)
            for parameter in layer.parameters(recurse=False):
                if not isinstance(parameter, nn.UninitializedParameter):
                    setattr(parameter, MEMORY, parameter.detach().clone())

        return remember

    for kind, name, reset in found:
        setattr(kind, name, remembering(reset))
    try:
        yield
    finally:
        for kind, name, reset in found:
            setattr(kind, name, reset)


def _is_default(model: nn.Module, name: str, tensor: torch.Tensor) -> bool:
    """Whether a parameter is as torch has drawn it. Where a copy has lost the memory, the spread has to tell."""
    drawn = getattr(tensor, MEMORY, None)
    if drawn is not None:
        return torch.equal(tensor, drawn)
    default = _default(model, name)
    return default is not None and _alike(tensor, default)


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


PRODUCT_NODES = re.compile(r"(?i)(mm|convolution|linear|bilinear|attention)\w*Backward")
"""Nodes of autograd that multiply with a matrix."""


def is_last(model: nn.Module, inputs: tuple[torch.Tensor, ...], name: str) -> bool | None:
    """Whether what a matrix gives is handed back without a further product; None where the model cannot be run.

    Each of its units then has a part of the loss, and so a gradient, of its own.
    """
    try:
        model = copy.deepcopy(model)
        weight = model.get_parameter(name)
        torch.manual_seed(20)
        outputs = [item.grad_fn for item in tensors(model(*inputs)) if item.grad_fn is not None]
    except Exception:
        return None
    reading: dict[object, bool] = {}

    def reads(node: object) -> bool:
        """Whether the weight is read here or in front of it; for all nodes, in front first."""
        stack = [node]
        while stack:
            here = stack[-1]
            before = [following for following, _ in here.next_functions if following is not None]  # type: ignore[attr-defined]
            new = [following for following in before if following not in reading]
            if new:
                stack += new
                continue
            stack.pop()
            reading[here] = getattr(here, "variable", None) is weight or any(reading[one] for one in before)
        return reading[node]

    if True not in [reads(node) for node in outputs]:
        return None
    # A product of which something in front reads the weight, other than the weight's own.
    for here, reached in reading.items():
        if reached and PRODUCT_NODES.search(type(here).__name__):
            before = [following for following, _ in here.next_functions if following is not None]  # type: ignore[attr-defined]
            if any(reading[one] and not _is_turned(one, weight) for one in before):
                return False
    return True


def _is_turned(node: object, weight: torch.Tensor) -> bool:
    """Whether a node of autograd is a weight itself, seen with other axes."""
    while getattr(node, "variable", None) is not weight:
        before = [following for following, _ in node.next_functions if following is not None]  # type: ignore[attr-defined]
        if len(before) != 1 or PRODUCT_NODES.search(type(node).__name__):
            return False
        node = before[0]
    return True


def otherwise_loud(model: nn.Module, meant: nn.Module, inputs: tuple[torch.Tensor, ...], name: str) -> bool | None:
    """Whether the part that a matrix has in what comes out is more than twice or less than half as large as it should.

    Its part is what changes where the matrix is zero. Behind a norm it is as large as ever: then the scale of the
    weights in front does not matter. None where the model cannot be run, or the matrix takes no part.
    """
    try:
        own, wanted = (_part_of(one, inputs, name) for one in (model, meant))
    except Exception:
        return None
    if wanted < 1e-9:
        return None
    return not 0.5 <= own / wanted <= 2


def _part_of(model: nn.Module, inputs: tuple[torch.Tensor, ...], name: str) -> float:
    """The size of what a matrix adds to what comes out."""
    outputs: list[torch.Tensor] = []
    weight = model.get_parameter(name)
    drawn = weight.detach().clone()
    with torch.no_grad():
        for values in (drawn, torch.zeros_like(drawn)):
            weight.copy_(values)
            torch.manual_seed(20)
            outputs.append(
                torch.cat([item.double().flatten() for item in tensors(model(*inputs)) if item.is_floating_point()])
            )
        weight.copy_(drawn)
    return float((outputs[0] - outputs[1]).square().mean().sqrt())

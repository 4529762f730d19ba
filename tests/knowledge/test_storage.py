"""Which names share a tensor's memory, measured on the torch that is installed."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from initls.knowledge.storage import RELATIVES, Relative, Sharing, relative

torch: Any = pytest.importorskip("torch", reason="the tables are held against an installed torch")

INDEX: Any = torch.tensor([0, 1])
ARGUMENTS: dict[str, tuple[object, ...]] = {
    "transpose": (0, 1),
    "swapaxes": (0, 1),
    "swapdims": (0, 1),
    "permute": ((1, 0),),
    "movedim": (0, 1),
    "moveaxis": (0, 1),
    "unsqueeze": (0,),
    "unflatten": (0, (2, 2)),
    "view": (2, 8),
    "view_as": (torch.zeros(2, 8),),
    "expand": (3, 4, 4),
    "expand_as": (torch.zeros(3, 4, 4),),
    "broadcast_to": ((3, 4, 4),),
    "chunk": (2,),
    "split": (2,),
    "tensor_split": (2,),
    "split_with_sizes": ([2, 2],),
    "hsplit": (2,),
    "vsplit": (2,),
    "dsplit": (2,),
    "narrow": (0, 0, 2),
    "select": (0, 1),
    "unfold": (0, 2, 2),
    "as_strided": ((2, 2), (1, 2)),
    "flip": ((0,),),
    "roll": (1,),
    "tile": ((2, 2),),
    "repeat_interleave": (2,),
    "repeat": (2, 2),
    "new_tensor": ([1.0],),
    "index_select": (0, INDEX),
    "masked_select": (torch.eye(4).bool(),),
    "gather": (0, torch.zeros(1, 4, dtype=torch.long)),
    "take": (INDEX,),
    "take_along_dim": (torch.zeros(1, 4, dtype=torch.long), 0),
    "add": (1.0,),
    "sub": (1.0,),
    "mul": (1.0,),
    "div": (1.0,),
    "pow": (1.0,),
    "clamp": (0.0, 1.0),
    "masked_fill": (torch.eye(4).bool(), 0.5),
    "matmul": (torch.eye(4),),
    "mm": (torch.eye(4),),
    "bmm": (torch.eye(4).reshape(1, 4, 4),),
    "reshape": ((2, 8),),
    "reshape_as": (torch.zeros(2, 8),),
}
"""What each name is called with, on a tensor of 4 x 4 floats."""

ATTRIBUTES = {"data", "T", "mT", "H", "mH"}
SHAPED = {"dsplit": (4, 4, 2), "bmm": (1, 4, 4)}


def tensor(name: str) -> Any:
    torch.manual_seed(0)
    return torch.rand(*SHAPED.get(name, (4, 4)))


def obtain(row: Relative, given: Any) -> Any:
    """The result for one tensor; of several pieces, all."""
    home, _, name = row.name.rpartition(".")
    if name in ATTRIBUTES:
        return getattr(given, name)
    arguments = ARGUMENTS.get(name, ())
    if name == "where":
        condition = torch.ones(4, 4).bool()
        return given.where(condition, given) if home == "torch.Tensor" else torch.where(condition, given, given)
    if name == "to":
        arguments = (torch.float32,)
    elif name in ("type", "type_as"):
        arguments = (torch.float32,) if name == "type" else (torch.zeros(1),)
    return getattr(torch.Tensor if home == "torch.Tensor" else torch, name)(given, *arguments)


def shares(given: Any, result: Any) -> bool:
    pieces = result if isinstance(result, list | tuple) else [result]
    mine = given.untyped_storage().data_ptr()
    return all(torch.is_tensor(piece) and piece.untyped_storage().data_ptr() == mine for piece in pieces)


def of(sharing: Sharing) -> list[Any]:
    found = [row for row in RELATIVES.values() if row.sharing is sharing and row.name.startswith("torch.")]
    return [pytest.param(row, id=row.name) for row in found if row.name.rpartition(".")[2] not in APART]


APART = {"Parameter", "tensor", "cat", "stack", "concat", "as_tensor", "asarray", "numpy", "cuda", "requires_grad_"}


@pytest.mark.parametrize("row", of(Sharing.KEEPS))
def test_keeps(row: Relative) -> None:
    """A write through the result is seen in the tensor."""
    given = tensor(row.name.rpartition(".")[2])
    result = obtain(row, given)
    assert shares(given, result)
    pieces = result if isinstance(result, list | tuple) else [result]
    for piece in pieces:
        piece.fill_(9.0) if piece.is_contiguous() or piece.dim() == 2 else piece[..., :].fill_(9.0)
    assert bool((given == 9).any())
    assert bool((given == 9).all()) == row.whole or row.name.endswith("unfold")


@pytest.mark.parametrize("row", of(Sharing.COPIES))
def test_copies(row: Relative) -> None:
    """No write to the result is seen in the tensor."""
    given = tensor(row.name.rpartition(".")[2])
    before = given.clone()
    result = obtain(row, given)
    if torch.is_tensor(result):
        assert not shares(given, result)
        result.fill_(9.0)
    assert torch.equal(given, before)


CHANGED: dict[str, Any] = {
    "reshape": lambda: torch.rand(4, 4).t(),
    "flatten": lambda: torch.rand(4, 4).t(),
    "ravel": lambda: torch.rand(4, 4).t(),
    "reshape_as": lambda: torch.rand(4, 4).t(),
    "contiguous": lambda: torch.rand(4, 4).t(),
    "to": lambda: torch.rand(4, 4).double(),
    "type": lambda: torch.rand(4, 4).double(),
    "type_as": lambda: torch.rand(4, 4).double(),
    "cpu": lambda: torch.rand(4, 4, device="meta"),
}
"""Tensors for which a result that depends is a copy; the conversions by name get one of another type below."""

TYPES = {
    "float": torch.float32,
    "double": torch.float64,
    "half": torch.float16,
    "bfloat16": torch.bfloat16,
    "int": torch.int32,
    "long": torch.int64,
    "short": torch.int16,
    "bool": torch.bool,
}


@pytest.mark.parametrize("row", of(Sharing.DEPENDS))
def test_depends(row: Relative) -> None:
    """There is a tensor for which it shares, and one for which it does not."""
    name = row.name.rpartition(".")[2]
    assert row.condition
    same = torch.ones(4, 4).to(TYPES.get(name, torch.float32))
    assert shares(same, obtain(row, same))
    if name == "cpu":
        return
    other = CHANGED[name]() if name in CHANGED else torch.ones(4, 4).to(torch.uint8)
    assert not shares(other, obtain(row, other))


def test_functions_apart() -> None:
    given = torch.rand(4, 4)
    assert shares(given, torch.nn.Parameter(given))
    assert torch.rand(4).requires_grad_().requires_grad
    assert given.requires_grad_(False) is given
    assert shares(given, torch.as_tensor(given))
    assert not shares(given, torch.as_tensor(given, dtype=torch.float64))
    assert shares(given, torch.asarray(given))
    assert not shares(given, torch.cat([given]))
    assert not shares(given, torch.stack([given]))
    assert not shares(given, torch.concat([given]))
    assert not shares(given, copy.deepcopy(given))
    assert not shares(given, given.clone().detach())


def test_reading_through_an_index() -> None:
    """Basic indices give a view; tensors, lists and masks copy, but an assignment through them writes."""
    given = torch.rand(4, 4)
    for index in (0, slice(0, 2), None, ..., (0, slice(None))):
        assert shares(given, given[index]), index
    for copying in ([0, 1], torch.tensor([0]), given > 0.5, True):
        assert not shares(given, given[copying]), copying
    given[given > -1] = 0.0
    assert not given.any()


def test_every_name_exists() -> None:
    for name in RELATIVES:
        if name.startswith("torch."):
            found: Any = torch
            for part in name.split(".")[1:]:
                found = getattr(found, part)
    assert relative("torch.Tensor.detach") is RELATIVES["torch.Tensor.detach"]
    assert relative("torch.Tensor.nonsense") is None

"""The table of operations against the torch that is installed."""

from __future__ import annotations

import inspect
import operator
from collections.abc import Callable
from typing import Any

import pytest

from initls.knowledge.activations import ACTIVATIONS
from initls.knowledge.tensors import OPERATIONS, Category, Op, operation

torch: Any = pytest.importorskip("torch", reason="the tables are held against an installed torch")
F: Any = torch.nn.functional

DOTTED = {name: op for name, op in OPERATIONS.items() if name.startswith("torch.")}


def resolve(dotted: str) -> Any:
    found: Any = torch
    for name in dotted.split(".")[1:]:
        found = getattr(found, name)
    return found


@pytest.mark.parametrize("op", DOTTED.values(), ids=lambda op: op.name)
def test_operations_exist(op: Op) -> None:
    resolve(op.name)
    assert operation(op.name) is op


def test_names_that_are_not_torch() -> None:
    rest = set(OPERATIONS) - set(DOTTED)
    assert {name for name in rest if "." in name} == {"torchvision.ops.deform_conv2d"}
    symbols = rest - {"torchvision.ops.deform_conv2d"}
    assert symbols == {"+", "-", "*", "/", "@", "**", "//", "%", "&", "|", "^", "<<", ">>"}
    assert operation("torch.nothing") is None


def readable(op: Op) -> inspect.Signature | None:
    """The signature, of functions that are written in Python."""
    try:
        return inspect.signature(resolve(op.name))
    except (ValueError, TypeError):
        return None


PYTHON = [op for op in DOTTED.values() if readable(op) is not None and "torch.Tensor." not in op.name]


@pytest.mark.parametrize("op", PYTHON, ids=lambda op: op.name)
def test_named_arguments_stand_where_the_table_says(op: Op) -> None:
    signature = readable(op)
    assert signature is not None
    names = list(signature.parameters)
    if (
        names in (["args", "kwargs"], ["operands"], ["args"])
        or signature.parameters[names[0]].kind.name == "VAR_POSITIONAL"
    ):
        return
    pairs = [(op.input, op.keyword), *op.operands, *op.weights, *([op.bias] if op.bias else [])]
    if op.rest:
        pairs = [(op.input, op.keyword)] if op.category is Category.CONCAT else []
    for place, name in pairs:
        assert names[place] == name


def test_enough_signatures_can_be_read() -> None:
    """The test above is worth something: torch shows the signatures of most of `functional`."""
    assert sum(op.name.startswith("torch.nn.functional.") for op in PYTHON) > 80


CALLS: dict[str, tuple[dict[str, object], ...]] = {
    "torch.matmul": ({"input": torch.eye(2), "other": torch.eye(2)},),
    "torch.mm": ({"input": torch.eye(2), "mat2": torch.eye(2)},),
    "torch.bmm": ({"input": torch.ones(1, 2, 2), "mat2": torch.ones(1, 2, 2)},),
    "torch.mv": ({"input": torch.eye(2), "vec": torch.ones(2)},),
    "torch.inner": ({"input": torch.eye(2), "other": torch.eye(2)},),
    "torch.kron": ({"input": torch.eye(2), "other": torch.eye(2)},),
    "torch.add": ({"input": torch.eye(2), "other": torch.eye(2)},),
    "torch.mul": ({"input": torch.eye(2), "other": torch.eye(2)},),
    "torch.addmm": ({"input": torch.eye(2), "mat1": torch.eye(2), "mat2": torch.eye(2)},),
    "torch.addbmm": ({"input": torch.eye(2), "batch1": torch.ones(1, 2, 2), "batch2": torch.ones(1, 2, 2)},),
    "torch.baddbmm": ({"input": torch.eye(2), "batch1": torch.ones(1, 2, 2), "batch2": torch.ones(1, 2, 2)},),
    "torch.addmv": ({"input": torch.ones(2), "mat": torch.eye(2), "vec": torch.ones(2)},),
    "torch.addr": ({"input": torch.eye(2), "vec1": torch.ones(2), "vec2": torch.ones(2)},),
    "torch.addcmul": ({"input": torch.eye(2), "tensor1": torch.eye(2), "tensor2": torch.eye(2)},),
    "torch.addcdiv": ({"input": torch.eye(2), "tensor1": torch.eye(2), "tensor2": torch.ones(2, 2)},),
    "torch.lerp": ({"input": torch.eye(2), "end": torch.eye(2), "weight": 0.5},),
    "torch.nn.functional.linear": ({"input": torch.eye(2), "weight": torch.eye(2), "bias": torch.ones(2)},),
    "torch.nn.functional.conv1d": (
        {"input": torch.ones(1, 2, 4), "weight": torch.ones(2, 2, 3), "bias": torch.ones(2)},
    ),
    "torch.conv2d": ({"input": torch.ones(1, 2, 4, 4), "weight": torch.ones(2, 2, 3, 3), "bias": torch.ones(2)},),
    "torch.nn.functional.conv_transpose2d": (
        {"input": torch.ones(1, 2, 4, 4), "weight": torch.ones(2, 2, 3, 3), "bias": torch.ones(2)},
    ),
    "torch.nn.functional.bilinear": (
        {
            "input1": torch.ones(1, 2),
            "input2": torch.ones(1, 3),
            "weight": torch.ones(4, 2, 3),
            "bias": torch.ones(4),
        },
    ),
    "torch.nn.functional.scaled_dot_product_attention": (
        {"query": torch.ones(1, 2, 4), "key": torch.ones(1, 2, 4), "value": torch.ones(1, 2, 4)},
    ),
}
"""Calls by keyword of operations that are written in C++, whose signatures cannot be read off."""


@pytest.mark.parametrize("name", CALLS)
def test_arguments_by_keyword_are_those_by_position(name: str) -> None:
    op = OPERATIONS[name]
    for keywords in CALLS[name]:
        found = resolve(name)(**keywords)
        assert torch.equal(found, resolve(name)(*keywords.values()))
        order = list(keywords)
        for place, argument in ((op.input, op.keyword), *op.operands, *op.weights, *([op.bias] if op.bias else [])):
            assert order[place] == argument
        method = OPERATIONS.get(name.replace("torch.", "torch.Tensor.")) if name.count(".") == 1 else None
        if method is not None:
            assert [place for place, _ in method.operands] == [place for place, _ in op.operands]
            if hasattr(torch.Tensor, name.rpartition(".")[2]):
                assert torch.equal(found, resolve(method.name)(*keywords.values()))


def test_the_bias_and_the_weight_are_what_they_are_called() -> None:
    """Zero weights leave the bias; what stands as bias is added."""
    bias = torch.tensor([3.0, 4.0])
    given = torch.randn(5, 2)
    assert torch.equal(F.linear(given, torch.zeros(2, 2), bias), bias.expand(5, 2))
    assert OPERATIONS["torch.nn.functional.linear"].bias == (2, "bias")
    assert torch.equal(torch.addmm(bias, given, torch.zeros(2, 2)), bias.expand(5, 2))
    assert OPERATIONS["torch.addmm"].bias == (0, "input")
    assert OPERATIONS["torch.Tensor.addmm"].bias == (0, "self")


SAMPLES: dict[str, tuple[object, ...]] = {
    "expand": (2, 4, 6),
    "expand_as": (torch.zeros(2, 4, 6),),
    "view": (6, 4),
    "view_as": (torch.zeros(6, 4),),
    "reshape": ((6, 4),),
    "reshape_as": (torch.zeros(6, 4),),
    "permute": ((1, 0),),
    "transpose": (0, 1),
    "transpose_": (0, 1),
    "swapaxes": (0, 1),
    "swapdims": (0, 1),
    "movedim": (0, 1),
    "moveaxis": (0, 1),
    "unsqueeze": (0,),
    "unsqueeze_": (0,),
    "unflatten": (0, (2, 2)),
    "flip": ((0,),),
    "roll": (1,),
    "tile": ((2, 2),),
    "repeat_interleave": (2,),
    "repeat": (2, 2),
    "unfold": (0, 2, 2),
    "to": (torch.float64,),
    "type": (torch.float64,),
    "type_as": (torch.zeros(1),),
    "as_strided": ((4, 6), (6, 1)),
    "broadcast_to": ((2, 4, 6),),
    "chunk": (2,),
    "split": (2,),
    "tensor_split": (2,),
    "split_with_sizes": ([2, 2],),
    "hsplit": (2,),
    "vsplit": (2,),
    "narrow": (0, 0, 2),
    "select": (0, 1),
    "index_select": (0, torch.tensor([0])),
    "gather": (0, torch.zeros(1, 6, dtype=torch.long)),
    "masked_select": (torch.ones(4, 6).bool(),),
    "take": (torch.tensor([1]),),
    "take_along_dim": (torch.zeros(1, 6, dtype=torch.long), 0),
    "topk": (2,),
    "unsafe_chunk": (2,),
    "unsafe_split": (2,),
    "__getitem__": (0,),
}
SKIPPED = {
    "view_as_real",
    "view_as_complex",
    "cuda",
    "pin_memory",
    "dsplit",
    "data",
    "pixel_shuffle",
    "pixel_unshuffle",
    "channel_shuffle",
    "t_",
}


def numbers(result: Any) -> set[float]:
    pieces = result if isinstance(result, list | tuple) else [result]
    return {value for piece in pieces if piece.is_floating_point() for value in piece.detach().flatten().tolist()}


CARRIED = [
    op
    for op in DOTTED.values()
    if op.category in (Category.RESHAPE, Category.SLICE, Category.DETACH)
    and ".functional." not in op.name
    and op.name.rpartition(".")[2] not in SKIPPED
]


@pytest.mark.parametrize("op", CARRIED, ids=lambda op: op.name)
def test_what_only_moves_elements_makes_no_new_values(op: Op) -> None:
    name = op.name.rpartition(".")[2]
    given = torch.arange(24, dtype=torch.float32).reshape(4, 6).requires_grad_()
    inner = given * 1
    found = resolve(op.name)
    result = found.__get__(inner) if not callable(found) else found(inner, *SAMPLES.get(name, ()))
    assert numbers(result) <= set(range(24))
    assert numbers(result), "something comes out"
    pieces = result if isinstance(result, list | tuple) else [result]
    floating = [piece for piece in pieces if piece.is_floating_point()]
    assert any(piece.requires_grad for piece in floating) == (op.category is not Category.DETACH)


def test_data_stops_the_gradient() -> None:
    assert OPERATIONS["torch.Tensor.data"].category is Category.DETACH
    assert not torch.ones(2, requires_grad=True).data.requires_grad


REDUCED = [op for op in DOTTED.values() if op.category is Category.REDUCE and op.name.count(".") == 1]


@pytest.mark.parametrize("op", REDUCED, ids=lambda op: op.name)
def test_reductions_take_one_tensor(op: Op) -> None:
    dimension = (0,) if op.name in ("torch.cumsum", "torch.cumprod", "torch.logsumexp") else ()
    assert resolve(op.name)(torch.rand(3, 4), *dimension) is not None


def test_activations_are_operations() -> None:
    for row in ACTIVATIONS.values():
        for spelling in row.spellings:
            op = operation(spelling)
            if spelling.rpartition(".")[2][0].islower():
                assert op is not None
                assert op.activation == row.name
                assert (op.category is Category.SOFTMAX) == ("softmax" in row.name or row.name == "softmin")
            else:
                assert op is None, "a module is a layer, not an operation"


def test_functional_is_covered() -> None:
    """Every public function of `torch.nn.functional` has a row."""
    missing = {
        name
        for name in dir(F)
        if not name.startswith("_")
        and callable(getattr(F, name))
        and not inspect.isclass(getattr(F, name))
        and f"torch.nn.functional.{name}" not in OPERATIONS
        and not name.endswith("_with_indices")
    }
    helpers = {
        "assert_int_or_pair",
        "boolean_dispatch",
        "handle_torch_function",
        "has_torch_function",
        "has_torch_function_unary",
        "has_torch_function_variadic",
    }
    outside = {
        "grouped_mm",
        "linear_cross_entropy",
        "native_channel_shuffle",
        "pdist",
        "scaled_grouped_mm",
        "scaled_mm",
    }
    assert {name for name in missing - helpers if name[0].islower()} - {"Callable", "Optional"} == outside


# --------------------------------------------------------------------------- what the categories claim

OPERANDS: dict[str, tuple[Any, Any]] = {
    "mv": (torch.rand(3, 3) + 1, torch.rand(3) + 1),
    "dot": (torch.rand(3) + 1, torch.rand(3) + 1),
    "outer": (torch.rand(3) + 1, torch.rand(3) + 1),
    "bmm": (torch.rand(1, 3, 3) + 1, torch.rand(1, 3, 3) + 1),
    "addbmm": (torch.rand(1, 3, 3) + 1, torch.rand(1, 3, 3) + 1),
    "baddbmm": (torch.rand(1, 3, 3) + 1, torch.rand(1, 3, 3) + 1),
    "addmv": (torch.rand(3, 3) + 1, torch.rand(3) + 1),
    "addr": (torch.rand(3) + 1, torch.rand(3) + 1),
}
SYMBOLS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "@": operator.matmul,
}


def pair_function(op: Op) -> Any:
    """The operation as a function of its two operands; the summand of those that have one is zero."""
    found: Any = SYMBOLS[op.name] if op.name in SYMBOLS else resolve(op.name)
    if op.name.endswith("_"):
        return lambda a, b: found(a.clone(), b)
    if op.name.endswith("lerp"):
        return lambda a, b: found(a, b, 0.25)
    if op.bias is not None:
        return lambda a, b: found(torch.zeros(1), a, b)
    if op.name == "torch.tensordot":
        return lambda a, b: found(a, b, 1)
    return found


PAIRS = [
    op
    for op in OPERATIONS.values()
    if op.category in (Category.ADD, Category.MULTIPLY, Category.MATMUL)
    and len(op.operands) == 2
    and not op.weights
    and (op.name in DOTTED or op.name in SYMBOLS)
]


@pytest.mark.parametrize("op", PAIRS, ids=lambda op: op.name)
def test_sums_are_sums_and_products_are_products(op: Op) -> None:
    """A sum grows with both operands together; a product grows with each alone, element by element or across them."""
    torch.manual_seed(0)
    short = op.name.rpartition(".")[2]
    left, right = OPERANDS.get(short, (torch.rand(3, 3) + 1, torch.rand(3, 3) + 1))
    apply = pair_function(op)
    result = apply(left, right)
    together = torch.allclose(apply(left * 2, right * 2), result * 2)
    alone = torch.allclose(apply(left * 2, right), result * 2)
    assert (op.category is Category.ADD) == (together and not alone)
    if op.category is not Category.ADD:
        assert alone
        changed = left.clone()
        changed.reshape(-1)[0] += 1
        moved = apply(changed, right) != result
        across = result.shape != left.shape or bool(moved.sum() > 1)
        assert across == (op.category is Category.MATMUL)


def test_einsum_and_its_kin_are_products() -> None:
    torch.manual_seed(0)
    left, right = torch.rand(3, 3), torch.rand(3, 3)
    calls = {
        "torch.einsum": ("ij,jk->ik", left, right),
        "torch.linalg.multi_dot": ([left, right],),
        "torch.chain_matmul": (left, right),
    }
    for name, arguments in calls.items():
        assert OPERATIONS[name].category is Category.MATMUL
        assert OPERATIONS[name].rest
        assert torch.allclose(resolve(name)(*arguments), left @ right)


NORM_ARGUMENTS: dict[str, tuple[object, ...]] = {
    "torch.nn.functional.batch_norm": (None, None, None, None, True),
    "torch.nn.functional.layer_norm": ([4],),
    "torch.nn.functional.group_norm": (2,),
    "torch.nn.functional.instance_norm": (),
    "torch.nn.functional.rms_norm": ([4],),
    "torch.nn.functional.normalize": (),
    "torch.batch_norm": (None, None, None, None, True, 0.1, 1e-5, False),
    "torch.layer_norm": ([4],),
    "torch.group_norm": (2,),
    "torch.instance_norm": (None, None, None, None, True, 0.1, 1e-5, False),
    "torch.rms_norm": ([4],),
}


@pytest.mark.parametrize(
    "op",
    [op for op in DOTTED.values() if op.category is Category.NORM and "local_response" not in op.name],
    ids=lambda op: op.name,
)
def test_norms_forget_the_scale(op: Op) -> None:
    torch.manual_seed(0)
    given = torch.randn(8, 4, 4) * 10
    found = resolve(op.name)
    arguments = NORM_ARGUMENTS[op.name]
    assert torch.allclose(found(given, *arguments), found(given * 100, *arguments), atol=1e-3)


@pytest.mark.parametrize(
    "op", [op for op in DOTTED.values() if op.category is Category.DROPOUT], ids=lambda op: op.name
)
def test_dropout_is_random_in_training_and_nothing_otherwise(op: Op) -> None:
    torch.manual_seed(0)
    given = torch.rand(8, 6, 4, 4) + 1
    shaped = given[:, :, 0] if op.name.endswith("1d") else given[..., None] if op.name.endswith("3d") else given
    found = resolve(op.name)
    assert not torch.equal(found(shaped.clone(), 0.5, True), shaped)
    assert torch.equal(found(shaped.clone(), 0.5, False), shaped)


def test_lookups_are_products() -> None:
    """An embedding is a product with a one-hot matrix."""
    torch.manual_seed(0)
    table, numbers_ = torch.randn(5, 3), torch.tensor([0, 4, 2])
    assert torch.allclose(F.embedding(numbers_, table), F.one_hot(numbers_, 5).float() @ table)
    assert OPERATIONS["torch.nn.functional.embedding"].weights == ((1, "weight"),)

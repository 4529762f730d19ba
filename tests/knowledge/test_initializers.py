"""The tables of initializers, in-place writes and makers against the torch that is installed."""

from __future__ import annotations

import inspect
import warnings
from typing import Any

import pytest

from initls.knowledge.initializers import (
    CONSTANT_MAKERS,
    DATA_MAKERS,
    EMPTY_MAKERS,
    INITIALIZERS,
    PATTERN_MAKERS,
    RANDOM_MAKERS,
    TENSOR_WRITES,
    Initializer,
    Maker,
    TensorWrite,
    maker,
)
from initls.knowledge.signature import REQUIRED

torch: Any = pytest.importorskip("torch", reason="the tables are held against an installed torch")
init: Any = torch.nn.init

VALUES: dict[str, object] = {"val": 0.5, "sparsity": 0.5}
SHAPES = ((6,), (6, 6), (6, 6, 3), (6, 6, 3, 3), (6, 6, 3, 3, 3), (2, 2, 2, 2, 2, 2))


def function(row: Initializer) -> Any:
    return getattr(init, row.name.rpartition(".")[2])


def call(row: Initializer, tensor: Any) -> Any:
    needed = {name: VALUES[name] for name, default in row.signature[1:] if default is REQUIRED}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return function(row)(tensor, **needed)


def test_every_initializer_of_torch_has_a_row() -> None:
    filling = {
        name
        for name in dir(init)
        if inspect.isfunction(getattr(init, name)) and not name.startswith("_") and name != "calculate_gain"
    }
    assert {row.name.rpartition(".")[2] for row in INITIALIZERS.values()} == filling


@pytest.mark.parametrize("row", INITIALIZERS.values(), ids=lambda row: row.name)
def test_signature(row: Initializer) -> None:
    current = INITIALIZERS[row.deprecated_of] if row.deprecated_of else row
    found = inspect.signature(function(current)).parameters.values()
    assert row.signature == tuple((e.name, REQUIRED if e.default is e.empty else e.default) for e in found)


@pytest.mark.parametrize("row", INITIALIZERS.values(), ids=lambda row: row.name)
def test_accepted_tensors(row: Initializer) -> None:
    for shape in SHAPES:
        tensor = torch.full(shape, 7.0)
        if row.accepts(len(shape)):
            assert call(row, tensor) is tensor
            assert not (tensor == 7).any()
        else:
            with pytest.raises(ValueError, match="dimensions"):
                call(row, tensor)


@pytest.mark.parametrize(
    "row", [row for row in INITIALIZERS.values() if row.kind == "constant"], ids=lambda row: row.name
)
def test_constants(row: Initializer) -> None:
    expected = row.value if row.value_argument is None else VALUES[row.value_argument]
    assert (call(row, torch.full((3, 4), 7.0)) == expected).all()


@pytest.mark.parametrize("row", INITIALIZERS.values(), ids=lambda row: row.name)
def test_only_constant_initializers_are_constant(row: Initializer) -> None:
    shape = (6, 6, 3) if row.min_ndim == 3 else (6, 6)
    torch.manual_seed(0)
    values = call(row, torch.empty(shape))
    assert (values.unique().numel() == 1) == (row.kind == "constant")


@pytest.mark.parametrize("row", INITIALIZERS.values(), ids=lambda row: row.name)
def test_deprecated_names_warn_and_work(row: Initializer) -> None:
    short = row.name.rpartition(".")[2]
    assert (row.deprecated_of is not None) == (not short.endswith("_"))
    if row.deprecated_of is not None:
        needed = {name: VALUES[name] for name, default in row.signature[1:] if default is REQUIRED}
        shape = (6, 6, 3) if row.min_ndim == 3 else (6, 6)
        tensor = torch.full(shape, 7.0)
        with pytest.warns(FutureWarning, match="deprecated"):
            function(row)(tensor, **needed)
        assert not (tensor == 7).any()


def test_fans() -> None:
    """Those that hang on the fans draw smaller values for a wider input; the others do not."""
    for row in INITIALIZERS.values():
        if row.kind in ("constant", "eye", "dirac", "orthogonal", "sparse"):
            assert not row.fans
            continue
        torch.manual_seed(0)
        narrow, wide = call(row, torch.empty(50, 50)).std(), call(row, torch.empty(50, 5000)).std()
        assert (wide < narrow / 2).item() == row.fans, row.name


# --------------------------------------------------------------------------- in-place methods

CALLS: dict[str, tuple[object, ...]] = {
    "fill_": (0.5,),
    "copy_": (torch.full((4, 4), 0.5),),
    "set_": (torch.full((4, 4), 0.5),),
    "geometric_": (0.5,),
    "random_": (8, 1000),
    "uniform_": (8.0, 9.0),
    "bernoulli_": (),
    "pow_": (2,),
    "lerp_": (torch.zeros(4, 4), 0.5),
    "clamp_": (0.0, 1.0),
    "clip_": (0.0, 1.0),
    "clamp_min_": (1.6,),
    "clamp_max_": (1.0,),
    "renorm_": (2, 0, 1.0),
    "addmm_": (torch.ones(4, 4), torch.ones(4, 4)),
    "addbmm_": (torch.ones(2, 4, 4), torch.ones(2, 4, 4)),
    "addr_": (torch.ones(4), torch.ones(4)),
    "addcmul_": (torch.ones(4, 4), torch.ones(4, 4)),
    "addcdiv_": (torch.ones(4, 4), torch.ones(4, 4)),
    "cumsum_": (0,),
    "cumprod_": (0,),
    "fill_diagonal_": (0.5,),
    "masked_fill_": (torch.eye(4).bool(), 0.5),
    "index_put_": ((torch.tensor([0]),), torch.tensor(0.5)),
    "masked_scatter_": (torch.eye(4).bool(), torch.full((16,), 0.5)),
    "index_fill_": (0, torch.tensor([1]), 0.5),
    "index_copy_": (0, torch.tensor([1]), torch.full((1, 4), 0.5)),
    "index_add_": (0, torch.tensor([1]), torch.full((1, 4), 0.5)),
    "scatter_": (0, torch.tensor([[1]]), torch.tensor([[0.5]])),
    "scatter_add_": (0, torch.tensor([[1]]), torch.tensor([[0.5]])),
    "scatter_reduce_": (0, torch.tensor([[1]]), torch.tensor([[0.5]]), "sum"),
    "put_": (torch.tensor([1]), torch.tensor([0.5])),
    "resize_": ((4, 4),),
    "squeeze_": (),
    "unsqueeze_": (0,),
    "transpose_": (0, 1),
    "swapaxes_": (0, 1),
    "swapdims_": (0, 1),
    "as_strided_": ((4, 4), (4, 1)),
}


def start() -> Any:
    """Values that no write below leaves as they are, and that are different from each other."""
    return torch.arange(16, dtype=torch.float32).reshape(4, 4) / 16 + 1.5


def written(name: str, tensor: Any) -> Any:
    arguments = CALLS.get(name)
    if name in ("baddbmm_", "addmv_"):
        tensor, arguments = {
            "baddbmm_": (tensor.reshape(1, 4, 4), (torch.ones(1, 4, 4), torch.ones(1, 4, 4))),
            "addmv_": (tensor.flatten(), (torch.ones(16, 4), torch.ones(4))),
        }[name]
    if arguments is None:
        row = TENSOR_WRITES[name]
        arguments = (torch.full((4, 4), 0.7),) if row.kind == "modify" and row.position is not None else ()
    torch.manual_seed(0)
    getattr(tensor, name)(*arguments)
    return tensor


@pytest.mark.parametrize(
    ("name", "row"), TENSOR_WRITES.items(), ids=lambda value: value if isinstance(value, str) else ""
)
def test_writes_do_what_the_table_says(name: str, row: TensorWrite) -> None:
    """Whole writes forget the old values, modifications do not, partial ones leave some, metadata leaves all."""
    assert hasattr(torch.Tensor, name)
    first, second = written(name, start()), written(name, start() * -3)
    if row.kind == "metadata":
        assert torch.equal(first.detach().flatten().sort().values, start().flatten())
        return
    forgotten = torch.equal(first.flatten(), second.flatten())
    untouched = (first.flatten() == start().flatten()).any().item()
    assert row.whole == forgotten
    if row.kind == "constant":
        assert first.unique().tolist() == [row.value if row.value is not None else 0.5]
    elif row.kind == "copy":
        assert first.unique().tolist() == [0.5]
    elif row.kind == "random":
        assert first.unique().numel() > 1
    elif row.kind == "partial":
        assert untouched
        assert not torch.equal(first, start())


@pytest.mark.parametrize(
    ("name", "row"), TENSOR_WRITES.items(), ids=lambda value: value if isinstance(value, str) else ""
)
def test_distributions_have_their_defaults(name: str, row: TensorWrite) -> None:
    if row.kind != "random":
        assert row.distribution is None
        return
    arguments = {key: default for key, default in row.signature if default is not REQUIRED}
    if any(default is REQUIRED for _, default in row.signature):
        return
    torch.manual_seed(0)
    bare = getattr(torch.empty(64), name)()
    torch.manual_seed(0)
    assert torch.equal(bare, getattr(torch.empty(64), name)(*arguments.values()))
    torch.manual_seed(0)
    assert torch.equal(bare, getattr(torch.empty(64), name)(**arguments))


KEYED = {
    name: row
    for name, row in TENSOR_WRITES.items()
    if row.keyword is not None and row.kind != "partial" and name not in ("lerp_", "renorm_")
}
"""Methods that can be called with the one argument that the table names."""


@pytest.mark.parametrize(("name", "row"), KEYED.items(), ids=lambda value: value if isinstance(value, str) else "")
def test_the_argument_has_the_name_and_place_that_the_table_says(name: str, row: TensorWrite) -> None:
    given = CALLS.get(name, (torch.full((4, 4), 0.7),))
    assert row.position == 0
    assert row.keyword is not None
    first, second, third = (start() * 8 - 15.7 for _ in range(3))
    getattr(first, name)(given[0])
    getattr(second, name)(**{row.keyword: given[0]})
    assert torch.equal(first.nan_to_num(), second.nan_to_num())
    assert not torch.equal(first, third)


def test_no_common_write_is_missing() -> None:
    """Every in-place method that forgets the old values without being told new ones is in the table."""
    for name in dir(torch.Tensor):
        if name.endswith("_") and not name.startswith("_") and name not in (*TENSOR_WRITES, "logical_not_"):
            tensor, again = start(), start() * -3
            try:
                getattr(tensor, name)()
            except (TypeError, RuntimeError, ValueError):
                continue
            getattr(again, name)()
            assert not torch.equal(tensor, again), f"{name} forgets the old values"


# --------------------------------------------------------------------------- makers

ALL_MAKERS = {**CONSTANT_MAKERS, **RANDOM_MAKERS, **EMPTY_MAKERS, **DATA_MAKERS, **PATTERN_MAKERS}


def resolve(dotted: str) -> Any:
    found: Any = torch
    for name in dotted.split(".")[1:]:
        found = getattr(found, name)
    return found


@pytest.mark.parametrize("row", ALL_MAKERS.values(), ids=lambda row: row.name)
def test_makers_exist(row: Maker) -> None:
    assert callable(resolve(row.name))
    assert maker(row.name) is row


def made(row: Maker) -> Any:
    """A call of the maker, its arguments placed as the table says."""
    like = torch.full((3, 4), 7.0)
    method = row.name.startswith("torch.Tensor.")
    arguments: dict[int, object] = {}
    if row.like is not None:
        arguments[row.like] = like
    if row.size is not None:
        arguments[row.size] = (3, 4)
    if row.fill is not None:
        arguments[row.fill] = 0.5
    ordered = [arguments[place] for place in range(len(arguments))]
    return resolve(row.name)(*((like, *ordered) if method else ordered))


@pytest.mark.parametrize("row", CONSTANT_MAKERS.values(), ids=lambda row: row.name)
def test_constant_makers(row: Maker) -> None:
    found = made(row)
    assert found.shape == (3, 4)
    assert found.unique().tolist() == [0.5 if row.value is None else row.value]
    assert (row.fill is None) == (row.value is not None)


@pytest.mark.parametrize("row", [row for row in ALL_MAKERS.values() if row.many], ids=lambda row: row.name)
def test_sizes_one_by_one(row: Maker) -> None:
    if row.name.startswith("torch.cuda."):
        return
    given = (torch.zeros(1), 3, 4) if row.name.startswith("torch.Tensor.") else (3, 4)
    assert resolve(row.name)(*given).shape == (3, 4)
    assert row.size == 0


def test_random_and_empty_makers() -> None:
    torch.manual_seed(0)
    for name in ("randn", "rand", "randn_like", "rand_like", "empty_like", "empty"):
        row = ALL_MAKERS[f"torch.{name}"]
        assert made(row).shape == (3, 4)
    assert torch.randint(0, 9, (3, 4)).shape == (3, 4)
    assert RANDOM_MAKERS["torch.randint"].size == 2
    assert torch.normal(0.0, 1.0, (3, 4)).shape == (3, 4)
    assert RANDOM_MAKERS["torch.normal"].size == 2
    assert torch.Tensor([1.0, 2.0]).tolist() == [1.0, 2.0]
    assert torch.Tensor(2).shape == (2,)


def test_no_maker_has_two_kinds() -> None:
    tables = (CONSTANT_MAKERS, RANDOM_MAKERS, EMPTY_MAKERS, DATA_MAKERS, PATTERN_MAKERS)
    assert sum(len(table) for table in tables) == len(ALL_MAKERS)
    assert maker("torch.cat") is None

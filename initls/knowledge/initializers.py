"""The functions of `torch.nn.init`, and the other ways in which a tensor comes by its values."""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

from initls.knowledge.signature import REQUIRED, Signature

InitKind: TypeAlias = Literal[
    "constant",
    "uniform",
    "normal",
    "trunc_normal",
    "xavier_uniform",
    "xavier_normal",
    "kaiming_uniform",
    "kaiming_normal",
    "orthogonal",
    "sparse",
    "eye",
    "dirac",
]


class Initializer(Struct, frozen=True):
    """One function that fills a tensor in place and gives it back."""

    name: str
    kind: InitKind
    signature: Signature
    """Arguments in order, the tensor first; a default of `REQUIRED` marks those that have none."""
    min_ndim: int = 0
    max_ndim: int | None = None
    value: float | None = None
    """The constant that the function always writes."""
    value_argument: str | None = None
    """The argument that holds the constant."""
    deprecated_of: str | None = None
    """The function that this one's old name stands for; calling it works, with a `FutureWarning`."""

    @property
    def fans(self) -> bool:
        """Whether the values hang on the tensor's fan in and fan out."""
        return self.kind.startswith(("xavier", "kaiming"))

    def accepts(self, ndim: int) -> bool:
        """Whether a tensor of so many axes is taken; others raise a `ValueError`."""
        return self.min_ndim <= ndim and (self.max_ndim is None or ndim <= self.max_ndim)


_INIT = "torch.nn.init"
_TENSOR = (("tensor", REQUIRED),)
_DRAWN = (("generator", None),)
_KAIMING = (*_TENSOR, ("a", 0), ("mode", "fan_in"), ("nonlinearity", "leaky_relu"), *_DRAWN)
_XAVIER = (*_TENSOR, ("gain", 1.0), *_DRAWN)

_CURRENT: tuple[Initializer, ...] = (
    Initializer(f"{_INIT}.zeros_", "constant", _TENSOR, value=0.0),
    Initializer(f"{_INIT}.ones_", "constant", _TENSOR, value=1.0),
    Initializer(f"{_INIT}.constant_", "constant", (*_TENSOR, ("val", REQUIRED)), value_argument="val"),
    Initializer(f"{_INIT}.uniform_", "uniform", (*_TENSOR, ("a", 0.0), ("b", 1.0), *_DRAWN)),
    Initializer(f"{_INIT}.normal_", "normal", (*_TENSOR, ("mean", 0.0), ("std", 1.0), *_DRAWN)),
    Initializer(
        f"{_INIT}.trunc_normal_",
        "trunc_normal",
        (*_TENSOR, ("mean", 0.0), ("std", 1.0), ("a", -2.0), ("b", 2.0), *_DRAWN),
    ),
    Initializer(f"{_INIT}.xavier_uniform_", "xavier_uniform", _XAVIER, min_ndim=2),
    Initializer(f"{_INIT}.xavier_normal_", "xavier_normal", _XAVIER, min_ndim=2),
    Initializer(f"{_INIT}.kaiming_uniform_", "kaiming_uniform", _KAIMING, min_ndim=2),
    Initializer(f"{_INIT}.kaiming_normal_", "kaiming_normal", _KAIMING, min_ndim=2),
    Initializer(f"{_INIT}.orthogonal_", "orthogonal", (*_TENSOR, ("gain", 1), *_DRAWN), min_ndim=2),
    Initializer(
        f"{_INIT}.sparse_", "sparse", (*_TENSOR, ("sparsity", REQUIRED), ("std", 0.01), *_DRAWN), min_ndim=2, max_ndim=2
    ),
    Initializer(f"{_INIT}.eye_", "eye", _TENSOR, min_ndim=2, max_ndim=2),
    Initializer(f"{_INIT}.dirac_", "dirac", (*_TENSOR, ("groups", 1)), min_ndim=3, max_ndim=5),
)

_OLD_NAMES = (
    "uniform",
    "normal",
    "constant",
    "eye",
    "dirac",
    "xavier_uniform",
    "xavier_normal",
    "kaiming_uniform",
    "kaiming_normal",
    "orthogonal",
    "sparse",
)


def _with_old_names(rows: tuple[Initializer, ...]) -> dict[str, Initializer]:
    found = {row.name: row for row in rows}
    for short in _OLD_NAMES:
        row = found[f"{_INIT}.{short}_"]
        old = f"{_INIT}.{short}"
        found[old] = Initializer(
            old,
            row.kind,
            row.signature,
            row.min_ndim,
            row.max_ndim,
            row.value,
            row.value_argument,
            deprecated_of=row.name,
        )
    return found


INITIALIZERS: dict[str, Initializer] = _with_old_names(_CURRENT)
"""Every function of `torch.nn.init` that fills a tensor, by dotted name, the deprecated ones included."""


def namesake(dotted: str) -> Initializer | None:
    """The initializer of torch that a function from elsewhere goes by the name of, where that draws.

    `trunc_normal_` was copied into every other library before torch had it, and wrappers keep the names as well. What
    writes a constant is left out, so that nobody is told of a constant because of a name.
    """
    found = INITIALIZERS.get(f"{_INIT}.{dotted.rpartition('.')[2]}")
    drawn = found is not None and found.deprecated_of is None and found.kind not in ("constant", "eye", "dirac")
    return found if drawn else None


def position(function: str, argument: str) -> int | None:
    """Where an argument of a function of `torch.nn.init` stands in a call; None where it has none of that name."""
    row = INITIALIZERS.get(f"{_INIT}.{function}")
    names = [] if row is None else [name for name, _ in row.signature]
    return names.index(argument) if argument in names else None


# --------------------------------------------------------------------------- writes by tensor methods


class TensorWrite(Struct, frozen=True):
    """A method that changes a tensor in place.

    `constant`: one value everywhere, `value` or the argument at `position`. `random`: drawn anew. `copy`: another
    tensor's values, the argument at `position`. `modify`: the old values take part. `partial`: some elements only.
    `metadata`: no element changes.
    """

    kind: Literal["constant", "random", "copy", "modify", "partial", "metadata"]
    value: float | None = None
    position: int | None = None
    """Where the argument stands that is written or taken part in, counted behind the tensor itself."""
    keyword: str | None = None
    distribution: str | None = None
    signature: Signature = ()
    """The distribution's arguments with their defaults."""

    @property
    def whole(self) -> bool:
        """Whether nothing of the old values is left."""
        return self.kind in ("constant", "random", "copy")


def _modify(*names: str, keyword: str | None = "other") -> dict[str, TensorWrite]:
    return {name: TensorWrite("modify", position=0, keyword=keyword) for name in names}


def _alone(*names: str) -> dict[str, TensorWrite]:
    return {name: TensorWrite("modify") for name in names}


def _partial(position: int, keyword: str, *names: str) -> dict[str, TensorWrite]:
    return {name: TensorWrite("partial", position=position, keyword=keyword) for name in names}


def _draw(distribution: str, *signature: tuple[str, object]) -> TensorWrite:
    return TensorWrite("random", distribution=distribution, signature=signature)


TENSOR_WRITES: dict[str, TensorWrite] = {
    "fill_": TensorWrite("constant", position=0, keyword="value"),
    "zero_": TensorWrite("constant", value=0.0),
    "copy_": TensorWrite("copy", position=0, keyword="other"),
    "set_": TensorWrite("copy", position=0, keyword="source"),
    "normal_": _draw("normal", ("mean", 0.0), ("std", 1.0)),
    "uniform_": _draw("uniform", ("from", 0.0), ("to", 1.0)),
    "random_": _draw("random", ("from", REQUIRED), ("to", REQUIRED)),
    "exponential_": _draw("exponential", ("lambd", 1.0)),
    "bernoulli_": _draw("bernoulli", ("p", 0.5)),
    "cauchy_": _draw("cauchy", ("median", 0.0), ("sigma", 1.0)),
    "log_normal_": _draw("log_normal", ("mean", 1.0), ("std", 2.0)),
    "geometric_": _draw("geometric", ("p", REQUIRED)),
    **_modify(
        "mul_",
        "multiply_",
        "div_",
        "divide_",
        "true_divide_",
        "floor_divide_",
        "add_",
        "sub_",
        "subtract_",
        "remainder_",
        "fmod_",
        "copysign_",
        "atan2_",
        "hypot_",
    ),
    **_modify("pow_", keyword="exponent"),
    **_modify("lerp_", keyword="end"),
    **_modify("clamp_", "clip_", "clamp_min_", keyword="min"),
    **_modify("clamp_max_", keyword="max"),
    **_modify("renorm_", keyword="p"),
    **_modify("addmm_", "addbmm_", "baddbmm_", "addmv_", "addr_", "addcmul_", "addcdiv_", keyword=None),
    **_alone(
        "abs_",
        "neg_",
        "sqrt_",
        "rsqrt_",
        "square_",
        "exp_",
        "expm1_",
        "log_",
        "log1p_",
        "sin_",
        "cos_",
        "tanh_",
        "sigmoid_",
        "relu_",
        "erfinv_",
        "erf_",
        "reciprocal_",
        "round_",
        "floor_",
        "ceil_",
        "sign_",
        "trunc_",
        "tril_",
        "triu_",
        "nan_to_num_",
        "cumsum_",
        "cumprod_",
    ),
    **_partial(0, "fill_value", "fill_diagonal_"),
    **_partial(1, "value", "masked_fill_", "index_put_"),
    **_partial(1, "source", "masked_scatter_"),
    **_partial(2, "value", "index_fill_"),
    **_partial(2, "source", "index_copy_", "index_add_"),
    **_partial(2, "src", "scatter_", "scatter_add_", "scatter_reduce_"),
    **_partial(1, "source", "put_"),
    **{
        name: TensorWrite("metadata")
        for name in (
            "requires_grad_",
            "detach_",
            "resize_",
            "squeeze_",
            "unsqueeze_",
            "t_",
            "transpose_",
            "swapaxes_",
            "swapdims_",
            "as_strided_",
            "share_memory_",
        )
    },
}
"""Methods of `torch.Tensor` that end in an underscore, by the method's name alone."""


# --------------------------------------------------------------------------- functions that make tensors


class Maker(Struct, frozen=True):
    """A function or method that makes a new tensor.

    Positions count the arguments of the call; for a method (`new_zeros`) the tensor itself is not counted.
    """

    name: str
    kind: Literal["constant", "random", "empty", "data", "pattern"]
    size: int | None = 0
    """Where the size begins; `None` where the argument at `like` gives it."""
    many: bool = True
    """Whether the sizes may stand one by one, from `size` on, instead of in a tuple."""
    like: int | None = None
    """The argument whose shape is taken over."""
    value: float | None = None
    fill: int | None = None
    """Where the fill value stands; by keyword it is always `fill_value`."""
    distribution: str | None = None
    data: bool = False
    """Whether what stands alone in the place of the sizes may be a tensor, or numbers to be copied, as well."""


def _makers(*rows: Maker) -> dict[str, Maker]:
    return {row.name: row for row in rows}


_T = "torch.Tensor"

CONSTANT_MAKERS: dict[str, Maker] = _makers(
    Maker("torch.zeros", "constant", value=0.0),
    Maker("torch.ones", "constant", value=1.0),
    Maker("torch.full", "constant", many=False, fill=1),
    Maker("torch.zeros_like", "constant", size=None, many=False, like=0, value=0.0),
    Maker("torch.ones_like", "constant", size=None, many=False, like=0, value=1.0),
    Maker("torch.full_like", "constant", size=None, many=False, like=0, fill=1),
    Maker(f"{_T}.new_zeros", "constant", value=0.0),
    Maker(f"{_T}.new_ones", "constant", value=1.0),
    Maker(f"{_T}.new_full", "constant", many=False, fill=1),
)
"""Functions whose result holds one value everywhere."""

RANDOM_MAKERS: dict[str, Maker] = _makers(
    Maker("torch.randn", "random", distribution="normal"),
    Maker("torch.rand", "random", distribution="uniform"),
    Maker("torch.randint", "random", size=2, many=False, distribution="integers"),
    Maker("torch.randperm", "random", many=False, distribution="permutation"),
    Maker("torch.normal", "random", size=2, many=False, distribution="normal"),
    Maker("torch.randn_like", "random", size=None, many=False, like=0, distribution="normal"),
    Maker("torch.rand_like", "random", size=None, many=False, like=0, distribution="uniform"),
    Maker("torch.randint_like", "random", size=None, many=False, like=0, distribution="integers"),
    Maker("torch.bernoulli", "random", size=None, many=False, like=0, distribution="bernoulli"),
)
"""Functions whose result is drawn."""

EMPTY_MAKERS: dict[str, Maker] = _makers(
    Maker("torch.empty", "empty"),
    Maker("torch.empty_like", "empty", size=None, many=False, like=0),
    Maker("torch.empty_strided", "empty", many=False),
    Maker(f"{_T}.new_empty", "empty"),
    Maker(f"{_T}.new_empty_strided", "empty", many=False),
    Maker(_T, "empty", data=True),
    *(
        Maker(f"torch.{name}", "empty", data=True)
        for name in ("FloatTensor", "DoubleTensor", "HalfTensor", "BFloat16Tensor", "LongTensor", "IntTensor")
    ),
    *(
        Maker(f"torch.cuda.{name}", "empty", data=True)
        for name in ("FloatTensor", "DoubleTensor", "HalfTensor", "LongTensor")
    ),
)
"""Functions whose result holds whatever was in memory.

`torch.Tensor(...)` and its kin do so for sizes alone, or for a `torch.Size`; what else they are given they copy.
"""

DATA_MAKERS: dict[str, Maker] = _makers(
    Maker("torch.tensor", "data", size=None, many=False),
    Maker("torch.as_tensor", "data", size=None, many=False),
    Maker("torch.asarray", "data", size=None, many=False),
    Maker("torch.from_numpy", "data", size=None, many=False),
    Maker(f"{_T}.new_tensor", "data", size=None, many=False),
    Maker(f"{_T}.new", "data", size=None, many=False),
)
"""Functions whose result holds the numbers that they are given."""

PATTERN_MAKERS: dict[str, Maker] = _makers(
    Maker("torch.eye", "pattern", many=False),
    Maker("torch.arange", "pattern", size=None, many=False),
    Maker("torch.linspace", "pattern", size=2, many=False),
    Maker("torch.logspace", "pattern", size=2, many=False),
)
"""Functions whose result is neither constant nor drawn, but computed from numbers."""


def maker(dotted: str) -> Maker | None:
    """The maker of that name, of whichever kind."""
    for table in (CONSTANT_MAKERS, RANDOM_MAKERS, EMPTY_MAKERS, DATA_MAKERS, PATTERN_MAKERS):
        if dotted in table:
            return table[dotted]
    return None


# --------------------------------------------------------------------------- whole numbers

INTEGERS = frozenset(
    f"torch.{name}" for name in ("bool", "uint8", "int8", "int16", "short", "int32", "int", "int64", "long")
)
"""The types of elements that are whole numbers: no random initializer can draw such."""

WHOLE_NUMBERS = frozenset(
    {"torch.LongTensor", "torch.IntTensor", "torch.cuda.LongTensor", "torch.randint", "torch.randperm"}
)
"""The makers of tensors whose elements are whole numbers unless a type is given."""

"""How operations on tensors carry a signal on: what `forward` does between one layer and the next.

Rows are named as functions (`torch.cat`, `torch.nn.functional.linear`), as methods (`torch.Tensor.view`) or by the
operator (`+`). Positions count the tensor that a method is called on as argument 0, so that `torch.mul(a, b)` and
`a.mul(b)` read alike.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from msgspec import Struct
from msgspec.structs import replace

from initls.knowledge.activations import ACTIVATIONS


class Category(Enum):
    """What an operation does to a signal, as far as initialization asks."""

    ACTIVATION = "activation"
    """A function applied element by element; `Op.activation` names it."""
    SOFTMAX = "softmax"
    NORM = "norm"
    DROPOUT = "dropout"
    POOLING = "pooling"
    RESHAPE = "reshape"
    """The same elements in another shape, order or precision."""
    DETACH = "detach"
    """The same values, but no gradient goes back through them."""
    SLICE = "slice"
    """Some of the elements."""
    ADD = "add"
    MULTIPLY = "multiply"
    MATMUL = "matmul"
    """Products summed over an axis: matrix products, convolutions, lookups in a table."""
    ATTENTION = "attention"
    CONCAT = "concat"
    REDUCE = "reduce"
    SAMPLE = "sample"
    """Reads the input at places that a second input gives."""
    FUNCTION = "function"
    """A function of each element by itself, other than the activations."""
    TEST = "test"
    """Gives truth values, positions or rounded numbers, through which no gradient goes back."""
    MIX = "mix"
    """Each element is one of its inputs', or made of several, by a rule that is not told here."""
    LOSS = "loss"
    QUERY = "query"
    """Asks about a tensor: sizes, types, Python numbers. No signal goes on."""
    OTHER = "other"


class Op(Struct, frozen=True):
    """One operation."""

    name: str
    category: Category
    input: int = 0
    """The argument that is the signal, or the first of them."""
    keyword: str = "input"
    """The name of that argument."""
    operands: tuple[tuple[int, str], ...] = ()
    """All arguments that take part alike (both factors, both summands), by position and name."""
    weights: tuple[tuple[int, str], ...] = ()
    """Arguments that are a matrix, kernel or table by their place, whose rows are units."""
    bias: tuple[int, str] | None = None
    """The argument that is added to the product."""
    rest: bool = False
    """Whether the operands go on to the end of the arguments (`einsum`), or are one list (`cat`)."""
    activation: str | None = None
    """The activation that is applied, by its name in `initls.knowledge.activations`."""


_F, _T, _M = "torch.nn.functional.", "torch.", "torch.Tensor."

OPERATIONS: dict[str, Op] = {}
"""Every operation by name."""


def _enter(op: Op, *names: str) -> None:
    for name in names:
        OPERATIONS[name] = replace(op, name=name)


def _each(category: Category, places: str, names: str | Iterable[str], keyword: str = "input") -> None:
    """Rows with one input: for each name a function of `torch` (t), of `functional` (F), a method (m), or several."""
    homes = {"t": _T, "F": _F, "m": _M}
    for name in names.split() if isinstance(names, str) else names:
        for place in places:
            _enter(Op("", category, keyword="self" if place == "m" else keyword), homes[place] + name)


def _binary(category: Category, names: str) -> None:
    """Rows with two operands, as function and as method."""
    for name in names.split():
        other = (1, "mat2" if name in ("mm", "bmm") else "vec" if name == "mv" else "other")
        for home in (_T, _M):
            first = (0, "self" if home == _M else "input")
            _enter(Op("", category, keyword=first[1], operands=(first, other)), home + name)


# Element by element.
for _activation in ACTIVATIONS.values():
    for _spelling in _activation.spellings:
        _category = Category.SOFTMAX if "softm" in _activation.name else Category.ACTIVATION
        if _spelling.rpartition(".")[2][:1].islower():
            _method = _spelling.startswith(_M)
            _keyword = "logits" if _activation.name == "gumbel_softmax" else "self" if _method else "input"
            _enter(Op("", _category, keyword=_keyword, activation=_activation.name), _spelling)

# The same signal, scaled or thinned out.
_each(Category.NORM, "F", "batch_norm layer_norm group_norm instance_norm rms_norm local_response_norm normalize")
_each(Category.NORM, "t", "batch_norm layer_norm group_norm instance_norm rms_norm")
_each(Category.DROPOUT, "F", "dropout dropout1d dropout2d dropout3d alpha_dropout feature_alpha_dropout")
_each(Category.DROPOUT, "t", "dropout dropout_ alpha_dropout feature_dropout")
for _family in ("avg_pool", "max_pool", "adaptive_avg_pool", "adaptive_max_pool", "lp_pool", "max_unpool"):
    _each(Category.POOLING, "F", (f"{_family}{_rank}d" for _rank in (1, 2, 3)))
_each(Category.POOLING, "F", "fractional_max_pool2d fractional_max_pool3d")
_each(Category.POOLING, "t", "max_pool1d max_pool2d max_pool3d avg_pool1d adaptive_avg_pool1d")

# The same elements elsewhere.
_each(
    Category.RESHAPE,
    "tm",
    "reshape flatten permute transpose swapaxes swapdims movedim moveaxis t squeeze unsqueeze unflatten ravel "
    "clone flip fliplr flipud roll rot90 tile repeat_interleave adjoint",
)
_each(
    Category.RESHAPE,
    "m",
    "view view_as reshape_as contiguous expand expand_as repeat unfold to float half double bfloat16 type type_as "
    "cpu cuda T mT H mH squeeze_ unsqueeze_ transpose_ t_ requires_grad_ as_strided pin_memory",
)
_each(Category.RESHAPE, "t", "broadcast_to pixel_shuffle pixel_unshuffle channel_shuffle view_as_real view_as_complex")
_each(Category.RESHAPE, "m", "broadcast_to")
_each(
    Category.RESHAPE,
    "F",
    "pad interpolate upsample upsample_nearest upsample_bilinear pixel_shuffle pixel_unshuffle channel_shuffle "
    "unfold fold",
)
_each(Category.DETACH, "tm", "detach detach_")
_each(Category.DETACH, "m", "data")
_each(
    Category.SLICE,
    "tm",
    "chunk split tensor_split unbind select narrow index_select gather masked_select take take_along_dim hsplit "
    "vsplit dsplit topk sort diagonal",
)
_each(Category.SLICE, "t", "unsafe_chunk unsafe_split split_with_sizes")
_each(Category.SLICE, "t", "split", "tensor")
_each(Category.SLICE, "m", "split_with_sizes __getitem__")

# Sums and products of two signals.
_binary(Category.ADD, "add sub subtract")
_binary(Category.MULTIPLY, "mul multiply div divide true_divide")
_binary(Category.MATMUL, "matmul mm bmm mv dot inner outer kron")
for _name, _category in (
    ("add_", Category.ADD),
    ("sub_", Category.ADD),
    ("subtract_", Category.ADD),
    ("mul_", Category.MULTIPLY),
    ("multiply_", Category.MULTIPLY),
    ("div_", Category.MULTIPLY),
    ("divide_", Category.MULTIPLY),
):
    _enter(Op("", _category, keyword="self", operands=((0, "self"), (1, "other"))), _M + _name)
for _symbol, _category in (
    ("+", Category.ADD),
    ("-", Category.ADD),
    ("*", Category.MULTIPLY),
    ("/", Category.MULTIPLY),
    ("@", Category.MATMUL),
):
    _enter(Op("", _category, keyword="", operands=((0, ""), (1, ""))), _symbol)
_enter(Op("", Category.ADD, operands=((0, "input"), (1, "end"))), _T + "lerp")
_enter(Op("", Category.ADD, keyword="self", operands=((0, "self"), (1, "end"))), _M + "lerp")
for _name, _first, _second in (("addcmul", "tensor1", "tensor2"), ("addcdiv", "tensor1", "tensor2")):
    for _home, _own in ((_T, "input"), (_M, "self")):
        _operands = ((1, _first), (2, _second))
        _enter(Op("", Category.MULTIPLY, 1, _first, operands=_operands, bias=(0, _own)), _home + _name)

# Matrix products with a summand.
for _name, _first, _second in (
    ("addmm", "mat1", "mat2"),
    ("addbmm", "batch1", "batch2"),
    ("baddbmm", "batch1", "batch2"),
    ("addmv", "mat", "vec"),
    ("addr", "vec1", "vec2"),
):
    for _home, _own in ((_T, "input"), (_M, "self")):
        _operands = ((1, _first), (2, _second))
        _enter(Op("", Category.MATMUL, 1, _first, operands=_operands, bias=(0, _own)), _home + _name)
_enter(Op("", Category.MATMUL, 1, "operands", rest=True), _T + "einsum")
_enter(Op("", Category.MATMUL, 0, "tensors", rest=True), _T + "chain_matmul", _T + "linalg.multi_dot")
_enter(Op("", Category.MATMUL, 0, "a", operands=((0, "a"), (1, "b"))), _T + "tensordot")
_enter(Op("", Category.MATMUL, operands=((0, "input"), (1, "other"))), _T + "linalg.matmul")

# Products with a weight at a place of its own.
_enter(Op("", Category.MATMUL, weights=((1, "weight"),), bias=(2, "bias")), _F + "linear")
for _name in ("conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d"):
    _enter(Op("", Category.MATMUL, weights=((1, "weight"),), bias=(2, "bias")), _F + _name, _T + _name)
_enter(Op("", Category.MATMUL, weights=((1, "weight"),), bias=(2, "bias")), _F + "conv_tbc")
_enter(
    Op(
        "",
        Category.MATMUL,
        keyword="input1",
        operands=((0, "input1"), (1, "input2")),
        weights=((2, "weight"),),
        bias=(3, "bias"),
    ),
    _F + "bilinear",
    _T + "bilinear",
)
_enter(Op("", Category.MATMUL, weights=((1, "weight"),)), _F + "embedding", _F + "embedding_bag")
_enter(
    Op("", Category.ATTENTION, keyword="query", operands=((0, "query"), (1, "key"), (2, "value"))),
    _F + "scaled_dot_product_attention",
)
_enter(
    Op(
        "",
        Category.ATTENTION,
        keyword="query",
        operands=((0, "query"), (1, "key"), (2, "value")),
        weights=((5, "in_proj_weight"), (11, "out_proj_weight")),
    ),
    _F + "multi_head_attention_forward",
)

# Several signals side by side.
_enter(
    Op("", Category.CONCAT, keyword="tensors", rest=True),
    *(_T + _name for _name in ("cat", "concat", "concatenate", "stack", "hstack", "vstack", "dstack", "column_stack")),
)

# Fewer elements.
_each(
    Category.REDUCE,
    "tm",
    "mean sum prod max min amax amin std var norm median logsumexp nanmean nansum cumsum cumprod",
)
_each(Category.REDUCE, "t", "var_mean std_mean", "input")
_each(Category.REDUCE, "F", "cosine_similarity pairwise_distance", "x1")
_enter(Op("", Category.REDUCE, keyword="x"), _T + "linalg.norm", _T + "linalg.vector_norm", _T + "linalg.matrix_norm")

# Reads at places.
_enter(Op("", Category.SAMPLE, weights=(), operands=((0, "input"), (1, "grid"))), _F + "grid_sample")
_enter(Op("", Category.SAMPLE, keyword="theta", operands=((0, "theta"),)), _F + "affine_grid")
_enter(
    Op("", Category.SAMPLE, operands=((0, "input"), (1, "offset")), weights=((2, "weight"),), bias=(3, "bias")),
    "torchvision.ops.deform_conv2d",
)

# Where the signal ends.
_each(
    Category.LOSS,
    "F",
    "binary_cross_entropy binary_cross_entropy_with_logits cross_entropy "
    "gaussian_nll_loss hinge_embedding_loss huber_loss kl_div l1_loss mse_loss multi_margin_loss "
    "multilabel_margin_loss multilabel_soft_margin_loss nll_loss poisson_nll_loss smooth_l1_loss soft_margin_loss",
)
_each(Category.LOSS, "F", "cosine_embedding_loss margin_ranking_loss", "input1")
_each(Category.LOSS, "F", "triplet_margin_loss triplet_margin_with_distance_loss", "anchor")
_each(Category.LOSS, "F", "ctc_loss", "log_probs")
_each(
    Category.QUERY,
    "m",
    "size shape dim ndim numel nelement dtype device is_cuda requires_grad item tolist numpy stride is_contiguous "
    "element_size get_device layout grad grad_fn is_leaf data_ptr storage_offset untyped_storage backward "
    "is_floating_point",
)
_each(Category.QUERY, "t", "numel is_floating_point")
_each(Category.QUERY, "t", "is_tensor", "obj")

# Functions of each element by itself. Behind the singular ones a gradient of zero may come back as no number at all.
SINGULAR = frozenset(
    {"pow", "sqrt", "rsqrt", "log", "log1p", "log2", "log10", "reciprocal", "asin", "acos", "logit", "erfinv"}
    | {"pow_", "sqrt_", "rsqrt_", "log_", "**"}
)
_each(
    Category.FUNCTION,
    "tm",
    "clamp clip clamp_min clamp_max pow sqrt rsqrt log log1p log2 log10 expm1 reciprocal sinh cosh tan atan asin acos "
    "erfc erfinv logit nan_to_num",
)
_each(Category.FUNCTION, "m", "clamp_ clip_ clamp_min_ clamp_max_ pow_ sqrt_ rsqrt_ log_")

# Tests, and numbers that jump.
_each(
    Category.TEST,
    "tm",
    "sign floor ceil round eq ne lt le gt ge logical_and logical_or logical_not isnan isinf isfinite bernoulli nonzero "
    "argsort multinomial argmax argmin all any",
)
_each(Category.TEST, "m", "int long bool bernoulli_")

# Elements of several tensors in one, or put elsewhere.
_each(
    Category.MIX,
    "tm",
    "masked_fill triu tril scatter scatter_add index_add index_fill index_copy masked_scatter",
)
_each(Category.MIX, "m", "masked_fill_ masked_scatter_ scatter_ scatter_add_ index_add_ index_fill_ index_copy_")
_enter(Op("", Category.MIX, 1, "input", operands=((1, "input"), (2, "other"))), _T + "where")
_enter(Op("", Category.MIX, keyword="self", operands=((0, "self"), (2, "other"))), _M + "where")
for _name in ("minimum", "maximum", "fmod", "remainder", "copysign"):
    _enter(Op("", Category.MIX, operands=((0, "input"), (1, "other"))), _T + _name)
    _enter(Op("", Category.MIX, keyword="self", operands=((0, "self"), (1, "other"))), _M + _name)

# The same with the sign turned.
_each(Category.MULTIPLY, "tm", "neg negative")
_each(Category.MULTIPLY, "m", "neg_")

# Whatever else: the values change in a way that nothing is claimed about.
_each(Category.OTHER, "tm", "renorm cross atan2 unique conj")
_each(Category.OTHER, "F", "one_hot")
_enter(Op("", Category.OTHER, keyword="abs", operands=((0, "abs"), (1, "angle"))), _T + "polar")
_enter(Op("", Category.OTHER, keyword="tensors", rest=True), _T + "meshgrid")
_each(
    Category.OTHER,
    "m",
    "fill_ zero_ copy_ __setitem__",
)
for _symbol in ("**", "//", "%", "&", "|", "^", "<<", ">>"):
    _enter(Op("", Category.OTHER, keyword="", operands=((0, ""), (1, ""))), _symbol)


SUMS = frozenset(["mean", "sum", "max", "min", "amax", "amin", "median", "nanmean", "nansum", "cumsum"])
"""Reductions whose result is zero where their input is, with a gradient that is a number."""

SPLITS = frozenset(
    {"chunk", "split", "tensor_split", "unbind", "hsplit", "vsplit", "dsplit", "split_with_sizes"}
    | {"unsafe_chunk", "unsafe_split"}
)
"""Operations that cut a tensor into parts that do not overlap."""


def operation(name: str) -> Op | None:
    """The operation of that name: a dotted function, a method as `torch.Tensor.view`, or an operator."""
    return OPERATIONS.get(name)

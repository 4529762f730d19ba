"""The parameters of each family of layers: shapes, starting values, and when they are there at all."""

from __future__ import annotations

from initls.knowledge.parameters import (
    Args,
    Count,
    Default,
    ParameterSpec,
    Role,
    Shape,
    ShapeOf,
    axes,
    constant,
    every,
    integer,
    named,
    product,
    quotient,
    sizes,
    truth,
    uniform,
    when,
    xavier,
)
from initls.knowledge.signature import REQUIRED


def _kernel(args: Args, rank: int | None) -> Shape | None:
    return sizes(args, "kernel_size", rank)


def _conv_shape(rank: int | None) -> ShapeOf:
    def shape(args: Args) -> Shape | None:
        kernel = _kernel(args, rank)
        if kernel is None:
            return None
        return (integer(args, "out_channels"), quotient(integer(args, "in_channels"), integer(args, "groups")), *kernel)

    return shape


def _transposed_shape(rank: int | None) -> ShapeOf:
    def shape(args: Args) -> Shape | None:
        kernel = _kernel(args, rank)
        if kernel is None:
            return None
        return (integer(args, "in_channels"), quotient(integer(args, "out_channels"), integer(args, "groups")), *kernel)

    return shape


def _fan_in(shape_of: ShapeOf) -> Count:
    """What torch counts as fan in: everything but the first axis."""

    def count(args: Args) -> int | None:
        shape = shape_of(args)
        return None if shape is None else product(*shape[1:])

    return count


def _weight_and_bias(
    shape_of: ShapeOf, fan: Count, units: str, *, transposed: bool = False
) -> tuple[ParameterSpec, ParameterSpec]:
    """The two parameters of an affine layer, both uniform within 1/sqrt(fan in)."""
    return (
        ParameterSpec(
            "weight",
            Role.WEIGHT,
            uniform(fan),
            shape_of,
            out_axis=1 if transposed else 0,
            in_axis=0 if transposed else 1,
            groups="groups" if transposed else None,
        ),
        ParameterSpec("bias", Role.BIAS, uniform(fan), axes(units), when("bias"), out_axis=0),
    )


LINEAR = _weight_and_bias(axes("out_features", "in_features"), named("in_features"), "out_features")
BILINEAR = _weight_and_bias(axes("out_features", "in1_features", "in2_features"), named("in1_features"), "out_features")


def conv(rank: int | None) -> tuple[ParameterSpec, ...]:
    """Weight (out, in / groups, kernel) and bias."""
    shape = _conv_shape(rank)
    return _weight_and_bias(shape, _fan_in(shape), "out_channels")


def conv_transpose(rank: int | None) -> tuple[ParameterSpec, ...]:
    """Weight (in, out / groups, kernel) and bias; what torch counts as fan in are the outputs."""
    shape = _transposed_shape(rank)
    return _weight_and_bias(shape, _fan_in(shape), "out_channels", transposed=True)


def embedding() -> tuple[ParameterSpec, ...]:
    """Rows are looked up by number, so what counts units are the columns."""
    default = Default("normal", deviation=lambda args: 1.0, zero_row="padding_idx")
    return (
        ParameterSpec("weight", Role.TABLE, default, axes("num_embeddings", "embedding_dim"), out_axis=1, in_axis=0),
    )


def norm(size: str, *switches: str, shift: bool = True) -> tuple[ParameterSpec, ...]:
    """Ones and zeros, in the shape of what is normalized."""

    def shape(args: Args) -> Shape | None:
        return sizes(args, size, None if size == "normalized_shape" else 1)

    gain = ParameterSpec("weight", Role.GAIN, constant(1.0), shape, when(*switches), out_axis=0)
    if not shift:
        return (gain,)
    return gain, ParameterSpec("bias", Role.SHIFT, constant(0.0), shape, when(*switches, "bias"), out_axis=0)


BATCH_NORM = norm("num_features", "affine")


def cell(gates: int) -> tuple[ParameterSpec, ...]:
    """The four tensors of a recurrent cell, each with one block of rows a gate."""
    default = uniform(named("hidden_size"))
    return (
        ParameterSpec(
            "weight_ih",
            Role.WEIGHT,
            default,
            axes("hidden_size", "input_size", factor=gates),
            out_axis=0,
            in_axis=1,
            blocks=gates,
        ),
        ParameterSpec(
            "weight_hh",
            Role.WEIGHT,
            default,
            axes("hidden_size", "hidden_size", factor=gates),
            out_axis=0,
            in_axis=1,
            blocks=gates,
        ),
        *(
            ParameterSpec(
                name, Role.BIAS, default, axes("hidden_size", factor=gates), when("bias"), out_axis=0, blocks=gates
            )
            for name in ("bias_ih", "bias_hh")
        ),
    )


def level(gates: int, level: int, reverse: bool) -> tuple[ParameterSpec, ...]:
    """The tensors of one level and direction of a recurrent layer."""
    default = uniform(named("hidden_size"))
    suffix = f"_l{level}{'_reverse' if reverse else ''}"

    def exists(args: Args) -> bool | None:
        depth = integer(args, "num_layers")
        deep = True if level == 0 else None if depth is None else level < depth
        return every(deep, truth(args, "bidirectional") if reverse else True)

    def projection(args: Args) -> int | None:
        return integer(args, "proj_size") if "proj_size" in args else 0 if gates != 4 else None

    def fed_back(args: Args) -> int | None:
        size = projection(args)
        return None if size is None else size or integer(args, "hidden_size")

    def reads(args: Args) -> int | None:
        if level == 0:
            return integer(args, "input_size")
        both = truth(args, "bidirectional")
        return None if both is None else product(fed_back(args), 2 if both else 1)

    def rows(args: Args) -> int | None:
        return product(gates, integer(args, "hidden_size"))

    def biased(args: Args) -> bool | None:
        return every(exists(args), truth(args, "bias"))

    def projected(args: Args) -> bool | None:
        size = projection(args)
        return every(exists(args), None if size is None else size > 0)

    weight_ih = ParameterSpec(
        f"weight_ih{suffix}",
        Role.WEIGHT,
        default,
        lambda args: (rows(args), reads(args)),
        exists,
        out_axis=0,
        in_axis=1,
        blocks=gates,
    )
    weight_hh = ParameterSpec(
        f"weight_hh{suffix}",
        Role.WEIGHT,
        default,
        lambda args: (rows(args), fed_back(args)),
        exists,
        out_axis=0,
        in_axis=1,
        blocks=gates,
    )
    biases = tuple(
        ParameterSpec(
            f"{name}{suffix}", Role.BIAS, default, lambda args: (rows(args),), biased, out_axis=0, blocks=gates
        )
        for name in ("bias_ih", "bias_hh")
    )
    if gates != 4:
        return weight_ih, weight_hh, *biases
    weight_hr = ParameterSpec(
        f"weight_hr{suffix}",
        Role.WEIGHT,
        default,
        lambda args: (projection(args), integer(args, "hidden_size")),
        projected,
        out_axis=0,
        in_axis=1,
    )
    return weight_ih, weight_hh, *biases, weight_hr


def _width(args: Args, name: str) -> int | None:
    """The width of keys or values, which is that of the queries unless it is given."""
    return integer(args, "embed_dim") if args.get(name, REQUIRED) is None else integer(args, name)


def _packed(args: Args) -> bool | None:
    """Whether query, key and value share one weight: keys and values are as wide as the queries."""
    width = integer(args, "embed_dim")
    same: list[bool | None] = []
    for name in ("kdim", "vdim"):
        if args.get(name, REQUIRED) is None:
            same.append(True)
            continue
        given = integer(args, name)
        same.append(None if given is None or width is None else given == width)
    return every(*same)


def _separate(args: Args) -> bool | None:
    packed = _packed(args)
    return None if packed is None else not packed


def attention() -> tuple[ParameterSpec, ...]:
    """One weight for query, key and value, or three where their widths differ; the output projection is a child."""
    packed = axes("embed_dim", "embed_dim", factor=3)

    def projection(name: str, width: Count) -> ParameterSpec:
        def shape(args: Args) -> Shape:
            return integer(args, "embed_dim"), width(args)

        return ParameterSpec(
            name, Role.WEIGHT, xavier(shape, "xavier_uniform"), shape, _separate, out_axis=0, in_axis=1
        )

    def token(args: Args) -> Shape:
        return 1, 1, integer(args, "embed_dim")

    return (
        ParameterSpec(
            "in_proj_weight",
            Role.WEIGHT,
            xavier(packed, "xavier_uniform"),
            packed,
            _packed,
            out_axis=0,
            in_axis=1,
            blocks=3,
        ),
        projection("q_proj_weight", named("embed_dim")),
        projection("k_proj_weight", lambda args: _width(args, "kdim")),
        projection("v_proj_weight", lambda args: _width(args, "vdim")),
        ParameterSpec(
            "in_proj_bias", Role.BIAS, constant(0.0), axes("embed_dim", factor=3), when("bias"), out_axis=0, blocks=3
        ),
        *(
            ParameterSpec(name, Role.OTHER, xavier(token, "xavier_normal"), token, when("add_bias_kv"))
            for name in ("bias_k", "bias_v")
        ),
    )

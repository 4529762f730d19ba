"""The layers of `torch.nn`: one row each, with bases, constructor, parameters, children and starting values.

Names are dotted as a user reaches them, `torch.nn.Linear`; the classes that torch keeps to itself but that isinstance
tests name all the same (`torch.nn.modules.batchnorm._BatchNorm`) stand under their own module.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

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
from initls.knowledge.signature import REQUIRED, Signature

__all__ = [
    "ALIASES",
    "LAYERS",
    "REQUIRED",
    "Args",
    "Build",
    "Child",
    "Default",
    "Kind",
    "Layer",
    "ParameterSpec",
    "Reference",
    "Role",
    "bind",
    "canonical",
    "children",
    "layer",
    "parameter",
    "parameters",
    "subclass",
]


class Kind(Enum):
    """What a layer does, as far as initialization asks."""

    AFFINE = "affine"
    EMBEDDING = "embedding"
    RECURRENT = "recurrent"
    ATTENTION = "attention"
    TRANSFORMER = "transformer"
    NORM = "norm"
    ACTIVATION = "activation"
    DROPOUT = "dropout"
    POOLING = "pooling"
    RESHAPE = "reshape"
    IDENTITY = "identity"
    CONTAINER = "container"
    LOSS = "loss"
    DISTANCE = "distance"
    MODULE = "module"


class Reference(NamedTuple):
    """A default that is an object of torch's rather than a plain value: `F.relu`."""

    name: str


class Build(NamedTuple):
    """A module that a constructor makes and hands on to another one."""

    layer: str
    args: Args


class Child(NamedTuple):
    """A module that a composite layer makes for itself.

    `attribute` may be a dotted path, whose inner steps lead through containers: `tail.0.1`.
    Children of one `twins` group are deep copies of each other, so that they start with equal values.
    `written` holds what the composite's constructor puts into the child's parameters on top of their own defaults.
    """

    attribute: str
    layer: str
    args: Args
    present: bool | None = True
    written: tuple[tuple[str, Default], ...] = ()
    twins: str | None = None


@dataclass(frozen=True, slots=True)
class Layer:
    """One class of modules."""

    name: str
    module: str
    """Where the class is defined; users reach it by that name too."""
    bases: tuple[str, ...]
    """Every class between this one and `torch.nn.Module`, nearest first, and `torch.nn.Module` itself last."""
    kind: Kind
    signature: Signature
    """The constructor's arguments in order, without self; a default of `REQUIRED` marks those that have none."""
    keyword_only: frozenset[str] = frozenset()
    variadic: bool = False
    """Whether the constructor takes any arguments (`Identity`), or modules one by one (`Sequential`)."""
    parameters: tuple[ParameterSpec, ...] = ()
    """For a recurrent layer those of its first level and direction; `parameters(layer, args)` gives all."""
    recurrence: int = 0
    """The number of gates of a layer that has a family of parameters for each level and direction, else 0."""
    composition: Callable[[Args], tuple[Child, ...]] | None = None
    holds: tuple[tuple[str, str], ...] = ()
    """Attributes that are modules handed to the constructor: (attribute, argument)."""
    clones: tuple[tuple[str, str, str], ...] = ()
    """Attributes that are lists of deep copies of a module handed over: (attribute, argument, the count's argument)."""
    rewrites: bool = False
    """Whether the constructor ends by drawing every parameter of two or more axes below it with `xavier_uniform_`."""
    activation: str | None = None
    """The activation's name in `initls.knowledge.activations`."""
    lazy: bool = False
    """Whether the parameters have no shape and no values before the first batch."""
    rank: int | None = field(default=None)
    """The number of spatial axes of a convolution."""

    def __reduce__(self) -> tuple[Callable[[str], Layer | None], tuple[str]]:
        return layer, (self.name,)


MODULE = "torch.nn.Module"


# --------------------------------------------------------------------------- shapes and fans


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


_LINEAR = _weight_and_bias(axes("out_features", "in_features"), named("in_features"), "out_features")
_BILINEAR = _weight_and_bias(
    axes("out_features", "in1_features", "in2_features"), named("in1_features"), "out_features"
)


def _conv(rank: int | None) -> tuple[ParameterSpec, ...]:
    shape = _conv_shape(rank)
    return _weight_and_bias(shape, _fan_in(shape), "out_channels")


def _conv_transpose(rank: int | None) -> tuple[ParameterSpec, ...]:
    shape = _transposed_shape(rank)
    return _weight_and_bias(shape, _fan_in(shape), "out_channels", transposed=True)


def _embedding() -> tuple[ParameterSpec, ...]:
    """Rows are looked up by number, so what counts units are the columns."""
    default = Default("normal", deviation=lambda args: 1.0, zero_row="padding_idx")
    return (
        ParameterSpec("weight", Role.TABLE, default, axes("num_embeddings", "embedding_dim"), out_axis=1, in_axis=0),
    )


def _norm(size: str, *switches: str, bias: Sequence[str] = ("bias",), shift: bool = True) -> tuple[ParameterSpec, ...]:
    """Ones and zeros, in the shape of what is normalized."""

    def shape(args: Args) -> Shape | None:
        return sizes(args, size, None if size == "normalized_shape" else 1)

    gain = ParameterSpec("weight", Role.GAIN, constant(1.0), shape, when(*switches), out_axis=0)
    if not shift:
        return (gain,)
    return gain, ParameterSpec("bias", Role.SHIFT, constant(0.0), shape, when(*switches, *bias), out_axis=0)


_BATCH_NORM = _norm("num_features", "affine")


def _cell(gates: int) -> tuple[ParameterSpec, ...]:
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


def _level(gates: int, level: int, reverse: bool) -> tuple[ParameterSpec, ...]:
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


def _attention() -> tuple[ParameterSpec, ...]:
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


# --------------------------------------------------------------------------- children of composite layers


def _pass(args: Args, **renamed: str) -> dict[str, object]:
    """The arguments of a child: each name that it takes with the name that the composite has for it."""
    return {name: args[source] for name, source in renamed.items() if source in args}


def _attention_children(args: Args) -> tuple[Child, ...]:
    given = bind(
        LAYERS["torch.nn.Linear"], (), _pass(args, in_features="embed_dim", out_features="embed_dim", bias="bias")
    )
    if "bias" not in args:
        given.pop("bias", None)
    quiet = LAYERS["torch.nn.modules.linear.NonDynamicallyQuantizableLinear"]
    return (Child("out_proj", quiet.name, given, written=(("bias", constant(0.0)),)),)


def _made(name: str, args: Args, **renamed: str) -> Args:
    """A child's arguments: the composite's under other names, the child's own defaults for the rest."""
    found = bind(LAYERS[name], (), _pass(args, **renamed))
    for own, source in renamed.items():
        if source not in args:
            found.pop(own, None)
    return found


def _attention_block(attribute: str, args: Args) -> Child:
    name = "torch.nn.MultiheadAttention"
    made = _made(
        name, args, embed_dim="d_model", num_heads="nhead", dropout="dropout", bias="bias", batch_first="batch_first"
    )
    return Child(attribute, name, made)


def _block_children(attentions: tuple[str, ...]) -> Callable[[Args], tuple[Child, ...]]:
    """A transformer block: its attentions, the two linear layers, a norm and a dropout for each sublayer."""

    def children(args: Args) -> tuple[Child, ...]:
        linear, norm, dropout = ("torch.nn.Linear", "torch.nn.LayerNorm", "torch.nn.Dropout")
        up = _made(linear, args, in_features="d_model", out_features="dim_feedforward", bias="bias")
        down = _made(linear, args, in_features="dim_feedforward", out_features="d_model", bias="bias")
        normed = _made(norm, args, normalized_shape="d_model", eps="layer_norm_eps", bias="bias")
        dropped = _made(dropout, args, p="dropout")
        numbers = range(1, len(attentions) + 2)
        return (
            *(_attention_block(attribute, args) for attribute in attentions),
            Child("linear1", linear, up),
            Child("dropout", dropout, dropped),
            Child("linear2", linear, down),
            *(Child(f"norm{number}", norm, normed) for number in numbers),
            *(Child(f"dropout{number}", dropout, dropped) for number in numbers),
        )

    return children


_BLOCK_ARGUMENTS = (
    "d_model",
    "nhead",
    "dim_feedforward",
    "dropout",
    "activation",
    "layer_norm_eps",
    "batch_first",
    "norm_first",
    "bias",
)


def _transformer_children(args: Args) -> tuple[Child, ...]:
    def stack(side: str) -> Child:
        block = f"torch.nn.Transformer{side}Layer"
        own = f"custom_{side.lower()}"
        norm = _made("torch.nn.LayerNorm", args, normalized_shape="d_model", eps="layer_norm_eps", bias="bias")
        given: dict[str, object] = {
            f"{side.lower()}_layer": Build(block, _made(block, args, **{name: name for name in _BLOCK_ARGUMENTS})),
            "norm": Build("torch.nn.LayerNorm", norm),
        }
        given.update(_pass(args, num_layers=f"num_{side.lower()}_layers"))
        name = f"torch.nn.Transformer{side}"
        made = bind(LAYERS[name], (), given)
        if "num_layers" not in given:
            made.pop("num_layers", None)
        present = None if own not in args else args[own] is None
        return Child(side.lower(), name, made, present)

    return stack("Encoder"), stack("Decoder")


def _stack_children(argument: str) -> Callable[[Args], tuple[Child, ...]]:
    """The copies of a block, where the block is one that torch's own constructor made, and the norm behind them."""

    def children(args: Args) -> tuple[Child, ...]:
        found: list[Child] = []
        block, norm, count = (args.get(argument), args.get("norm"), integer(args, "num_layers"))
        if isinstance(block, Build) and count is not None:
            found += [Child(f"layers.{i}", block.layer, block.args, twins="layers") for i in range(count)]
        if isinstance(norm, Build):
            found.append(Child("norm", norm.layer, norm.args))
        return tuple(found)

    return children


def _adaptive_softmax_children(args: Args) -> tuple[Child, ...]:
    """A head over the frequent classes, and for each cluster of the others a narrow pair of layers."""
    linear = "torch.nn.Linear"
    width, classes = integer(args, "in_features"), integer(args, "n_classes")
    cutoffs = sizes(args, "cutoffs", None)
    head: dict[str, object] = {
        **_pass(args, in_features="in_features", bias="head_bias"),
        "device": None,
        "dtype": None,
    }
    if cutoffs is None or not isinstance(args.get("cutoffs"), Sequence):
        return (Child("head", linear, head),)
    ends = (*cutoffs, classes)
    shortlist, shrink = cutoffs[0], args.get("div_value")
    if shortlist is not None:
        head["out_features"] = shortlist + len(cutoffs)
    found = [Child("head", linear, head)]
    for number in range(len(cutoffs)):
        start, end = ends[number], ends[number + 1]
        narrow: dict[str, object] = {"bias": False, "device": None, "dtype": None}
        wide = dict(narrow)
        narrow.update(_pass(args, in_features="in_features"))
        if width is not None and isinstance(shrink, int | float):
            hidden = int(width // (shrink ** (number + 1)))
            narrow["out_features"] = wide["in_features"] = hidden
        if start is not None and end is not None:
            wide["out_features"] = end - start
        found += [Child(f"tail.{number}.0", linear, narrow), Child(f"tail.{number}.1", linear, wide)]
    return tuple(found)


def _linear_loss_children(args: Args) -> tuple[Child, ...]:
    made = dict(_made("torch.nn.Linear", args, in_features="in_features", bias="bias"))
    classes, extra = integer(args, "num_classes"), sizes(args, "out_features", None)
    total = product(classes, *(extra if extra is not None else (None,)))
    if total is not None:
        made["out_features"] = total
    return (Child("linear", "torch.nn.Linear", made),)


# --------------------------------------------------------------------------- the table


def _signature(*required: str, **defaults: object) -> Signature:
    return tuple((name, REQUIRED) for name in required) + tuple(defaults.items())


_FACTORY: dict[str, object] = {"device": None, "dtype": None}
_LOSS: dict[str, object] = {"size_average": None, "reduce": None, "reduction": "mean"}
_WEIGHTED: dict[str, object] = {"weight": None, "size_average": None, "reduce": None, "reduction": "mean"}
_BIAS_ONLY = frozenset({"bias"})

LAYERS: dict[str, Layer] = {}
"""Every public module class of `torch.nn`, and the private ones that code tests for, by name."""


def _add(
    name: str,
    file: str,
    kind: Kind,
    signature: Signature = (),
    base: str = MODULE,
    *,
    bases: tuple[str, ...] | None = None,
    keyword_only: frozenset[str] = frozenset(),
    variadic: bool = False,
    parameters: tuple[ParameterSpec, ...] = (),
    recurrence: int = 0,
    composition: Callable[[Args], tuple[Child, ...]] | None = None,
    holds: tuple[tuple[str, str], ...] = (),
    clones: tuple[tuple[str, str, str], ...] = (),
    rewrites: bool = False,
    activation: str | None = None,
    lazy: bool = False,
    rank: int | None = None,
    hidden: bool = False,
) -> None:
    """Enter a row; its bases are those of its base, unless it has several and gives them itself."""
    module = f"torch.nn.modules.{file}" if not file.startswith("torch.") else file
    private = hidden or name.startswith("_")
    full = f"{module}.{name}" if private else f"torch.nn.{name}"
    if bases is None:
        bases = () if full == MODULE else (base, *LAYERS[base].bases)
    LAYERS[full] = Layer(
        full,
        module,
        bases,
        kind,
        signature,
        keyword_only,
        variadic,
        parameters,
        recurrence,
        composition,
        holds,
        clones,
        rewrites,
        activation,
        lazy,
        rank,
    )


_M = "torch.nn.modules."


def _enter_module_and_containers() -> None:
    _add("Module", "module", Kind.MODULE, variadic=True)
    _add("Sequential", "container", Kind.CONTAINER, variadic=True)
    _add("ModuleList", "container", Kind.CONTAINER, _signature(modules=None))
    _add("ModuleDict", "container", Kind.CONTAINER, _signature(modules=None))
    _add("ParameterList", "container", Kind.CONTAINER, _signature(values=None))
    _add("ParameterDict", "container", Kind.CONTAINER, _signature(parameters=None))
    _add("Container", "container", Kind.CONTAINER, variadic=True)
    _add(
        "DataParallel",
        "torch.nn.parallel.data_parallel",
        Kind.CONTAINER,
        _signature("module", device_ids=None, output_device=None, dim=0),
        holds=(("module", "module"),),
    )
    _add("Identity", "linear", Kind.IDENTITY, variadic=True)


def _enter_affine() -> None:
    linear = _signature("in_features", "out_features", bias=True, **_FACTORY)
    _add("Linear", "linear", Kind.AFFINE, linear, parameters=_LINEAR)
    _add(
        "NonDynamicallyQuantizableLinear",
        "linear",
        Kind.AFFINE,
        linear,
        "torch.nn.Linear",
        parameters=_LINEAR,
        hidden=True,
    )
    bilinear = _signature("in1_features", "in2_features", "out_features", bias=True, **_FACTORY)
    _add("Bilinear", "linear", Kind.AFFINE, bilinear, parameters=_BILINEAR)
    _add("LazyModuleMixin", "lazy", Kind.MODULE, variadic=True, bases=(), hidden=True)
    mixin = f"{_M}lazy.LazyModuleMixin"
    _add(
        "LazyLinear",
        "linear",
        Kind.AFFINE,
        _signature("out_features", bias=True, **_FACTORY),
        bases=(mixin, "torch.nn.Linear", MODULE),
        parameters=_LINEAR,
        lazy=True,
    )
    _add(
        "_ConvNd",
        "conv",
        Kind.AFFINE,
        _signature(
            "in_channels",
            "out_channels",
            "kernel_size",
            "stride",
            "padding",
            "dilation",
            "transposed",
            "output_padding",
            "groups",
            "bias",
            "padding_mode",
            **_FACTORY,
        ),
    )
    _add(
        "_ConvTransposeNd",
        "conv",
        Kind.AFFINE,
        _signature(
            "in_channels",
            "out_channels",
            "kernel_size",
            "stride",
            "padding",
            "dilation",
            "transposed",
            "output_padding",
            "groups",
            "bias",
            "padding_mode",
            **_FACTORY,
        ),
        f"{_M}conv._ConvNd",
    )
    _add("_LazyConvXdMixin", "conv", Kind.MODULE, variadic=True, bases=(mixin,))
    conv: dict[str, object] = {
        "stride": 1,
        "padding": 0,
        "dilation": 1,
        "groups": 1,
        "bias": True,
        "padding_mode": "zeros",
        **_FACTORY,
    }
    transposed: dict[str, object] = {
        "stride": 1,
        "padding": 0,
        "output_padding": 0,
        "groups": 1,
        "bias": True,
        "dilation": 1,
        "padding_mode": "zeros",
        **_FACTORY,
    }
    lazy_mixin = (f"{_M}conv._LazyConvXdMixin", mixin)
    for rank in (1, 2, 3):
        for family, base, options, specs in (
            (f"Conv{rank}d", f"{_M}conv._ConvNd", conv, _conv(rank)),
            (f"ConvTranspose{rank}d", f"{_M}conv._ConvTransposeNd", transposed, _conv_transpose(rank)),
        ):
            _add(
                family,
                "conv",
                Kind.AFFINE,
                _signature("in_channels", "out_channels", "kernel_size", **options),
                base,
                parameters=specs,
                rank=rank,
            )
            whole = f"torch.nn.{family}"
            _add(
                f"Lazy{family}",
                "conv",
                Kind.AFFINE,
                _signature("out_channels", "kernel_size", **options),
                bases=(*lazy_mixin, whole, *LAYERS[whole].bases),
                parameters=specs,
                lazy=True,
                rank=rank,
            )


def _enter_embeddings() -> None:
    _add(
        "Embedding",
        "sparse",
        Kind.EMBEDDING,
        _signature(
            "num_embeddings",
            "embedding_dim",
            padding_idx=None,
            max_norm=None,
            norm_type=2.0,
            scale_grad_by_freq=False,
            sparse=False,
            _weight=None,
            _freeze=False,
            **_FACTORY,
        ),
        parameters=_embedding(),
    )
    _add(
        "EmbeddingBag",
        "sparse",
        Kind.EMBEDDING,
        _signature(
            "num_embeddings",
            "embedding_dim",
            max_norm=None,
            norm_type=2.0,
            scale_grad_by_freq=False,
            mode="mean",
            sparse=False,
            _weight=None,
            include_last_offset=False,
            padding_idx=None,
            **_FACTORY,
        ),
        parameters=_embedding(),
    )


def _enter_recurrent() -> None:
    shared: dict[str, object] = {
        "num_layers": 1,
        "bias": True,
        "batch_first": False,
        "dropout": 0.0,
        "bidirectional": False,
    }
    _add(
        "RNNBase",
        "rnn",
        Kind.RECURRENT,
        _signature("mode", "input_size", "hidden_size", **shared, proj_size=0, **_FACTORY),
    )
    plain = {"num_layers": 1, "nonlinearity": "tanh", **{k: v for k, v in shared.items() if k != "num_layers"}}
    base = "torch.nn.RNNBase"
    for name, gates, options in (("RNN", 1, plain), ("LSTM", 4, {**shared, "proj_size": 0}), ("GRU", 3, shared)):
        _add(
            name,
            "rnn",
            Kind.RECURRENT,
            _signature("input_size", "hidden_size", **options, **_FACTORY),
            base,
            parameters=_level(gates, 0, reverse=False),
            recurrence=gates,
        )
    _add(
        "RNNCellBase", "rnn", Kind.RECURRENT, _signature("input_size", "hidden_size", "bias", "num_chunks", **_FACTORY)
    )
    for name, gates, extra in (("RNNCell", 1, {"nonlinearity": "tanh"}), ("LSTMCell", 4, {}), ("GRUCell", 3, {})):
        _add(
            name,
            "rnn",
            Kind.RECURRENT,
            _signature("input_size", "hidden_size", bias=True, **extra, **_FACTORY),
            "torch.nn.RNNCellBase",
            parameters=_cell(gates),
        )


def _enter_attention() -> None:
    _add(
        "MultiheadAttention",
        "activation",
        Kind.ATTENTION,
        _signature(
            "embed_dim",
            "num_heads",
            dropout=0.0,
            bias=True,
            add_bias_kv=False,
            add_zero_attn=False,
            kdim=None,
            vdim=None,
            batch_first=False,
            **_FACTORY,
        ),
        parameters=_attention(),
        composition=_attention_children,
    )
    relu = Reference("torch.nn.functional.relu")
    block: dict[str, object] = {
        "dim_feedforward": 2048,
        "dropout": 0.1,
        "activation": relu,
        "layer_norm_eps": 1e-5,
        "batch_first": False,
        "norm_first": False,
        "bias": True,
        **_FACTORY,
    }
    for side, attentions in (("Encoder", ("self_attn",)), ("Decoder", ("self_attn", "multihead_attn"))):
        _add(
            f"Transformer{side}Layer",
            "transformer",
            Kind.TRANSFORMER,
            _signature("d_model", "nhead", **block),
            composition=_block_children(attentions),
        )
        argument = f"{side.lower()}_layer"
        extra = {"enable_nested_tensor": True, "mask_check": True} if side == "Encoder" else {}
        _add(
            f"Transformer{side}",
            "transformer",
            Kind.TRANSFORMER,
            _signature(argument, "num_layers", norm=None, **extra),
            composition=_stack_children(argument),
            holds=(("norm", "norm"),),
            clones=(("layers", argument, "num_layers"),),
        )
    _add(
        "Transformer",
        "transformer",
        Kind.TRANSFORMER,
        _signature(
            d_model=512,
            nhead=8,
            num_encoder_layers=6,
            num_decoder_layers=6,
            dim_feedforward=2048,
            dropout=0.1,
            activation=relu,
            custom_encoder=None,
            custom_decoder=None,
            layer_norm_eps=1e-5,
            batch_first=False,
            norm_first=False,
            bias=True,
            **_FACTORY,
        ),
        composition=_transformer_children,
        holds=(("encoder", "custom_encoder"), ("decoder", "custom_decoder")),
        rewrites=True,
    )


def _add_norm(
    name: str,
    file: str,
    signature: Signature,
    base: str = MODULE,
    *,
    bases: tuple[str, ...] | None = None,
    lazy: bool = False,
) -> None:
    """Enter a batch or instance norm: they share their parameters, and all take `bias` by keyword alone."""
    _add(
        name, file, Kind.NORM, signature, base, bases=bases, keyword_only=_BIAS_ONLY, parameters=_BATCH_NORM, lazy=lazy
    )


def _enter_norms() -> None:
    def options(affine: bool, track: bool) -> dict[str, object]:
        return {"eps": 1e-5, "momentum": 0.1, "affine": affine, "track_running_stats": track}

    batch = _signature("num_features", **options(True, True), **_FACTORY, bias=True)
    instance = _signature("num_features", **options(False, False), **_FACTORY, bias=True)
    lazy = _signature(**options(True, True), **_FACTORY, bias=True)
    mixin = f"{_M}lazy.LazyModuleMixin"
    base, batch_base, instance_base = (
        f"{_M}batchnorm._NormBase",
        f"{_M}batchnorm._BatchNorm",
        f"{_M}instancenorm._InstanceNorm",
    )
    lazy_base = f"{_M}batchnorm._LazyNormBase"
    _add_norm("_NormBase", "batchnorm", batch, MODULE)
    _add_norm("_BatchNorm", "batchnorm", batch, base)
    _add_norm("_InstanceNorm", "instancenorm", instance, base)
    _add_norm("_LazyNormBase", "batchnorm", lazy, bases=(mixin, base, MODULE), lazy=True)
    for rank in (1, 2, 3):
        _add_norm(f"BatchNorm{rank}d", "batchnorm", batch, batch_base)
        _add_norm(f"InstanceNorm{rank}d", "instancenorm", instance, instance_base)
        _add_norm(
            f"LazyBatchNorm{rank}d", "batchnorm", lazy, bases=(lazy_base, mixin, batch_base, base, MODULE), lazy=True
        )
        _add_norm(
            f"LazyInstanceNorm{rank}d",
            "instancenorm",
            lazy,
            bases=(lazy_base, mixin, instance_base, base, MODULE),
            lazy=True,
        )
    synchronous = _signature("num_features", **options(True, True), process_group=None, **_FACTORY, bias=True)
    _add_norm("SyncBatchNorm", "batchnorm", synchronous, batch_base)
    _add(
        "LayerNorm",
        "normalization",
        Kind.NORM,
        _signature("normalized_shape", eps=1e-5, elementwise_affine=True, bias=True, **_FACTORY),
        parameters=_norm("normalized_shape", "elementwise_affine"),
    )
    _add(
        "GroupNorm",
        "normalization",
        Kind.NORM,
        _signature("num_groups", "num_channels", eps=1e-5, affine=True, **_FACTORY, bias=True),
        keyword_only=_BIAS_ONLY,
        parameters=_norm("num_channels", "affine"),
    )
    _add(
        "RMSNorm",
        "normalization",
        Kind.NORM,
        _signature("normalized_shape", eps=None, elementwise_affine=True, **_FACTORY),
        parameters=_norm("normalized_shape", "elementwise_affine", shift=False),
    )
    _add("LocalResponseNorm", "normalization", Kind.NORM, _signature("size", alpha=1e-4, beta=0.75, k=1.0))
    _add("CrossMapLRN2d", "normalization", Kind.NORM, _signature("size", alpha=1e-4, beta=0.75, k=1))


_ACTIVATIONS: tuple[tuple[str, str, Signature], ...] = (
    ("CELU", "celu", _signature(alpha=1.0, inplace=False)),
    ("ELU", "elu", _signature(alpha=1.0, inplace=False)),
    ("GELU", "gelu", _signature(approximate="none")),
    ("GLU", "glu", _signature(dim=-1)),
    ("Hardshrink", "hardshrink", _signature(lambd=0.5)),
    ("Hardsigmoid", "hardsigmoid", _signature(inplace=False)),
    ("Hardswish", "hardswish", _signature(inplace=False)),
    ("Hardtanh", "hardtanh", _signature(min_val=-1.0, max_val=1.0, inplace=False, min_value=None, max_value=None)),
    ("LeakyReLU", "leaky_relu", _signature(negative_slope=0.01, inplace=False)),
    ("LogSoftmax", "log_softmax", _signature(dim=None)),
    ("Mish", "mish", _signature(inplace=False)),
    ("RReLU", "rrelu", _signature(lower=1 / 8, upper=1 / 3, inplace=False)),
    ("ReLU", "relu", _signature(inplace=False)),
    ("SELU", "selu", _signature(inplace=False)),
    ("SiLU", "silu", _signature(inplace=False)),
    ("Softmax", "softmax", _signature(dim=None)),
    ("Softmin", "softmin", _signature(dim=None)),
    ("Softplus", "softplus", _signature(beta=1.0, threshold=20.0)),
    ("Softshrink", "softshrink", _signature(lambd=0.5)),
    ("Threshold", "threshold", _signature("threshold", "value", inplace=False)),
)

_PLAIN_ACTIVATIONS = (
    ("LogSigmoid", "logsigmoid"),
    ("Sigmoid", "sigmoid"),
    ("Softmax2d", "softmax"),
    ("Softsign", "softsign"),
    ("Tanh", "tanh"),
    ("Tanhshrink", "tanhshrink"),
)


def _enter_activations() -> None:
    for name, activation, signature in _ACTIVATIONS:
        _add(name, "activation", Kind.ACTIVATION, signature, activation=activation)
    for name, activation in _PLAIN_ACTIVATIONS:
        _add(name, "activation", Kind.ACTIVATION, variadic=True, activation=activation)
    _add("ReLU6", "activation", Kind.ACTIVATION, _signature(inplace=False), "torch.nn.Hardtanh", activation="relu6")
    slope = Default("constant", argument="init")
    _add(
        "PReLU",
        "activation",
        Kind.ACTIVATION,
        _signature(num_parameters=1, init=0.25, **_FACTORY),
        parameters=(ParameterSpec("weight", Role.OTHER, slope, axes("num_parameters")),),
        activation="prelu",
    )


def _enter_dropout() -> None:
    _add("_DropoutNd", "dropout", Kind.DROPOUT, _signature(p=0.5, inplace=False))
    for name in ("Dropout", "Dropout1d", "Dropout2d", "Dropout3d", "AlphaDropout", "FeatureAlphaDropout"):
        _add(name, "dropout", Kind.DROPOUT, _signature(p=0.5, inplace=False), f"{_M}dropout._DropoutNd")


_POOLS: tuple[tuple[str, str, Signature], ...] = (
    ("AdaptiveAvgPool", "_AdaptiveAvgPoolNd", _signature("output_size")),
    ("AdaptiveMaxPool", "_AdaptiveMaxPoolNd", _signature("output_size", return_indices=False)),
    ("LPPool", "_LPPoolNd", _signature("norm_type", "kernel_size", stride=None, ceil_mode=False)),
    (
        "MaxPool",
        "_MaxPoolNd",
        _signature("kernel_size", stride=None, padding=0, dilation=1, return_indices=False, ceil_mode=False),
    ),
    ("MaxUnpool", "_MaxUnpoolNd", _signature("kernel_size", stride=None, padding=0)),
)


def _enter_pooling() -> None:
    for family, base, signature in _POOLS:
        own = () if base == "_MaxUnpoolNd" else signature
        _add(base, "pooling", Kind.POOLING, own, variadic=not own)
        for rank in (1, 2, 3):
            _add(f"{family}{rank}d", "pooling", Kind.POOLING, signature, f"{_M}pooling.{base}")
    _add("_AvgPoolNd", "pooling", Kind.POOLING, variadic=True)
    average: dict[str, object] = {"stride": None, "padding": 0, "ceil_mode": False, "count_include_pad": True}
    for rank in (1, 2, 3):
        extra = {} if rank == 1 else {"divisor_override": None}
        signature = _signature("kernel_size", **average, **extra)
        _add(f"AvgPool{rank}d", "pooling", Kind.POOLING, signature, f"{_M}pooling._AvgPoolNd")
    fractional = _signature(
        "kernel_size", output_size=None, output_ratio=None, return_indices=False, _random_samples=None
    )
    for rank in (2, 3):
        _add(f"FractionalMaxPool{rank}d", "pooling", Kind.POOLING, fractional)


def _enter_reshaping() -> None:
    _add("Flatten", "flatten", Kind.RESHAPE, _signature(start_dim=1, end_dim=-1))
    _add("Unflatten", "flatten", Kind.RESHAPE, _signature("dim", "unflattened_size"))
    _add("Fold", "fold", Kind.RESHAPE, _signature("output_size", "kernel_size", dilation=1, padding=0, stride=1))
    _add("Unfold", "fold", Kind.RESHAPE, _signature("kernel_size", dilation=1, padding=0, stride=1))
    _add("PixelShuffle", "pixelshuffle", Kind.RESHAPE, _signature("upscale_factor"))
    _add("PixelUnshuffle", "pixelshuffle", Kind.RESHAPE, _signature("downscale_factor"))
    _add("ChannelShuffle", "channelshuffle", Kind.RESHAPE, _signature("groups"))
    _add(
        "Upsample",
        "upsampling",
        Kind.RESHAPE,
        _signature(size=None, scale_factor=None, mode="nearest", align_corners=None, recompute_scale_factor=None),
    )
    for name in ("UpsamplingBilinear2d", "UpsamplingNearest2d"):
        _add(name, "upsampling", Kind.RESHAPE, _signature(size=None, scale_factor=None), "torch.nn.Upsample")
    for family, base in (
        ("CircularPad", "_CircularPadNd"),
        ("ReflectionPad", "_ReflectionPadNd"),
        ("ReplicationPad", "_ReplicationPadNd"),
    ):
        _add(base, "padding", Kind.RESHAPE, variadic=True)
        for rank in (1, 2, 3):
            _add(f"{family}{rank}d", "padding", Kind.RESHAPE, _signature("padding"), f"{_M}padding.{base}")
    _add("_ConstantPadNd", "padding", Kind.RESHAPE, _signature("value"))
    for rank in (1, 2, 3):
        constant_pad = f"ConstantPad{rank}d"
        _add(constant_pad, "padding", Kind.RESHAPE, _signature("padding", "value"), f"{_M}padding._ConstantPadNd")
        _add(f"ZeroPad{rank}d", "padding", Kind.RESHAPE, _signature("padding"), f"torch.nn.{constant_pad}")


_PLAIN_LOSSES: tuple[tuple[str, Signature], ...] = (
    ("BCEWithLogitsLoss", _signature(**_WEIGHTED, pos_weight=None)),
    ("CTCLoss", _signature(blank=0, reduction="mean", zero_infinity=False)),
    ("CosineEmbeddingLoss", _signature(margin=0.0, **_LOSS)),
    ("HingeEmbeddingLoss", _signature(margin=1.0, **_LOSS)),
    ("HuberLoss", _signature(reduction="mean", delta=1.0)),
    ("KLDivLoss", _signature(**_LOSS, log_target=False)),
    ("L1Loss", _signature(**_LOSS)),
    ("MSELoss", _signature(**_LOSS)),
    ("MarginRankingLoss", _signature(margin=0.0, **_LOSS)),
    ("MultiLabelMarginLoss", _signature(**_LOSS)),
    (
        "PoissonNLLLoss",
        _signature(log_input=True, full=False, size_average=None, eps=1e-8, reduce=None, reduction="mean"),
    ),
    ("SmoothL1Loss", _signature(**_LOSS, beta=1.0)),
    ("SoftMarginLoss", _signature(**_LOSS)),
    ("TripletMarginLoss", _signature(margin=1.0, p=2.0, eps=1e-6, swap=False, **_LOSS)),
)

_WEIGHTED_LOSSES: tuple[tuple[str, Signature], ...] = (
    ("BCELoss", _signature(**_WEIGHTED)),
    (
        "CrossEntropyLoss",
        _signature(
            weight=None, size_average=None, ignore_index=-100, reduce=None, reduction="mean", label_smoothing=0.0
        ),
    ),
    ("MultiLabelSoftMarginLoss", _signature(**_WEIGHTED)),
    ("MultiMarginLoss", _signature(p=1, margin=1.0, **_WEIGHTED)),
    ("NLLLoss", _signature(weight=None, size_average=None, ignore_index=-100, reduce=None, reduction="mean")),
)


def _enter_losses() -> None:
    base, weighted = f"{_M}loss._Loss", f"{_M}loss._WeightedLoss"
    _add("_Loss", "loss", Kind.LOSS, _signature(**_LOSS))
    _add("_WeightedLoss", "loss", Kind.LOSS, _signature(**_WEIGHTED), base)
    for name, signature in _PLAIN_LOSSES:
        _add(name, "loss", Kind.LOSS, signature, base)
    for name, signature in _WEIGHTED_LOSSES:
        _add(name, "loss", Kind.LOSS, signature, weighted)
    _add("NLLLoss2d", "loss", Kind.LOSS, variadic=True, base="torch.nn.NLLLoss")
    gaussian = _signature(full=False, eps=1e-6, reduction="mean")
    _add("GaussianNLLLoss", "loss", Kind.LOSS, gaussian, base, keyword_only=frozenset(dict(gaussian)))
    triplet = _signature(distance_function=None, margin=1.0, swap=False, reduction="mean")
    _add("TripletMarginWithDistanceLoss", "loss", Kind.LOSS, triplet, base, keyword_only=frozenset(dict(triplet)))
    linear = _signature(
        "in_features",
        "num_classes",
        out_features=(),
        bias=False,
        **_FACTORY,
        reduction="mean",
        weight=None,
        ignore_index=None,
        label_smoothing=0.0,
        options=None,
    )
    _add(
        "LinearCrossEntropyLoss",
        "loss",
        Kind.LOSS,
        linear,
        weighted,
        keyword_only=frozenset(dict(linear)) - {"in_features", "num_classes"},
        composition=_linear_loss_children,
    )
    _add(
        "AdaptiveLogSoftmaxWithLoss",
        "adaptive",
        Kind.LOSS,
        _signature("in_features", "n_classes", "cutoffs", div_value=4.0, head_bias=False, **_FACTORY),
        composition=_adaptive_softmax_children,
    )
    _add("CosineSimilarity", "distance", Kind.DISTANCE, _signature(dim=1, eps=1e-8))
    _add("PairwiseDistance", "distance", Kind.DISTANCE, _signature(p=2.0, eps=1e-6, keepdim=False))


_enter_module_and_containers()
_enter_affine()
_enter_embeddings()
_enter_recurrent()
_enter_attention()
_enter_norms()
_enter_activations()
_enter_dropout()
_enter_pooling()
_enter_reshaping()
_enter_losses()


# --------------------------------------------------------------------------- questions


def _aliases() -> dict[str, str]:
    """The other names of a public class: by its file, and by the package that gathers the files."""
    found: dict[str, str] = {}
    for name, row in LAYERS.items():
        short = name.rpartition(".")[2]
        if name == f"torch.nn.{short}":
            found[f"{row.module}.{short}"] = name
            found[f"{row.module.rpartition('.')[0]}.{short}"] = name
    return found


ALIASES: dict[str, str] = _aliases()
"""Other dotted names of the public classes, with the name under which each stands in `LAYERS`."""


def canonical(dotted: str) -> str:
    """The name under which the class stands in `LAYERS`, or the name itself where it does not."""
    return dotted if dotted in LAYERS else ALIASES.get(dotted, dotted)


def layer(name: str) -> Layer | None:
    """The layer of that name, by whichever path torch offers it."""
    return LAYERS.get(canonical(name))


def subclass(name: str, base: str) -> bool:
    """Whether the class `name` is `base` or derives from it; false where either is not one of torch's modules."""
    found, wanted = layer(name), canonical(base)
    return found is not None and (found.name == wanted or wanted in found.bases)


def bind(layer: Layer, positional: Sequence[object], keywords: Mapping[str, object]) -> dict[str, object]:
    """The arguments of a call of the constructor by name, with the defaults of those that were not given.

    Arguments that the constructor does not take are left out, and so are required ones that were not given.
    A caller that cannot read an argument removes its name from the result: what is absent is unknown.
    """
    places = [name for name, _ in layer.signature if name not in layer.keyword_only]
    given = {**dict(zip(places, positional, strict=False)), **keywords}
    return {
        name: given.get(name, default) for name, default in layer.signature if name in given or default is not REQUIRED
    }


def parameters(layer: Layer, args: Args) -> tuple[ParameterSpec, ...]:
    """Every parameter that the layer may have of its own with these arguments, in torch's order.

    Where the number of levels of a recurrent layer is not known, only the first level is given.
    """
    if not layer.recurrence:
        return layer.parameters
    levels = integer(args, "num_layers")
    directions = (False,) if truth(args, "bidirectional") is False else (False, True)
    return tuple(
        spec
        for level in range(1 if levels is None else min(levels, _MOST_LEVELS))
        for reverse in directions
        for spec in _level(layer.recurrence, level, reverse)
    )


_MOST_LEVELS = 64
"""Levels of a recurrent layer that are told apart; nobody stacks more, but a text may say so."""


_LEVEL = re.compile(r"\w+_l(?P<number>[0-9]{1,3})(?P<reverse>_reverse)?")


def parameter(layer: Layer, name: str) -> ParameterSpec | None:
    """The parameter of that name; `present` says whether the layer has it with its arguments."""
    for spec in layer.parameters:
        if spec.name == name:
            return spec
    level = _LEVEL.fullmatch(name) if layer.recurrence else None
    if level is None:
        return None
    family = _level(layer.recurrence, int(level["number"]), reverse=level["reverse"] is not None)
    return next((spec for spec in family if spec.name == name), None)


def children(layer: Layer, args: Args) -> tuple[Child, ...]:
    """The modules that the constructor makes for itself with these arguments."""
    return () if layer.composition is None else layer.composition(args)

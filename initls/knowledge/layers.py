"""The layers of `torch.nn`: one row each, with bases, constructor, parameters, children and starting values.

Names are dotted as a user reaches them, `torch.nn.Linear`; the classes that torch keeps to itself but that isinstance
tests name all the same (`torch.nn.modules.batchnorm._BatchNorm`) stand under their own module.
"""

from __future__ import annotations

from collections.abc import Callable

from initls.knowledge import composites, families
from initls.knowledge.parameters import MOST_LEVELS, Args, Default, ParameterSpec, Role, axes, integer, truth
from initls.knowledge.rows import LAYERS, MODULE, Build, Child, Kind, Layer, Reference, bind
from initls.knowledge.signature import REQUIRED, Signature
from initls.pattern import pattern

__all__ = [
    "ALIASES",
    "LAYERS",
    "MODULE",
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


def _signature(*required: str, **defaults: object) -> Signature:
    return tuple((name, REQUIRED) for name in required) + tuple(defaults.items())


_FACTORY: dict[str, object] = {"device": None, "dtype": None}
_LOSS: dict[str, object] = {"size_average": None, "reduce": None, "reduction": "mean"}
_WEIGHTED: dict[str, object] = {"weight": None, "size_average": None, "reduce": None, "reduction": "mean"}
_BIAS_ONLY = frozenset({"bias"})


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
    _add("Linear", "linear", Kind.AFFINE, linear, parameters=families.LINEAR)
    _add(
        "NonDynamicallyQuantizableLinear",
        "linear",
        Kind.AFFINE,
        linear,
        "torch.nn.Linear",
        parameters=families.LINEAR,
        hidden=True,
    )
    bilinear = _signature("in1_features", "in2_features", "out_features", bias=True, **_FACTORY)
    _add("Bilinear", "linear", Kind.AFFINE, bilinear, parameters=families.BILINEAR)
    _add("LazyModuleMixin", "lazy", Kind.MODULE, variadic=True, bases=(), hidden=True)
    mixin = f"{_M}lazy.LazyModuleMixin"
    _add(
        "LazyLinear",
        "linear",
        Kind.AFFINE,
        _signature("out_features", bias=True, **_FACTORY),
        bases=(mixin, "torch.nn.Linear", MODULE),
        parameters=families.LINEAR,
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
            (f"Conv{rank}d", f"{_M}conv._ConvNd", conv, families.conv(rank)),
            (f"ConvTranspose{rank}d", f"{_M}conv._ConvTransposeNd", transposed, families.conv_transpose(rank)),
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
        parameters=families.embedding(),
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
        parameters=families.embedding(),
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
            parameters=families.level(gates, 0, reverse=False),
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
            parameters=families.cell(gates),
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
        parameters=families.attention(),
        composition=composites.attention_children,
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
            composition=composites.block_children(attentions),
        )
        argument = f"{side.lower()}_layer"
        extra = {"enable_nested_tensor": True, "mask_check": True} if side == "Encoder" else {}
        _add(
            f"Transformer{side}",
            "transformer",
            Kind.TRANSFORMER,
            _signature(argument, "num_layers", norm=None, **extra),
            composition=composites.stack_children(argument),
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
        composition=composites.transformer_children,
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
        name,
        file,
        Kind.NORM,
        signature,
        base,
        bases=bases,
        keyword_only=_BIAS_ONLY,
        parameters=families.BATCH_NORM,
        lazy=lazy,
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
        parameters=families.norm("normalized_shape", "elementwise_affine"),
    )
    _add(
        "GroupNorm",
        "normalization",
        Kind.NORM,
        _signature("num_groups", "num_channels", eps=1e-5, affine=True, **_FACTORY, bias=True),
        keyword_only=_BIAS_ONLY,
        parameters=families.norm("num_channels", "affine"),
    )
    _add(
        "RMSNorm",
        "normalization",
        Kind.NORM,
        _signature("normalized_shape", eps=None, elementwise_affine=True, **_FACTORY),
        parameters=families.norm("normalized_shape", "elementwise_affine", shift=False),
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
        composition=composites.linear_loss_children,
    )
    _add(
        "AdaptiveLogSoftmaxWithLoss",
        "adaptive",
        Kind.LOSS,
        _signature("in_features", "n_classes", "cutoffs", div_value=4.0, head_bias=False, **_FACTORY),
        composition=composites.adaptive_softmax_children,
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


def parameters(layer: Layer, args: Args) -> tuple[ParameterSpec, ...]:
    """Every parameter that the layer may have of its own with these arguments, in torch's order.

    Where the number of levels of a recurrent layer is not known, only the first is given; past `MOST_LEVELS` none.
    """
    if not layer.recurrence:
        return layer.parameters
    levels = integer(args, "num_layers")
    directions = (False,) if truth(args, "bidirectional") is False else (False, True)
    return tuple(
        spec
        for level in range(1 if levels is None else min(levels, MOST_LEVELS))
        for reverse in directions
        for spec in families.level(layer.recurrence, level, reverse)
    )


_LEVEL = pattern(r"\w+_l(?P<number>[0-9]{1,3})(?P<reverse>_reverse)?")


def parameter(layer: Layer, name: str) -> ParameterSpec | None:
    """The parameter of that name; `present` says whether the layer has it with its arguments."""
    for spec in layer.parameters:
        if spec.name == name:
            return spec
    level = _LEVEL.fullmatch(name) if layer.recurrence else None
    if level is None:
        return None
    family = families.level(layer.recurrence, int(level["number"]), reverse=level["reverse"] is not None)
    return next((spec for spec in family if spec.name == name), None)


def children(layer: Layer, args: Args) -> tuple[Child, ...]:
    """The modules that the constructor makes for itself with these arguments."""
    return () if layer.composition is None else layer.composition(args)

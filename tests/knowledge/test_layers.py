"""The table of layers against the torch that is installed."""

from __future__ import annotations

import importlib
import inspect
import math
import pickle
from typing import Any

import pytest

from initls.knowledge.activations import activation_of
from initls.knowledge.layers import (
    ALIASES,
    LAYERS,
    REQUIRED,
    Args,
    Build,
    Default,
    Kind,
    Layer,
    ParameterSpec,
    Reference,
    Role,
    bind,
    canonical,
    children,
    layer,
    parameter,
    parameters,
    subclass,
)

torch: Any = pytest.importorskip("torch", reason="the tables are held against an installed torch")
nn: Any = torch.nn

VARIADIC_IN_TORCH = {"torch.nn.RNN", "torch.nn.LSTM", "torch.nn.GRU"}
"""Classes whose constructors take `*args` and hand them on, so that their signatures cannot be read off."""


def resolve(dotted: str) -> Any:
    home, _, name = dotted.rpartition(".")
    return getattr(importlib.import_module(home), name)


def dotted_name(cls: type) -> str:
    public = getattr(nn, cls.__name__, None) is cls
    return f"torch.nn.{cls.__name__}" if public else f"{cls.__module__}.{cls.__name__}"


def plain(default: object) -> object:
    """A default as the table has it: functions of torch's by name."""
    if inspect.isfunction(default):
        return Reference("torch.nn.functional.relu") if default is nn.functional.relu else default
    return default


def test_every_public_module_has_a_row() -> None:
    public = {
        f"torch.nn.{name}"
        for name in dir(nn)
        if inspect.isclass(getattr(nn, name)) and issubclass(getattr(nn, name), nn.Module)
    }
    assert len(public) > 150
    assert public - set(LAYERS) == set()


@pytest.mark.parametrize("name", LAYERS)
def test_bases_and_home(name: str) -> None:
    cls = resolve(name)
    bases = tuple(dotted_name(base) for base in cls.__mro__[1:-1] if base.__module__ != "typing")
    assert LAYERS[name].bases == bases
    assert LAYERS[name].module == cls.__module__
    assert layer(f"{cls.__module__}.{cls.__name__}") is LAYERS[name]


@pytest.mark.parametrize("name", sorted(set(LAYERS) - VARIADIC_IN_TORCH))
def test_signature(name: str) -> None:
    row = LAYERS[name]
    found = list(inspect.signature(resolve(name)).parameters.values())
    assert row.variadic == any(entry.kind is entry.VAR_POSITIONAL for entry in found)
    if not row.variadic:
        required = inspect.Parameter.empty
        expected = tuple((e.name, REQUIRED if e.default is required else plain(e.default)) for e in found)
        assert row.signature == expected
        assert row.keyword_only == {entry.name for entry in found if entry.kind is entry.KEYWORD_ONLY}


@pytest.mark.parametrize(
    ("name", "positional"),
    [
        ("torch.nn.RNN", (3, 5, 2, "relu", False, True, 0.25, True)),
        ("torch.nn.LSTM", (3, 5, 2, False, True, 0.25, True, 2)),
        ("torch.nn.GRU", (3, 5, 2, False, True, 0.25, True)),
    ],
)
def test_signature_of_recurrent_layers(name: str, positional: tuple[object, ...]) -> None:
    """Given by position, each argument arrives in the attribute of its name; left out, it has the table's default."""
    for given in (positional, positional[:2]):
        module = resolve(name)(*given)
        for argument, value in bind(LAYERS[name], given, {}).items():
            if argument not in ("device", "dtype"):
                assert getattr(module, argument) == value, argument


@pytest.mark.parametrize("row", [row for row in LAYERS.values() if row.kind is Kind.ACTIVATION], ids=lambda r: r.name)
def test_activation_layers_name_their_activation(row: Layer) -> None:
    found = activation_of(row.name)
    assert found is not None
    assert found.name == row.activation


def test_subclass_agrees_with_torch() -> None:
    asked = (
        "torch.nn.modules.batchnorm._BatchNorm",
        "torch.nn.Linear",
        "torch.nn.modules.conv._ConvNd",
        "torch.nn.Module",
    )
    for name in LAYERS:
        for base in (*asked, "torch.nn.RNNBase", "torch.nn.Hardtanh", "torch.nn.modules.loss._Loss"):
            assert subclass(name, base) == issubclass(resolve(name), resolve(base)), (name, base)
    assert subclass("torch.nn.modules.linear.Linear", "torch.nn.modules.module.Module")
    assert not subclass("torch.nn.Linear", "torch.nn.Nonsense")
    assert not subclass("mine.Linear", "torch.nn.Module")


def test_names_and_identity() -> None:
    assert canonical("torch.nn.modules.conv.Conv2d") == "torch.nn.Conv2d"
    assert canonical("torch.nn.modules.Conv2d") == "torch.nn.Conv2d"
    assert canonical("torch.nn.modules._ConvNd") == "torch.nn.modules._ConvNd"
    for alias, name in ALIASES.items():
        assert resolve(alias) is resolve(name)
    assert layer("torch.nn.functional.relu") is None
    row = LAYERS["torch.nn.Transformer"]
    assert pickle.loads(pickle.dumps(row)) is row
    assert pickle.loads(pickle.dumps(REQUIRED)) is REQUIRED


# --------------------------------------------------------------------------- parameters and children

CASES: tuple[tuple[str, tuple[object, ...], dict[str, object]], ...] = (
    ("Linear", (64, 48), {}),
    ("Linear", (64,), {"out_features": 48, "bias": False}),
    ("modules.linear.NonDynamicallyQuantizableLinear", (64, 48), {}),
    ("Bilinear", (16, 8, 32), {}),
    ("Bilinear", (16, 8, 32, False), {}),
    ("Conv1d", (32, 48, 3), {}),
    ("Conv2d", (32, 48, 3), {}),
    ("Conv2d", (32, 48, (3, 5)), {"bias": False}),
    ("Conv2d", (32, 64, 3, 1, 1, 1, 32), {}),
    ("Conv3d", (8, 16, (1, 3, 3)), {"groups": 4}),
    ("ConvTranspose1d", (16, 48, 4), {}),
    ("ConvTranspose2d", (64, 32, 4), {"groups": 2, "stride": 2}),
    ("ConvTranspose2d", (64, 32, 4, 2, 1, 0, 1, False), {}),
    ("ConvTranspose3d", (8, 16, (2, 3, 4)), {}),
    ("Embedding", (500, 32), {}),
    ("Embedding", (500, 32, 7), {}),
    ("Embedding", (500, 32), {"padding_idx": -1}),
    ("EmbeddingBag", (500, 32), {"padding_idx": 0}),
    ("RNN", (20, 64), {}),
    ("RNN", (20, 64, 2, "relu", False), {"bidirectional": True}),
    ("LSTM", (20, 64), {}),
    ("LSTM", (20, 64, 3), {"bidirectional": True, "proj_size": 24}),
    ("LSTM", (20, 64), {"bias": False, "num_layers": 2}),
    ("GRU", (20, 64, 2), {"bidirectional": True}),
    ("RNNCell", (20, 64), {}),
    ("LSTMCell", (20, 64, False), {}),
    ("GRUCell", (20, 64), {}),
    ("MultiheadAttention", (64, 4), {}),
    ("MultiheadAttention", (64, 4), {"bias": False, "kdim": 32}),
    ("MultiheadAttention", (64, 4), {"kdim": 64, "vdim": 64, "add_bias_kv": True}),
    ("MultiheadAttention", (64, 4), {"vdim": 32, "add_bias_kv": True}),
    ("TransformerEncoderLayer", (64, 4, 128), {}),
    ("TransformerEncoderLayer", (64, 4), {"dim_feedforward": 128, "bias": False}),
    ("TransformerDecoderLayer", (64, 4, 128), {}),
    ("Transformer", (64, 4, 2, 1, 128), {}),
    ("Transformer", (), {"d_model": 32, "nhead": 2, "num_encoder_layers": 1, "dim_feedforward": 64, "bias": False}),
    ("BatchNorm1d", (6,), {}),
    ("BatchNorm2d", (6,), {"affine": False}),
    ("BatchNorm3d", (6,), {"bias": False}),
    ("SyncBatchNorm", (6,), {"track_running_stats": False}),
    ("InstanceNorm1d", (6,), {}),
    ("InstanceNorm2d", (6,), {"affine": True}),
    ("InstanceNorm3d", (6,), {"affine": True, "bias": False}),
    ("LayerNorm", (6,), {}),
    ("LayerNorm", ([6, 7],), {"bias": False}),
    ("LayerNorm", ((6, 7),), {"elementwise_affine": False}),
    ("GroupNorm", (2, 6), {}),
    ("GroupNorm", (2, 6), {"bias": False}),
    ("GroupNorm", (2, 6), {"affine": False}),
    ("RMSNorm", ((3, 6),), {}),
    ("RMSNorm", (6,), {"elementwise_affine": False}),
    ("LocalResponseNorm", (2,), {}),
    ("PReLU", (), {}),
    ("PReLU", (5, 0.1), {}),
    ("LinearCrossEntropyLoss", (32, 10), {}),
    ("LinearCrossEntropyLoss", (32, 10), {"bias": True, "out_features": (2, 3)}),
    ("AdaptiveLogSoftmaxWithLoss", (64, 100, [10, 40, 70]), {}),
    ("AdaptiveLogSoftmaxWithLoss", (64, 100, [10]), {"head_bias": True, "div_value": 2.0}),
)


def case_id(case: object) -> str:
    assert isinstance(case, tuple)
    return f"{case[0]}{case[1]}{case[2] or ''}"


def build(case: tuple[str, tuple[object, ...], dict[str, object]]) -> tuple[Layer, dict[str, object], Any]:
    name, positional, keywords = case
    row = LAYERS[f"torch.nn.{name}"]
    torch.manual_seed(0)
    return (row, bind(row, positional, keywords), resolve(row.name)(*positional, **keywords))


def expand(row: Layer, args: Args, prefix: str = "") -> dict[str, tuple[ParameterSpec, Args, Default]]:
    """Every parameter below a layer with what its constructor leaves in it, as the table has it."""
    found: dict[str, tuple[ParameterSpec, Args, Default]] = {}
    for spec in parameters(row, args):
        present = spec.present(args)
        assert present is not None, f"{row.name}.{spec.name} must be known to be there or not"
        if present:
            found[prefix + spec.name] = spec, args, spec.default
    for child in children(row, args):
        assert child.present is not None
        if child.present:
            below = expand(LAYERS[child.layer], child.args, f"{prefix}{child.attribute}.")
            for name, default in child.written:
                full = f"{prefix}{child.attribute}.{name}"
                if full in below:
                    spec, own, _ = below[full]
                    below[full] = spec, own, default
            found.update(below)
    return found


def check_values(name: str, values: Any, spec: ParameterSpec, args: Args, default: Default) -> None:
    if not default.random:
        assert torch.equal(values, torch.full_like(values, default.constant(args))), name
        return
    bound, std = default.bound(args), default.std(args)
    assert std is not None, name
    row = args.get(default.zero_row) if default.zero_row else None
    if values.dim() == 2:
        zero_rows = [number for number, drawn in enumerate(values) if not drawn.any()]
        assert zero_rows == ([row % len(values)] if isinstance(row, int) else []), name
    if bound is not None:
        assert values.abs().max().item() <= bound * (1 + 1e-6), name
        assert values.numel() < 500 or values.abs().max().item() >= 0.97 * bound, name
    if values.numel() >= 60:
        allowed = 0.03 + 4 / math.sqrt(2 * values.numel())
        assert values.std(unbiased=False).item() == pytest.approx(std, rel=allowed), name


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_parameters_are_there_with_shape_and_values(case: tuple[str, tuple[object, ...], dict[str, object]]) -> None:
    row, args, module = build(case)
    expected = expand(row, args)
    actual = dict(module.named_parameters())
    assert set(expected) == set(actual)
    own = [name for name in actual if "." not in name]
    assert [name for name in expected if "." not in name] == own, "the order is torch's"
    for name, (spec, given, default) in expected.items():
        values = actual[name].detach()
        assert spec.shape(given) == tuple(values.shape), name
        if row.rewrites and values.dim() > 1:
            fan_in, fan_out = values.shape[1], values.shape[0]
            assert values.abs().max().item() <= math.sqrt(6 / (fan_in + fan_out)) * (1 + 1e-6)
            assert values.std().item() == pytest.approx(math.sqrt(2 / (fan_in + fan_out)), rel=0.1), name
        else:
            check_values(name, values, spec, given, default)


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_children_are_of_the_class_that_the_table_says(case: tuple[str, tuple[object, ...], dict[str, object]]) -> None:
    row, args, module = build(case)
    for child in children(row, args):
        assert type(module.get_submodule(child.attribute)) is resolve(child.layer)
    if children(row, args):
        named = {child.attribute for child in children(row, args)}
        made = {name for name, found in module.named_children() if list(found.parameters())}
        assert made <= {attribute.partition(".")[0] for attribute in named}


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_an_unknown_argument_makes_answers_unknown_and_never_wrong(
    case: tuple[str, tuple[object, ...], dict[str, object]],
) -> None:
    row, args, _ = build(case)
    known = {spec.name: spec for spec in parameters(row, args)}
    for dropped in args:
        rest = {name: value for name, value in args.items() if name != dropped}
        for spec in parameters(row, rest):
            assert spec.present(rest) in (spec.present(args), None)
            if spec.name not in known:
                assert spec.present(rest) is not True
                continue
            whole, part = known[spec.name].shape(args), spec.shape(rest)
            if part is not None:
                assert whole is not None
                assert len(part) == len(whole)
                assert all(b in (a, None) for a, b in zip(whole, part, strict=True)), (dropped, whole, part)
            for measure in ("bound", "std", "constant"):
                assert getattr(spec.default, measure)(rest) in (getattr(spec.default, measure)(args), None)
            assert spec.units(rest) in (spec.units(args), None)
        for child in children(row, rest):
            match = [other for other in children(row, args) if other.attribute == child.attribute]
            assert match, (dropped, child.attribute)
            assert child.present in (match[0].present, None)
            for name, value in child.args.items():
                same = match[0].args.get(name, REQUIRED)
                assert isinstance(value, Build) or value == same, (dropped, child.attribute, name)


@pytest.mark.parametrize(
    ("name", "positional", "keywords", "spec", "units"),
    [
        ("Linear", (8, 5), {}, "weight", 5),
        ("Conv2d", (8, 6, 3), {"groups": 2}, "weight", 6),
        ("ConvTranspose2d", (8, 6, 3), {"groups": 2}, "weight", 6),
        ("Bilinear", (8, 4, 5), {}, "weight", 5),
        ("Embedding", (8, 5), {}, "weight", 5),
        ("LSTM", (8, 5), {}, "weight_ih_l0", 5),
        ("LSTM", (8, 5), {}, "bias_hh_l0", 5),
        ("LSTM", (8, 5), {"proj_size": 3}, "weight_hr_l0", 3),
        ("GRU", (8, 5), {}, "weight_hh_l0", 5),
        ("GRUCell", (8, 5), {}, "weight_hh", 5),
        ("MultiheadAttention", (8, 2), {}, "in_proj_weight", 8),
        ("LayerNorm", (8,), {}, "weight", 8),
    ],
)
def test_units(name: str, positional: tuple[object, ...], keywords: dict[str, object], spec: str, units: int) -> None:
    row = LAYERS[f"torch.nn.{name}"]
    found = parameter(row, spec)
    assert found is not None
    assert found.units(bind(row, positional, keywords)) == units


def test_the_out_axis_is_the_one_that_a_unit_owns() -> None:
    """Setting one slice along the out axis to zero changes that unit's output and no other."""
    inputs: dict[str, tuple[tuple[object, ...], tuple[Any, ...], int]] = {
        "Linear": ((4, 5), (torch.randn(2, 4),), 1),
        "Conv2d": ((4, 5, 3), (torch.randn(2, 4, 6, 6),), 1),
        "ConvTranspose2d": ((4, 5, 3), (torch.randn(2, 4, 6, 6),), 1),
        "Bilinear": ((4, 3, 5), (torch.randn(2, 4), torch.randn(2, 3)), 1),
        "Embedding": ((9, 5), (torch.arange(9),), 1),
    }
    for name, (arguments, given, axis) in inputs.items():
        module = getattr(nn, name)(*arguments)
        spec = parameter(LAYERS[f"torch.nn.{name}"], "weight")
        assert spec is not None
        assert spec.out_axis is not None
        with torch.no_grad():
            before = module(*given)
            module.weight.select(spec.out_axis, 2).zero_()
            changed = (module(*given) != before).transpose(0, axis).flatten(1).any(1)
        assert changed.tolist() == [False, False, True, False, False], name


def test_parameter_finds_the_members_of_a_family() -> None:
    row = LAYERS["torch.nn.LSTM"]
    args = bind(row, (8, 5, 3), {"bidirectional": True})
    for name in dict(nn.LSTM(8, 5, 3, bidirectional=True).named_parameters()):
        spec = parameter(row, name)
        assert spec is not None
        assert spec.name == name
        assert spec.present(args)
    deep = parameter(row, "weight_ih_l3")
    assert deep is not None
    assert deep.present(args) is False
    assert parameter(row, "weight_ih") is None
    assert parameter(row, "weight_ih_lx") is None
    assert parameter(LAYERS["torch.nn.Linear"], "weight_ih_l0") is None
    unknown = {name: value for name, value in args.items() if name not in ("num_layers", "bidirectional")}
    assert deep.present(unknown) is None


def test_lazy_layers_have_no_values_yet() -> None:
    for row in LAYERS.values():
        if row.name.startswith("torch.nn.Lazy"):
            assert row.lazy, row.name
    assert not LAYERS["torch.nn.Linear"].lazy
    module = nn.LazyConv2d(6, 3)
    args = bind(LAYERS["torch.nn.LazyConv2d"], (6, 3), {})
    spec = parameter(LAYERS["torch.nn.LazyConv2d"], "weight")
    assert spec is not None
    assert isinstance(module.weight, nn.UninitializedParameter)
    assert spec.shape(args) == (6, None, 3, 3)
    assert spec.default.bound(args) is None


def test_clones_start_equal() -> None:
    """The encoder's copies are twins, until the constructor of `Transformer` draws their matrices anew."""
    row = LAYERS["torch.nn.TransformerEncoder"]
    assert row.clones == (("layers", "encoder_layer", "num_layers"),)
    made = nn.TransformerEncoder(nn.TransformerEncoderLayer(16, 2), 2)
    assert torch.equal(made.layers[0].linear1.weight, made.layers[1].linear1.weight)
    whole = nn.Transformer(16, 2, 2, 2)
    assert not torch.equal(whole.encoder.layers[0].linear1.weight, whole.encoder.layers[1].linear1.weight)
    assert torch.equal(whole.encoder.layers[0].linear1.bias, whole.encoder.layers[1].linear1.bias)
    block = Build("torch.nn.TransformerEncoderLayer", bind(LAYERS["torch.nn.TransformerEncoderLayer"], (16, 2), {}))
    copies = children(row, bind(row, (block, 2), {}))
    assert [child.attribute for child in copies] == ["layers.0", "layers.1"]
    assert {child.twins for child in copies} == {"layers"}


def test_what_a_composite_holds_is_the_module_that_it_was_given() -> None:
    norm, inner = nn.LayerNorm(16), nn.Linear(2, 2)
    encoder = nn.TransformerEncoder(nn.TransformerEncoderLayer(16, 2), 1, norm)
    made = {
        "torch.nn.TransformerEncoder": (encoder, {"norm": norm}),
        "torch.nn.DataParallel": (nn.DataParallel(inner), {"module": inner}),
        "torch.nn.Transformer": (
            nn.Transformer(16, 2, custom_encoder=inner, custom_decoder=norm),
            {"custom_encoder": inner, "custom_decoder": norm},
        ),
    }
    for name, (module, given) in made.items():
        for attribute, argument in LAYERS[name].holds:
            assert getattr(module, attribute) is given[argument]
    args = bind(LAYERS["torch.nn.Transformer"], (16, 2), {"custom_encoder": "something"})
    assert [child.present for child in children(LAYERS["torch.nn.Transformer"], args)] == [False, True]


def test_roles() -> None:
    def role(name: str, spec: str) -> Role:
        found = parameter(LAYERS[f"torch.nn.{name}"], spec)
        assert found is not None
        return found.role

    assert role("Linear", "weight") is Role.WEIGHT
    assert role("Linear", "bias") is Role.BIAS
    assert role("BatchNorm2d", "weight") is Role.GAIN
    assert role("BatchNorm2d", "bias") is Role.SHIFT
    assert role("Embedding", "weight") is Role.TABLE
    assert role("PReLU", "weight") is Role.OTHER


def test_a_layer_made_without_arguments_has_just_the_parameters_that_the_table_gives_it() -> None:
    apart = {
        "torch.nn.ParameterList",  # no parameter of its own, and none without arguments
        "torch.nn.Transformer",  # large; checked above
        "torch.nn.NLLLoss2d",  # warns that it is deprecated
        "torch.nn.modules.lazy.LazyModuleMixin",  # cannot be made alone
    }
    made = 0
    for row in LAYERS.values():
        free = row.variadic or all(default is not REQUIRED for _, default in row.signature)
        if free and not row.lazy and "._" not in row.name and row.name not in apart:
            module = resolve(row.name)()
            assert [name for name, _ in module.named_parameters()] == [spec.name for spec in row.parameters], row.name
            made += 1
    assert made > 50

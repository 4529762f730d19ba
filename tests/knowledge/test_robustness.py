"""Whatever a text says the arguments are, the tables answer; these tests need no torch."""

from __future__ import annotations

import math
import pickle
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from initls.knowledge.layers import LAYERS, REQUIRED, Args, Build, Layer, bind, children, parameter, parameters
from initls.knowledge.schemes import recommend

VALUES = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.sampled_from([0, 1, 2, 3, 7, 64, -1, 2**40, 10**400]),
        st.floats(),
        st.text(max_size=3),
        st.builds(object),
    ),
    lambda inner: st.lists(inner, max_size=4) | st.lists(inner, max_size=4).map(tuple),
    max_leaves=6,
)

WITH_ARGUMENTS = [row for row in LAYERS.values() if row.parameters or row.composition]


def ask(row: Layer, args: Args, depth: int = 0) -> None:
    """Every question that can be asked of a layer, and of its children."""
    for spec in parameters(row, args):
        shape = spec.shape(args)
        assert shape is None or all(size is None or size >= 0 for size in shape)
        assert spec.present(args) in (True, False, None)
        units = spec.units(args)
        assert units is None or units >= 0
        for measure in (spec.default.bound(args), spec.default.std(args)):
            assert measure is None or measure >= 0 or math.isnan(measure)
        spec.default.constant(args)
        assert parameter(row, spec.name) is not None
    made = children(row, args)
    assert len(made) < 200
    for child in made:
        if depth < 4:
            ask(LAYERS[child.layer], child.args, depth + 1)


@pytest.mark.parametrize("row", WITH_ARGUMENTS, ids=lambda row: row.name)
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_no_arguments_bring_it_down(row: Layer, data: Any) -> None:
    names = [name for name, _ in row.signature]
    given_args = data.draw(st.dictionaries(st.sampled_from(names), VALUES, max_size=len(names)))
    bound = bind(row, (), given_args)
    assert {**bound, **given_args} == bound
    ask(row, bound)
    ask(row, given_args)


@settings(max_examples=100, deadline=None)
@given(st.lists(VALUES, max_size=12), st.dictionaries(st.text(max_size=5), VALUES, max_size=3))
def test_binding_takes_any_call(positional: list[object], keywords: dict[str, object]) -> None:
    for name in ("torch.nn.Conv2d", "torch.nn.Sequential", "torch.nn.GaussianNLLLoss", "torch.nn.BatchNorm2d"):
        row = LAYERS[name]
        bound = bind(row, positional, keywords)
        assert set(bound) <= {argument for argument, _ in row.signature}
        for argument in row.keyword_only:
            if argument not in keywords:
                assert bound.get(argument, REQUIRED) == dict(row.signature)[argument]


def test_unknown_arguments_leave_everything_unknown_but_what_is_certain() -> None:
    row = LAYERS["torch.nn.Linear"]
    weight, bias = parameters(row, {})
    assert weight.shape({}) == (None, None)
    assert weight.present({}) is True
    assert bias.present({}) is None
    assert weight.default.bound({}) is None
    assert weight.default.constant({}) is None


def test_a_stack_too_deep_to_be_true_is_cut_short() -> None:
    row = LAYERS["torch.nn.LSTM"]
    assert len(parameters(row, bind(row, (3, 4, 10**9), {}))) < 1000
    encoder = LAYERS["torch.nn.TransformerEncoder"]
    block = Build("torch.nn.TransformerEncoderLayer", {})
    assert len(children(encoder, bind(encoder, (block, 10**9), {}))) < 100


@settings(max_examples=200, deadline=None)
@given(st.floats() | st.integers() | st.none(), st.sampled_from(["leaky_relu", "prelu", "rrelu", "relu"]))
def test_any_slope_gives_advice_that_can_be_written(slope: float | None, name: str) -> None:
    for entry in recommend(name, layer="torch.nn.Linear", slope=slope):
        for _, value in entry.keywords:
            assert isinstance(value, str) or math.isfinite(value)


def test_a_row_survives_into_another_process() -> None:
    """A worker that has read nothing yet gets the very row of its own table."""
    packed = pickle.dumps(LAYERS["torch.nn.LSTM"]).hex()
    program = (
        f"import pickle; row = pickle.loads(bytes.fromhex({packed!r}));"
        "from initls.knowledge.layers import LAYERS; print(row is LAYERS['torch.nn.LSTM'])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "True"


def test_the_tables_do_not_need_torch() -> None:
    program = "import sys, pkgutil, importlib, initls.knowledge as k\n" + (
        "for entry in pkgutil.iter_modules(k.__path__): importlib.import_module('initls.knowledge.' + entry.name)\n"
        "outside = {name.split('.')[0] for name in sys.modules if name.startswith(('torch', 'libcst', 'initls.'))}\n"
        "print(sorted(n for n in sys.modules if n.startswith('initls.') and not n.startswith('initls.knowledge')))\n"
        "print('torch' in outside, 'libcst' in outside)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split("\n")[:2] == ["['initls.pattern']", "False False"]

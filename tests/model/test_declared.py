"""Layers that are told how to initialize themselves: what is followed, what is not, and what looking costs."""

from __future__ import annotations

import pytest

from initls.check import Checker, Result
from initls.document import Document
from initls.fixes.apply import apply
from initls.model.state.events import DeclaredConstant, DeclaredTwice, Event
from initls.settings import Settings
from initls.syntax.span import Point, Span

KERAS = "import keras\nfrom keras import layers\n\n\n"
FLAX = "import flax.linen as nn\n\n\n"


def look(source: str) -> tuple[Checker, Result]:
    checker = Checker()
    return checker, checker.check(Document.of("model.py", source), Settings())


def events(source: str) -> list[Event]:
    checker, result = look(source)
    return [event for trace in checker.traces(result.document) for event in trace.events]


def lots(source: str) -> list[str]:
    return [event.lot for event in events(source) if isinstance(event, DeclaredConstant)]


# --------------------------------------------------------------------------- what looking costs


@pytest.mark.parametrize(
    "source",
    [
        '"""As in keras, with kernel_initializer="zeros"."""\nimport numpy\n\n\ndef f():\n    return numpy.zeros(3)\n',
        "import jax\n\n\ndef f(key, x, init='zeros'):\n    return jax.nn.initializers.zeros(key, x.shape)\n",
        "import keras\n\n\ndef f():\n    return keras.layers.Dense(3)\n",
    ],
)
def test_a_file_that_declares_nothing_is_not_traced(source: str) -> None:
    checker, _ = look(source)
    assert checker.programs.tracer.traced == 0
    assert checker.programs.facts.extracted == 0


def test_a_file_of_torch_that_mentions_keras_costs_what_it_costs() -> None:
    source = (
        "import torch\nfrom torch import nn\n\n\nclass Net(nn.Module):\n    def __init__(self):\n"
        "        super().__init__()\n        self.fc = nn.Linear(8, 8)\n        nn.init.zeros_(self.fc.weight)\n"
    )
    plain, _ = look(source)
    mentioning, _ = look(source + "\n\n# As keras does with bias_initializer, and tensorflow.\n")
    assert mentioning.programs.tracer.traced == plain.programs.tracer.traced


def test_one_file_may_speak_of_both() -> None:
    source = (
        "import torch\nfrom torch import nn\nimport keras\n\n\nclass Net(nn.Module):\n    def __init__(self):\n"
        "        super().__init__()\n        self.a = nn.Linear(8, 8)\n        self.b = nn.Linear(8, 8)\n"
        "        nn.init.zeros_(self.a.bias)\n        nn.init.ones_(self.a.weight)\n"
        "        nn.init.ones_(self.b.weight)\n\n"
        "    def forward(self, x):\n        return self.b(torch.tanh(self.a(x)))\n\n\n"
        'model = keras.Sequential([keras.layers.Dense(8, "relu", True, "zeros"), keras.layers.Dense(1)])\n'
    )
    _, result = look(source)
    assert [(f.code, f.severity.value) for f in result.findings] == [
        ("INI101", "error"),
        ("INI101", "information"),
        ("INI501", "error"),
    ]


# --------------------------------------------------------------------------- what is followed


WAYS = {
    "a variable": (
        'start = "zeros"\n'
        'model = keras.Sequential([layers.Dense(8, "relu", kernel_initializer=start), layers.Dense(1)])\n'
    ),
    "keywords from a dict": (
        'more = {"activation": "relu", "kernel_initializer": "zeros"}\n'
        "model = keras.Sequential([layers.Dense(8, **more), layers.Dense(1)])\n"
    ),
    "a partial": (
        "from functools import partial\n\n"
        'dense = partial(layers.Dense, kernel_initializer=keras.initializers.zeros, activation="relu")\n'
        "model = keras.Sequential([dense(8), layers.Dense(1)])\n"
    ),
    "a helper": (
        'def dense(width):\n    return layers.Dense(width, activation="relu", kernel_initializer="zeros")\n\n\n'
        "model = keras.Sequential([dense(8), layers.Dense(1)])\n"
    ),
    "a list that grows": (
        "parts = []\nfor width in (8, 8):\n"
        '    parts.append(layers.Dense(width, activation="relu", kernel_initializer="zeros"))\n'
        "model = keras.Sequential(parts + [layers.Dense(1)])\n"
    ),
    "a class that is a layer": (
        "class Block(layers.Layer):\n    def __init__(self):\n        super().__init__()\n"
        '        self.inner = layers.Dense(8, kernel_initializer="zeros")\n\n'
        "    def call(self, x):\n        return keras.activations.relu(self.inner(x))\n"
    ),
    "a method of a class that is none": (
        "class Agent:\n    def build(self):\n        model = keras.Sequential()\n"
        '        model.add(layers.Dense(8, activation="relu", kernel_initializer="zeros"))\n'
        "        model.add(layers.Dense(1))\n        return model\n"
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_dead_layer_is_found(way: str) -> None:
    assert "dead" in lots(KERAS + WAYS[way])


DOUBTS = {
    "loaded": (
        'model = keras.Sequential([layers.Dense(8, "relu", kernel_initializer="zeros")])\nmodel.load_weights("w.h5")\n'
    ),
    "handed to code that is not followed": (
        "from somewhere import restore_all\n\n"
        'model = keras.Sequential([layers.Dense(8, "relu", kernel_initializer="zeros"), layers.Dense(1)])\n'
        "restore_all(model)\n"
    ),
    "frozen": (
        'layer = layers.Dense(8, "relu", kernel_initializer="zeros")\nlayer.trainable = False\n'
        "model = keras.Sequential([layer, layers.Dense(1)])\n"
    ),
    "assigned in a loop": (
        'model = keras.Sequential([layers.Dense(8, "relu", kernel_initializer="zeros"), layers.Dense(1)])\n'
        "for layer in model.layers:\n    layer.set_weights(new_weights(layer))\n"
    ),
    "an agent that copies weights": (
        "class Agent:\n    def build(self):\n        return keras.Sequential([\n"
        '            layers.Dense(8, activation="relu", kernel_initializer="zeros"), layers.Dense(1)])\n\n'
        "    def copy(self):\n        self.target.set_weights(self.model.get_weights())\n"
    ),
}


@pytest.mark.parametrize("doubt", DOUBTS)
def test_nothing_is_said_of_weights_that_may_be_others(doubt: str) -> None:
    source = KERAS + DOUBTS[doubt]
    assert lots(source) == ["loaded"]
    assert look(source)[1].findings == ()


def test_what_is_loaded_behind_the_training_changes_nothing() -> None:
    source = (
        KERAS + 'model = keras.Sequential([layers.Dense(8, "relu", kernel_initializer="zeros"), layers.Dense(1)])\n'
        'model.fit(x, y)\nmodel.load_weights("best.h5")\n'
    )
    assert lots(source) == ["dead"]


def test_an_optimizer_takes_the_weights_as_they_are() -> None:
    source = (
        "from flax import nnx\nimport optax\n\n\nclass Net(nnx.Module):\n    def __init__(self, rngs):\n"
        "        self.a = nnx.Linear(8, 8, kernel_init=nnx.initializers.zeros, rngs=rngs)\n"
        "        self.b = nnx.Linear(8, 2, rngs=rngs)\n\n"
        "    def __call__(self, x):\n        return self.b(nnx.relu(self.a(x)))\n\n\n"
        "def main(x):\n    model = Net(nnx.Rngs(0))\n    optimizer = nnx.Optimizer(model, optax.adam(1e-3))\n"
        "    for batch in x:\n        optimizer.update(model, gradients(model, batch))\n"
    )
    assert [finding.code for finding in look(source)[1].findings] == ["INI501"]
    loaded = source.replace("    optimizer =", "    nnx.update(model, restored())\n    optimizer =")
    assert look(loaded)[1].findings == ()


def test_a_model_that_is_built_in_one_function_and_loaded_in_another() -> None:
    source = (
        KERAS + "def build():\n    return keras.Sequential([\n"
        '        layers.Dense(8, activation="relu", kernel_initializer="zeros"), layers.Dense(1)])\n\n\n'
        'def main():\n    model = build()\n    model.load_weights("w.h5")\n'
    )
    assert sorted(lots(source)) == ["dead", "loaded"]
    assert look(source)[1].findings == ()


def test_dropout_tells_units_apart() -> None:
    source = (
        KERAS + 'model = keras.Sequential([layers.Dense(8, kernel_initializer="ones"), layers.Dropout(0.5), '
        'layers.Dense(8, kernel_initializer="zeros")])\n'
    )
    assert "symmetric" not in lots(source)
    assert "symmetric" in lots(source.replace("0.5", "0.0"))


def test_a_layer_that_reads_both_as_it_is_and_further_on() -> None:
    source = (
        KERAS + "inputs = keras.Input((4,))\n"
        'h = layers.Dense(8, activation="tanh", kernel_initializer="ones")(inputs)\n'
        'one = layers.Dense(2, kernel_initializer="ones")(h)\ntwo = layers.Dense(2)(h)\n'
        "model = keras.Model(inputs, [one, two])\n"
    )
    assert "symmetric" not in lots(source)


def test_layers_that_share_an_initializer_and_no_shape() -> None:
    source = (
        KERAS + "draw = keras.initializers.HeNormal()\n"
        "model = keras.Sequential([keras.Input((4,)), layers.Dense(8, kernel_initializer=draw), "
        "layers.Conv1D(8, 3, kernel_initializer=draw), layers.Dense(6, kernel_initializer=draw)])\n"
    )
    assert not [event for event in events(source) if isinstance(event, DeclaredTwice)]


# --------------------------------------------------------------------------- fixes


SPELLINGS = [
    (KERAS, "layers.Dense(8, 'relu', kernel_initializer='zeros')", "'he_normal'"),
    (KERAS, 'layers.Dense(8, "relu", kernel_initializer="Zeros")', '"HeNormal"'),
    (KERAS, 'layers.Dense(8, "relu", True, keras.initializers.Zeros())', "keras.initializers.HeNormal()"),
    (KERAS, 'layers.Dense(8, "relu", kernel_initializer=keras.initializers.Zeros)', "keras.initializers.HeNormal"),
    (KERAS, 'layers.Dense(8, "relu", kernel_initializer=keras.initializers.zeros())', "keras.initializers.he_normal()"),
    (
        "import tensorflow as tf\n" + KERAS,
        'layers.Dense(8, "relu", kernel_initializer=tf.zeros_initializer())',
        '"he_normal"',
    ),
    (
        "from keras.initializers import Zeros\n" + KERAS,
        'layers.Dense(8, "relu", kernel_initializer=Zeros())',
        '"he_normal"',
    ),
]


@pytest.mark.parametrize(("head", "layer", "text"), SPELLINGS, ids=[layer for _, layer, _ in SPELLINGS])
def test_a_fix_spells_as_the_file_does(head: str, layer: str, text: str) -> None:
    _, result = look(f"{head}model = keras.Sequential([\n    {layer},\n    layers.Dense(1),\n])\n")
    (finding,) = result.findings
    fixes = result.fixes(finding)
    assert fixes[0].preferred
    assert [edit.content for edit in fixes[0].edits] == [text]
    assert look(apply(result.document, fixes[0].edits).source)[1].findings == ()


@pytest.mark.parametrize(
    ("head", "spelled", "text"),
    [
        ("", "nn.initializers.zeros", "nn.initializers.he_normal()"),
        ("", "nn.initializers.zeros_init()", "nn.initializers.he_normal()"),
        ("import jax\n", "jax.nn.initializers.constant(0.0)", "jax.nn.initializers.he_normal()"),
        ("from jax.nn.initializers import zeros\n", "zeros", "nn.initializers.he_normal()"),
    ],
)
def test_a_fix_of_flax_calls_what_makes_an_initializer(head: str, spelled: str, text: str) -> None:
    source = (
        f"{head}{FLAX}class Net(nn.Module):\n    @nn.compact\n    def __call__(self, x):\n"
        f"        x = nn.Dense(8, kernel_init={spelled})(x)\n        return nn.Dense(2)(nn.relu(x))\n"
    )
    _, result = look(source)
    (finding,) = result.findings
    assert [edit.content for edit in result.fixes(finding)[0].edits] == [text]


@pytest.mark.parametrize(
    ("activation", "first"),
    [("relu", "he_normal"), ("gelu", "he_normal"), ("tanh", "glorot_uniform"), ("selu", "lecun_normal")],
)
def test_the_activation_decides_what_is_offered(activation: str, first: str) -> None:
    source = (
        f'{KERAS}model = keras.Sequential([layers.Dense(8, "{activation}", kernel_initializer="ones"), layers.Dense(8, '
        '"tanh"), layers.Dense(1)])\n'
    )
    _, result = look(source)
    assert [edit.content for edit in result.fixes(result.findings[0])[0].edits] == [f'"{first}"']


# --------------------------------------------------------------------------- promises


def test_a_comment_silences() -> None:
    source = (
        KERAS + "model = keras.Sequential([\n"
        '    layers.Dense(8, "relu", kernel_initializer="zeros"),  # initls: ignore[INI501]\n    layers.Dense(1),\n])\n'
    )
    assert look(source)[1].findings == ()


@pytest.mark.parametrize("source", [KERAS + way for way in WAYS.values()])
def test_typing_leads_where_opening_leads(source: str) -> None:
    """Each line is taken out and typed in again; between, the text may be broken."""
    lines = source.split("\n")
    checker = Checker()
    document = checker.check(Document.of("model.py", source), Settings()).document
    for row, line in enumerate(lines[:-1]):
        half = Span(Point(row, len(line) // 2), Point(row, len(line)))
        document = checker.check(document.edit(0, half, ""), Settings()).document
        end = Point(row, len(line) // 2)
        result = checker.check(document.edit(0, Span(end, end), line[len(line) // 2 :]), Settings())
        document = result.document
        assert document.source == source
        assert result.findings == look(source)[1].findings

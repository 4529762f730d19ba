"""Construction traces: the last write to each parameter, the way of visitors, and why something is not known."""

from __future__ import annotations

import pytest

from initls.model.state.contents import Constant, Default, Garbage, Loaded, Random, Structured, Unknown
from initls.model.state.events import LostWrite
from tests.model.traces import PREAMBLE, class_text, content, contents, net, number, program_of, trace_of, written

# --------------------------------------------------------------------------- the last write wins


def test_a_layer_starts_at_torchs_default() -> None:
    trace = net("self.fc = nn.Linear(8, 4)")
    assert content(trace, "fc.weight") == Default("torch.nn.Linear", "weight")


def test_a_norm_starts_at_ones_and_zeros() -> None:
    trace = net("self.norm = nn.LayerNorm(8)")
    assert content(trace, "norm.weight") == Constant(1.0)
    assert content(trace, "norm.bias") == Constant(0.0)


def test_the_norms_of_a_block_have_one_axis_where_its_width_is_not_shown() -> None:
    trace = net("self.block = nn.TransformerEncoderLayer(x, 4)")
    assert trace.parameters[number(trace, "block.norm1.weight")].shape == (None,)
    assert trace.parameters[number(trace, "block.linear1.weight")].shape == (2048, None)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("nn.init.zeros_(self.fc.weight)", Constant(0.0)),
        ("nn.init.constant_(self.fc.weight, 0.5)", Constant(0.5)),
        ("nn.init.eye_(self.fc.weight)", Structured("eye")),
        ("self.fc.weight.data.zero_()", Constant(0.0)),
        ("self.fc.weight.data[:] = 2", Constant(2.0)),
        ("self.fc.weight.data = torch.ones(4, 8)", Constant(1.0)),
        ("self.fc.weight = nn.Parameter(torch.zeros(4, 8))", Constant(0.0)),
        ("self.fc.weight = nn.Parameter(torch.empty(4, 8))", Garbage()),
        ("self.fc.weight.data.mul_(0)", Constant(0.0)),
        ("self.fc.load_state_dict(torch.load('fc.pt'))", Loaded("a checkpoint")),
        ("self.fc.weight.detach().fill_(3)", Constant(3.0)),
        ("self.fc.weight.clone().fill_(3)", Default("torch.nn.Linear", "weight")),
        ("self.fc.weight.data.view(-1).zero_()", Constant(0.0)),
        ("list(self.fc.parameters())[0].data.zero_()", Constant(0.0)),
        ("self.fc.state_dict()", Default("torch.nn.Linear", "weight")),
        ("nn.init.zeros_(self.fc.bias)", Default("torch.nn.Linear", "weight")),
    ],
)
def test_one_write(line: str, expected: object) -> None:
    assert content(net(f"self.fc = nn.Linear(8, 4)\n{line}"), "fc.weight") == expected


def test_random_draws_keep_their_scheme_and_arguments() -> None:
    trace = net("self.fc = nn.Linear(8, 4)\nnn.init.trunc_normal_(self.fc.weight, std=0.02)")
    found = content(trace, "fc.weight")
    assert isinstance(found, Random)
    assert found.scheme == "trunc_normal"
    assert dict(found.arguments)["std"] == 0.02


def test_of_two_writes_the_second_counts() -> None:
    trace = net("self.fc = nn.Linear(8, 4)\nnn.init.ones_(self.fc.weight)\nnn.init.zeros_(self.fc.weight)")
    assert content(trace, "fc.weight") == Constant(0.0)
    assert written(trace) == ["fc.weight", "fc.weight"]


def test_a_base_class_writes_first() -> None:
    base = (
        "class Base(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.fc = nn.Linear(8, 4)\n        nn.init.ones_(self.fc.weight)\n\n\n"
    )
    text = PREAMBLE + base + class_text("nn.init.zeros_(self.fc.bias)").replace("(nn.Module)", "(Base)", 1)
    trace = trace_of(text)
    assert written(trace) == ["fc.weight", "fc.bias"]
    assert content(trace, "fc.weight") == Constant(1.0)


def test_frozen_parameters_are_known() -> None:
    trace = net("self.a = nn.Linear(8, 4)\nself.b = nn.Linear(8, 4)\nself.a.requires_grad_(False)")
    assert {trace.names[parameter] for parameter in trace.frozen} == {"a.weight", "a.bias"}


# --------------------------------------------------------------------------- branches and options


def test_both_sides_of_a_condition_may_have_written() -> None:
    trace = net(
        "self.fc = nn.Linear(8, 4)\nif x:\n    nn.init.zeros_(self.fc.weight)\nelse:\n    nn.init.ones_(self.fc.weight)"
    )
    assert sorted(contents(trace, "fc.weight")) == [("0", True), ("1", True)]
    assert content(trace, "fc.weight") is None


def test_the_default_of_an_option_is_the_likely_way() -> None:
    trace = net(
        "self.fc = nn.Linear(8, 4)\nif option:\n    nn.init.zeros_(self.fc.weight)\nelse:\n"
        "    nn.init.ones_(self.fc.weight)"
    )
    assert sorted(contents(trace, "fc.weight")) == [("0", True), ("1", False)]
    assert content(trace, "fc.weight") == Constant(0.0)


def test_a_side_that_raises_leaves_nothing() -> None:
    trace = net("self.fc = nn.Linear(8, 4)\nif x:\n    raise ValueError\nnn.init.zeros_(self.fc.weight)")
    assert contents(trace, "fc.weight") == [("0", True)]


# --------------------------------------------------------------------------- visitors

NESTED = (
    "self.stem = nn.Linear(8, 8)\n"
    "self.blocks = nn.Sequential(nn.Sequential(nn.Linear(8, 8)), nn.Linear(8, 8))\n"
    "self.norm = nn.LayerNorm(8)\n"
    "self.own = nn.Parameter(torch.randn(8, 8))\n"
)


def test_apply_goes_to_children_first_and_to_the_module_last() -> None:
    visit = (
        "def visit(m):\n"
        "    if hasattr(m, 'weight'):\n"
        "        nn.init.ones_(m.weight)\n"
        "    if isinstance(m, Net):\n"
        "        nn.init.zeros_(m.own)\n"
    )
    trace = net(f"{NESTED}{visit}self.apply(visit)")
    assert written(trace)[1:] == ["stem.weight", "blocks.0.0.weight", "blocks.1.weight", "norm.weight", "own"]


def test_modules_goes_to_the_module_first() -> None:
    loop = (
        "for m in self.modules():\n"
        "    if isinstance(m, Net):\n"
        "        nn.init.zeros_(m.own)\n"
        "    elif isinstance(m, nn.Linear):\n"
        "        nn.init.ones_(m.weight)\n"
    )
    trace = net(NESTED + loop)
    assert written(trace)[1:] == ["own", "stem.weight", "blocks.0.0.weight", "blocks.1.weight"]


def test_children_are_not_grandchildren() -> None:
    loop = "for m in self.children():\n    if isinstance(m, nn.Linear):\n        nn.init.zeros_(m.weight)\n"
    assert written(net(NESTED + loop))[1:] == ["stem.weight"]


def test_parameters_come_the_modules_own_first() -> None:
    trace = net(NESTED + "for p in self.parameters():\n    nn.init.zeros_(p)\n")
    assert written(trace)[1:] == [
        "own", "stem.weight", "stem.bias", "blocks.0.0.weight", "blocks.0.0.bias", "blocks.1.weight", "blocks.1.bias",
        "norm.weight", "norm.bias",
    ]  # fmt: skip


def test_what_is_not_shown_of_a_name_is_left_out() -> None:
    trace = net(
        "self.tables = nn.ParameterDict({k: nn.Parameter(torch.zeros(8)) for k in x})\n"
        "for name in x:\n    setattr(self, name, nn.Linear(8, 8))\n"
    )
    assert set(trace.names.values()) == {"tables.…", "….weight", "….bias"}


def test_parameters_without_recursion() -> None:
    assert written(net(NESTED + "for p in self.parameters(recurse=False):\n    nn.init.zeros_(p)\n"))[1:] == ["own"]


def test_names_of_parameters_are_whole() -> None:
    loop = "for name, p in self.named_parameters():\n    if name == 'blocks.0.0.weight':\n        nn.init.zeros_(p)\n"
    assert written(net(NESTED + loop))[1:] == ["blocks.0.0.weight"]


def test_a_visitor_tests_types_as_python_does() -> None:
    loop = (
        "for m in self.modules():\n"
        "    if isinstance(m, nn.Sequential or nn.Linear):\n"
        "        nn.init.zeros_(m[0].weight)\n"
    )
    trace = net("self.net = nn.Sequential(nn.Linear(8, 8))\n" + loop)
    assert written(trace) == ["net.0.weight"]


def test_the_children_of_a_visit_are_those_that_are_there() -> None:
    trace = net(
        "self.a = nn.Linear(8, 8)\n"
        "self.apply(lambda m: nn.init.zeros_(m.weight) if isinstance(m, nn.Linear) else None)\n"
        "self.b = nn.Linear(8, 8)"
    )
    assert content(trace, "a.weight") == Constant(0.0)
    assert content(trace, "b.weight") == Default("torch.nn.Linear", "weight")
    (missed,) = trace.missed
    assert [name for name, _, _ in missed.modules] == ["b"]


def test_a_layer_that_two_attributes_hold_is_visited_once() -> None:
    trace = net(
        "self.a = nn.Linear(8, 8)\nself.b = self.a\nfor m in self.modules():\n"
        "    if isinstance(m, nn.Linear):\n        nn.init.zeros_(m.weight)\n"
    )
    assert written(trace) == ["a.weight"]


# --------------------------------------------------------------------------- what is not known, and why


def reason(trace: object, name: str) -> str:
    found = content(trace, name)  # type: ignore[arg-type]
    assert isinstance(found, Unknown), found
    return found.reason


def test_a_function_that_is_not_here_may_write() -> None:
    trace = net("self.fc = nn.Linear(8, 4)\nfill(self.fc)", before="from elsewhere import fill\n\n\n")
    ways = trace.final[number(trace, "fc.weight")]
    assert any(isinstance(way.content, Unknown) and "elsewhere.fill" in way.content.reason for way in ways)


def test_parts_that_are_written_apart() -> None:
    trace = net("self.fc = nn.Linear(8, 4)\nself.fc.weight.data[0] = 0")
    assert "parts" in reason(trace, "fc.weight")


def test_a_weight_that_is_computed() -> None:
    trace = net("self.fc = nn.utils.weight_norm(nn.Linear(8, 4))\nnn.init.zeros_(self.fc.bias)")
    assert content(trace, "fc.bias") == Constant(0.0)
    assert content(trace, "fc.weight_v") == Default("torch.nn.Linear", "weight")
    assert isinstance(content(trace, "fc.weight"), Unknown)
    assert isinstance(content(trace, "fc.weight_g"), Unknown)


def test_a_write_to_a_weight_that_is_computed() -> None:
    trace = net("self.fc = nn.utils.parametrizations.spectral_norm(nn.Linear(8, 4))\nnn.init.eye_(self.fc.weight)")
    assert content(trace, "fc.parametrizations.weight.original") == Default("torch.nn.Linear", "weight")
    (lost,) = [event for event in trace.events if isinstance(event, LostWrite)]
    assert trace.names[lost.parameter] == "fc.weight"
    assert lost.sure


def test_a_weight_that_is_a_parameter_again() -> None:
    text = "self.fc = nn.utils.weight_norm(nn.Linear(8, 4))\nnn.utils.remove_weight_norm(self.fc)\n"
    trace = net(text + "nn.init.eye_(self.fc.weight)")
    assert content(trace, "fc.weight") == Structured("eye")
    assert "fc.weight_v" not in trace.names.values()


def test_a_pruned_weight() -> None:
    trace = net("self.fc = nn.Linear(8, 4)\nnn.utils.prune.random_unstructured(self.fc, 'weight', 0.2)")
    assert "fc.weight_orig" in trace.names.values()
    assert isinstance(content(trace, "fc.weight"), Unknown)


def test_a_weight_that_shares_its_memory() -> None:
    trace = net("self.fc = nn.utils.spectral_norm(nn.Linear(8, 4))\nnn.init.eye_(self.fc.weight)")
    assert content(trace, "fc.weight") == Structured("eye")


def test_values_that_come_from_a_call() -> None:
    trace = net("self.fc = nn.Linear(8, 4)\nself.fc.weight.data.copy_(x)")
    assert reason(trace, "fc.weight")


def test_every_reason_says_something() -> None:
    text = (
        "self.fc = nn.Linear(8, 4)\nself.rest = x.layers\nx.init(self.fc)\nself.fc.weight.data.copy_(x[0])\n"
        "setattr(self, x, nn.Linear(8, 4))\n"
    )
    trace = net(text)
    for ways in trace.final.values():
        for way in ways:
            if isinstance(way.content, Unknown):
                assert way.content.reason


def test_a_run_that_takes_too_long_says_so() -> None:
    loops = "".join(f"{'    ' * i}for i{i} in range(100):\n" for i in range(6))
    trace = net(f"self.fc = nn.Linear(8, 4)\n{loops}{'    ' * 6}nn.init.zeros_(self.fc.weight)")
    assert trace.incomplete is None or "too many steps" in trace.incomplete


# --------------------------------------------------------------------------- roots


def test_scripts_functions_and_classes_are_roots() -> None:
    text = (
        PREAMBLE
        + class_text("self.fc = nn.Linear(8, 4)\nnn.init.zeros_(self.fc.weight)")
        + "\n\ndef main():\n    net = Net()\n    nn.init.ones_(net.fc.weight)\n\n\nnet = Net()\n"
        "nn.init.eye_(net.fc.weight)\n"
    )
    program = program_of(text)
    assert [(trace.kind, trace.root) for trace in program.traces] == [
        ("class", "Net"),
        ("function", "main"),
        ("module", ""),
    ]
    assert [content(trace, "fc.weight") for trace in program.traces] == [
        Constant(0.0),
        Constant(1.0),
        Structured("eye"),
    ]


def test_a_class_that_calls_an_initializing_function_of_the_file_is_a_root() -> None:
    helper = "def blank(layer):\n    nn.init.zeros_(layer.weight)\n    return layer\n\n\n"
    trace = trace_of(PREAMBLE + helper + class_text("self.fc = blank(nn.Linear(8, 4))"))
    assert content(trace, "fc.weight") == Constant(0.0)


def test_what_is_read_is_not_lost() -> None:
    trace = net(
        "self.a = nn.Linear(8, 8)\nself.b = nn.Linear(8, 8)\nnn.init.eye_(self.a.weight)\n"
        "self.b.weight.data.copy_(self.a.weight)\nnn.init.zeros_(self.a.weight)"
    )
    first = next(write for parameter, write in trace.log if write.explicit and trace.names[parameter] == "a.weight")
    assert trace.reads[number(trace, "a.weight")] >= first.order


@pytest.mark.parametrize("name", ["tests/test_net.py", "pkg/net_test.py", "conftest.py", "a/testing/net.py"])
def test_files_of_tests(name: str) -> None:
    assert program_of("import torch\n", name).is_test


@pytest.mark.parametrize("name", ["model.py", "latest.py", "contest.py", "a/test_bed/../net.py"])
def test_files_that_only_sound_like_tests(name: str) -> None:
    assert not program_of("import torch\n", name).is_test

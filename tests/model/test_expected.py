"""The moments that carry a signal through a model, where they can be worked out by hand."""

from __future__ import annotations

import math

import pytest

from initls.knowledge.responses import RESPONSES
from initls.model.expected.moments import GRID, average, largest, square, steepness, tabulated, together
from initls.model.expected.names import Names
from initls.model.expected.profile import Profile, Stage, profile
from initls.model.expected.unrolled import unrolled
from initls.model.expected.values import Assumed
from initls.model.expected.windows import window_of
from initls.model.machine.scope import Reading
from initls.model.traces.trace import Trace
from initls.model.traces.tracing import trace_class
from tests.model.traces import PREAMBLE, class_text, source_of


def traced(constructor: str, forward: str, before: str = "") -> Trace:
    text = PREAMBLE + before + class_text(constructor, forward)
    trace = trace_class(Reading(source_of(text)), "Net", whole=True)
    assert trace is not None
    return trace


def profiled(constructor: str, forward: str, before: str = "") -> Profile:
    trace = traced(constructor, forward, before)
    return profile(trace, trace.subjects[0], Assumed(side=32, tokens=16))


def last(found: Profile) -> Stage:
    return found.stages[-1]


def test_integrals_of_a_relu() -> None:
    relu = tabulated(RESPONSES["relu"], 0.0, 2.0)
    assert average(relu) == pytest.approx(2 / math.sqrt(2 * math.pi), rel=1e-3)
    assert square(relu) == pytest.approx(2.0, rel=1e-9)
    assert steepness(relu, 2.0) == pytest.approx(0.5, rel=1e-6)
    # Cho & Saul (2009): (sin t + (pi - t) cos t) / 2 pi, for the angle t between two inputs.
    for angle in (0.3, 1.0, math.pi / 2, 2.5):
        exact = 4 * (math.sin(angle) + (math.pi - angle) * math.cos(angle)) / (2 * math.pi)
        assert together(relu, math.cos(angle)) == pytest.approx(exact, abs=4e-3)


def test_the_largest_of_several() -> None:
    assert largest(1) == (0.0, 1.0)
    mean, variance = largest(2)
    assert mean == pytest.approx(1 / math.sqrt(math.pi), rel=1e-6)
    assert variance == pytest.approx(1 - 1 / math.pi, rel=1e-6)
    assert math.isclose(sum(GRID), 0.0, abs_tol=1e-9)


@pytest.mark.parametrize(
    ("side", "kernel", "stride", "padding", "after", "inside"),
    [
        (8, 3, 1, 1, 8, (3 * 8 - 2) / 24),
        (8, 3, 2, 1, 4, (3 * 4 - 1) / 12),
        (8, 3, 1, 0, 6, 1.0),
        (7, 7, 2, 3, 4, (4 + 6 + 6 + 4) / 28),
    ],
)
def test_windows_at_the_edge(side: int, kernel: int, stride: int, padding: int, after: int, inside: float) -> None:
    arguments = {"stride": stride, "padding": padding}
    found = window_of("torch.nn.Conv1d", arguments, (1, 1, kernel), (side,), Assumed())
    assert found is not None
    assert found.sides == (after,) and found.inside == pytest.approx(inside)


def test_a_number_makes_a_signal_larger() -> None:
    found = profiled("self.fc = nn.Linear(64, 64, bias=False)", "return torch.tanh(self.fc(x) * 3 / 2 + 1) + 0")
    size = 1.5 / math.sqrt(3)
    values = tabulated(RESPONSES["tanh"], 1.0, size)
    assert last(found).mean == pytest.approx(average(values))


def test_summands_that_hang_on_each_other() -> None:
    fresh = profiled("self.fc = nn.Linear(64, 64, bias=False)", "return x + self.fc(x)")
    assert last(fresh).deviation == pytest.approx(math.sqrt(1 + 1 / 3))
    twice = profiled("self.fc = nn.Linear(64, 64, bias=False)", "y = self.fc(x)\nreturn y + (y + x)")
    assert last(twice).deviation == pytest.approx(math.sqrt(1 + 4 / 3))
    gone = profiled("self.fc = nn.Linear(64, 64, bias=False)", "y = self.fc(x)\nreturn (x + y) - y")
    assert last(gone).deviation == pytest.approx(1.0)
    bent = profiled("self.fc = nn.Linear(64, 64, bias=False)", "y = self.fc(x)\nreturn y * torch.sigmoid(y)")
    direct = profiled("self.fc = nn.Linear(64, 64, bias=False)", "return F.silu(self.fc(x))")
    assert last(bent).deviation == pytest.approx(last(direct).deviation)


def test_a_sum_of_what_is_related_in_another_way_is_not_told() -> None:
    found = profiled("self.fc = nn.Linear(64, 64)", "y = self.fc(x)\nreturn torch.relu(y + x) * torch.tanh(y)")
    assert last(found).deviation is None and "hang on each other" in last(found).reason


@pytest.mark.parametrize("norm", ["nn.LayerNorm(64)", "nn.BatchNorm1d(64)", "nn.RMSNorm(64)", "nn.GroupNorm(4, 64)"])
def test_a_norm_sets_the_size(norm: str) -> None:
    found = profiled(f"self.fc = nn.Linear(64, 64)\nself.norm = {norm}", "return self.norm(100 * self.fc(x))")
    assert last(found).deviation == pytest.approx(1.0, rel=0.05)


def test_what_is_drawn_unknown_stays_unknown_up_to_a_norm_and_beyond() -> None:
    found = profiled(
        "self.fc = nn.Linear(64, 64)\nself.fc.weight.data.mul_(x)\nself.out = nn.Linear(64, 8)",
        "return self.out(self.fc(x))",
    )
    assert [stage.deviation for stage in found.stages] == [None, None]
    assert found.stages[0].reason == found.stages[1].reason and "fc.weight" in found.stages[0].reason


def test_loops_are_written_out_and_named() -> None:
    trace = traced(
        "layers = []\nfor _ in range(6):\n    layers += [nn.Linear(8, 8), nn.ReLU()]\n"
        "self.body = nn.Sequential(nn.Linear(8, 8), *layers)",
        "return self.body(x)",
    )
    found = profile(trace, trace.subjects[0])
    assert [stage.name for stage in found.stages] == [f"body.{number}" for number in range(13)]
    assert {stage.whole for stage in found.stages if stage.rounds > 1} == {"body.3,5..9", "body.4,6..10"}
    steps = unrolled(trace, trace.subjects[0].graph)
    assert all(source < step.id for step in steps.steps for source in step.inputs)
    names = Names(trace)
    weights = [names.of(name) for name in trace.names.values() if name.endswith("weight")]
    assert sum(name.count for name in weights) == 7


def test_copies_of_one_draw_add_up() -> None:
    layer = "nn.TransformerEncoderLayer(64, 4, 64, dropout=0.0, batch_first=True, norm_first=True)"
    copied = profiled(f"self.body = nn.TransformerEncoder({layer}, 8)", "return self.body(x)")
    apart = profiled(f"self.body = nn.Sequential(*[{layer} for _ in range(8)])", "return self.body(x)")
    assert (last(copied).deviation or 0) > 1.2 * (last(apart).deviation or 1)


def test_what_goes_back_through_shares_alone_is_not_told() -> None:
    found = profiled(
        "self.q = nn.Linear(64, 64)\nself.k = nn.Linear(64, 64)\nself.v = nn.Linear(64, 64)",
        "return F.scaled_dot_product_attention(self.q(x), self.k(x), self.v(x))",
    )
    gradients = {stage.name: (stage.gradient, stage.gradient_reason) for stage in found.stages}
    assert gradients["q"][0] is None and "shares of an attention" in gradients["q"][1]
    assert (gradients["v"][0] or 0) > 0


@pytest.mark.parametrize(
    "made", ["nn.Linear(8, 8)", "nn.Dropout(0.1)", "nn.ReLU()", "nn.LayerNorm(8)", "nn.Conv2d(3, 8, 3)"]
)
@pytest.mark.parametrize("given", ["None", "[]", "x, None", "self.none"])
def test_of_a_layer_whose_input_is_not_there_nothing_is_told(made: str, given: str) -> None:
    constructor = f"self.layer = {made}\nself.none = None\nself.fc = nn.Linear(8, 8)\n"
    found = profiled(constructor, f"return self.fc(self.layer({given}))")
    assert [stage.name for stage in found.stages][-1] == "fc"

"""The expected signals are those of real networks, layer by layer."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from initls.model.answers import account  # noqa: E402
from initls.model.expected.names import Names  # noqa: E402
from initls.model.expected.profile import Stage, profile  # noqa: E402
from initls.model.expected.values import Assumed  # noqa: E402
from initls.model.machine.scope import Reading  # noqa: E402
from initls.model.traces.trace import Trace  # noqa: E402
from initls.model.traces.tracing import trace_class  # noqa: E402
from tests.model.traces import source_of  # noqa: E402
from tests.proofs.models import Case, cases  # noqa: E402

pytestmark = pytest.mark.torch

SEEDS = 20
MANY = 1_000
"""So many elements make a tensor whose spread says something."""

CASES = tuple(cases())

Measured = dict[str, tuple[float, float, float]]
"""For each module the medians of the deviation and the mean of what it puts out, and of the size of its gradient."""


def traced(case: Case) -> Trace:
    trace = trace_class(Reading(source_of(case.text)), "Net", whole=True)
    assert trace is not None
    return trace


def stages(case: Case, trace: Trace) -> Iterator[Stage]:
    """What is said of the modules; parts of a packed product are none."""
    found = profile(trace, trace.subjects[0], Assumed(case.side, case.tokens))
    return (stage for stage in found.stages if stage.name and " of " not in stage.name)


def measured(case: Case) -> tuple[Measured, dict[str, float]]:
    """What a real model's modules put out, and how far the elements of its parameters lie apart."""
    space: dict[str, Any] = {}
    exec(compile(case.text, case.name, "exec"), space)
    outputs: dict[str, list[tuple[float, float]]] = {}
    gradients: dict[str, list[float]] = {}
    parameters: dict[str, list[float]] = {}

    def watch(name: str, module: Any) -> None:
        def note(module: Any, inputs: Any, output: Any) -> None:
            tensor = output[0] if isinstance(output, tuple) else output
            if tensor.numel() < MANY:
                return
            outputs.setdefault(name, []).append((tensor.std().item(), tensor.mean().item()))
            if tensor.requires_grad:
                tensor.register_hook(lambda g: gradients.setdefault(name, []).append(g.square().mean().sqrt().item()))

        module.register_forward_hook(note)

    for seed in range(SEEDS):
        torch.manual_seed(seed)
        model = space["Net"]().train()
        for name, module in model.named_modules():
            watch(name, module)
        for name, parameter in model.named_parameters():
            if parameter.numel() >= MANY:
                parameters.setdefault(name, []).append(parameter.std().item())
        made = model(torch.randint(0, case.words, case.inputs) if case.words else torch.randn(case.inputs))
        made.backward(torch.randn_like(made))
    nothing = float("nan")
    return {
        name: (
            statistics.median(deviation for deviation, _ in found),
            statistics.median(mean for _, mean in found),
            statistics.median(gradients.get(name, [nothing])),
        )
        for name, found in outputs.items()
    }, {name: statistics.median(found) for name, found in parameters.items()}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_is_said_of_a_model_is_so(case: Case) -> None:
    trace = traced(case)
    outputs, parameters = measured(case)
    said = {stage.name: stage for stage in stages(case, trace)}
    known = {name: stage for name, stage in said.items() if name in outputs and stage.deviation is not None}
    wrong = [
        f"{name}: {stage.deviation:.4g} was said, {outputs[name][0]:.4g} it is"
        for name, stage in known.items()
        if abs((stage.deviation or 0.0) - outputs[name][0]) > 0.25 * outputs[name][0]
    ]
    assert not wrong, "\n".join(wrong)
    assert known, "nothing is said of any layer"
    assert len(known) >= 0.9 * sum(name in outputs for name in said), sorted(outputs.keys() - known.keys())

    gradients = [
        (name, stage.gradient, outputs[name][2])
        for name, stage in known.items()
        if stage.gradient is not None and outputs[name][2] > 0
    ]
    near = [name for name, expected, real in gradients if real / 3 <= expected <= 3 * real]
    assert len(near) >= 0.9 * len(gradients), gradients

    names = Names(trace)
    told = {}
    for one in account.accounts(trace):
        whole = names.of(one.name)
        told |= {whole.at(round): one for round in range(whole.count)}
    assert parameters.keys() <= told.keys()
    for name, deviation in parameters.items():
        spread = told[name].deviation
        assert spread is not None, name
        assert abs(spread - deviation) <= 0.05 * max(deviation, 1e-9), f"{name}: {spread} was said, {deviation} it is"


def test_there_are_enough_models() -> None:
    assert len(CASES) >= 50
    assert len({case.name for case in CASES}) == len(CASES)
    assert len({case.text for case in CASES}) >= 50

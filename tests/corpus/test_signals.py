"""What the report says of real models from timm, held against PyTorch.

The models are those classes of timm on the list that `test_reality` is drawn from whose forward pass takes a tensor:
blocks and whole networks, picked before there was a report. Each is built with the arguments of the list.
"""

from __future__ import annotations

import os
import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

torch = pytest.importorskip("torch")

from torch import nn  # noqa: E402

from initls.document import Document  # noqa: E402
from initls.facts import ir  # noqa: E402
from initls.facts.store import FactStore  # noqa: E402
from initls.library import Library  # noqa: E402
from initls.model.answers import account  # noqa: E402
from initls.model.expected.names import Names  # noqa: E402
from initls.model.expected.profile import profile  # noqa: E402
from initls.model.expected.values import Assumed  # noqa: E402
from initls.model.machine.scope import Reading  # noqa: E402
from initls.model.traces.source import FileSource  # noqa: E402
from initls.model.traces.trace import Trace  # noqa: E402
from initls.model.traces.tracing import trace_class  # noqa: E402
from initls.syntax.segments import Placed  # noqa: E402
from initls.workspace.index import Index  # noqa: E402
from tests.corpus import packages  # noqa: E402
from tests.corpus.reality import with_stack  # noqa: E402
from tests.corpus.reality_classes import CLASSES, Case, namespace  # noqa: E402

pytestmark = [pytest.mark.torch, pytest.mark.corpus, pytest.mark.timeout(900)]

SEEDS = 3
BATCH = 8
MANY = 1_000

TEXT = """\
from functools import partial
import torch
from torch import nn
from {module} import *
import {module} as package


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = package.{name}({arguments})

    def forward(self, x):
        return self.net(x)
"""


@dataclass(frozen=True)
class Compared:
    """What is said of a model's parameters and outputs, and what they are."""

    parameters: dict[str, tuple[float | None, float]]
    outputs: dict[str, tuple[float | None, float]]


def traced(case: Case, library: Library, store: FactStore) -> Trace:
    path = str(packages.CORPUS / "_net.py")
    part = Document.of(path, TEXT.format(**case._asdict())).parts[0]

    def read(placed: Placed) -> ir.Facts | None:
        found = store.facts(placed.segment)
        return found if isinstance(found, ir.Facts) else None

    trace = trace_class(Reading(FileSource(path, part.outline, read), library.around(path)), "Net", whole=True)
    assert trace is not None
    return trace


def measured(case: Case) -> tuple[dict[str, float], dict[str, float]]:
    """The deviations of what the layers put out that do something, and of the parameters: medians over the seeds."""
    space = namespace(packages.load(case.module))
    shape = (BATCH, *(int(size) for size in case.inputs.split(",")[1:]))
    outputs: dict[str, list[float]] = {}
    parameters: dict[str, list[float]] = {}

    def watch(name: str, module: Any) -> None:
        def note(module: Any, inputs: Any, output: Any) -> None:
            if torch.is_tensor(output) and output.numel() >= MANY:
                outputs.setdefault(name, []).append(output.std().item())

        module.register_forward_hook(note)

    for seed in range(SEEDS):
        torch.manual_seed(seed)
        model = eval(f"{case.name}({case.arguments})", space).train()
        for name, module in model.named_modules(prefix="net"):
            if next(module.children(), None) is None and not isinstance(module, nn.Identity | nn.Dropout):
                watch(name, module)
        for name, parameter in model.named_parameters(prefix="net"):
            spread = parameter.std().item() if parameter.numel() > 1 else 0.0
            parameters.setdefault(name, []).append(spread)
        with torch.no_grad():
            model(torch.randn(shape))
    return medians(outputs), medians(parameters)


def medians(found: dict[str, list[float]]) -> dict[str, float]:
    return {name: statistics.median(values) for name, values in found.items()}


def compared(case: Case, library: Library, store: FactStore) -> Compared:
    trace = traced(case, library, store)
    outputs, parameters = measured(case)
    sizes = [int(size) for size in case.inputs.split(",")]
    found = profile(trace, trace.subjects[0] if trace.subjects else None, Assumed(sizes[-1], sizes[1]))
    said = {stage.name: stage.deviation for stage in found.stages}
    names = Names(trace)
    told: dict[str, float | None] = {}
    for one in account.accounts(trace):
        whole = names.of(one.name)
        told |= {whole.at(round): one.deviation for round in range(whole.count)}
    return Compared(
        {name: (told.get(name), real) for name, real in parameters.items()},
        {name: (said.get(name), real) for name, real in outputs.items()},
    )


def every() -> Iterator[tuple[Case, Compared]]:
    store = FactStore()
    library = Library(Index((packages.CORPUS,)), store)
    for case in CLASSES:
        if case.module.startswith("timm.") and case.inputs:
            yield case, compared(case, library, store)


@pytest.mark.skipif(
    not packages.unpacked() and not os.environ.get("CI"), reason="needs the releases that `make corpus-files` unpacks"
)
def test_most_is_told_of_real_models_and_what_is_told_is_so() -> None:
    found = with_stack(lambda: list(every()))
    assert len(found) >= 70
    parameters = [pair for _, one in found for pair in one.parameters.values()]
    outputs = [(case, name, *pair) for case, one in found for name, pair in one.outputs.items()]
    known = [one for one in outputs if one[2] is not None]
    assert sum(said is not None for said, _ in parameters) >= 0.8 * len(parameters)
    assert len(known) >= 0.6 * len(outputs), f"{len(known)} of {len(outputs)}"
    wrong = [
        f"{case.name} {name}: {said:.4g} was said, {real:.4g} it is"
        for case, name, said, real in known
        if said is not None and abs(said - real) > 0.25 * real
    ]
    assert len(wrong) <= 0.03 * len(known), "\n".join(wrong)

"""Memory that nobody has written is what torch says it is: filled with NaN where results are to be reproducible."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from initls.findings import Finding
from tests.proofs.world import run, torch
from tests.rules.cases import Case


@contextmanager
def exposed() -> Iterator[None]:
    """Have torch fill uninitialized memory with NaN."""
    torch.use_deterministic_algorithms(True)
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(False)


def holds_garbage(case: Case, finding: Finding, match: re.Match[str]) -> None:
    with exposed():
        world = run(case)
    assert all(bool(parameter.isnan().all()) for parameter in world.parameters(match["name"]))


def is_read(case: Case, finding: Finding, match: re.Match[str]) -> None:
    with exposed():
        world = run(case)
    assert all(bool(parameter.isnan().all()) for parameter in world.parameters(match["name"]))
    world.model.double()
    with torch.no_grad():
        before = torch.get_default_dtype()
        torch.set_default_dtype(torch.float64)
        try:
            outputs = world.model(*world.inputs())
        finally:
            torch.set_default_dtype(before)
    assert bool(outputs.isnan().any())


_START = r"`(?P<name>[\w.]+)` is made from uninitialized memory, and "

CLAIMS = (
    (_START + r"nothing here writes it before `forward` reads it: it starts as whatever the memory held, NaN "
     r"included\.$", is_read),
    (_START + r"nothing is seen to write it: it starts as whatever the memory held, NaN included\.$", holds_garbage),
    (_START + r"nothing calls `reset_parameters`, which would write it: it starts as whatever the memory held\.$",
     holds_garbage),
)  # fmt: skip

BUILT = {"builds": "Scorer(8, 4)"}


def is_finite(case: Case, finding: Finding, text: str) -> None:
    with exposed():
        world = run(case, text)
    name = finding.message.split("`")[1]
    assert all(bool(parameter.isfinite().all()) for parameter in world.parameters(name))


CURE = is_finite

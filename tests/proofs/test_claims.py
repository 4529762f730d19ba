"""Each bad example shows on a real torch what its message says, and each look-alike does not."""

from __future__ import annotations

import re

import pytest

from tests.proofs.claims import claim_of
from tests.proofs.world import CLEAR, Poison, World, doubled, run, spread
from tests.rules.cases import Case, of_torch

BAD = [case for case in of_torch() if case.bad]
GOOD = [case for case in of_torch() if not case.bad]


@pytest.mark.parametrize("case", BAD, ids=lambda case: case.id)
def test_the_message_is_true(case: Case) -> None:
    for finding in case.check().findings:
        claim, match = claim_of(finding)
        claim(case, finding, match)


@pytest.mark.parametrize("case", GOOD, ids=lambda case: case.id)
def test_the_look_alike_is_right(case: Case) -> None:
    kept = [number for number, line in enumerate(case.source.splitlines(), 1) if line.endswith("# keeps")]
    if case.facts():
        world = run(case)
        names = {
            **world.names,
            "model": world.model,
            "untouched": world.untouched,
            "differ": lambda parameter, axis=0: spread(parameter, axis) > CLEAR,
            "gradients": lambda _: arriving(world),
        }
        with doubled():
            for fact in case.facts():
                assert eval(fact, names), fact
    for line in kept:
        world = run(case, poison=[line])
        assert Poison.written
        assert any(bool(p.isnan().any()) for p in world.model.parameters()), f"nothing is left of line {line}"
    if not case.facts() and not kept:
        assert not re.match("INI[2-9]", case.file), "this example has to say why it is right"
        learns(run(case))


def arriving(world: World, steps: int = 12) -> dict[str, bool]:
    """Which parameters some step of training has a gradient for."""
    reached = {name: False for name, p in world.model.named_parameters() if p.requires_grad}

    def each() -> None:
        for name, p in world.model.named_parameters():
            if p.grad is not None and bool((p.grad != 0).any()):
                reached[name] = True

    with doubled():
        world.train("Adam", steps, each)
    return reached


def learns(world: World) -> None:
    """Gradients reach everything, and units become different."""
    reached = arriving(world)
    assert all(reached.values()), f"no gradient reaches {[name for name, there in reached.items() if not there]}"
    for name, parameter in world.model.named_parameters():
        axis = world.axis(parameter)
        if parameter.requires_grad and parameter.dim() > 1 and parameter.shape[axis] > 1:
            assert world.spread(parameter) > CLEAR, f"the units of {name} are equal"

"""The networks of tutorials before and after their repair: whose distribution the weights have."""

from __future__ import annotations

import math

import pytest

from initls.fixes.apply import apply
from initls.knowledge.gains import kaiming_std
from tests.proofs.world import World, run
from tests.rules.cases import Case, cases, check

LENET = next(case for case in cases("seeds") if case.title.startswith("A LeNet"))
ZERO = next(case for case in cases("seeds") if case.title == "Zero initialization, as a tutorial shows it")


def repaired(case: Case, number: int = 0) -> str:
    result = case.check()
    (finding,) = result.findings
    return apply(result.document, result.fixes(finding)[number].edits).source


def bound(layer: object) -> float:
    """Torch's own default stays within one over the root of the fan in."""
    return 1 / math.sqrt(layer.weight[0].numel())  # type: ignore[attr-defined]


def convolutions(world: World) -> list[object]:
    return [world.model.conv1, world.model.conv2]


def test_the_early_call_leaves_torchs_defaults() -> None:
    world = run(LENET)
    for layer in (*convolutions(world), world.model.fc1, world.model.fc2, world.model.fc3):
        assert float(layer.weight.detach().abs().max()) <= bound(layer)  # type: ignore[attr-defined]
        assert bool((layer.bias != 0).all())  # type: ignore[attr-defined]


def test_the_moved_call_draws_from_kaiming() -> None:
    text = repaired(LENET)
    lines = [line.strip() for line in text.splitlines()]
    last = lines.index("self.fc3 = nn.Linear(84, classes)")
    guard = lines.index("if init_weights:")
    assert guard > last
    assert lines[guard + 1] == "self._initialize_weights()" or lines[guard + 1].startswith(
        "self._initialize_weights()  #"
    )
    world = run(LENET, text)
    for layer in convolutions(world):
        weight = layer.weight.detach()  # type: ignore[attr-defined]
        expected = kaiming_std(weight[:, 0].numel(), "relu")
        assert float(weight.std()) == pytest.approx(expected, rel=0.15)
        assert float(weight.abs().max()) > bound(layer), "a uniform draw within torch's bound would not reach so far"
        assert bool((layer.bias == 0).all())  # type: ignore[attr-defined]
    for layer in (world.model.fc1, world.model.fc2, world.model.fc3):
        assert float(layer.weight.detach().std()) == pytest.approx(0.01, rel=0.1)


def test_zeros_become_xavier_or_kaiming() -> None:
    result = ZERO.check()
    (finding,) = result.findings
    titles = [fix.title for fix in result.fixes(finding)]
    assert any("xavier" in title for title in titles)
    assert any("kaiming" in title for title in titles)
    for number in range(len(titles)):
        text = repaired(ZERO, number)
        assert check(text).findings == ()
        weight = run(ZERO, text).model.fc1.weight.detach()
        assert 0.1 / math.sqrt(784) < float(weight.std()) < 3 / math.sqrt(784)

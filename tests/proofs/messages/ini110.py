"""What INI110 says, and how it is shown: tokens that start alike are alike after training, though they learn."""

from __future__ import annotations

import re

from initls.findings import Finding
from tests.proofs.world import CLEAR, TINY, doubled, quoted, run, spread, torch
from tests.rules.cases import Case


def apart(parameter: torch.Tensor) -> float:
    """The largest difference between the first token and another."""
    return spread(parameter.detach().flatten(0, -2))


def never_differ(case: Case, finding: Finding, match: re.Match[str]) -> None:
    for optimizer in ("SGD", "Adam"):
        for seed in range(2):
            world = run(case, seed=seed)
            names = [match["name"], *quoted(match["others"] or "")]
            parameters = [p for name in names for p in world.parameters(name)]
            before = [p.detach().clone() for p in world.model.parameters()]
            for parameter in parameters:
                several = parameter.flatten(0, -2).shape[0]
                assert several > 1
                assert match["count"] is None or several == int(match["count"])
                assert apart(parameter) == 0
            with doubled():
                world.train(optimizer, 40)
            assert all(apart(parameter) <= TINY for parameter in parameters)
            after = zip(world.model.parameters(), before, strict=True)
            assert any(bool((p - old).abs().max() > CLEAR) for p, old in after), "nothing learns"


def learn_apart(case: Case, finding: Finding, text: str) -> None:
    world = run(case, text)
    name = quoted(finding.message)[0]
    with doubled():
        world.train("Adam", 40)
    assert all(apart(parameter) > CLEAR for parameter in world.parameters(name))


BUILT = {"builds": "Memory(8)", "reads": "torch.randn(4, 5, 8)"}
CURE = learn_apart

CLAIMS = (
    (
        r"the (?:(?P<count>\d+) )?tokens of `(?P<name>[\w.]+)` start alike, and attention takes them as a set: "
        r"they get the same gradient and can never differ\.(?P<others> The same goes for .+)?$",
        never_differ,
    ),
)

"""What INI326 says, and how it is shown: what is missed is drawn wider, and is added to the output of its block."""

from __future__ import annotations

import re

from initls.findings import Finding
from tests.proofs.world import World, doubled, quoted, run, torch
from tests.rules.cases import Case


def out_of(world: World, block: str, signal: torch.Tensor, name: str, times: float) -> torch.Tensor:
    """What a block makes of a signal when one of its matrices is so many times as large."""
    module = world.model.get_submodule(block)
    (weight,) = world.parameters(name)
    kept = weight.detach().clone()
    with torch.no_grad():
        weight.mul_(times)
        made = module(signal)
        weight.copy_(kept)
    return made


def misses(case: Case, finding: Finding, match: re.Match[str]) -> None:
    world = run(case)
    missed = quoted(match["missed"])
    misplaced = quoted(match["misplaced"] or "")
    with doubled():
        signal = torch.randn(2, 5, 8)
    for name in missed:
        block = re.match(r".+?\.\d+", name)
        assert block is not None
        wider = [float(p.detach().std()) for p in world.parameters(name)]
        scaled = [p for n, p in world.model.named_parameters() if n.startswith(block[0]) and 0 < float(p.std()) < 0.012]
        assert scaled
        assert all(one > 2 * float(other.detach().std()) for one in wider for other in scaled)
        # What is added comes out in proportion to the matrix, on top of what comes out without it.
        without, once, twice = (out_of(world, block[0], signal, name, times) for times in (0.0, 1.0, 2.0))
        assert torch.allclose(twice - without, 2 * (once - without))
        assert not torch.allclose(once, without)
        assert float((without * signal).sum()) > 0.5 * float(signal.pow(2).sum())
    for name in misplaced:
        assert all(float(p.detach().std()) < 0.012 for p in world.parameters(name))


BUILT = {
    "builds": "Net(__import__('types').SimpleNamespace(dim=8, n_layers=8))",
    "reads": "torch.randn(4, 5, 8)",
}

CLAIMS = (
    (
        r"this is scaled with the root of `\w+`, but (?P<missed>`.+?) (?:is|are) not, whose outputs? (?:is|are) added "
        r"to what (?:its block has|their blocks have) read(?:; (?P<misplaced>.+) (?:is|are) scaled, and (?:is|are) not "
        r"added)?\.$",
        misses,
    ),
)

"""Whatever an initialization writes that a checkpoint replaces, the model ends the same."""

from __future__ import annotations

import re

from initls.findings import Finding
from tests.proofs.world import Poison, run, torch
from tests.rules.cases import Case


def leaves_nothing(case: Case, finding: Finding, match: re.Match[str]) -> None:
    world = run(case, poison=[finding.span.start.line + 1])
    assert Poison.written
    assert all(bool(parameter.isfinite().all()) for parameter in world.model.parameters())


def is_the_same(case: Case, finding: Finding, text: str) -> None:
    before, after = run(case).model.state_dict(), run(case, text).model.state_dict()
    assert before.keys() == after.keys()
    loaded = [name for name in before if bool((before[name] == before[name].flatten()[0]).all())]
    assert loaded or case.title == "documentation"
    assert all(torch.equal(before[name], after[name]) for name in loaded)


CLAIMS = (
    (r"this initialization of .+ has no effect: the checkpoint that is loaded behind it replaces all that it writes\.$",
     leaves_nothing),
)  # fmt: skip
CURE = is_the_same
BUILT = {
    "builds": "restored((lambda file: (torch.save(nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 2))"
    ".state_dict(), file), file.seek(0), file)[2])(__import__('io').BytesIO()))"
}

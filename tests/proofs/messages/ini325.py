"""What INI325 says, and how it is shown: nothing finite is there, and nothing comes, or the line raises."""

from __future__ import annotations

import re

import pytest

from initls.findings import Finding
from tests.proofs.claims import raises_here
from tests.proofs.world import doubled, run
from tests.rules.cases import Case


def stays(case: Case, finding: Finding, match: re.Match[str]) -> None:
    world = run(case)
    parameters = world.parameters(match["name"])
    if value := match.groupdict().get("value"):
        assert all(str(float(number)) == value for p in parameters for number in p.detach().flatten())
    for optimizer in ("SGD", "Adam"):
        with doubled():
            world.train(optimizer)
        assert not any(bool(p.isfinite().any()) for p in parameters)


def raises(case: Case, finding: Finding, match: re.Match[str]) -> None:
    raises_here(case, finding, match)
    # What the message writes is Python's own doing, and raises by itself.
    with pytest.raises(Exception) as raised:
        eval(match["written"], {"math": __import__("math")})
    assert type(raised.value).__name__ == match["error"]


BUILT = {"reads": "torch.randn(16, 8)"}

CLAIMS = (
    (
        r"`(?P<name>[\w.]+)` is (?P<value>-?inf|nan) everywhere: no step of training can make a finite number of it\.$",
        stays,
    ),
    (
        r"`(?P<name>[\w.]+)` is drawn with (?:std|mean|gain) -?inf: no number in it is finite, nor ever will be\.$",
        stays,
    ),
    (
        r"this raises (?P<error>\w+): it comes down to `(?P<written>[^`]+)`, which has no value\.$",
        raises,
    ),
)

"""INI407: the attribute is not there; an assignment to it leaves the layer's own as it was."""

from __future__ import annotations

import re

import pytest

from initls.findings import Finding
from tests.proofs.world import doubled, run
from tests.rules.cases import Case


def lacks(case: Case, finding: Finding, match: re.Match[str]) -> None:
    with pytest.raises(AttributeError) as raised:
        run(case)
    assert f"'{match['kind']}' object has no attribute '{match['name']}'" in str(raised.value)


def stays(case: Case, finding: Finding, match: re.Match[str]) -> None:
    world = run(case)
    made = [one for one in world.model.modules() if match["name"] in vars(one) or match["name"] in one._parameters]
    assert made
    assert all(world.untouched(getattr(one, match["kept"])) for one in made)


def unused(case: Case, finding: Finding, match: re.Match[str]) -> None:
    world = run(case)
    made = [one._parameters[match["name"]] for one in world.model.modules() if match["name"] in one._parameters]
    assert made

    def each() -> None:
        assert all(parameter.grad is None for parameter in made)

    with doubled():
        world.train("SGD", each=each)


def CURE(case: Case, finding: Finding, text: str) -> None:
    assert run(case, text).model is not None


CLAIMS = (
    (r"a `(?P<kind>\w+)` has no `(?P<name>\w+)`: reading `.+` raises AttributeError\.$", lacks),
    (r"`.+` is a new attribute, for a `\w+` has no `(?P<name>\w+)`: its `(?P<kept>\w+)` stays as it is\.$", stays),
    (
        r"`.+` is a new parameter, for a `\w+` has no `(?P<name>\w+)`, and nothing here reads it: it never gets a "
        r"gradient\.$",
        unused,
    ),
)

"""What a forward pass makes or initializes each time: seen by what training leaves of it."""

from __future__ import annotations

import re
from typing import Any

from initls.findings import Finding
from tests.proofs.world import doubled, nn, run, torch
from tests.rules.cases import Case


class _Births:
    """The layers of one class that come into being inside the block."""

    def __init__(self, name: str) -> None:
        self.kind = getattr(nn, name)
        self.made: list[Any] = []

    def __enter__(self) -> list[Any]:
        self.original = self.kind.__init__

        def noted(this: Any, *arguments: Any, **keywords: Any) -> None:
            self.original(this, *arguments, **keywords)
            self.made.append(this)

        self.kind.__init__ = noted
        return self.made

    def __exit__(self, *exception: object) -> None:
        self.kind.__init__ = self.original


def made_anew(case: Case, finding: Finding, match: re.Match[str]) -> None:
    world = run(case)
    before = {id(p) for p in world.model.parameters()}
    with doubled(), _Births(match["name"]) as made:
        world.outputs()
        world.outputs()
    assert len(made) == 2
    drawn = [torch.cat([p.detach().flatten() for p in layer.parameters()]) for layer in made]
    assert all(id(p) not in before for layer in made for p in layer.parameters())
    assert torch.equal(*drawn) == ("drawn" not in finding.message)


def forgets(case: Case, finding: Finding, match: re.Match[str]) -> None:
    world = run(case)
    wanted = match["name"]
    parameters = [
        p
        for name, p in world.model.named_parameters()
        if name.rpartition(".")[2] == wanted or name.startswith(f"{wanted}.")
    ]
    marks = []
    for _ in range(2):
        with torch.no_grad():
            for parameter in parameters:
                parameter.fill_(7.0)
        with doubled():
            world.outputs()
        marks.append([bool((parameter == 7).any()) for parameter in parameters])
    assert any(not one and not two for one, two in zip(*marks, strict=True))


def replaced(case: Case, finding: Finding, match: re.Match[str]) -> None:
    world = run(case)
    found = []
    for _ in range(2):
        with doubled():
            world.outputs()
        found.append(getattr(world.model, match["name"]))
    assert found[0] is not found[1]


CLAIMS = (
    (r"this `(?P<name>\w+)` is made in every forward pass: its (?:weights are drawn each time and|parameters) never "
     r"train\.$", made_anew),
    (r"`(?P<name>[\w.]+)` is initialized in every forward pass: what it has learned is lost at each step\.$", forgets),
    (r"`(?P<name>\w+)` is made anew in every forward pass: no optimizer ever trains it\.$", replaced),
)  # fmt: skip

BUILT = {"builds": "Head(8)"}


def keeps_what_it_learns(case: Case, finding: Finding, text: str) -> None:
    world = run(case, text)
    before = {name: p.detach().clone() for name, p in world.model.named_parameters()}
    with doubled():
        world.outputs()
    after = dict(world.model.named_parameters())
    assert all(torch.equal(p, after[name]) for name, p in before.items())
    assert before.keys() == after.keys()
    with doubled():
        world.train("SGD", 2)


CURE = keeps_what_it_learns

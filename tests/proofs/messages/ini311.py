"""Biases of gates: what the vectors hold, and what torch's own arithmetic makes of it."""

from __future__ import annotations

import re
from typing import Any

from initls.findings import Finding
from tests.proofs.world import World, nn, quoted, run, torch
from tests.rules.cases import Case


def _forget(world: World, name: str) -> Any:
    """The second quarter of a vector."""
    (vector,) = world.parameters(name)
    return vector.detach().chunk(4)[1]


def adds_up(case: Case, finding: Finding, match: re.Match[str]) -> None:
    """Both vectors hold the number, and an LSTM whose matrices are zero forgets as if it stood there twice."""
    world = run(case)
    first, second = (_forget(world, name) for name in (match["first"], match["second"]))
    assert bool((first == float(match["each"])).all())
    assert bool((first + second == float(match["sum"])).all())
    layer = next(m for m in world.model.modules() if isinstance(m, nn.LSTM | nn.LSTMCell))
    with torch.no_grad():
        for name, p in layer.named_parameters():
            if "weight" in name:
                p.zero_()
        kept = 0.5
        state = torch.full((1, layer.hidden_size), kept, dtype=torch.float64)
        x = torch.zeros(1, layer.input_size, dtype=torch.float64)
        if isinstance(layer, nn.LSTM):
            cell = layer(x[None], (state[None] * 0, state[None]))[1][1][0]
        else:
            cell = layer(x, (state * 0, state))[1]
        gate = {name: p for name, p in layer.named_parameters() if "bias" in name and not name.endswith("reverse")}
        total = sum(list(gate.values())[:2])
        i, _, g, _ = total.chunk(4)
        forgotten = (cell - torch.sigmoid(i) * torch.tanh(g)) / kept
    assert torch.allclose(forgotten, torch.sigmoid(torch.tensor(float(match["sum"]), dtype=torch.float64)))


GATES = ("input", "forget", "cell", "output")


def in_another_gate(case: Case, finding: Finding, match: re.Match[str]) -> None:
    """The named quarter holds the number, the one of the forget gate what torch drew."""
    world = run(case)
    (vector,) = world.parameters(match["name"])
    quarters = dict(zip(GATES, vector.detach().chunk(4), strict=True))
    assert bool((quarters[match["gate"]] == float(match["value"])).all())
    assert float(quarters["forget"].abs().max()) < 1


def across(case: Case, finding: Finding, match: re.Match[str]) -> None:
    """What is set begins in one third and ends in another."""
    world = run(case)
    (vector,) = world.parameters(match["name"])
    thirds = [(part == float(match["value"])).double().mean() for part in vector.detach().chunk(3)]
    assert sum(0 < float(share) < 1 for share in thirds) == 2


def left_out(case: Case, finding: Finding, match: re.Match[str]) -> None:
    """The others hold what torch has drawn."""
    world = run(case)
    for name in quoted(match["names"]):
        assert float(_forget(world, name).abs().max()) < 1


def forgets_by_one(case: Case, finding: Finding, text: str) -> None:
    """In the first layer the two vectors add up to one for the forget gate, or one of them holds it."""
    world = run(case, text)
    layer = next(m for m in world.model.modules() if isinstance(m, nn.LSTM | nn.LSTMCell))
    found = [p.detach().chunk(4)[1] for name, p in layer.named_parameters() if name.startswith("bias")][:2]
    assert any(bool((p == 1).all()) for p in (*found, found[0] + found[1]))


CURE = forgets_by_one
BUILT = {"reads": "torch.randn(2, 3, 8)"}

CLAIMS = (
    (
        r"`(?P<first>[\w.]+)` and `(?P<second>[\w.]+)` are added, and both get (?P<each>[\d.]+) for the forget gate: "
        r"its bias starts at (?P<sum>[\d.]+)\.$",
        adds_up,
    ),
    (
        r"this sets the (?P<gate>\w+) gate of `(?P<name>[\w.]+)` to (?P<value>[\d.]+): the forget gate is the second "
        r"quarter, and keeps its start\.$",
        in_another_gate,
    ),
    (
        r"this sets the second quarter of `(?P<name>[\w.]+)` to (?P<value>[\d.]+), where an LSTM has its forget gate: "
        r"a GRU\w* keeps three gates, and none of them lies there\.$",
        across,
    ),
    (
        r"this opens the forget gate of one layer and direction only: (?P<names>.+) (?:keeps its|keep their) start\.$",
        left_out,
    ),
)

"""Positions that are drawn as weights: their deviation, and that it shrinks with their number."""

from __future__ import annotations

import re

from initls.findings import Finding
from tests.proofs.claims import claim_of
from tests.proofs.world import nn, run, torch
from tests.rules.cases import Case


def shrinks(case: Case, finding: Finding, match: re.Match[str]) -> None:
    (positions,) = run(case).parameters(match["name"])
    assert positions.dim() > 2 and positions.shape[0] == 1
    line = case.source.splitlines()[finding.span.start.line]
    call = re.search(r"init\.(\w+)\([\w.]+(?:, (\w+)=([\d.*]+))?\)", line)
    assert call is not None
    told = match.groupdict()
    if told.get("inputs") is not None:
        assert positions[0].numel() == int(told["inputs"])
        assert 0.85 < float(positions.detach().std()) / float(told["deviation"]) < 1.18
    keywords = {call[2]: eval(call[3])} if call[2] else {}
    longer = torch.empty(1, 4 * positions.shape[1], *positions.shape[2:])
    drawn = getattr(nn.init, call[1])(longer, **keywords)
    assert float(drawn.std()) < 0.7 * float(positions.detach().std())


def is_fixed(case: Case, finding: Finding, text: str) -> None:
    _, match = claim_of(finding)
    (positions,) = run(case, text).parameters(match["name"])
    assert 0.015 < float(positions.detach().std()) < 0.025


BUILT = {"reads": "torch.randn(2, 196, 64)"}
CURE = is_fixed

_NAME = r"`(?P<name>[\w.]+)` is added to a signal, not multiplied with it, but drawn as a weight"

CLAIMS = (
    (_NAME + r": its deviation shrinks with the number of its positions\.$", shrinks),
    (
        _NAME + r" of (?P<inputs>\d+) inputs: its deviation is (?P<deviation>[\d.e-]+), and shrinks with the number of "
        r"its positions\.$",
        shrinks,
    ),
)

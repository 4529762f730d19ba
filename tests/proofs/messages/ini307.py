"""Bounds of a truncated normal: whether they cut off anything, and what deviation is left."""

from __future__ import annotations

import re
from typing import Any

from initls.findings import Finding
from tests.proofs.world import Poison, doubled, run, torch
from tests.rules.cases import Case


def drawn(case: Case, finding: Finding) -> list[Any]:
    """The tensors that the line writes."""
    world = run(case, poison=[finding.span.start.line + 1])
    assert Poison.written
    names = [name for name, p in world.model.named_parameters() if bool(p.isnan().any())]
    built = dict(run(case).model.named_parameters())
    return [built[name].detach() for name in names]


def cuts_nothing(case: Case, finding: Finding, match: re.Match[str]) -> None:
    low, high, std = (float(match[name]) for name in ("low", "high", "std"))
    for tensor in drawn(case, finding):
        assert 0.85 < float(tensor.std()) / std < 1.15
    # A normal distribution of that deviation keeps within the bounds by itself, however often it is drawn.
    center = (low + high) / 2 if "mean=0.5" not in case.source else 0.5
    torch.manual_seed(0)
    many = torch.randn(2_000_000) * std + center
    assert low < float(many.min()) and float(many.max()) < high


def counts_for_nothing(case: Case, finding: Finding, match: re.Match[str]) -> None:
    low, high, actual = (float(match[name]) for name in ("low", "high", "actual"))
    for tensor in drawn(case, finding):
        assert low <= float(tensor.min()) and float(tensor.max()) <= high
        assert 0.9 < float(tensor.std()) / actual < 1.1
        with doubled():
            even = torch.empty(tensor.shape).uniform_(low, high)
        levels = torch.tensor([0.1, 0.3, 0.5, 0.7, 0.9], dtype=tensor.dtype)
        assert float((tensor.quantile(levels) - even.quantile(levels)).abs().max()) < 0.1 * (high - low)


_BOUNDS = r"the bounds (?P<low>[-\d.e]+) and (?P<high>[-\d.e]+) "

BUILT = {"reads": "torch.randn(16, 64)"}
CLAIMS = (
    (_BOUNDS + r"are numbers, not deviations: with a deviation of (?P<std>[\d.e-]+) they cut off nothing\.$",
     cuts_nothing),
    (
        _BOUNDS + r"lie within [\d.e-]+ deviations: what is drawn is even between them, with a deviation of "
        r"(?P<actual>[\d.e-]+) instead of [\d.e-]+\.$",
        counts_for_nothing,
    ),
)  # fmt: skip

"""Packed matrices that are taken for one: their spread, and whether the parts are orthogonal."""

from __future__ import annotations

import re
from typing import Any

from initls.findings import Finding
from tests.proofs.world import quoted, run, torch
from tests.rules.cases import Case


def _parts(case: Case, match: re.Match[str]) -> list[tuple[Any, ...]]:
    world = run(case)
    return [p.detach().chunk(int(match["parts"])) for name in quoted(match["names"]) for p in world.parameters(name)]


def not_orthogonal(case: Case, finding: Finding, match: re.Match[str]) -> None:
    """The rows of no part are orthonormal, nor are its columns; those of the whole are."""
    for parts in _parts(case, match):
        whole = torch.cat(parts)
        assert _orthonormal(whole)
        assert not any(_orthonormal(part) for part in parts)


def _orthonormal(matrix: Any) -> bool:
    small = matrix if matrix.shape[0] < matrix.shape[1] else matrix.T
    return bool(torch.allclose(small @ small.T, torch.eye(len(small), dtype=matrix.dtype), atol=1e-6))


def spread_of_all(case: Case, finding: Finding, match: re.Match[str]) -> None:
    """Drawn by itself with the same call, each part has the larger spread by so much."""
    world = run(case)
    call = getattr(torch.nn.init, match["scheme"])
    keywords = {"mode": "fan_out", "nonlinearity": "linear"} if "kaiming" in match["scheme"] else {}
    for name in quoted(match["names"]):
        for p in world.parameters(name):
            alone = torch.empty(len(p) // int(match["parts"]), p.shape[1], dtype=p.dtype)
            drawn = sum(float(call(alone, **keywords).std()) for _ in range(40)) / 40
            share = float(p.detach().std()) / drawn
            assert share < 0.9
            if match.groupdict().get("share"):
                assert abs(share - float(match["share"])) < 0.06


def each_by_itself(case: Case, finding: Finding, text: str) -> None:
    """An orthogonal part is orthogonal; a part of another kind has more spread than before."""
    before, after = run(case), run(case, text)
    for name in quoted(finding.message.partition(" hold")[0]):
        for old, new in zip(before.parameters(name), after.parameters(name), strict=True):
            if "orthogonal_" in finding.message:
                assert all(_orthonormal(part) for part in new.detach().chunk(4 if "4 gates" in finding.message else 3))
            else:
                assert float(new.detach().std()) > 1.1 * float(old.detach().std())


CURE = each_by_itself
BUILT = {"reads": "torch.randn(2, 3, 8)"}

_START = (
    r"(?P<names>.+) holds? (?P<parts>\d) (?:gate|part)s one below the other, and (?P<scheme>\w+) takes (?:it|each) "
)

CLAIMS = (
    (_START + r"for one matrix: no (?:gate|part) is orthogonal by itself\.$", not_orthogonal),
    (_START + r"for one matrix: it counts the outputs of all \d together\.$", spread_of_all),
    (
        _START + r"for one matrix: its spread is (?P<share>[\d.]+) of what each (?:gate|part) would get by itself\.$",
        spread_of_all,
    ),
)

"""Why no rule speaks of draws in low precision: they are what a draw in single precision gives when it is cast."""

from __future__ import annotations

import pytest

from tests.proofs.world import nn, torch

COUNT = 400_000
LEVELS = (0.001, 0.01, 0.25, 0.5, 0.75, 0.99, 0.999)


@pytest.mark.parametrize("precision", ["bfloat16", "float16"])
@pytest.mark.parametrize(("function", "arguments"), [("normal_", (0.0, 1.0)), ("uniform_", (-1.0, 1.0))])
def test_a_draw_is_like_a_cast(function: str, arguments: tuple[float, float], precision: str) -> None:
    torch.manual_seed(0)
    draw, kind = getattr(nn.init, function), getattr(torch, precision)
    low = draw(torch.empty(COUNT, dtype=kind), *arguments).float()
    cast = draw(torch.empty(COUNT, dtype=torch.float32), *arguments).to(kind).float()
    levels = torch.tensor(LEVELS)
    assert float((low.quantile(levels) - cast.quantile(levels)).abs().max()) < 0.1
    assert 0.9 < low.unique().numel() / cast.unique().numel() < 1.1
    assert 0.9 < float(low.abs().max() / cast.abs().max()) < 1.1


@pytest.mark.parametrize("precision", ["bfloat16", "float16"])
@pytest.mark.parametrize(("std", "bound"), [(0.02, 2.0), (0.02, 0.04), (1.0, 2.0)])
def test_a_truncated_draw_is_like_a_cast(std: float, bound: float, precision: str) -> None:
    """Computed with the inverse error function it would put numbers at bounds that are a hundred deviations away."""
    torch.manual_seed(0)
    kind = getattr(torch, precision)
    low = nn.init.trunc_normal_(torch.empty(COUNT, dtype=kind), 0.0, std, -bound, bound).float()
    cast = nn.init.trunc_normal_(torch.empty(COUNT, dtype=torch.float32), 0.0, std, -bound, bound).to(kind).float()
    levels = torch.tensor(LEVELS)
    assert float((low.quantile(levels) - cast.quantile(levels)).abs().max()) < 0.1 * std
    assert 0.9 < low.unique().numel() / cast.unique().numel() < 1.1
    assert float(low.abs().max()) < 6 * std

"""Attention with hand-made projections. Matrices, unlike the gain of a norm, must not start at a constant."""

import torch
from torch import nn


class SelfAttention(nn.Module):
    """INI104: query and key are multiplied with each other, and both are zero."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.scale = width**-0.5
        self.query = nn.Parameter(torch.zeros(width, width))
        self.key = nn.Parameter(torch.zeros(width, width))
        self.value = nn.Parameter(torch.randn(width, width) * self.scale)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        q, k, v = x @ self.query, x @ self.key, x @ self.value
        weights = torch.softmax(q @ k.transpose(-2, -1) * self.scale, dim=-1)
        return weights @ v


class FeedForward(nn.Module):
    """INI102: the inner units compute one and the same thing, and will for ever."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.inner = nn.Parameter(torch.full((width, 4 * width), 0.02))
        self.outer = nn.Parameter(torch.full((4 * width, width), 0.02))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.relu(x @ self.inner) @ self.outer

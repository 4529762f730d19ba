"""Attention with hand-made projections, all of which start at zero."""

import torch
from torch import nn


class SelfAttention(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.scale = width**-0.5
        # INI102: matrices, unlike the weights of a norm, must not start at a constant.
        self.query = nn.Parameter(torch.zeros(width, width))
        self.key = nn.Parameter(torch.zeros(width, width))
        self.value = nn.Parameter(torch.zeros(width, width))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        q, k, v = x @ self.query, x @ self.key, x @ self.value
        weights = torch.softmax(q @ k.transpose(-2, -1) * self.scale, dim=-1)
        return weights @ v

"""Random initializers that are random in name only."""

import torch
from torch import nn


class Regressor(nn.Module):
    def __init__(self, features: int) -> None:
        super().__init__()
        self.inner = nn.Linear(features, 32)
        self.outer = nn.Linear(32, 1)
        nn.init.normal_(self.inner.weight, mean=0.0, std=0.0)  # INI103: a normal distribution without any spread
        nn.init.zeros_(self.inner.bias)
        nn.init.uniform_(self.outer.weight, 0.05, 0.05)  # INI103: from 0.05 to 0.05

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.outer(torch.tanh(self.inner(x)))

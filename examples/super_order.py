"""A module that sets up its layers before it sets up itself: building it raises."""

import torch
from torch import nn


class Encoder(nn.Module):
    def __init__(self, features: int, width: int = 64) -> None:
        self.width = width
        self.project = nn.Linear(features, width)  # INI201: nn.Module has nowhere to put it yet
        super().__init__()
        self.norm = nn.LayerNorm(width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.norm(self.project(x))

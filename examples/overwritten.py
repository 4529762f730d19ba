"""An initialization that is written and never read."""

import torch
import torch.nn as nn


class Classifier(nn.Module):
    def __init__(self, features: int, classes: int) -> None:
        super().__init__()
        self.body = nn.Linear(features, 256)
        self.head = nn.Linear(256, classes)
        nn.init.orthogonal_(self.head.weight)  # INI203: the line below writes over all of it
        nn.init.xavier_uniform_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(torch.relu(self.body(x)))

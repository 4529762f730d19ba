"""Two ways to stop a small network from learning: every weight the same, and every weight zero."""

import torch
from torch import nn
from torch.nn import init


class Constant(nn.Module):
    """INI101: the hidden units start alike, in front of an output layer that treats them alike, and so they stay."""

    def __init__(self, inputs: int, hidden: int, outputs: int) -> None:
        super().__init__()
        self.hidden = nn.Linear(inputs, hidden)
        self.output = nn.Linear(hidden, outputs)
        for layer in (self.hidden, self.output):
            init.constant_(layer.weight, 0.1)
            init.zeros_(layer.bias)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.output(torch.tanh(self.hidden(x)))


class Dead(nn.Module):
    """INI104: zero in front of a ReLU in front of zero, and no gradient finds its way to the weights."""

    def __init__(self, inputs: int, hidden: int, outputs: int) -> None:
        super().__init__()
        self.first = nn.Linear(inputs, hidden)
        self.act = nn.ReLU()
        self.second = nn.Linear(hidden, outputs)
        init.zeros_(self.first.weight)
        init.zeros_(self.first.bias)
        init.zeros_(self.second.weight)
        init.zeros_(self.second.bias)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.second(self.act(self.first(x)))

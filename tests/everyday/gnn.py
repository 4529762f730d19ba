"""Graph attention over edge lists: parameters made by `torch.empty` and drawn in `reset_parameters`."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.parameter import Parameter


class GraphConvolution(nn.Module):
    """A graph convolution as in Kipf and Welling."""

    def __init__(self, in_features: int, out_features: int, bias: bool = True):
        super().__init__()
        self.in_features = in_features
        self.out_features = out_features
        self.weight = Parameter(torch.empty(in_features, out_features))
        if bias:
            self.bias = Parameter(torch.empty(out_features))
        else:
            self.register_parameter("bias", None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        stdv = 1.0 / math.sqrt(self.weight.size(1))
        self.weight.data.uniform_(-stdv, stdv)
        if self.bias is not None:
            self.bias.data.uniform_(-stdv, stdv)

    def forward(self, x: Tensor, adjacency: Tensor) -> Tensor:
        output = torch.sparse.mm(adjacency, x @ self.weight)
        return output if self.bias is None else output + self.bias


class GATLayer(nn.Module):
    def __init__(self, in_channels: int, out_channels: int, heads: int = 4, concat: bool = True, slope: float = 0.2):
        super().__init__()
        self.heads, self.out_channels, self.concat, self.slope = heads, out_channels, concat, slope
        self.lin = nn.Linear(in_channels, heads * out_channels, bias=False)
        self.att_src = nn.Parameter(torch.empty(1, heads, out_channels))
        self.att_dst = nn.Parameter(torch.empty(1, heads, out_channels))
        self.bias = nn.Parameter(torch.empty(heads * out_channels if concat else out_channels))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        nn.init.xavier_uniform_(self.lin.weight, gain=nn.init.calculate_gain("relu"))
        nn.init.xavier_uniform_(self.att_src)
        nn.init.xavier_uniform_(self.att_dst)
        nn.init.zeros_(self.bias)

    def forward(self, x: Tensor, edge_index: Tensor) -> Tensor:
        source, target = edge_index
        h = self.lin(x).view(-1, self.heads, self.out_channels)
        score = (h * self.att_src).sum(-1)[source] + (h * self.att_dst).sum(-1)[target]
        weight = F.leaky_relu(score, self.slope).exp()
        total = torch.zeros(x.size(0), self.heads).index_add_(0, target, weight)
        message = h[source] * (weight / (total[target] + 1e-9)).unsqueeze(-1)
        out = torch.zeros_like(h).index_add_(0, target, message)
        out = out.flatten(1) if self.concat else out.mean(dim=1)
        return out + self.bias


class RelationalLayer(nn.Module):
    """One matrix a relation, each a mixture of a few shared bases."""

    def __init__(self, in_channels: int, out_channels: int, num_relations: int, num_bases: int = 2):
        super().__init__()
        self.basis = nn.Parameter(torch.empty(num_bases, in_channels, out_channels))
        self.comp = nn.Parameter(torch.empty(num_relations, num_bases))
        self.root = nn.Linear(in_channels, out_channels)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        bound = math.sqrt(6 / (self.basis.size(1) + self.basis.size(2)))
        nn.init.uniform_(self.basis, -bound, bound)
        nn.init.normal_(self.comp, std=self.comp.size(1) ** -0.5)
        self.root.reset_parameters()

    def forward(self, x: Tensor, edge_index: Tensor, edge_type: Tensor) -> Tensor:
        source, target = edge_index
        weight = torch.einsum("rb,bio->rio", self.comp, self.basis)
        message = torch.einsum("ei,eio->eo", x[source], weight[edge_type])
        return self.root(x).index_add(0, target, message)


class GraphNet(nn.Module):
    def __init__(self, in_channels: int, hidden: int, num_classes: int, num_relations: int = 3):
        super().__init__()
        self.conv1 = GATLayer(in_channels, hidden, heads=4)
        self.conv2 = RelationalLayer(4 * hidden, hidden, num_relations)
        self.norm = nn.LayerNorm(hidden)
        self.conv3 = GraphConvolution(hidden, num_classes)

    def reset_parameters(self) -> None:
        for module in (self.conv1, self.conv2, self.norm, self.conv3):
            module.reset_parameters()

    def forward(self, x: Tensor, edge_index: Tensor, edge_type: Tensor) -> Tensor:
        adjacency = torch.sparse_coo_tensor(edge_index, torch.ones(edge_index.size(1)), (x.size(0), x.size(0)))
        x = F.elu(self.conv1(F.dropout(x, 0.2, self.training), edge_index))
        x = F.relu(self.norm(self.conv2(x, edge_index, edge_type)))
        return self.conv3(x, adjacency)


def main(steps: int = 30, runs: int = 2) -> float:
    torch.manual_seed(0)
    x, y = torch.randn(40, 16), torch.randint(0, 4, (40,))
    edge_index, edge_type = torch.randint(0, 40, (2, 160)), torch.randint(0, 3, (160,))
    model, loss = GraphNet(16, 16, 4), torch.zeros(())
    for _ in range(runs):
        model.reset_parameters()
        optimizer = torch.optim.Adam(model.parameters(), lr=5e-3, weight_decay=5e-4)
        for _ in range(steps):
            model.train()
            optimizer.zero_grad()
            loss = F.cross_entropy(model(x, edge_index, edge_type), y)
            loss.backward()
            optimizer.step()
    return loss.item()


if __name__ == "__main__":
    print(main())

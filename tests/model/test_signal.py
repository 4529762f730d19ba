"""Rows of layers without a norm in between, and what a layer's output meets."""

from __future__ import annotations

from initls.model.answers.signal import Way, layers_in, resized, rows, way
from initls.model.state.flow import Node
from initls.model.traces.trace import Subject, Trace
from tests.model.traces import PREAMBLE, trace_of


def followed(body: str) -> tuple[Trace, Subject]:
    trace = trace_of(PREAMBLE + body)
    return trace, trace.subjects[0]


def halves(node: Node, met: Way) -> float | None:
    return 0.5 if met.activation == "relu" else None


DEEP = """
class Net(nn.Module):
    def __init__(self, depth=7):
        super().__init__()
        self.first = nn.Linear(8, 16)
        self.layers = nn.ModuleList([nn.Linear(16, 16) for _ in range(depth)])
        self.last = nn.Linear(16, 4)
        for m in self.modules():
            if isinstance(m, nn.Linear):
                nn.init.xavier_uniform_(m.weight)

    def forward(self, x):
        x = F.relu(self.first(x))
        for layer in self.layers:
            x = F.dropout(F.relu(layer(x)))
        return self.last(x)
"""


def test_a_row_counts_what_a_long_loop_makes() -> None:
    trace, subject = followed(DEEP)
    found = rows(trace, subject, halves)
    assert {row.layers for row in found.values()} == {8}
    assert {round(row.factor * 2**8, 6) for row in found.values()} == {1}


def test_a_sum_ends_a_row() -> None:
    trace, subject = followed(DEEP.replace("x = F.dropout(F.relu(layer(x)))", "x = x + F.relu(layer(x))"))
    assert {row.layers for row in rows(trace, subject, halves).values()} == {1}


def test_a_norm_ends_a_row() -> None:
    body = DEEP.replace("F.dropout(F.relu(layer(x)))", "F.layer_norm(F.relu(layer(x)), (16,))")
    trace, subject = followed(body)
    assert max(row.layers for row in rows(trace, subject, halves).values()) < 8
    layer = next(node for node in subject.graph.nodes if node.kind == "affine" and way(subject, node).norm)
    assert resized(subject, layer)


def test_what_a_layer_meets() -> None:
    _, subject = followed(DEEP)
    first = next(node for node in subject.graph.nodes if node.kind == "affine")
    met = way(subject, first)
    assert (met.activation, met.norm, met.joined, met.scaled, met.pooled, len(met.next)) == (
        "relu", False, False, False, 0, 1,
    )  # fmt: skip
    assert not resized(subject, first)


def test_a_product_with_a_number_sets_the_size_anew() -> None:
    _, subject = followed(DEEP.replace("F.relu(self.first(x))", "F.relu(self.first(x) * 0.5)"))
    first = next(node for node in subject.graph.nodes if node.kind == "affine")
    assert way(subject, first).scaled
    assert resized(subject, first)


def test_a_layer_that_the_forward_pass_makes_counts_once() -> None:
    body = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(8, 16)
        nn.init.zeros_(self.first.weight)
        nn.init.zeros_(self.first.bias)

    def forward(self, x):
        return nn.Linear(16, 4)(F.relu(self.first(x)))
"""
    trace, subject = followed(body)
    assert layers_in(trace, subject) == 2

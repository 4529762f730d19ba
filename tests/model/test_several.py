"""What is one of several tensors or layers is taken for one of them: nothing rests on any one, no write passes it."""

from __future__ import annotations

from initls.model.state.contents import Constant
from initls.model.traces.trace import Trace
from tests.model.traces import content, net, number

TWO_ZEROS = "self.a = nn.Linear(8, 8)\nself.b = nn.Linear(8, 8)\nself.option = option\n" + "".join(
    f"nn.init.zeros_(self.{name}.{part})\n" for name in "ab" for part in ("weight", "bias")
)


def dead(trace: Trace, name: str) -> bool:
    found = trace.outlook(number(trace, name))
    return found is not None and found[1].dead


def test_one_path_is_a_proof() -> None:
    assert dead(net(TWO_ZEROS, "return self.b(self.a(x))"), "b.weight")


def test_one_of_two_paths_is_none() -> None:
    trace = net(TWO_ZEROS, "if self.option:\n    h = self.a(x)\nelse:\n    h = x\nreturn self.b(h)")
    assert not dead(trace, "b.weight")


def test_one_of_two_factors_is_none() -> None:
    forward = "if self.option:\n    p = x\nelse:\n    p = self.a(x)\nreturn self.b(x) @ p"
    assert not dead(net(TWO_ZEROS, forward), "b.weight")
    assert dead(net(TWO_ZEROS, "return self.b(x) @ self.a(x)"), "b.weight")


def test_a_layer_or_nothing_is_written_where_it_is_a_layer() -> None:
    trace = net("self.fc = nn.Linear(8, 8) if width > 0 else nn.Identity()\nnn.init.ones_(self.fc.weight)")
    assert content(trace, "fc.weight") == Constant(1.0)


def test_one_of_two_layers_may_not_be_written() -> None:
    chosen = "self.a = nn.Linear(8, 8)\nself.b = nn.Linear(8, 8)\nlayer = self.a if x else self.b\n"
    trace = net(chosen + "nn.init.ones_(layer.weight)")
    assert content(trace, "a.weight") is None


def test_a_matrix_that_is_turned_for_a_product_is_followed() -> None:
    made = "self.w = nn.Parameter(torch.zeros(6, 5))\nself.fc = nn.Linear(6, 3)\n"
    assert dead(net(made, "return self.fc(torch.relu(x @ self.w.t()))"), "w")
    assert dead(net(made, "return self.fc(torch.relu(x @ self.w.T))"), "w")
    assert not dead(net(made, "w = self.w.t()\nreturn self.fc(torch.relu(x @ w)) + w.sum()"), "w")

"""An initializer from elsewhere that goes by the name of one of torch's, and a block whose own one is repeated."""

from __future__ import annotations

import pytest

from initls.model.answers.overwritten import void_writes
from initls.model.state.contents import Random
from tests.model.traces import PREAMBLE, content, net, program_of

IMPORTS = "from .layers import trunc_normal_, zeros_, trunc_normal_tf_\n\n\n"


def test_a_drawing_namesake_draws() -> None:
    trace = net("self.fc = nn.Linear(8, 8)\ntrunc_normal_(self.fc.weight, std=0.02)", before=IMPORTS)
    found = content(trace, "fc.weight")
    assert isinstance(found, Random)
    assert found.scheme == "trunc_normal"
    assert dict(found.arguments)["std"] == 0.02


@pytest.mark.parametrize("function", ["zeros_", "trunc_normal_tf_"])
def test_other_functions_may_do_anything(function: str) -> None:
    trace = net(f"self.fc = nn.Linear(8, 8)\n{function}(self.fc.weight)", before=IMPORTS)
    assert content(trace, "fc.weight") is None


BLOCK = """class Block(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.fc = nn.Linear(width, width)
        nn.init.normal_(self.fc.weight, std=0.02)


class Net(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.block = Block(width)
        self.head = nn.Linear(width, width)
"""


def test_a_model_may_repeat_what_its_block_does_for_itself() -> None:
    again = "        nn.init.xavier_uniform_(self.block.fc.weight)\n"
    assert not void_writes(program_of(PREAMBLE + BLOCK + again))


def test_a_model_does_not_repeat_itself() -> None:
    twice = "        nn.init.xavier_uniform_(self.head.weight)\n        nn.init.normal_(self.head.weight)\n"
    assert len(void_writes(program_of(PREAMBLE + BLOCK + twice))) == 1

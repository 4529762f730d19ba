"""Idioms are recognized by what is written and where it goes."""

from __future__ import annotations

import re

import pytest

from initls.knowledge.idioms import IDIOMS
from initls.model.answers.idioms import recognized
from initls.model.traces.tracer import Tracer
from tests.model.traces import PREAMBLE, source_of
from tests.rules.cases import Case, cases

IDIOM = re.compile(r"(I\d+):")

OTHERWISE = {
    "I16: an averaging kernel that does not learn": "I25",
    "I23: running statistics": "",
}
"""Examples that are known as something else: a fixed kernel that is one number, and text that nobody traces."""


def ids(source: str, filename: str = "model.py") -> dict[str, set[str]]:
    """The idioms of a text, each with the parameters that it is found at."""
    if not re.search(r"^(import|from) ", source, re.MULTILINE):
        source = PREAMBLE + source
    tracer = Tracer()
    program = tracer.program(source_of(source, filename))
    found: dict[str, set[str]] = {}
    for trace in program.traces:
        followed = tracer.followed(source_of(source, filename), trace)
        for one in () if followed is None else recognized(followed, test=program.is_test):
            found.setdefault(one.idiom.id, set()).add(one.name)
    return found


@pytest.mark.parametrize(
    "case", [case for case in cases("idioms") if IDIOM.match(case.title)], ids=lambda case: case.title
)
def test_the_examples_are_recognized(case: Case) -> None:
    match = IDIOM.match(case.title)
    assert match is not None
    wanted = OTHERWISE.get(case.title, match[1])
    assert not wanted or wanted in ids(case.source, case.filename)


def net(constructor: str, forward: str) -> dict[str, set[str]]:
    """The idioms of a class."""
    lines = "\n".join(f"        {line}" for line in ["super().__init__()", *constructor.strip().splitlines()])
    body = "\n".join(f"        {line}" for line in forward.strip().splitlines())
    return ids(f"class Net(nn.Module):\n    def __init__(self):\n{lines}\n\n    def forward(self, x, y):\n{body}\n")


ELSEWHERE = {
    "I3": (
        "self.a = nn.Embedding(8, 2)\nself.b = nn.Linear(2, 8, bias=False)\n"
        "nn.init.zeros_(self.b.weight)\nself.down = nn.Linear(8, 2, bias=False)\n"
        "self.up = nn.Linear(2, 8, bias=False)\nself.up.weight.data.zero_()",
        "return x + self.up(self.down(x)) * 0.5",
    ),
    "I4": (
        "self.mod = nn.Sequential(nn.SiLU(), nn.Linear(8, 48))\nself.norm = nn.LayerNorm(8)\n"
        "self.mlp = nn.Linear(8, 8)\nnn.init.zeros_(self.mod[-1].weight)",
        "a, b, c, d, e, f = self.mod(y).chunk(6, dim=1)\n"
        "x = x + c.unsqueeze(1) * self.mlp(self.norm(x) * (1 + b.unsqueeze(1)) + a.unsqueeze(1))\n"
        "return x + f.unsqueeze(1) * self.mlp(self.norm(x) * (1 + e.unsqueeze(1)) + d.unsqueeze(1))",
    ),
    "I8": (
        "self.offset = nn.Conv2d(8, 18, 3, padding=1)\nnn.init.zeros_(self.offset.weight)\n"
        "self.weight = nn.Parameter(torch.randn(8, 8, 3, 3))",
        "return torchvision.ops.deform_conv2d(x, self.offset(x), self.weight)",
    ),
    "I17": (
        "self.gate = nn.Parameter(torch.zeros(1))\nself.branch = nn.Linear(8, 8)",
        "return x + torch.tanh(self.gate) * self.branch(y)",
    ),
    "I20": (
        "self.net = nn.Sequential(nn.Conv2d(4, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, 8, 3, padding=1))\n"
        "nn.init.zeros_(self.net[-1].weight)",
        "shift, scale = self.net(y).chunk(2, dim=1)\nreturn x * torch.exp(scale) + shift",
    ),
    "I6": ("self.body = nn.Linear(8, 8)\nself.head = nn.Linear(8, 3)\nself.head.weight.data.zero_()",
           "return self.head(torch.relu(self.body(x)))"),
    "I2": ("self.zero = nn.Conv1d(8, 8, 1)\nfor p in self.zero.parameters():\n    p.detach().zero_()",
           "return y + self.zero(x)"),
}  # fmt: skip


@pytest.mark.parametrize("id", ELSEWHERE)
def test_other_spellings_are_recognized(id: str) -> None:
    constructor, forward = ELSEWHERE[id]
    if "torchvision" in forward:
        forward = "import torchvision\n" + forward
    assert id in net(constructor, forward)


LOOK_ALIKES = {
    "a hidden layer of zeros": ("self.a = nn.Linear(8, 8)\nself.b = nn.Linear(8, 8)\nnn.init.zeros_(self.a.weight)",
                                "return self.b(torch.relu(self.a(x)))"),
    "a norm of zero gain without a skip": ("self.bn = nn.BatchNorm1d(8)\nnn.init.zeros_(self.bn.weight)",
                                           "return torch.relu(self.bn(x))"),
    "two zero factors": ("self.a = nn.Linear(8, 2, bias=False)\nself.b = nn.Linear(2, 8, bias=False)\n"
                         "nn.init.zeros_(self.a.weight)\nnn.init.zeros_(self.b.weight)",
                         "return torch.relu(self.b(self.a(x)))"),
    "a large scale": ("self.scale = nn.Parameter(torch.full((8, 8), 3.0))", "return x @ self.scale"),
}  # fmt: skip


@pytest.mark.parametrize("name", LOOK_ALIKES)
def test_look_alikes_are_not(name: str) -> None:
    assert not net(*LOOK_ALIKES[name]) or set(net(*LOOK_ALIKES[name])) <= {"I6"}


def test_every_idiom_has_a_row() -> None:
    assert list(IDIOMS) == [f"I{number}" for number in range(1, 31)]
    for idiom in IDIOMS.values():
        assert idiom.why.endswith(".")
        assert not idiom.url or idiom.url.startswith("https://arxiv.org/abs/")

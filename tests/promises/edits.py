"""Edits as people make them, for the promises about editing: half-typed lines, open quotes, pastes, deletions."""

from __future__ import annotations

import ast
import pathlib
from dataclasses import dataclass

import libcst
from hypothesis import strategies as st

from initls.document import Document
from initls.syntax.span import Point, Span

EXAMPLES = pathlib.Path(__file__).parents[2] / "examples"

MODEL = '''\
"""A model with a bit of everything."""

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn import init


def weights(m, value=0.0):
    if isinstance(m, nn.Linear):
        init.constant_(m.weight, value)
        if m.bias is not None:
            init.zeros_(m.bias)


class Block(nn.Module):
    """Two layers and a skip.

    def not_a_method(self):
        pass
    """

    expansion = 2

    def __init__(self, width, depth=3):
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.up = nn.Linear(width, width * self.expansion)
        self.down = nn.Linear(width * self.expansion, width)
        self.apply(weights)

    def forward(self, x):
        h = F.relu(self.up(self.norm(x)))
        return x + self.down(h)


class Net(Block):
    def __init__(self, width):
        super().__init__(width)
        self.head = nn.Sequential(nn.Linear(width, 8), nn.Tanh(), nn.Linear(8, 2))
        nn.init.xavier_uniform_(self.head[0].weight)
        nn.init.normal_(self.head[0].weight, std=0.02)

    def forward(self, x):
        # The head reads what the block leaves.
        return self.head(super().forward(x))


SIZES = {"small": 16, "large": 64}


def main():
    net = Net(SIZES["small"])
    net.head[2].weight.data.zero_()
    return net


if __name__ == "__main__":
    main()
'''


def sources() -> list[str]:
    """The texts that are edited: the examples and one with a bit of everything, in two kinds of line ends."""
    found = [path.read_text(encoding="utf-8") for path in sorted(EXAMPLES.glob("*.py"))] + [MODEL]
    return [*found, MODEL.replace("\n", "\r\n"), MODEL.replace("    ", "\t")]


SNIPPETS = [
    '"""',
    "'''\n",
    "(",
    "]",
    "\\\n",
    "def f(",
    "def helper(self):\n        return self.fc\n",
    "\n    def helper(self, x):\n        nn.init.zeros_(self.up.weight)\n",
    "class Other(nn.Module):\n    def __init__(self):\n        self.fc = nn.Linear(1, 2)\n\n",
    "        torch.nn.init.constant_(self.up.weight, 0.5)\n",
    "        self.up.weight.data.fill_(",
    "# a comment é 😀\n",
    "\n\n",
    "    ",
    "f'{self.",
    "if x:\n",
    "else:\n",
    "import torch\n",
    "@torch.no_grad()\n",
    "class ",
    "nn.init.kaiming_normal_",
    "0",
    "\x0c",
    "return ",
    "async ",
    "# initls: ignore[INI101]\n",
]


@dataclass(frozen=True)
class Change:
    """Replace `length` characters at a place, given as a fraction of the text, by `text`."""

    where: float
    length: int
    text: str
    at_line: bool

    def span(self, source: str) -> tuple[int, int]:
        """The offsets that the change replaces in `source`."""
        start = int(self.where * len(source))
        if self.at_line:
            start = source.rfind("\n", 0, start) + 1
        return start, min(len(source), start + self.length)


changes = st.builds(
    Change,
    where=st.floats(0, 1, exclude_max=True),
    length=st.one_of(st.just(0), st.integers(0, 3), st.integers(0, 120)),
    text=st.one_of(st.just(""), st.sampled_from(SNIPPETS), st.sampled_from(list("abc(\"'#:= \n"))),
    at_line=st.booleans(),
)


def point(source: Document, offset: int) -> Point:
    """The point at an offset of the first part's text."""
    return source.text.point(offset)


def edit(document: Document, start: int, end: int, text: str) -> Document:
    """The document with the characters between two offsets replaced, as an editor would say it.

    No editor can put its cursor between a carriage return and its line feed, so an edit takes in both.
    """
    source = document.source
    if source[max(start - 1, 0) : start + 1] == "\r\n":
        start, text = start - 1, "\r" + text
    if source[max(end - 1, 0) : end + 1] == "\r\n":
        end, text = end + 1, text + "\n"
    return document.edit(0, Span(point(document, start), point(document, end)), text)


def become(document: Document, target: str) -> Document:
    """The document edited into `target` by one replacement of what differs."""
    source = document.source
    front = 0
    while front < min(len(source), len(target)) and source[front] == target[front]:
        front += 1
    back = 0
    while back < min(len(source), len(target)) - front and source[-1 - back] == target[-1 - back]:
        back += 1
    return edit(document, front, len(source) - back, target[front : len(target) - back])


def parses(source: str) -> bool:
    """Whether Python and libcst take the whole text; an oracle for tests only."""
    try:
        ast.parse(source.removeprefix("\ufeff"))
        libcst.parse_module(source)
    except Exception:
        return False
    return True

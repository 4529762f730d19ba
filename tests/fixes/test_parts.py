"""Fixes about parts of tensors: the row of padding, one gate after the other."""

from __future__ import annotations

import pytest

from initls.document import Document
from initls.fixes.plans import InitializeParts, OtherSlice, Plan, Scheme, ZeroRow
from tests.fixes.marks import place, results

HEAD = "import torch\nimport torch.nn as nn\n\n\n"


def become(text: str, code: str, make: type[Plan], *more: object, head: str = HEAD) -> list[str]:
    """What a text becomes by the fixes of a plan for the place whose code is given."""
    document = Document.of("a.py", head + text)
    return [one.removeprefix(head) for one in results(document, make(place(document, code), *more))]  # type: ignore[arg-type]


ROW = "nn.init.zeros_(self.emb.weight[self.emb.padding_idx])\n"


@pytest.mark.parametrize(
    ("line", "doubt", "more"),
    [
        ("nn.init.normal_(self.emb.weight)", "", ROW),
        ("self.emb.weight.data.uniform_(-0.1, 0.1)", "", ROW),
        ("nn.init.xavier_uniform_(tensor=self.emb.weight.data)", "", ROW),
        ("nn.init.normal_(self.emb.weight)", "row", "if self.emb.padding_idx is not None:\n        " + ROW),
        (
            "nn.init.normal_(self.emb.weight)",
            "attribute",
            'if getattr(self.emb, "padding_idx", None) is not None:\n        ' + ROW,
        ),
    ],
)
def test_the_row_of_padding(line: str, doubt: str, more: str) -> None:
    text = f"def f(self):\n    {line}  # a\n    done = True\n"
    assert become(text, line, ZeroRow, doubt) == [f"def f(self):\n    {line}  # a\n    {more}    done = True\n"]


def test_the_row_of_padding_in_the_style_of_the_file() -> None:
    head = "from torch.nn.init import normal_\n\n\n"
    text = "def f(m):\n\tif m:\n\t\tnormal_(m.weight)\n"
    (fixed,) = become(text, "normal_(m.weight)", ZeroRow, head=head)
    assert "normal_, zeros_" in fixed
    assert fixed.endswith("\t\tnormal_(m.weight)\n\t\tzeros_(m.weight[m.padding_idx])\n")


@pytest.mark.parametrize("line", ["nn.init.normal_(p)", "nn.init.normal_(self.table)", "f(1).weight.data.normal_()"])
def test_no_row_where_its_number_is_not_known(line: str) -> None:
    assert become(f"def f(self, p):\n    {line}\n", line, ZeroRow) == []


@pytest.mark.parametrize(
    ("line", "schemes", "after"),
    [
        ("nn.init.orthogonal_(p, gain=2)", (), ["for gate in p.chunk(4):\n        nn.init.orthogonal_(gate, gain=2)"]),
        ("p.data.normal_(0, 1)", (), ["for gate in p.chunk(4):\n        gate.data.normal_(0, 1)"]),
        (
            "nn.init.constant_(self.w.data, 0.1)",
            (Scheme("xavier_normal_"), Scheme("normal_", (("std", 0.02),))),
            [
                "for gate in self.w.chunk(4):\n        nn.init.xavier_normal_(gate)",
                "for gate in self.w.chunk(4):\n        nn.init.normal_(gate, std=0.02)",
            ],
        ),
        ("p.fill_(0)", (Scheme("orthogonal_"),), ["for gate in p.chunk(4):\n        nn.init.orthogonal_(gate)"]),
    ],
)
def test_one_part_after_the_other(line: str, schemes: tuple[Scheme, ...], after: list[str]) -> None:
    text = "def f(self, p):\n    {}  # all\n"
    assert become(text.format(line), line, InitializeParts, 4, "gate", schemes) == [text.format(one) for one in after]


def test_no_loop_over_a_vector() -> None:
    text = "def f(self):\n    for p in self.lstm.parameters():\n        {}\n"
    loop = "for gate in p.chunk(4):\n                nn.init.{}(gate)"
    found = become(
        text.format("p.data.fill_(1)"),
        "p.data.fill_(1)",
        InitializeParts,
        4,
        "gate",
        (Scheme("orthogonal_"), Scheme("normal_")),
    )
    # A normal draw takes tensors of any number of axes.
    plain = "for gate in p.chunk(4):\n            nn.init.normal_(gate)"
    assert found == [text.format("if p.dim() > 1:\n            " + loop.format("orthogonal_")), text.format(plain)]


def test_no_loop_over_a_name_that_is_taken() -> None:
    text = "def f(p):\n    gate = 1\n    nn.init.orthogonal_(p)\n    return gate\n"
    assert become(text, "nn.init.orthogonal_(p)", InitializeParts, 4, "gate") == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("b[:h].fill_(1)", "b[h:2 * h].fill_(1)"),
        ("b[0:self.size].data.fill_(1)", "b[self.size:2 * self.size].data.fill_(1)"),
        ("nn.init.ones_(b[ : 16])", "nn.init.ones_(b[ 16:32])"),
        ("b[h:2 * h].fill_(1)", None),
        ("b[:h + 1].fill_(1)", None),
        ("b[:h][:k].fill_(1)", None),
    ],
)
def test_the_second_part(before: str, after: str | None) -> None:
    text = "def f(self, b, h, k):\n    {}\n"
    assert become(text.format(before), before, OtherSlice, "title") == ([] if after is None else [text.format(after)])

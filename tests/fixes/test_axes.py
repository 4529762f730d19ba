"""Schemes that need two axes, where tensors of one axis come by as well."""

from __future__ import annotations

from textwrap import indent

import pytest

from initls.document import Document
from initls.fixes.plans import ReplaceWrite, Scheme
from tests.fixes.marks import fixes, place, results

HEAD = "import torch.nn as nn\n\n\ndef f(self, model):\n"
FAN = Scheme("xavier_uniform_")
ANY = Scheme("normal_", (("std", 0.02),))


def rewritten(body: str, code: str, scheme: Scheme = FAN) -> list[str]:
    document = Document.of("a.py", HEAD + indent(body, "    "))
    found = results(document, ReplaceWrite(place(document, code), (scheme,)))
    assert all(result.startswith(HEAD) for result in found)
    return [result.removeprefix(HEAD) for result in found]


GUARDED = [
    ("for p in self.parameters():\n    {}\n", "p", "p.data.fill_(0)"),
    ("for p in self.parameters():\n  x = 1\n  {}\n  y = 2\n", "p", "nn.init.constant_(p, 0.1)"),
    ("for p in list(model.net.parameters()):\n\t{}  # all\n", "p", "nn.init.zeros_(p)"),
    ("for name, p in self.named_parameters():\n    if 'weight' in name:\n        {}\n", "p", "p.data[:] = 0"),
    ("for m in self.modules():\n    if hasattr(m, 'weight'):\n        {}\n", "m.weight", "m.weight.data.zero_()"),
    (
        "for m in self.children():\n    if isinstance(m, (nn.Conv2d, nn.BatchNorm2d)):\n        {}\n",
        "m.weight",
        "nn.init.zeros_(m.weight)",
    ),
    ("def init(m):\n    if hasattr(m, 'weight'):\n        {}\n", "m.weight", "m.weight.data = model"),
]


@pytest.mark.parametrize(("body", "tensor", "code"), GUARDED)
def test_a_test_keeps_the_others_out(body: str, tensor: str, code: str) -> None:
    line = next(line for line in body.splitlines() if "{}" in line)
    margin = line.partition("{}")[0]
    step = margin[len(margin) // margin.count("    ") :] if "        " in margin else margin
    guarded = f"if {tensor}.dim() > 1:\n    {margin}{step}nn.init.xavier_uniform_({tensor})"
    expected = indent(body, "    ").replace("{}", guarded)
    assert rewritten(body.format(code), code) == [expected]
    # What takes a tensor of any shape needs no test.
    assert ".dim()" not in rewritten(body.format(code), code, ANY)[0]


FREE = [
    ("for p in self.parameters():\n    if p.dim() > 1:\n        {}\n", "nn.init.zeros_(p)"),
    ("for p in self.parameters():\n    if len(p.shape) < 2: continue\n    {}\n", "nn.init.zeros_(p)"),
    ("for m in self.modules():\n    if isinstance(m, nn.Linear):\n        {}\n", "m.weight.data.zero_()"),
    ("for m in self.modules():\n    if type(m) == nn.Linear:\n        {}\n", "m.weight.data.zero_()"),
    ("def init(m):\n    if isinstance(m, nn.Linear):\n        {}\n", "m.weight.data.zero_()"),
    (
        "def init(m):\n    classname = m.__class__.__name__\n    if classname.find('Conv') != -1:\n        {}\n",
        "m.weight.data.zero_()",
    ),
    ("def init(layer):\n    {}\n", "nn.init.zeros_(layer.weight)"),
    ("for m in (self.a, self.b):\n    {}\n", "nn.init.zeros_(m.weight)"),
    ("for p in self.parameters():\n    {}\n", "nn.init.zeros_(self.weight)"),
]


@pytest.mark.parametrize(("body", "code"), FREE)
def test_no_test_where_none_is_needed(body: str, code: str) -> None:
    (result,) = rewritten(body.format(code), code)
    assert result.count(".dim()") == body.count(".dim()")
    assert "nn.init.xavier_uniform_(" in result


@pytest.mark.parametrize(
    "body",
    [
        "for p in self.parameters(): {}\n",
        "for p in self.parameters():\n    x = 1; {}\n",
        "x = [{} for p in self.parameters()]\n",
    ],
)
def test_no_fix_where_there_is_no_room_for_a_test(body: str) -> None:
    assert rewritten(body.format("nn.init.zeros_(p)"), "nn.init.zeros_(p)") == []
    assert len(rewritten(body.format("nn.init.zeros_(p)"), "nn.init.zeros_(p)", ANY)) == 1


def test_applied_twice_changes_nothing() -> None:
    body = "for p in self.parameters():\n    p.data.fill_(0)\n"
    (result,) = rewritten(body, "p.data.fill_(0)")
    again = Document.of("a.py", HEAD + result)
    assert fixes(again, ReplaceWrite(place(again, "nn.init.xavier_uniform_(p)"), (FAN,))) == ()

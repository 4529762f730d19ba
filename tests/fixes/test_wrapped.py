"""Initialization in front of a wrapping, or of what a wrapped weight is computed from."""

from __future__ import annotations

import pytest

from initls.document import Document
from initls.fixes.plans import Retarget, WrapLater
from tests.fixes.marks import place, results


def wrapped_later(source: str, call: str, behind: str) -> list[str]:
    document = Document.of("a.py", source)
    plan = WrapLater(place(document, call), place(document, behind), "Wrap it later")
    return list(results(document, plan))


def retargeted(source: str, call: str, other: str = "weight_v") -> list[str]:
    document = Document.of("a.py", source)
    return list(results(document, Retarget(place(document, call), "weight", other, "Write to it")))


LATER = {
    "an attribute, with further arguments": (
        "conv.a = norm(Conv(3, 8), dim=1)\ninit(conv.a)\n",
        "norm(Conv(3, 8), dim=1)",
        "conv.a = Conv(3, 8)\ninit(conv.a)\nconv.a = norm(conv.a, dim=1)\n",
    ),
    "a variable, on several lines, at the end of a text without a line ending": (
        "conv = norm(\n    Conv(3, 8),\n    name='weight',\n)\ninit(conv)",
        "norm(\n    Conv(3, 8),\n    name='weight',\n)",
        "conv = Conv(3, 8)\ninit(conv)\nconv = norm(\n    conv,\n    name='weight',\n)",
    ),
    "inside a loop": (
        "for _ in x:\n\tconv = norm(Conv(3, 8))  # wrapped\n\tinit(conv)  # here\n\tuse(conv)\n",
        "norm(Conv(3, 8))",
        "for _ in x:\n\tconv = Conv(3, 8)  # wrapped\n\tinit(conv)  # here\n\tconv = norm(conv)\n\tuse(conv)\n",
    ),
}


@pytest.mark.parametrize("name", LATER)
def test_a_module_is_wrapped_later(name: str) -> None:
    source, call, expected = LATER[name]
    init = "init(conv.a)" if "conv.a" in source else "init(conv)"
    assert wrapped_later(source, call, init) == [expected]


NOT_LATER = {
    "part of a larger expression": ("net = Net(norm(Conv(3, 8)))\ninit(net)\n", "norm(Conv(3, 8))", "init(net)"),
    "two names": ("a = b = norm(Conv(3, 8))\ninit(a)\n", "norm(Conv(3, 8))", "init(a)"),
    "an item": ("a[0] = norm(Conv(3, 8))\ninit(a)\n", "norm(Conv(3, 8))", "init(a)"),
    "the module by keyword": ("a = norm(module=Conv(3, 8))\ninit(a)\n", "norm(module=Conv(3, 8))", "init(a)"),
    "in front of it": ("init(a)\na = norm(Conv(3, 8))\n", "norm(Conv(3, 8))", "init(a)"),
    "on a line with others": ("a = norm(Conv(3, 8)); b = 1\ninit(a)\n", "norm(Conv(3, 8))", "init(a)"),
}


@pytest.mark.parametrize("name", NOT_LATER)
def test_what_is_no_plain_assignment_stays(name: str) -> None:
    assert wrapped_later(*NOT_LATER[name]) == []


RETARGETED = {
    "nn.init.zeros_(m.weight)": "nn.init.zeros_(m.weight_v)",
    "m.weight.data.normal_(0, 0.02)": "m.weight_v.data.normal_(0, 0.02)",
    "init.xavier_uniform_(self.fc.weight.data, gain=2)": "init.xavier_uniform_(self.fc.weight_v.data, gain=2)",
    "self.fc.weight.data.copy_(other.weight)": "self.fc.weight_v.data.copy_(other.weight)",
    "self.fc.weight[0].fill_(1)": "self.fc.weight_v[0].fill_(1)",
    "m.weight.data = torch.zeros(3)": "m.weight_v.data = torch.zeros(3)",
}


@pytest.mark.parametrize("code", RETARGETED)
def test_a_write_names_another_tensor(code: str) -> None:
    assert retargeted(code + "\n", code) == [RETARGETED[code] + "\n"]


def test_a_tensor_that_is_not_named_stays() -> None:
    assert retargeted("nn.init.zeros_(getattr(m, name))\n", "nn.init.zeros_(getattr(m, name))") == []

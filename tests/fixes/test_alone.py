"""Some tensors of several that a place writes are initialized again behind it."""

from __future__ import annotations

import pytest

from initls.document import Document
from initls.fixes.plans import Formula, InitializeAlone, Scheme
from tests.fixes.marks import fixes, place, results

HEAD = "import torch.nn as nn\n\n\nclass Net(nn.Module):\n    def __init__(self, layers):\n"

A = Scheme("kaiming_uniform_", (("a", Formula("5**0.5")),), "as in LoRA")
NORMAL = Scheme("normal_")


def become(body: str, code: str, *tensors: str, head: str = HEAD) -> list[str]:
    document = Document.of("a.py", head + body)
    found = results(document, InitializeAlone(place(document, code), tensors, (A,)))
    return [one.removeprefix(head) for one in found]


@pytest.mark.parametrize(
    ("body", "code", "after"),
    [
        (
            "        for m in layers:\n            nn.init.zeros_(m.weight)\n        self.x = 1\n",
            "nn.init.zeros_(m.weight)",
            "        for m in layers:\n            nn.init.zeros_(m.weight)\n"
            "        nn.init.kaiming_uniform_(self.a.weight, a=5**0.5)\n        self.x = 1\n",
        ),
        (
            "        self.apply(zero)  # all",
            "self.apply(zero)",
            "        self.apply(zero)  # all\n        nn.init.kaiming_uniform_(self.a.weight, a=5**0.5)",
        ),
        (
            "        if layers:\n            self.zero()\n",
            "self.zero()",
            "        if layers:\n            self.zero()\n        nn.init.kaiming_uniform_(self.a.weight, a=5**0.5)\n",
        ),
    ],
)
def test_behind_the_statement_of_the_method(body: str, code: str, after: str) -> None:
    assert become(body, code, "a.weight") == [after]


def test_several_tensors_each_on_a_line() -> None:
    (found,) = become("        self.apply(zero)\n", "self.apply(zero)", "a.weight", "b")
    assert found.splitlines()[1:] == [
        "        nn.init.kaiming_uniform_(self.a.weight, a=5**0.5)",
        "        nn.init.kaiming_uniform_(self.b, a=5**0.5)",
    ]


def test_the_object_goes_by_the_name_that_the_method_gives_it() -> None:
    head = HEAD.replace("(self", "(this")
    (found,) = become("        this.apply(zero)\n", "this.apply(zero)", "a.weight", head=head)
    assert found.endswith("nn.init.kaiming_uniform_(this.a.weight, a=5**0.5)\n")


def test_the_titles_name_what_is_initialized() -> None:
    document = Document.of("a.py", HEAD + "        self.apply(zero)\n")
    plan = InitializeAlone(place(document, "self.apply(zero)"), ("a.weight", "b.weight"), (A, NORMAL))
    assert [(fix.title, fix.preferred) for fix in fixes(document, plan)] == [
        ("Initialize `a.weight` and `b.weight` alone with kaiming_uniform_ (as in LoRA)", True),
        ("Initialize `a.weight` and `b.weight` alone with normal_", False),
    ]


@pytest.mark.parametrize(
    "text", ["def f(net):\n    net.apply(zero)\n", "net.apply(zero)\n", "class A:\n    net.apply(zero)\n"]
)
def test_no_line_outside_of_methods(text: str) -> None:
    document = Document.of("a.py", text)
    assert results(document, InitializeAlone(place(document, "net.apply(zero)"), ("a",), (A,))) == []

"""What a method makes each time it runs moves into the constructor."""

from __future__ import annotations

import pytest

from initls.document import Document
from initls.facts.place import Place
from initls.fixes.plans import MoveToConstructor
from tests.fixes.marks import place, results

HEAD = "from torch import nn\n\n\nclass A(nn.Module):\n    def __init__(self):\n        super().__init__()\n"


def hoisted(body: str, code: str) -> list[str]:
    document = Document.of("a.py", f"{HEAD}\n    def forward(self, x, n=3):\n{body}")
    return list(results(document, MoveToConstructor(place(document, code), Place("A.__init__", 0))))


def moved(line: str, body: str) -> list[str]:
    return [f"{HEAD}        {line}\n\n    def forward(self, x, n=3):\n{body}"]


@pytest.mark.parametrize(
    ("body", "code", "line", "left"),
    [
        ("return nn.Linear(8, 2)(x)", "nn.Linear(8, 2)", "self.linear = nn.Linear(8, 2)", "return self.linear(x)"),
        (
            "return nn.LayerNorm(8)(self.layer_norm(x))",
            "nn.LayerNorm(8)",
            "self.layer_norm2 = nn.LayerNorm(8)",
            "return self.layer_norm2(self.layer_norm(x))",
        ),
        (
            "proj = nn.Linear(8, 2)\n        return proj(x)",
            "nn.Linear(8, 2)",
            "self.proj = nn.Linear(8, 2)",
            "proj = self.proj\n        return proj(x)",
        ),
        (
            "self.head = nn.Linear(8, 2)\n        return self.head(x)",
            "nn.Linear(8, 2)",
            "self.head = nn.Linear(8, 2)",
            "return self.head(x)",
        ),
        (
            "nn.init.zeros_(self.a.weight)\n        return self.a(x)",
            "nn.init.zeros_(self.a.weight)",
            "nn.init.zeros_(self.a.weight)",
            "return self.a(x)",
        ),
    ],
)
def test_it_is_made_once(body: str, code: str, line: str, left: str) -> None:
    assert hoisted(f"        {body}\n", code) == moved(line, f"        {left}\n")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("return nn.Linear(n, 2)(x)", "nn.Linear(n, 2)"),
        ("k = 2\n        return nn.Linear(8, k)(x)", "nn.Linear(8, k)"),
        ("self.k = 2\n        return nn.Linear(8, self.k)(x)", "nn.Linear(8, self.k)"),
        ("return nn.Linear(\n            8, 2\n        )(x)", "nn.Linear(\n            8, 2\n        )"),
    ],
)
def test_what_needs_the_method_stays(body: str, code: str) -> None:
    assert hoisted(f"        {body}\n", code) == []

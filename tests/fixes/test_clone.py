"""A parameter over an expanded view gets memory of its own."""

from __future__ import annotations

import pytest

from initls.document import Document
from initls.fixes.plans import OwnMemory
from tests.fixes.marks import place, results

HEAD = "import torch\nfrom torch import nn\n"

COPIED = {
    "nn.Parameter(x.expand(4, 8))": "nn.Parameter(x.expand(4, 8).clone())",
    "nn.Parameter(x, requires_grad=True)": "nn.Parameter(x.clone(), requires_grad=True)",
    "nn.Parameter(data=views[0])": "nn.Parameter(data=views[0].clone())",
    "nn.Parameter(  # all alike\n    x.expand(4, 8)\n)": "nn.Parameter(  # all alike\n    x.expand(4, 8).clone()\n)",
}


@pytest.mark.parametrize("code", COPIED)
def test_a_view_is_copied(code: str) -> None:
    document = Document.of("a.py", HEAD + code + "\n")
    assert list(results(document, OwnMemory(place(document, code)))) == [HEAD + COPIED[code] + "\n"]


@pytest.mark.parametrize(
    "code", ["nn.Parameter(x * 2)", "nn.Parameter(*views)", "make(x.expand(4, 8))", "nn.Parameter()"]
)
def test_what_is_left(code: str) -> None:
    document = Document.of("a.py", HEAD + code + "\n")
    assert list(results(document, OwnMemory(place(document, code)))) == []
